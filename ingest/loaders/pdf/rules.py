"""Level lines on a PDF page, which part the rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.loaders.pdf.covers import Box

Rule = tuple[float, float, float]  # x0, x1, y

_MIN_LENGTH = 4.0  # points: a shorter line rules nothing
_TOUCHING = 3.0  # points between the pieces of one line, which is often drawn cell by cell
_MOST = 0.6  # of a row's width


def read(edges: Iterable[Box]) -> list[Rule]:
    """Return the level lines among the edges (x0, top, x1, bottom) of a page; pieces of one are joined."""
    found: list[Rule] = []
    for x0, top, x1, bottom in sorted(edges, key=lambda edge: (round(edge[1]), edge[0])):
        if bottom - top >= 1 or x1 - x0 < _MIN_LENGTH:
            continue
        last = found[-1] if found else None
        if last and abs(last[2] - top) < 1 and x0 - last[1] <= _TOUCHING:
            found[-1] = (last[0], max(last[1], x1), last[2])
        else:
            found.append((x0, x1, top))
    return found


def part_rows(rules: Sequence[Rule], between: Box) -> bool:
    """Whether a line runs across most of the strip (x0, top, x1, bottom) between two rows."""
    left, top, right, bottom = between
    return any(top <= y <= bottom and min(x1, right) - max(x0, left) >= _MOST * (right - left) for x0, x1, y in rules)
