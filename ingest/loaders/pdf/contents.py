"""A table of contents in a PDF, which names what stands elsewhere and says nothing itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.loaders.pdf.columns import Piece
from ingest.loaders.pdf.lines import Line

_CONTENTS = re.compile(
    r"(?:table of )?contents|(?:korte )?inhoud(?:s(?:opgave|tafel))?|(?:list of|lijst (?:van|met)) .{3,30}",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.{4,}|(?:\s\.){4,}|…{2,}|_{4,}|(?:\s·){4,})\s*\d{0,4}$")
_ENDS_IN_NUMBER = re.compile(r"\S\s+\d{1,4}$")


def without(lines: Sequence[Piece]) -> list[Piece]:
    """Return the lines of a page, in reading order, without a table of contents on it.

    One is told by its dotted leaders, or by a title such as "Inhoud" with lines below it that end in a page number.
    """
    entries = [i for i, line in enumerate(lines) if isinstance(line, Line) and _LEADER.search(line.text)]
    titles = [
        i for i, line in enumerate(lines) if isinstance(line, Line) and _CONTENTS.fullmatch(line.text.strip(" :"))
    ]
    if len(entries) < 3 and titles:
        entries = _numbered(lines, titles[0] + 1)
    if len(entries) < 3:
        return [] if entries and len(entries) == len(lines) else list(lines)  # the last page of a long one
    above = [i for i in titles if i < entries[0] and entries[0] - i <= 3]
    first = above[0] if above else entries[0]
    return [*lines[:first], *lines[entries[-1] + 1 :]]


def _numbered(lines: Sequence[Piece], start: int) -> list[int]:
    """Return the entries below a title: up to the last line that ends in a number no smaller than those above it."""
    found: list[int] = []
    last, missed = 0, 0
    for i in range(start, len(lines)):
        line = lines[i]
        if (
            isinstance(line, Line)
            and _ENDS_IN_NUMBER.search(line.text)
            and (number := int(line.words[-1].text)) >= last
        ):
            found.append(i)
            last, missed = number, 0
        else:
            missed += 1
        if missed > 2:
            break
    return found
