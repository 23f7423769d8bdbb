"""What is drawn on a PDF page besides text: straight lines, coloured surfaces and pictures (pdfium's page objects)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.loaders.pdf import covers as pdf_covers
from ingest.loaders.pdf.covers import Box

_MAX_OBJECTS = 20_000  # of a page; a map has more, and no table or banner that matters
_MAX_DEPTH = 8  # of forms within forms
_MAX_SEGMENTS = 400  # of a path; a drawing has more, a frame never
_MAX_EDGES = 3_000
_MAX_COVERS = 500
_WHITE = 250  # of 255, in each channel
_THIN = 2.5  # points: a filled rectangle that is not thicker is a line


@dataclass
class Drawing:
    """A page's lines, surfaces and pictures; `order` is the place of each text object, by its address, in the
    order of painting.

    `backings` are what white text can be read on: pictures, shadings and filled shapes that are not white, each with
    its place in that order; `covers` are what hides the text before them. `edges` run along an axis. `pictures` are
    where pictures stand. Boxes are in points, in the page's own space.
    """

    order: dict[int, int] = field(default_factory=dict)
    backings: list[tuple[int, Box]] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)
    edges: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def read(page: Any) -> Drawing:
    """Walk the objects of a page, those inside forms too."""
    import pypdfium2.raw as c

    drawing = Drawing()
    for number, (item, matrix, solid) in enumerate(_objects(c, page)):
        if number >= _MAX_OBJECTS:
            break
        kind = c.FPDFPageObj_GetType(item)
        if kind == c.FPDF_PAGEOBJ_TEXT:
            drawing.order[_address(item)] = number
        elif kind in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING):
            box = _bounds(c, item, matrix)
            drawing.backings.append((number, box))
            if kind == c.FPDF_PAGEOBJ_IMAGE:
                drawing.pictures.append(box)
        elif kind == c.FPDF_PAGEOBJ_PATH:
            _path(c, item, matrix, number, drawing)
            if solid and drawing.order:
                drawing.covers.extend((number, box) for box in _covers(c, item, matrix))
    drawing.covers.extend((_MAX_OBJECTS, box) for box in pdf_covers.of_annotations(c, page))
    drawing.covers = drawing.covers[-_MAX_COVERS:]
    return drawing


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _objects(c: Any, page: Any) -> Iterator[tuple[Any, Any, bool]]:
    """Return the objects with the matrix that brings them to the page, and whether nothing dims or cuts them there."""
    stack = [(page, c.FPDFPage_CountObjects, c.FPDFPage_GetObject, 0, c.FS_MATRIX(1, 0, 0, 1, 0, 0), 0, True)]
    while stack:
        holder, count, get, index, matrix, depth, solid = stack.pop()
        if index >= count(holder):
            continue
        stack.append((holder, count, get, index + 1, matrix, depth, solid))
        item = get(holder, index)
        if c.FPDFPageObj_GetType(item) != c.FPDF_PAGEOBJ_FORM:
            yield item, matrix, solid
        elif depth < _MAX_DEPTH:
            inner = _times(c, _matrix(c, item), matrix)
            whole = solid and not c.FPDFPageObj_HasTransparency(item) and not _is_clipped(c, item)
            stack.append((item, c.FPDFFormObj_CountObjects, c.FPDFFormObj_GetObject, 0, inner, depth + 1, whole))


def _is_clipped(c: Any, item: Any) -> bool:
    path = c.FPDFPageObj_GetClipPath(item)
    return bool(path) and c.FPDFClipPath_CountPaths(path) > 0


def _covers(c: Any, item: Any, matrix: Any) -> list[Box]:
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(item, mode, stroked)
    boxes = pdf_covers.of_path(c, item, matrix) if mode.value else []
    return [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) > _THIN]


def _matrix(c: Any, item: Any) -> Any:
    matrix = c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    c.FPDFPageObj_GetMatrix(item, matrix)
    return matrix


def _times(c: Any, m: Any, n: Any) -> Any:
    return c.FS_MATRIX(
        m.a * n.a + m.b * n.c,
        m.a * n.b + m.b * n.d,
        m.c * n.a + m.d * n.c,
        m.c * n.b + m.d * n.d,
        m.e * n.a + m.f * n.c + n.e,
        m.e * n.b + m.f * n.d + n.f,
    )


def _moved(m: Any, x: float, y: float) -> tuple[float, float]:
    return m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f


def _bounds(c: Any, item: Any, matrix: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    c.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    xs, ys = zip(
        *(_moved(matrix, x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)), strict=True
    )
    return min(xs), min(ys), max(xs), max(ys)


def _path(c: Any, item: Any, matrix: Any, number: int, drawing: Drawing) -> None:
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(item, mode, stroked)
    if mode.value:
        box = _bounds(c, item, matrix)
        thin = min(box[2] - box[0], box[3] - box[1]) <= _THIN
        coloured = not _is_white(c, item)
        if coloured and not thin:
            drawing.backings.append((number, box))
        if coloured and c.FPDFPath_CountSegments(item) <= 6 and len(drawing.edges) < _MAX_EDGES:
            drawing.edges.extend([_middle(box)] if thin else _sides(box))
    if stroked.value and c.FPDFPath_CountSegments(item) <= _MAX_SEGMENTS and len(drawing.edges) < _MAX_EDGES:
        drawing.edges.extend(_strokes(c, item, _times(c, _matrix(c, item), matrix)))


def _is_white(c: Any, item: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return min(red.value, green.value, blue.value) >= _WHITE or alpha.value < 10


def _middle(box: Box) -> Box:
    left, bottom, right, top = box
    if right - left > top - bottom:
        return left, (bottom + top) / 2, right, (bottom + top) / 2
    return (left + right) / 2, bottom, (left + right) / 2, top


def _sides(box: Box) -> list[Box]:
    left, bottom, right, top = box
    return [
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    ]


def _strokes(c: Any, item: Any, matrix: Any) -> Iterator[Box]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = here = (0.0, 0.0)
    for index in range(c.FPDFPath_CountSegments(item)):
        segment = c.FPDFPath_GetPathSegment(item, index)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved(matrix, x.value, y.value)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == c.FPDF_SEGMENT_LINETO:
            yield from _along_an_axis(here, point)
        here = point
        if c.FPDFPathSegment_GetClose(segment):
            yield from _along_an_axis(here, start)


def _along_an_axis(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Box]:
    (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    if (x1 - x0 < 0.5) != (y1 - y0 < 0.5):
        yield x0, y0, x1, y1
