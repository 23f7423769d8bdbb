"""The rows of a slide's tables and charts, and the words of its diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.blocks import Block
from ingest.loaders.office import package
from ingest.loaders.office.tables import Cell, rows
from ingest.loaders.office.text import plain
from ingest.loaders.pptx.places import A
from ingest.loaders.table.number_format import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_CATEGORIES = 100
_MOST_SERIES = 20


def table(shape: Any, read: Callable[[_Element], str]) -> list[Block]:
    """Return a table's rows; `read` gives the text of a paragraph, and the file says whether the first is a header."""
    element = shape.table._tbl
    grid = []
    for row in element.iterfind(f"{A}tr"):
        cells = []
        for column, cell in enumerate(row.iterfind(f"{A}tc")):
            if cell.get("hMerge") not in {"1", "true"}:
                span = cell.get("gridSpan", "1")
                text = " ".join(filter(None, map(read, cell.iterfind(f"{A}txBody/{A}p"))))
                width = int(span) if span.isdigit() and 0 < int(span) <= 1000 else 1
                cells.append(Cell(column, width, text, cell.get("vMerge") in {"1", "true"}))
        grid.append(cells)
    headers = 1 if shape.table.first_row and len(grid) > 1 else None
    return [Block("row", text) for text in rows(grid, headers)]


def chart(shape: Any) -> list[Block]:
    """Return a chart's title, and for each category the values of its series, as the file last showed them."""
    root = shape.chart_part._element
    title = plain(" ".join(t.text or "" for t in root.iterfind(f"{_C}chart/{_C}title//{A}t")))
    blocks = [Block("paragraph", title)] if title else []
    series = list(root.iterfind(f"{_C}chart/{_C}plotArea/*/{_C}ser"))[:_MOST_SERIES]
    said: dict[str, list[str]] = {}
    for one in series:
        name = plain(one.findtext(f"{_C}tx//{_C}v") or "")
        categories = _points(one.find(f"{_C}cat"))
        for index, value in _points(one.find(f"{_C}val")).items():
            said.setdefault(categories.get(index, index), []).append(f"{name}: {value}" if name else value)
    simple = len(said) <= _MOST_CATEGORIES
    return blocks + [Block("row", "; ".join([category, *values])) for category, values in said.items() if simple]


def _points(data: _Element | None) -> dict[str, str]:
    if data is None:
        return {}
    code = data.findtext(f".//{_C}formatCode") or "General"
    numeric = data.find(f".//{_C}numCache") is not None or data.find(f".//{_C}numLit") is not None
    found = {}
    for point in data.iter(f"{_C}pt"):
        text = plain(point.findtext(f"{_C}v") or "")
        if text:
            found[point.get("idx", "")] = _number(text, code) if numeric else text
    return found


def _number(text: str, code: str) -> str:
    try:
        return number(float(text), code)
    except (ValueError, OverflowError):
        return text


def diagram(shape: Any) -> list[Block]:
    """Return the words of a SmartArt diagram as items, in the order in which the file holds them."""
    from lxml.etree import XMLSyntaxError

    reference = shape._element.find(f".//{_D}relIds")
    try:
        root = package.parse_xml(shape.part.related_part(reference.get(f"{_R}dm")).blob)
    except (AttributeError, KeyError, XMLSyntaxError):
        return []
    texts = [
        plain(" ".join(t.text or "" for t in point.iter(f"{A}t")))
        for point in root.iter(f"{_D}pt")
        if point.get("type", "node") == "node"
    ]
    return [Block("item", text, 1) for text in texts if text]
