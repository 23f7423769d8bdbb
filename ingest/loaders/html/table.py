"""The tables of a page: which hold data, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html.text import text_of
from ingest.loaders.office import tables
from ingest.loaders.office.tables import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_SPAN = 1000  # of columns; of rows 65534 (HTML Living Standard, 4.9.11)
_MAX_CELLS = 500_000


def is_layout(table: _Element) -> bool:
    """Whether a table lays out the page: it says so, has one column, or holds headings, tables or forms."""
    if table.get("role") in {"presentation", "none"}:
        return True
    if next(table.iterdescendants("table", "h1", "h2", "h3", "h4", "h5", "h6", "form"), None) is not None:
        return True
    return all(len(_cells(row)) < 2 for row in table.iter("tr"))


def rows(table: _Element) -> tuple[str, list[str]]:
    """Return a table's caption, or "", and each row below its header as "Column: value; Column: value".

    Names of columns are the rows in <thead>, else the first ones that hold only <th>; where there are neither, the look
    of the first row decides. A <th> that begins a row without names above it is a name for the row.
    """
    caption = table.find("caption")
    lines = list(table.iter("tr"))
    headers = _headers(lines)
    grid = list(_grid(lines))
    said = tables.rows(grid, headers) if headers != 0 else [_with_row_name(row) for row in grid]
    return text_of(caption) if caption is not None else "", [row for row in said if row]


def _cells(row: _Element) -> list[_Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _headers(lines: Sequence[_Element]) -> int | None:
    """Return how many rows name the columns; None where nothing says so."""
    in_head = sum(next(row.iterancestors("thead", "table")).tag == "thead" for row in lines)
    if 0 < in_head < len(lines):
        return in_head
    count = 0
    for row in lines:
        if not all(cell.tag == "th" for cell in _cells(row)):
            break
        count += 1
    if 0 < count < len(lines):
        return count
    return 0 if any(_cells(row)[:1] and _cells(row)[0].tag == "th" for row in lines) else None


def _grid(lines: Sequence[_Element]) -> Iterator[list[Cell]]:
    """Place the cells in columns; one that spans rows goes on in those below (HTML Living Standard, 4.9.12.1)."""
    open_: dict[int, tuple[int, int]] = {}  # column → (rows to go, columns)
    room = _MAX_CELLS
    for line in lines:
        row: list[Cell] = []
        column = 0
        for cell in _cells(line):
            column = _skip(open_, column, row)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            row.append(Cell(column, wide, text_of(cell), bold=cell.tag == "th"))
            if high > 1:
                open_[column] = (high, wide)
            column += wide
        _skip(open_, column, row)
        placed = {cell.column for cell in row}
        row.extend(Cell(at, open_[at][1], "", continues=True) for at in open_.keys() - placed)
        open_ = {at: (high - 1, wide) for at, (high, wide) in open_.items() if high > 1}
        room -= len(row)
        if room < 0:
            return
        yield sorted(row, key=lambda cell: cell.column)


def _skip(open_: dict[int, tuple[int, int]], column: int, row: list[Cell]) -> int:
    """Step over the columns that cells from above take."""
    taken = {cell.column for cell in row}
    while column in open_ and column not in taken:
        wide = open_[column][1]
        row.append(Cell(column, wide, "", continues=True))
        column += wide
    return column


def _span(cell: _Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    number = int(text[:6]) if text.isascii() and text.isdigit() else 1
    return max(1, min(number, _MAX_SPAN if name == "colspan" else 65534))


def _with_row_name(row: Sequence[Cell]) -> str:
    texts = [cell.text for cell in row if cell.text]
    if len(texts) > 1 and row[0].bold and row[0].text:
        return f"{texts[0].rstrip(': ')}: {'; '.join(texts[1:])}"
    return "; ".join(texts)
