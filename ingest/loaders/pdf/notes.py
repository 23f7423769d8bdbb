"""Footnotes of a PDF page: small lines at the foot of a column, and their numbers in the text above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.loaders.pdf.columns import Piece
from ingest.loaders.pdf.lines import Line

_SMALL = 0.93  # of the body's size
_MARKER = re.compile(r"(\d{1,3}|[*†‡§]{1,3})(?:[.)])?\s*\S")


def part(region: Sequence[Piece], body: float) -> tuple[list[Piece], list[Line]]:
    """Return the lines of a column's text and those of the footnotes below it; `body` is the usual font size."""
    start = _raised(region, body)
    if start < len(region):
        return [*region[:start]], [line for line in region[start:] if isinstance(line, Line)]
    while start and isinstance(region[start - 1], Line) and region[start - 1].size <= _SMALL * body:  # type: ignore[union-attr]
        start -= 1
    notes = [line for line in region[start:] if isinstance(line, Line)]
    first = next((i for i, line in enumerate(notes) if _MARKER.match(line.text)), len(notes))
    if start == 0:  # a column of small print is no footnote, unless it begins as one
        first = 0 if notes and _MARKER.match(notes[0].text) and first == 0 else len(notes)
    return [*region[: start + first]], notes[first:]


def _raised(region: Sequence[Piece], body: float) -> int:
    """Return where the footnotes begin of which the first has a raised mark that stands in the text above too."""
    pointed: set[str] = set()
    for i, piece in enumerate(region):
        if isinstance(piece, Line):
            below = all(isinstance(line, Line) and line.size <= 1.05 * body for line in region[i:])
            if below and piece.words[0].text in pointed and is_one(piece, set()):
                return i
            pointed |= marks([piece])
    return len(region)


def is_one(line: Line, marks: set[str]) -> bool:
    """Whether a line begins a footnote beyond doubt: its mark is raised, or is one of `marks`, those of the text."""
    mark, *others = line.words
    if not (others and _MARKER.match(line.text)):
        return False
    raised = mark.size < 0.9 * line.size and mark.base < line.base - 0.15 * line.size
    return raised or mark.text.strip(".)") in marks


def marks(lines: Sequence[Line]) -> set[str]:
    """Return the marks in a text that point to its footnotes."""
    return {mark for line in lines for word in line.words if word.raised for mark in re.split(r"[,;]", word.text)}


def numbers(notes: Sequence[Line]) -> set[str]:
    """Return the marks of the footnotes."""
    return {match[1] for line in notes if (match := _MARKER.match(line.text))}


def without_numbers(line: Line, marks: set[str]) -> Line:
    """Return a line of the text without the raised numbers that point to the footnotes of its page."""
    kept = [word for word in line.words if not (word.raised and set(re.split(r"[,;]", word.text)) <= marks)]
    if len(kept) == len(line.words) or not kept:
        return line
    return replace(line, words=kept)
