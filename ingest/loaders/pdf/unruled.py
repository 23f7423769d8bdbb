"""Tables on a PDF page without lines between their columns: words that stand below each other with clear gaps.

Only what has a header is one, or level lines between its rows: a header is bold above light rows, or a line parts it
from them, or it names columns of numbers. Two columns of prose, a list and names beside their values are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ingest.loaders.pdf.lines import Line, lines, segments
from ingest.loaders.pdf.rules import Rule, part_rows
from ingest.loaders.pdf.tables import Cell, Table
from ingest.loaders.pdf.words import Word

_GUTTER = 0.7  # of the font size: the least gap between columns, over all rows
_CELL = 1.2  # of the font size: the least gap between columns in the first row
_APART = 3.2  # of the font size: rows further from each other are of no one table
_MIN_ROWS = 3  # with two cells or more, below the header
_MAX_LINES = 200  # of a region
_MAX_NAME = 60  # characters of a column's name
_MIN_RULES = 3  # between the rows of a table that needs no header
_MARKER = re.compile(r"[•‣◦▪▫●○■□❖➢➤►▶✓✔☐·∙\ue000-\uf8ff*–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]")
_LOWER = re.compile(r"[(\"'“‘«]?[a-zà-öø-ÿ]|\(")
_DIGIT = re.compile(r"\d")
_VALUE = re.compile(r"(?!(?:19|20)\d\d$)[\d.,:\s%€$£±<>≤≥–-]+")


class _Row(NamedTuple):
    """A line of the region as it came, and its parts with gaps between them that could be those of columns."""

    source: list[Line]
    parts: list[Line]
    base: float
    size: float

    def words(self) -> list[Word]:
        return [word for part in self.parts for word in part.words]


class _Grid(NamedTuple):
    """Rows that keep the same gaps free; `columns` are (x0, x1), and the first `header` rows name them.

    `ruled` says of each row but the last whether a level line stands below it.
    """

    rows: list[_Row]
    columns: list[tuple[float, float]]
    ruled: list[bool]
    header: int = 0

    @property
    def banded(self) -> bool:
        """Whether level lines part its rows."""
        return sum(self.ruled) >= _MIN_RULES

    def cells(self, row: _Row) -> list[list[Word]]:
        """Return the words of a row by column."""
        found: list[list[Word]] = [[] for _ in self.columns]
        for word in row.words():
            middle = (word.x0 + word.x1) / 2
            found[next(i for i, (_, x1) in enumerate(self.columns) if middle <= x1)].append(word)
        return found


def find(
    parts: Sequence[Line], level: Sequence[Rule], page: int, banded: bool = False
) -> tuple[list[Table], list[Line]]:
    """Return the tables in a region of a page, and the parts of lines that stand in none.

    `level` are the level lines of the page; with `banded`, only tables with such lines between their rows are found,
    which can be told before it is known whether the page has columns of prose.
    """
    rows = _rows(parts)
    if len(rows) > _MAX_LINES:
        return [], list(parts)
    tables: list[Table] = []
    left: list[Line] = []
    i = 0
    while i < len(rows):
        grid = _grid(rows, i, level)
        if grid is None or (banded and not grid.banded):
            left.extend(rows[i].source)
            i += 1
        else:
            tables.append(_table(grid, page))
            i += len(grid.rows)
    return tables, left


def _rows(parts: Sequence[Line]) -> list[_Row]:
    grouped: list[list[Line]] = []
    for part in sorted(parts, key=lambda part: part.base):
        if grouped and abs(part.base - grouped[-1][0].base) <= 0.4 * max(part.size, grouped[-1][0].size):
            grouped[-1].append(part)
        else:
            grouped.append([part])
    return [_Row(row, _split(row), row[0].base, max(part.size for part in row)) for row in grouped]


def _split(row: Sequence[Line]) -> list[Line]:
    """Return the parts of a row from left to right, cut where spaces are as wide as the gap between two columns."""
    cells: list[Line] = []
    for part in sorted(row, key=lambda part: part.x0):
        first = 0
        for i, (before, word) in enumerate(pairwise(part.words), 1):
            if word.x0 - before.x1 > _CELL * part.size:
                cells.append(Line(part.words[first:i], part.page))
                first = i
        cells.append(Line(part.words[first:], part.page) if first else part)
    return cells


def _grid(rows: Sequence[_Row], start: int, level: Sequence[Rule]) -> _Grid | None:
    """Return the table that begins with a row, if one does."""
    if len(rows[start].parts) < 2 or (start and _goes_on(rows[start - 1], rows[start], level)):
        return None
    found = _run(rows, start)
    columns = _extents(found)
    grid = _Grid(found, columns, _ruled(found, columns[0][0], columns[-1][1], level))
    while len(grid.rows) > 1 and _is_below(grid):
        grid.rows.pop()
        grid.ruled.pop()
    grid = grid._replace(header=_header(grid))
    return grid if (grid.header or grid.banded) and _is_table(grid) else None


def _goes_on(before: _Row, row: _Row, level: Sequence[Rule]) -> bool:
    """Whether a row with gaps is the next line of one above it."""
    near = len(before.parts) > 1 and row.base - before.base <= 1.6 * row.size
    left, right = min(before.parts[0].x0, row.parts[0].x0), max(before.parts[-1].x1, row.parts[-1].x1)
    return near and not any(_ruled([before, row], left, right, level))


def _ruled(rows: Sequence[_Row], left: float, right: float, level: Sequence[Rule]) -> list[bool]:
    """Return of each row but the last whether a line between `left` and `right` parts it from the next."""
    heights = [(one.base - 0.2 * one.size, other.base - 0.5 * other.size) for one, other in pairwise(rows)]
    return [part_rows(level, (left, top, right, bottom)) for top, bottom in heights]


def _is_below(grid: _Grid) -> bool:
    """Whether the last row is a line of text below the table."""
    before, last = grid.rows[-2:]
    inside = grid.banded and not grid.ruled[-1] and last.base - before.base <= 1.6 * last.size
    return not inside and not any(grid.cells(last)[1:])


def _run(rows: Sequence[_Row], start: int) -> list[_Row]:
    """Return the rows from `start` on that leave the gaps between its parts free."""
    found = [rows[start]]
    gaps = [(before.x1, part.x0) for before, part in pairwise(rows[start].parts)]
    for row in rows[start + 1 :]:
        near = row.base - found[-1].base <= _APART * max(row.size, found[-1].size)
        near = near and row.parts[-1].x1 > rows[start].parts[0].x0
        narrowed = [_narrowed(gap, row.words()) for gap in gaps]
        if not near or any(x1 - x0 < _GUTTER * row.size for x0, x1 in narrowed):
            break
        gaps = narrowed
        found.append(row)
    return found


def _narrowed(gap: tuple[float, float], words: Sequence[Word]) -> tuple[float, float]:
    """Return what words leave of a gap, at the side where each of them reaches into it least."""
    x0, x1 = gap
    for word in words:
        if word.x1 > x0 and word.x0 < x1:
            if word.x0 + word.x1 < x0 + x1:
                x0 = word.x1
            else:
                x1 = word.x0
    return x0, x1


def _extents(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    extents: list[tuple[float, float]] = []
    least = _GUTTER * median(row.size for row in rows)
    for x0, x1 in sorted((word.x0, word.x1) for row in rows for word in row.words()):
        if extents and x0 - extents[-1][1] < least:
            extents[-1] = (extents[-1][0], max(extents[-1][1], x1))
        else:
            extents.append((x0, x1))
    return extents


def _header(grid: _Grid) -> int:
    """Return how many rows the header has, 0 if there is none."""
    height = next((i for i, row in enumerate(grid.rows) if not all(part.bold for part in row.parts)), 0)
    if not 0 < height <= 3 or _is_mixed(grid, height):
        height = grid.ruled.index(True) + 1 if grid.banded or sum(grid.ruled[:3]) == sum(grid.ruled) == 1 else 0
    height = height or int(_names_numbers(grid))
    return height if height <= 3 and all(_is_name(name) for name in _names(grid, height)) else 0


def _is_mixed(grid: _Grid, height: int) -> bool:
    """Whether bold below the first rows, right of the first column, is so common that it marks no header."""
    cells = [cell for row in grid.rows[height:] for cell in grid.cells(row)[1:] if cell]
    return sum(all(word.bold for word in cell) for cell in cells) * 4 > len(cells)


def _names(grid: _Grid, height: int) -> list[str]:
    rows = [grid.cells(row) for row in grid.rows[:height]]
    return [" ".join(word.text for cells in rows for word in cells[i]) for i in range(len(grid.columns))]


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME and not _VALUE.fullmatch(text)


def _names_numbers(grid: _Grid) -> bool:
    """Whether the first row holds words above columns of which one at least is of numbers."""
    names = grid.cells(grid.rows[0])
    if len(names) < 3 or any(_DIGIT.search(word.text) for name in names for word in name) or not all(names[1:]):
        return False
    body = [grid.cells(row) for row in grid.rows[1:]]
    columns = [[cells[i] for cells in body if cells[i]] for i in range(1, len(names))]
    return any(column and all(any(_DIGIT.search(w.text) for w in cell) for cell in column) for column in columns)


def _is_table(grid: _Grid) -> bool:
    body = [grid.cells(row) for row in grid.rows[grid.header :]]
    full = [cells for cells in body if sum(map(bool, cells)) > 1]
    if grid.banded and len(grid.rows) > grid.header:
        full = full * _MIN_ROWS  # lines that part the rows are proof enough
    if len(full) < _MIN_ROWS or len(grid.columns) < 2:
        return False
    columns = [[cells[i] for cells in body if cells[i]] for i in range(len(grid.columns))]
    marked = sum(bool(_MARKER.fullmatch(" ".join(word.text for word in cell))) for cell in columns[0])
    prose = sum(_is_prose(column) for column in columns)
    return (
        marked * 2 <= len(columns[0]) and (grid.banded or prose < 2) and all(_is_aligned(column) for column in columns)
    )


def _is_prose(column: Sequence[Sequence[Word]]) -> bool:
    """Whether most lines of a column go on with a sentence that began above."""
    going_on = sum(bool(_LOWER.match(cell[0].text)) for cell in column[1:])
    return len(column) > 2 and going_on * 2 > len(column) and median(map(len, column)) >= 4


def _is_aligned(column: Sequence[Sequence[Word]]) -> bool:
    """Whether most cells begin or end below each other, or have one middle."""
    if not column:
        return True
    lefts = [cell[0].x0 for cell in column]
    rights = [cell[-1].x1 for cell in column]
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(sum(abs(x - median(xs)) <= 3 for x in xs) >= 0.7 * len(xs) for xs in (lefts, rights, middles))


def _table(grid: _Grid, page: int) -> Table:
    edges = [x0 for x0, _ in grid.columns] + [grid.columns[-1][1]]
    nameless: list[Cell | None] = [None] * len(grid.columns)
    names = _cells(grid, grid.rows[: grid.header], page) if grid.header else nameless
    cells = [names, *(_cells(grid, row, page) for row in _merged(grid))]
    top = min(part.top for part in grid.rows[0].parts)
    return Table(page, cells, edges, edges[0], top, edges[-1], max(part.bottom for part in grid.rows[-1].parts))


def _cells(grid: _Grid, rows: Sequence[_Row], page: int) -> list[Cell | None]:
    words: list[list[Word]] = [[] for _ in grid.columns]
    for row in rows:
        for i, found in enumerate(grid.cells(row)):
            words[i].extend(found)
    y0, y1 = rows[0].base - rows[0].size, rows[-1].base
    return [
        Cell((x0, y0, x1, y1), lines(segments(found, page), 0)) if found else None
        for found, (x0, x1) in zip(words, grid.columns, strict=True)
    ]


def _merged(grid: _Grid) -> Iterator[list[_Row]]:
    """Return the lines of each row of the body: a cell may take several."""
    body = grid.rows[grid.header :]
    distances = [row.base - before.base for before, row in pairwise(body)]
    row = body[:1]
    for line, distance, parted in zip(body[1:], distances, grid.ruled[grid.header :], strict=True):
        first = grid.cells(line)[0]
        wide = distance > 1.2 * min(distances)
        middle = max(distances) > 1.2 * min(distances) and bool(first) and bool(_LOWER.match(first[0].text))
        if parted if grid.banded else wide or not (middle or not first):
            yield row
            row = []
        row.append(line)
    yield row
