"""The rows of a table as sentences that name their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.blocks import Block

_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-–/]\s*(?:19|20)?\d\d)?")
_LABEL = 80  # characters, the most that a cell repeated for a merge, or one naming a column, may have


@dataclass(frozen=True)
class Cell:
    """A cell: its column from 0, how many it spans, its text, and whether it goes on from the row above."""

    column: int
    span: int
    text: str
    continues: bool = False
    bold: bool = False


Row = Sequence[Cell]


def rows(table: Sequence[Row], headers: int | None = None) -> list[str]:
    """Return each row as "Column: value; Column: value"; empty cells are left out, and merged ones stand once in a row.

    `headers` is how many rows name the columns, where the file says it; None lets the look of the first row decide.
    A short cell that is merged over rows is said in each, since each row is read alone. A table without anything below
    its names, such as a form to fill in, gives them as a row.
    """
    filled = _carried(table)
    if headers is None:
        headers = 1 if _names_columns(filled) else 0
    names = _names(filled[:headers])
    width = max((cell.column + cell.span for row in filled for cell in row), default=0)
    texts = [_sentence(row, names, width) for row in filled[headers:]]
    found = [text for text in texts if text]
    return found or (rows(filled, 0) if headers else [])


def _carried(table: Sequence[Row]) -> list[list[Cell]]:
    above: dict[int, str] = {}
    filled = []
    for row in table:
        cells = []
        for cell in row:
            text = above.get(cell.column, "") if cell.continues else cell.text
            above[cell.column] = text if len(text) <= _LABEL else ""
            cells.append(Cell(cell.column, cell.span, text, cell.continues, cell.bold))
        filled.append(cells)
    return filled


def _names(headers: Sequence[Row]) -> dict[int, str]:
    parts: dict[int, list[str]] = {}
    for cell in (cell for row in headers for cell in row if cell.text):
        for column in range(cell.column, min(cell.column + cell.span, cell.column + 500)):
            named = parts.setdefault(column, [])
            if cell.text not in named:
                named.append(cell.text)
    return {column: " – ".join(named).rstrip(": ") for column, named in parts.items()}


def _sentence(row: Row, names: dict[int, str], width: int) -> str:
    if all(cell.text.rstrip(": ") == names.get(cell.column, "") for cell in row):
        return ""  # the header again, on the next page
    said = []
    for cell in row:
        own = [names[column] for column in range(cell.column, cell.column + min(cell.span, 50)) if column in names]
        name = " / ".join(dict.fromkeys(own)) if cell.span < width else ""
        if cell.text:
            said.append(f"{name}: {cell.text}" if name else cell.text)
    return "; ".join(said)


def _names_columns(table: Sequence[Row]) -> bool:
    """Whether the first row can be the names of the columns, and something speaks for it."""
    if len(table) < 2:
        return False
    first, body = table[0], table[1:]
    texts = [cell.text for cell in first]
    named = [text for text in texts if text]
    complete = len(named) >= len(texts) - (not texts[0]) and len(named) >= 2 - (not texts[0])
    if not complete or len(set(named)) < len(named) or not all(map(_can_name, named)):
        return False
    bold = all(cell.bold for cell in first if cell.text) and not all(c.bold for c in body[0] if c.text)
    return bold or not texts[0] or len(named) > 2 or _differs(named, body)


def _can_name(text: str) -> bool:
    short = len(text) <= _LABEL and not text.endswith((".", "!", ";"))
    return short and (bool(_YEAR.fullmatch(text)) or not any(map(str.isdigit, text)))


def _differs(names: Sequence[str], body: Sequence[Row]) -> bool:
    """Whether a column holds only figures, or much longer text, below a short name."""
    for column in range(len(names)):
        below = [cell.text for row in body for cell in row if cell.column == column and cell.text]
        if not below:
            continue
        figures = all(any(map(str.isdigit, text)) for text in below)
        longer = sum(map(len, below)) > 3 * len(names[column]) * len(below)
        if len(below) > 1 and (figures or (longer and column > 0)):
            return True
    return False


def blocks(table: Sequence[Row], contents: Sequence[Sequence[Block]], headers: int | None) -> list[Block]:
    """Return a table as rows, or as what stands in its cells where it only lays out text.

    `contents` are the blocks of each cell. One column is a frame around text, and a cell with a table, or a heading
    above text, is a part of the page; a heading alone in a cell is only the look of a column's name.
    """
    kinds = [{block.kind for block in cell} for cell in contents]
    parted = any("row" in found or ("heading" in found and len(found) > 1) for found in kinds)
    if parted or all(len(row) <= 1 for row in table):
        return [block for cell in contents for block in cell]
    known = headers if headers is None or headers < len(table) else 0
    return [Block("row", text) for text in rows(table, known)]
