"""Lines of a PDF to paragraphs, list items and table rows, over the ends of columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ingest.loaders.pdf.lines import Line
from ingest.loaders.pdf.tables import Table

_BULLET = re.compile(r"(?:[•‣◦▪▫●○■□❖➢➤►▶✓✔☐·∙\ue000-\uf8ff]\s*|[-–—*»>o]\s+)(?=\S)")
_NUMBER = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-zA-Z]\)|[a-z]\.|\(?[ivx]{1,4}[.)]|\(\d{1,2}\))\s+(?=\S)")
_FULL = 12.0  # of the font size: a line that is shorter fills no column
_SECTION = re.compile(r"(?:\d{1,3}\.)*\d{1,3}\.?|[A-Z]\.?|[IVX]{1,5}\.?")
_ENDED = re.compile(r"(?:[.!?:;…][\"'”’»)\]]*|(?<!\d)[.!?:;…][\"'”’»)\]]*\d{1,3})$")  # a footnote's number may follow
_HYPHENED = re.compile(r"\w[-\xad]$")
_MIDDLE = re.compile(r"[(\"'“‘«]?[a-zà-öø-ÿ]")


@dataclass
class Draft:
    """Lines that belong together; `marker` is the length of an item's bullet, `note` is true of a footnote."""

    kind: Literal["paragraph", "item"]
    lines: list[Line]
    marker: int = 0
    text_x: float = 0.0
    numbered: bool = False
    note: bool = False


@dataclass
class TableDraft:
    """A table; `before` is the one that it continues from the page before."""

    table: Table
    before: TableDraft | None = None
    names: list[str] | None = None


@dataclass
class Flow:
    """Takes lines and tables in reading order; `pitch` is the usual distance of lines by font size, in points."""

    body: float
    pitch: dict[float, float]
    drafts: list[Draft | TableDraft] = field(default_factory=list)
    text: Draft | None = None  # what the next line may go on with
    interrupted: bool = False  # a table stands between them

    def table(self, table: Table) -> None:
        """Add a table."""
        last = self.drafts[-1] if self.drafts else None
        before = last if isinstance(last, TableDraft) and last.table.page != table.page else None
        self.drafts.append(TableDraft(table, before))
        self.interrupted = True

    def line(self, line: Line, note: bool = False) -> None:
        """Add a line: to what stands before it, or as the beginning of something new."""
        if self.text and self._goes_on(self.text, line):
            self.text.lines.append(line)
            return
        self.text = _begun(line, note)
        self.drafts.append(self.text)
        self.interrupted = False

    def _goes_on(self, draft: Draft, line: Line) -> bool:
        before = draft.lines[-1]
        if line.level or before.level:
            return bool(line.level and before.level and not line.begins)
        if abs(line.size - before.size) > 0.08 * before.size:
            return False
        middle = bool(_MIDDLE.match(line.text))
        if before.words[-1].bold != line.words[0].bold and (before.bold or line.bold) and not middle:
            return False
        if self.interrupted or (line.page, line.column) != (before.page, before.column):
            return self._goes_on_elsewhere(before, line)
        return self._goes_on_below(draft, before, line)

    def _goes_on_elsewhere(self, before: Line, line: Line) -> bool:
        """Whether a line at the top of a column goes on with the last line of the column before."""
        if _HYPHENED.search(before.text):
            return True
        if _ENDED.search(before.text) or _marker(line):
            return False
        return bool(_MIDDLE.match(line.text)) or (
            not self.interrupted
            and not line.bold
            and not self._is_large(line)
            and before.x1 - before.x0 > _FULL * before.size
            and not _has_room(before, line, before.right)
        )

    def _goes_on_below(self, draft: Draft, before: Line, line: Line) -> bool:
        middle = bool(_MIDDLE.match(line.text))
        beside = [one.x1 for one in draft.lines if (one.page, one.column) == (line.page, line.column)]
        right = max(beside) if len(beside) > 2 else line.right
        room = _has_room(before, line, right)
        ended = bool(_ENDED.search(before.text))
        if _marker(line) and (ended or room or draft.kind == "item" or not _is_weak(line)):
            return False
        if not self._is_near(before, line, not room and not (ended and not middle)) or _part_as_rows(
            before, line, middle
        ):
            return False
        if draft.kind == "item":
            new = (room or ended) and not middle
            return line.x0 > draft.lines[0].x0 - 2 and not (new and line.x0 < draft.text_x - 3)
        if self._is_large(line):
            return True
        new = ended or not middle
        return not (new and (room or _is_indented(draft, before, line)))

    def _is_near(self, before: Line, line: Line, sure: bool) -> bool:
        distance = line.base - before.base
        usual = self.pitch.get(round(line.size * 2) / 2, 1.2 * line.size)
        if not sure:
            usual = min(usual, 1.7 * line.size)
        return 0 < distance <= 1.3 * usual

    def _is_large(self, line: Line) -> bool:
        return line.size >= 1.15 * self.body


def _begun(line: Line, note: bool) -> Draft:
    marker = None if note or line.level else _marker(line)
    if marker is None:
        return Draft("paragraph", [line], note=note)
    own = len(line.words) > 1 and len(line.words[0].text) <= marker.end()
    return Draft(
        "item",
        [line],
        marker=marker.end(),
        text_x=line.words[1].x0 if own else line.x0,
        numbered=bool(_NUMBER.match(line.text)),
    )


def _marker(line: Line) -> re.Match[str] | None:
    return _BULLET.match(line.text) or _NUMBER.match(line.text)


def _is_weak(line: Line) -> bool:
    """Whether the marker is a sign that a line within a sentence may begin with too: a dash or a number."""
    return bool(re.match(r"[-–—*»>o\d(]|[a-zA-Z][.)]", line.text))


def _has_room(before: Line, line: Line, right: float) -> bool:
    """Whether the first word of a line would have had room on the one before it, so that its end was meant."""
    word = line.words[0]
    return before.x1 + 0.3 * before.size + (word.x1 - word.x0) < right - 0.1 * before.size


def _part_as_rows(before: Line, line: Line, middle: bool) -> bool:
    """Whether one of two lines is a row of values, which is no part of a sentence."""
    rows = has_cells(before) + has_cells(line)
    return rows == 2 or (rows == 1 and not middle and not _HYPHENED.search(before.text))


def has_cells(line: Line) -> bool:
    """Whether a line is a row of values with wide gaps between them; one may part a number from its title."""
    words = line.words[1:] if _marker(line) or _SECTION.fullmatch(line.words[0].text) else line.words
    return any(word.x0 - before.x1 > 2 * line.size and not word.spaced for before, word in pairwise(words))


def _is_indented(draft: Draft, before: Line, line: Line) -> bool:
    step = 0.8 * line.size
    centred = abs((line.x0 + line.x1) - (before.x0 + before.x1)) < 4
    if centred:
        return False
    return line.x0 > before.x0 + step or (len(draft.lines) > 1 and line.x0 < before.x0 - step)


def pitches(columns: Iterable[Sequence[Line]]) -> dict[float, float]:
    """Return the commonest distance between lines, in points, by font size (in halves of a point)."""
    counts: dict[float, Counter[float]] = {}
    for column in columns:
        for before, line in pairwise(column):
            distance = line.base - before.base
            if abs(line.size - before.size) < 0.5 and 0.8 * line.size < distance < 3 * line.size:
                counts.setdefault(round(line.size * 2) / 2, Counter())[round(distance * 2) / 2] += 1
    return {size: counted.most_common(1)[0][0] for size, counted in counts.items()}


def nesting(drafts: Sequence[Draft | TableDraft]) -> dict[int, int]:
    """Return the nesting (1 = outermost) of the items by `id`, from where their bullets stand."""
    levels: dict[int, int] = {}
    stack: list[float] = []
    for draft in drafts:
        if isinstance(draft, TableDraft) or draft.note:
            continue
        first = draft.lines[0]
        x = first.x0 - first.left
        if draft.kind != "item":
            stack = stack if stack and x > stack[0] + 4 else []
            continue
        while stack and x < stack[-1] - 4:
            stack.pop()
        if not stack or x > stack[-1] + 4:
            stack.append(x)
        levels[id(draft)] = min(len(stack), 6)
    return levels
