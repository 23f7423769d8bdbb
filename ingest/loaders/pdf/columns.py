"""Reading order on a PDF page: which parts are columns of prose, and in which order they are read.

A gutter is a strip that no text crosses over several lines, with lines of prose that fill their column on both sides
of it. What stands above it is read first, then the left side, the right side, and what stands below; each of these is
looked at in the same way. Table cells and the numbers of a list fill no column, so no gutter parts them from their row.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from ingest.loaders.pdf.lines import Line
from ingest.loaders.pdf.tables import Table

Piece = Line | Table

_MIN_GUTTER = 6.0  # points
_MIN_LINES = 6  # on both sides together
_MAX_DEPTH = 12
_MAX_STARTS = 12
_MAX_PIECES = 1_500  # of a page; a drawing has more
_MAX_GUTTERS = 3  # beside each other


class _Split(NamedTuple):
    above: list[Piece]
    left: list[Piece]
    right: list[Piece]
    below: list[Piece]


def regions(pieces: Sequence[Piece], depth: int = 0) -> list[list[Piece]]:
    """Return the parts of a page in the order in which they are read; within one, pieces go from the top down."""
    pieces = sorted(pieces, key=lambda piece: piece.top)
    split = _split(pieces, _MAX_GUTTERS) if depth < _MAX_DEPTH and _MIN_LINES <= len(pieces) <= _MAX_PIECES else None
    if split is None:
        return [pieces] if pieces else []
    return [region for part in split for region in regions(part, depth + 1)]


def _split(pieces: list[Piece], gutters: int) -> _Split | None:
    best: _Split | None = None
    for x in _starts(pieces):
        gutter = x - _MIN_GUTTER
        first = 0
        for i in range(len(pieces) + 1):
            if i < len(pieces) and not (pieces[i].x0 < x - 1 and pieces[i].x1 > gutter):
                continue
            split = _parted(pieces, first, i, x, gutters)
            if split and (best is None or _size(split) > _size(best)):
                best = split
            first = i + 1
    return best


def _starts(pieces: Sequence[Piece]) -> list[float]:
    """Return where lines begin, twice at least: the left edges that a column could have."""
    xs = sorted(piece.x0 for piece in pieces)
    edges: dict[float, int] = {}
    edge = xs[0]
    for x in xs:
        if x - edge > 3:
            edge = x
        edges[edge] = edges.get(edge, 0) + 1
    often = sorted((x for x in edges if x > xs[0] + 30 and edges[x] > 1), key=lambda x: -edges[x])
    return sorted(often[:_MAX_STARTS])


def _size(split: _Split) -> int:
    return len(split.left) + len(split.right)


def _parted(pieces: list[Piece], first: int, end: int, x: float, gutters: int) -> _Split | None:
    run = pieces[first:end]
    left = [piece for piece in run if piece.x0 < x - 1]
    right = [piece for piece in run if piece.x0 >= x - 1]
    if len(run) < _MIN_LINES or min(len(left), len(right)) < 2:
        return None
    start = max(left[0].top, right[0].top) - 3
    below = _next_section(left, right) if end < len(pieces) else []
    left = [piece for piece in left if piece.top >= start and piece not in below]
    right = right[_beginning(right, start) :]
    if min(len(left), len(right)) < 2 or len(left) + len(right) < _MIN_LINES:
        return None
    if not all(_fills(side) or (gutters > 1 and _split(side, gutters - 1)) for side in (left, right)):
        return None
    kept = {id(piece) for piece in (*left, *right)}
    above = [*pieces[:first], *(piece for piece in run if id(piece) not in kept and piece not in below)]
    return _Split(above, left, right, [*below, *pieces[end:]])


def _beginning(side: Sequence[Piece], start: float) -> int:
    """Return which piece of a side is the first of its column: at `start`, or above it in the same text."""
    i = next((i for i, piece in enumerate(side) if piece.top >= start), len(side))
    while 0 < i < len(side) and _adjoin(side[i - 1], side[i]):
        i -= 1
    return i


def _adjoin(one: Piece, other: Piece) -> bool:
    alike = isinstance(one, Line) and isinstance(other, Line) and abs(one.size - other.size) < 0.5
    return alike and other.top - one.bottom < other.bottom - other.top


def _next_section(left: list[Piece], right: list[Piece]) -> list[Piece]:
    """Return the short heading at the end of the left column that belongs to the text across both columns below it."""
    usual = median(piece.size for piece in left if isinstance(piece, Line)) if _has_lines(left) else 0.0
    last: list[Piece] = []
    for piece in reversed(left):
        heading = isinstance(piece, Line) and (piece.size > 1.1 * usual or piece.bold)
        if not heading or piece.top < right[-1].bottom:
            break
        last.insert(0, piece)
    return last


def _has_lines(side: Sequence[Piece]) -> bool:
    return any(isinstance(piece, Line) for piece in side)


def _fills(side: Sequence[Piece]) -> bool:
    """Whether most lines are prose that runs from edge to edge."""
    found = [piece for piece in side if isinstance(piece, Line)]
    if len(found) < len(side):
        return True
    width = max(piece.x1 for piece in side) - min(piece.x0 for piece in side)
    full = [piece for piece in found if piece.x1 - piece.x0 >= 0.7 * width]
    # By what is written rather than by lines: a chart among the prose has many short ones.
    share = sum(len(piece.text) for piece in full) / sum(len(piece.text) for piece in found)
    return share >= 0.5 and median(len(piece.words) for piece in full) >= 3
