"""A sheet of cells as blocks: which row names the columns, what stands above it, and the rows below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.blocks import Block, Unreadable

MAX_ROWS = 50_000
_MAX_CELLS = 2_000_000
_TITLES = 10  # lines above the header, at most
_LOOK = 20  # lines below a line that say whether it can name the columns
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-–/]\s*(?:\d\d){1,2})?")
_UNIT = r"(?:€|\$|£|%|EUR|USD|GBP|euro|km|m2?|fte)?"
_FIGURE = re.compile(rf"{_UNIT}\s?[-+−]?[\d.,:/\s-]*\d[\d.,:/\s-]*{_UNIT}", re.IGNORECASE)


@dataclass
class Line:
    """A row: its number as the program shows it, its filled cells by column, how many columns a merged one spans."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)


class TooLarge(Unreadable):
    """More rows or cells than can be read."""

    def __init__(self) -> None:
        super().__init__(
            f"the tables hold more than {MAX_ROWS:,} rows or {_MAX_CELLS:,} cells: save the part that people ask about "
            "in a file of its own"
        )


@dataclass
class Room:
    """What is left of the rows and cells that a file may have; shared by its sheets."""

    rows: int = MAX_ROWS
    cells: int = _MAX_CELLS

    def take(self, cells: int) -> None:
        """Count a filled row.

        Raises:
            TooLarge: the file has no room for it.

        """
        self.rows -= 1
        self.cells -= cells
        if self.rows < 0 or self.cells < 0:
            raise TooLarge


def merge(lines: Sequence[Line], ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Say a merged cell's text in each row that it spans, since each row is read alone; once in a row.

    A range is (first row, first column, last row, last column), inclusive.
    """
    by_number = {line.number: line for line in lines}
    room = _MAX_CELLS
    for top, left, bottom, right in ranges:
        text = by_number[top].cells.get(left) if top in by_number else None
        if text is None:
            continue
        height = min(bottom - top + 1, len(lines))
        room -= height
        if room < 0:
            raise TooLarge
        for number in range(top, top + height):
            if number in by_number:
                by_number[number].cells.setdefault(left, text)
                by_number[number].spans[left] = right - left + 1


def blocks(lines: Sequence[Line], sheet: str = "", level: int = 1) -> list[Block]:
    """Return the blocks of a sheet, a row block for each row below the header.

    Lines above the header are titles: the first is a heading of `level`, the others are paragraphs. A locator is
    "row 12", or "Budget, row 12" with the name of a sheet.
    """
    prefix = f"{sheet}, " if sheet else ""
    filled = [line for line in lines if line.cells]
    found: list[Block] = []
    for table in _tables(filled):
        found.extend(_table(table, prefix, level))
    return found


def _tables(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Cut a sheet where, below an empty row, a line with titles of columns begins another table."""
    start = 0
    for i in range(1, len(lines)):
        gap = lines[i].number - lines[i - 1].number > 1
        if gap and i - start > 2 and _begins(lines[i : i + _LOOK]):
            yield lines[start:i]
            start = i
    if lines:
        yield lines[start:]


def _begins(lines: Sequence[Line]) -> bool:
    """Whether a header stands at once or below one title, with figures below it that prove it one."""
    at = _header(lines)
    if at is None or at > 1:
        return False
    names, below = lines[at].cells, lines[at + 1]
    return len(below.cells) > 1 and any(not _says(text) for column, text in below.cells.items() if column in names)


def _table(lines: Sequence[Line], prefix: str, level: int) -> Iterator[Block]:
    at = _header(lines)
    if at is None:
        yield from _unnamed(lines, prefix)
        return
    first = True
    for line in lines[:at]:
        text = "; ".join(line.cells[column] for column in sorted(line.cells))
        if first and len(line.cells) == 1 and len(text) <= 120 and not text.endswith((".", ":", ";")):
            yield Block("heading", text, level)
        else:
            yield Block("paragraph", text, locator=f"{prefix}row {line.number}")
        first = False
    names, rest = _names(lines, at)
    for line in lines[rest:]:
        text = row_text(line.cells, _names_above(line, lines[at], names))
        if text:
            yield Block("row", text, locator=f"{prefix}row {line.number}")


def _header(lines: Sequence[Line]) -> int | None:
    """Return which line names the columns: mostly filled, with texts or years; above it only titles, filled less."""
    for i, line in enumerate(lines[:_TITLES]):
        width = max((len(other.cells) for other in lines[i : i + _LOOK + 1]), default=0)
        if len(line.cells) * 2 > width:
            return i if i + 1 < len(lines) and _can_name(line, lines[i + 1], width) else None
    return None


def _can_name(line: Line, below: Line, width: int) -> bool:
    texts = [line.cells[column] for column in sorted(line.cells)]
    if width == 1:
        return _short(texts[0], 60) and line.cells.keys() == below.cells.keys()
    years = {column for column, text in line.cells.items() if _YEAR.fullmatch(text)}
    if not all(column in years or _says(text) for column, text in line.cells.items()):
        return False
    if width == 2:
        # A list of "name | value" begins with a value, not with a title.
        return len(texts) == 2 and texts[0] != texts[1] and (bool(years) or _short(texts[1], 40))
    # Years name columns, unless they are what the columns hold.
    held = bool(years) and all(_YEAR.fullmatch(below.cells.get(column, "")) for column in years)
    return not held and len(set(texts)) * 2 > len(texts) > len(years) and max(map(len, texts)) <= 300


def _short(text: str, length: int) -> bool:
    return len(text) <= length and not text.endswith((".", "!", ";", ",")) and not re.search(r"\d|@|://", text)


def _says(text: str) -> bool:
    return any(map(str.isalpha, text)) and not _FIGURE.fullmatch(text)


def _names(lines: Sequence[Line], at: int) -> tuple[dict[int, str], int]:
    """Return the names of the columns and where the rows begin; a merged name stands before those below it."""
    top = lines[at]
    wide = {column: span for column, span in top.spans.items() if span > 1 and column in top.cells}
    names = {column: _name(text) for column, text in top.cells.items()}
    if not wide or at + 2 >= len(lines) or not _is_second(top, lines[at + 1], wide):
        return names, at + 1
    both = dict(names)
    for column, text in lines[at + 1].cells.items():
        over = next((names[first] for first, span in wide.items() if first <= column < first + span), "")
        own, above = _name(text), over or names.get(column, "")
        both[column] = own if own == above else f"{above} {own}".strip()
    return both, at + 2


def _is_second(top: Line, line: Line, wide: dict[int, int]) -> bool:
    under = [column for first, span in wide.items() for column in range(first, first + min(span, 500))]
    titles = [text for column, text in line.cells.items() if top.cells.get(column) != text]
    named = all(_says(text) or _YEAR.fullmatch(text) for text in titles)
    return named and sum(column in line.cells for column in under) * 2 > len(under)


def _names_above(line: Line, top: Line, names: dict[int, str]) -> dict[int, str]:
    """Return the names, also for a merged cell that begins beside the only title over it; reports merge for looks."""
    if not (line.spans or top.spans):
        return names
    found = dict(names)
    for column in line.cells.keys() - names.keys():
        end = column + line.spans.get(column, 1)
        over = [first for first in top.cells if first < end and column < first + top.spans.get(first, 1)]
        if len(over) == 1:
            found[column] = names[over[0]]
    return found


def _name(text: str) -> str:
    return text.rstrip(": ")


def row_text(cells: dict[int, str], names: dict[int, str]) -> str:
    """Return a row as "Column: value; Column: value".

    The only cell of a row among several columns is a subtitle or a note, and stands alone; the names again, on a next
    page, are nothing. After a cell that ends its own sentence no semicolon follows.
    """
    columns = sorted(cells)
    if all(_name(cells[column]) == names.get(column) for column in columns):
        return ""
    if len(columns) == 1 and len(names) > 2 and columns[0] == min(names):
        return cells[columns[0]]
    said = [f"{names[column]}: {cells[column]}" if names.get(column) else cells[column] for column in columns]
    return _joined(said)


def _joined(parts: Sequence[str]) -> str:
    """Join cells by semicolons; one that ends a sentence of its own ends it here too."""
    text, ended = "", False
    for part in parts:
        text += (" " if ended else "; ") * bool(text) + part
        ended = part.endswith((".", "?", "!")) and len(part.split()) > 3
    return text


def _unnamed(lines: Sequence[Line], prefix: str) -> Iterator[Block]:
    """Return the rows of a table without names of columns; one of two columns is a list of names with values."""
    pairs = max(len(line.cells) for line in lines) == 2
    for line in lines:
        texts = [line.cells[column] for column in sorted(line.cells)]
        pair = pairs and len(texts) == 2 and len(texts[0]) <= 80
        text = f"{_name(texts[0])}: {texts[1]}" if pair else _joined(texts)
        yield Block("row", text, locator=f"{prefix}row {line.number}")
