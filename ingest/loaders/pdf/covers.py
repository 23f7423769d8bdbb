"""Opaque rectangles on a PDF page, which hide the text that was painted before them (ISO 32000-1, 8.5.3)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import combinations
from typing import Any

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_MAX_SEGMENTS = 100  # of a path; the boxes that somebody draws over words are few
_SLACK = 0.5  # points


def of_path(c: Any, item: Any, matrix: Any) -> list[Box]:
    """Return the rectangles that a filled path paints, as far as they are shown; none if anything shines through.

    `matrix` brings the path's own points to the page; that of `item` is applied before it.
    """
    if c.FPDFPageObj_HasTransparency(item) or c.FPDFPath_CountSegments(item) > _MAX_SEGMENTS:
        return []
    clip = _clip(c, item, matrix)
    own = c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    c.FPDFPageObj_GetMatrix(item, own)
    segments = (c.FPDFPath_GetPathSegment(item, i) for i in range(c.FPDFPath_CountSegments(item)))
    boxes = [_rectangle(points) for points in _outlines(c, segments, own, matrix)]
    if clip is None or None in boxes:
        return []
    shown = [_common(box, clip) for box in boxes if box]
    # Where two of one path overlap, the second may be a hole in the first.
    apart = all(_is_empty(_common(one, other)) for one, other in combinations(shown, 2))
    return [box for box in shown if not _is_empty(box)] if apart else []


def of_annotations(c: Any, page: Any) -> list[Box]:
    """Return where squares that are filled without transparency lie over the page, as viewers draw them."""
    boxes = []
    for index in range(c.FPDFPage_GetAnnotCount(page)):
        annotation = c.FPDFPage_GetAnnot(page, index)
        if annotation:
            if c.FPDFAnnot_GetSubtype(annotation) == c.FPDF_ANNOT_SQUARE and _is_filled(c, annotation):
                rectangle = c.FS_RECTF()
                c.FPDFAnnot_GetRect(annotation, rectangle)
                boxes.append((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
            c.FPDFPage_CloseAnnot(annotation)
    return boxes


def _is_filled(c: Any, annotation: Any) -> bool:
    hidden = c.FPDFAnnot_GetFlags(annotation) & (c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW)
    opacity = ctypes.c_float(1.0)
    c.FPDFAnnot_GetNumberValue(annotation, b"CA", opacity)
    if hidden or opacity.value < 1:
        return False
    count = c.FPDFAnnot_GetObjectCount(annotation)
    if count > 0:
        return any(_is_opaque(c, c.FPDFAnnot_GetObject(annotation, i)) for i in range(count))
    return bool(c.FPDFAnnot_HasKey(annotation, b"IC"))


def _is_opaque(c: Any, item: Any) -> bool:
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if c.FPDFPageObj_GetType(item) != c.FPDF_PAGEOBJ_PATH or c.FPDFPageObj_HasTransparency(item):
        return False
    return bool(c.FPDFPath_GetDrawMode(item, mode, stroked)) and bool(mode.value)


def _outlines(c: Any, segments: Iterator[Any], *matrices: Any) -> Iterator[list[tuple[float, float]] | None]:
    """Return the corners of each closed part of a path, None for one with a curve."""
    points: list[tuple[float, float]] | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for segment in segments:
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value, y.value)
        for m in matrices:
            point = (m.a * point[0] + m.c * point[1] + m.e, m.b * point[0] + m.d * point[1] + m.f)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            if points and len(points) > 1:
                yield points
            points = [point]
        elif kind == c.FPDF_SEGMENT_LINETO and points is not None:
            points.append(point)
        else:
            yield None
    if points and len(points) > 1:
        yield points


def _rectangle(points: list[tuple[float, float]] | None) -> Box | None:
    if points is None or not 4 <= len(points) <= 5:
        return None
    xs, ys = zip(*points, strict=True)
    box = min(xs), min(ys), max(xs), max(ys)
    corners = {(_side(x, box[0], box[2]), _side(y, box[1], box[3])) for x, y in points}
    return box if corners == {(0, 0), (0, 1), (1, 0), (1, 1)} else None


def _side(value: float, low: float, high: float) -> int:
    if abs(value - low) <= _SLACK:
        return 0
    return 1 if abs(value - high) <= _SLACK else 2


def _clip(c: Any, item: Any, matrix: Any) -> Box | None:
    """Return the part of the page on which an object is shown, None if it is no rectangle."""
    clip = (float("-inf"), float("-inf"), float("inf"), float("inf"))
    path = c.FPDFPageObj_GetClipPath(item)
    for i in range(max(c.FPDFClipPath_CountPaths(path), 0) if path else 0):
        count = c.FPDFClipPath_CountPathSegments(path, i)
        if not 0 < count <= _MAX_SEGMENTS:
            return None
        segments = (c.FPDFClipPath_GetPathSegment(path, i, k) for k in range(count))
        boxes = [_rectangle(points) for points in _outlines(c, segments, matrix)]
        if len(boxes) != 1 or boxes[0] is None:
            return None
        clip = _common(clip, boxes[0])
    return clip


def _common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _is_empty(box: Box) -> bool:
    return box[2] - box[0] <= _SLACK or box[3] - box[1] <= _SLACK
