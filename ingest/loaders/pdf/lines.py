"""Words of a PDF page to lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.loaders.pdf.words import Word

_GAP = 1.2  # of the font size: a wider one may part columns
_STRETCHED = 4.0  # of the font size: the widest space of a justified line
_LETTERS = re.compile(r"\w")
_MARK = re.compile(r"\d{1,3}|[*†‡§]{1,3}")
_SPACE = 0.6  # of the font size: the widest between words that the file does not give one after the other


@dataclass(eq=False)
class Line:
    """Words on one baseline, or the part of them within a column; `left` and `right` are the column's edges.

    `level` is that of the heading which the file's outline says it begins, or continues where `begins` is false.
    """

    words: list[Word]
    page: int
    left: float = 0.0
    right: float = 0.0
    column: int = 0
    level: int = 0
    begins: bool = False
    text: str = field(init=False)
    size: float = field(init=False)
    bold: bool = field(init=False)
    base: float = field(init=False)
    x0: float = field(init=False)
    x1: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[word.size] += len(word.text)
        self.text = text_of(self.words)
        self.size = sizes.most_common(1)[0][0]
        self.bold = all(word.bold for word in self.words if _LETTERS.search(word.text) and not word.raised)
        self.base = next(word.base for word in self.words if word.size == self.size)
        self.x0, self.x1 = self.words[0].x0, max(word.x1 for word in self.words)
        self.top, self.bottom = self.base - 0.8 * self.size, self.base + 0.2 * self.size


def text_of(words: Sequence[Word]) -> str:
    """Return the words as text; the number that begins a footnote is set apart by a space."""
    parts = []
    for i, word in enumerate(words):
        before = words[i - 1] if i else None
        number = before is not None and i == 1 and before.base < word.base - 0.15 * word.size and before.text.isdigit()
        parts.append(f" {word.text}" if before and (number or not word.glued) else word.text)
    return "".join(parts)


def segments(words: Iterable[Word], page: int) -> list[Line]:
    """Return runs of words that stand side by side, each of them within one column, from the top down."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and (_follows(runs[-1][-1], word, _GAP) or _is_mark_of(runs[-1], word)):
            runs[-1].append(word)
        else:
            runs.append([word])
    runs.sort(key=lambda run: (round(run[0].base), run[0].x0))
    merged: list[list[Word]] = []
    for run in runs:
        if merged and _follows(merged[-1][-1], run[0], _SPACE):
            merged[-1].extend(run)
        else:
            merged.append(run)
    return [Line(run, page) for run in merged]


def _follows(before: Word, after: Word, gap: float) -> bool:
    size = max(before.size, after.size)
    same_line = abs(before.base - after.base) < 0.35 * size or after.glued
    return same_line and -0.5 * size < after.x0 - before.x1 < (_STRETCHED if after.spaced else gap) * size


def _is_mark_of(run: Sequence[Word], word: Word) -> bool:
    """Whether a run is the raised number of the footnote that a word begins, set apart from it by a space."""
    mark = run[0]
    small = len(run) == 1 and mark.size < 0.9 * word.size and bool(_MARK.fullmatch(mark.text))
    return (
        small and 0.15 < (word.base - mark.base) / word.size < 0.7 and 0 <= word.x0 - mark.x1 < _STRETCHED * word.size
    )


def lines(parts: Sequence[Line], column: int) -> list[Line]:
    """Return the lines of a column, from the top down."""
    rows: list[list[Line]] = []
    for part in sorted(parts, key=lambda part: part.base):
        if rows and abs(part.base - rows[-1][0].base) <= 0.4 * max(part.size, rows[-1][0].size):
            rows[-1].append(part)
        else:
            rows.append([part])
    if not rows:
        return []
    left, right = min(part.x0 for part in parts), max(part.x1 for part in parts)
    found = []
    for row in rows:
        words = [word for part in sorted(row, key=lambda part: part.x0) for word in part.words]
        found.append(Line(words, row[0].page, left, right, column))
    return found
