"""Tables that are ruled or shaded on a PDF page: their cells, and their rows as "Column: value"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ingest.loaders.pdf.covers import Box
from ingest.loaders.pdf.lines import Line, lines, segments
from ingest.loaders.pdf.words import Word

_MAX_POINTS = 1_500  # where lines cross; a drawing has more
_MIN_LENGTH = 4.0  # points: a shorter line rules nothing
_MAX_NAME = 120  # characters of a column's name; longer texts in the first row are cells of a form
_SNAP = 3.0  # points within which lines are one

Join = Callable[[Sequence[Line]], str]


@dataclass(eq=False)
class Cell:
    """A cell with its lines of text; merged cells are one."""

    box: Box
    lines: list[Line] = field(default_factory=list)

    @property
    def bold(self) -> bool:
        """Whether all its text is bold."""
        return all(line.bold for line in self.lines)


@dataclass(eq=False)
class Table:
    """A ruled table: `grid` holds the cell of each row and column, a merged one at all its places."""

    page: int
    grid: list[list[Cell | None]]
    edges: list[float]
    x0: float
    top: float
    x1: float
    bottom: float
    column: int = 0

    def lines(self) -> list[Line]:
        """Return the lines that stand in the cells, those of a merged one at all its places."""
        return [line for row in self.grid for cell in row if cell for line in cell.lines]


def find(edges: Iterable[Box], words: Sequence[Word], page: int) -> tuple[list[Table], list[Word]]:
    """Return the tables of a page, and the words that stand in none.

    `edges` are the page's lines as (x0, top, x1, bottom). A frame around text, a chart and a grid that is mostly empty
    are no tables.
    """
    tables = []
    for boxes in _grids(list(edges)):
        cells = [Cell(box) for box in boxes]
        inside = _fill(cells, words, page)
        table = _table(cells, page)
        if table is not None and _is_table(table):
            tables.append(table)
            words = [word for word in words if id(word) not in inside]
    return tables, list(words)


def _grids(edges: list[Box]) -> list[list[Box]]:
    from pdfplumber import table as plumber

    ruled = [_edge(edge) for edge in edges if max(edge[2] - edge[0], edge[3] - edge[1]) >= _MIN_LENGTH]
    if len(ruled) < 5:
        return []
    merged = plumber.merge_edges(ruled, _SNAP, _SNAP, _SNAP, _SNAP)
    crossings = plumber.edges_to_intersections(merged, _SNAP, _SNAP)
    if not 6 <= len(crossings) <= _MAX_POINTS:
        return []
    return [list(boxes) for boxes in plumber.cells_to_tables(plumber.intersections_to_cells(crossings))]


def _edge(edge: Box) -> dict[str, Any]:
    x0, top, x1, bottom = edge
    across = x1 - x0 > bottom - top
    sides = {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}
    return {**sides, "orientation": "h" if across else "v", "object_type": "line"}


def _fill(cells: Sequence[Cell], words: Sequence[Word], page: int) -> set[int]:
    """Put the words in their cells; return which."""
    held: dict[int, list[Word]] = {}
    inside = set()
    for word in words:
        x, y = (word.x0 + word.x1) / 2, word.base - 0.3 * word.size
        for i, cell in enumerate(cells):
            if cell.box[0] <= x <= cell.box[2] and cell.box[1] <= y <= cell.box[3]:
                held.setdefault(i, []).append(word)
                inside.add(id(word))
                break
    for i, found in held.items():
        cells[i].lines = lines(segments(found, page), 0)
    return inside


def _table(cells: Sequence[Cell], page: int) -> Table | None:
    xs = sorted({round(x, 1) for cell in cells for x in (cell.box[0], cell.box[2])})
    ys = sorted({round(y, 1) for cell in cells for y in (cell.box[1], cell.box[3])})
    if len(xs) < 3 or len(ys) < 2:
        return None
    grid: list[list[Cell | None]] = [[None] * (len(xs) - 1) for _ in ys[:-1]]
    for cell in cells:
        x0, top, x1, bottom = (round(value, 1) for value in cell.box)
        for row in range(ys.index(top), ys.index(bottom)):
            for column in range(xs.index(x0), xs.index(x1)):
                grid[row][column] = cell
    grid = [row for row in grid if any(cell and cell.lines for cell in row)]
    return Table(page, grid, xs, xs[0], ys[0], xs[-1], ys[-1])


def _is_table(table: Table) -> bool:
    cells = {id(cell): cell for row in table.grid for cell in row if cell}
    filled = sum(bool(cell.lines) for cell in cells.values())
    columns = sum(any(row[i] and row[i].lines for row in table.grid) for i in range(len(table.edges) - 1))  # type: ignore[union-attr]
    return len(table.grid) >= 2 and columns >= 2 and filled >= 0.3 * len(cells)


def continues(before: Table, after: Table) -> bool:
    """Whether two tables have the same columns, so that the second can be the rest of the first."""
    return len(before.edges) == len(after.edges) and all(
        abs((one - before.x0) - (other - after.x0)) <= 4 for one, other in zip(before.edges, after.edges, strict=True)
    )


def rows(table: Table, join: Join, names: list[str] | None) -> tuple[list[str], str, list[str]]:
    """Return the names of a table's columns, its title if one stands in it, and its rows as "Column: value; …".

    `names` are those of the table that this one continues; a first row that repeats them is left out.
    """
    grid = list(table.grid)
    title = ""
    if len(grid) > 2 and len(_distinct(grid[0])) == 1:
        title = join(_distinct(grid.pop(0))[0].lines)
    if names is None and _is_list_of_values(grid):
        return [], title, [": ".join(_plain(row, join)).replace("::", ":") for row in grid]
    own, body = _header(grid, join)
    if names is None and max(map(len, own)) > _MAX_NAME:
        names, body = [""] * len(own), grid
    elif names is None:
        names = own
    elif own != names:
        body = grid
    texts = [_row(row, names, join) for row in body]
    return names, title, [text for text in texts if text]


def _distinct(row: Sequence[Cell | None]) -> list[Cell]:
    """Return the cells of a row that have text, a merged one once."""
    return list({id(cell): cell for cell in row if cell and cell.lines}.values())


def _plain(row: Sequence[Cell | None], join: Join) -> list[str]:
    return [join(cell.lines) for cell in _distinct(row)]


def _is_list_of_values(grid: Sequence[Sequence[Cell | None]]) -> bool:
    """Whether it is two columns of which the first names what the second holds, with no header above them."""
    pairs = [_distinct(row) for row in grid]
    if len(grid[0]) != 2 or len(pairs[0]) != 2:
        return False
    (label, value), labels = pairs[0], [pair[0] for pair in pairs if pair]
    if value.bold:
        return False
    named = all(cell.bold or cell.lines[-1].text.endswith(":") for cell in labels)
    return named or (not label.bold and any(sign.isdigit() for line in value.lines for sign in line.text))


def _header(grid: Sequence[Sequence[Cell | None]], join: Join) -> tuple[list[str], list[list[Cell | None]]]:
    """Return the names of the columns, from two rows where a name in the first spans several columns, and the rest."""
    first = grid[0]
    spans = any(cell and cell is after for cell, after in pairwise(first))
    height = 2 if spans and len(grid) > 2 else 1
    names = []
    for column in range(len(first)):
        cells = _distinct([row[column] for row in grid[:height]])
        names.append(" ".join(join(cell.lines) for cell in cells))
    return names, [list(row) for row in grid[height:]]


def _row(row: Sequence[Cell | None], names: Sequence[str], join: Join) -> str:
    cells = _distinct(row)
    if len(cells) == 1 and all(cell is row[0] for cell in row):
        return join(cells[0].lines)
    parts = []
    for cell in cells:
        name = names[next(i for i, other in enumerate(row) if other is cell)].rstrip(":")
        text = join(cell.lines)
        parts.append(f"{name}: {text}" if name else text)
    return "; ".join(parts)
