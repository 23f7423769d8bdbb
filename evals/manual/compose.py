"""A chapter of the manual: sections, lists, tables and notes, one after the other, until its pages are full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

from evals.manual.layout import Full, Layout
from evals.manual.prose import Fact, Manual, Voice, marked
from evals.manual.styles import LEADING, styles, table_of

# Of a subject that a question asks about, nothing is made up that would answer the question too.
_BESIDE_FACTS = ("papers", "asking", "deciding", "practice", "exceptions")
_HEADING_ROOM = 5 * LEADING
_LEAST_ROOM = 0.2  # of a page, for another block of a section
_ATTEMPTS = 60


@dataclass(frozen=True)
class Entry:
    """A line of the outline: `level` 1 to 3, the physical page and the height on it."""

    level: int
    title: str
    page: int
    y: float


@dataclass(frozen=True)
class Plan:
    """A chapter as it will be made: `number` from 1, its pages, and its subjects (from 0) with the fact of each."""

    number: int
    first: int
    last: int
    columns: int
    subjects: tuple[int, ...]
    facts: Mapping[int, tuple[str, Fact]]


@dataclass
class Composed:
    """A chapter with everything in its place."""

    plan: Plan
    title: str
    layout: Layout
    entries: list[Entry] = field(default_factory=list)


def compose(manual: Manual, plan: Plan) -> Composed:
    """Return the chapter; every section gets about as much room as the others.

    Raises:
        Full: the pages are too few for the facts.

    """
    chapter = manual.chapters[plan.number - 1]
    composed = Composed(plan, chapter.title, Layout(plan.first, plan.last, plan.columns))
    composer = _Composer(manual, composed)
    composer.title()
    end = plan.last + 1.0
    for done, subject in enumerate(plan.subjects):
        start, left = composed.layout.position, len(plan.subjects) - done
        composer.section(done + 1, subject, start + (end - start) / left)
    return composed


class _Composer:
    def __init__(self, manual: Manual, composed: Composed) -> None:
        self._manual, self._composed = manual, composed
        self._layout, self._plan = composed.layout, composed.plan
        self._styles = styles()
        self._tables = self._notes = 0
        kinds = [self._bullets, self._table, self._noted, self._steps]
        self._extras: Iterator[Callable[[Voice], None]] = cycle(
            kinds if self._plan.columns == 1 else [self._bullets, self._steps]
        )

    def title(self) -> None:
        text = f"{self._plan.number} {self._composed.title}"
        self._composed.entries.append(Entry(1, text, self._plan.first, self._layout.y))
        self._layout.across(self._made(text, "chapter"))

    def section(self, number: int, subject: int, until: float) -> None:
        """Write about a subject until the pages are filled up to `until`."""
        voice = Voice(self._manual, self._plan.number - 1, subject)
        label, fact = self._plan.facts.get(subject, ("", None))
        names = list(_BESIDE_FACTS if fact else self._manual.aspects)
        voice.chance.shuffle(names)
        name = f"{self._plan.number}.{number}"
        voice.turn_to(names[0])
        self._heading(f"{name} {voice.title}", 2)
        if until - self._layout.position > 2 * _LEAST_ROOM:
            self._paragraph(voice, 2)
        if fact:
            self._fact(voice, fact, label)
        try:
            self._aspects(voice, name, names, until)
        except Full:
            if until <= self._plan.last:
                raise

    def _aspects(self, voice: Voice, name: str, names: Sequence[str], until: float) -> None:
        for number, aspect in enumerate(names, 1):
            for block in self._blocks(voice, f"{name}.{number}", aspect):
                if until - self._layout.position < _LEAST_ROOM:
                    return
                block()

    def _blocks(self, voice: Voice, name: str, aspect: str) -> Iterator[Callable[[], None]]:
        def begin() -> None:
            self._heading(f"{name} {voice.turn_to(aspect)}", 3)
            self._paragraph(voice, 4)

        yield begin
        for sentences in (3, 4):
            yield partial(next(self._extras), voice)
            yield partial(self._paragraph, voice, sentences)

    def _heading(self, text: str, level: int) -> None:
        style = {2: "section", 3: "aspect"}[level]
        self._layout.add(self._made(text, style), whole=True, room=_HEADING_ROOM)
        self._composed.entries.append(Entry(level, text, self._layout.page.number, self._layout.y + LEADING))

    def _paragraph(self, voice: Voice, sentences: int) -> None:
        text = " ".join(voice.sentences(sentences))
        if text:
            self._layout.add(self._made(text, "body"), text)

    def _bullets(self, voice: Voice) -> None:
        self._list(voice.fill(voice.chance.choice(self._manual.lists.bullets)), self._items(voice, 5))

    def _steps(self, voice: Voice) -> None:
        lists = self._manual.lists
        lead = voice.fill(voice.chance.choice(lists.numbers))
        self._list(lead, voice.items(lists.steps, voice.chance.randint(4, 7)), numbered=True)

    def _items(self, voice: Voice, n: int) -> list[str]:
        return voice.items(self._manual.lists.items, n)

    def _list(self, lead: str, items: Sequence[str], *, numbered: bool = False) -> None:
        self._layout.add(self._made(lead, "body"), lead, whole=True, room=2 * LEADING)
        for number, item in enumerate(items, 1):
            text = f"{item}{'.' if number == len(items) else ';'}"
            self._layout.add(self._made(text, "item", f"{number}." if numbered else "•"), whole=True)

    def _table(self, voice: Voice) -> None:
        kind = voice.chance.choice(self._manual.tables)
        rows = voice.chance.sample(kind.rows, voice.chance.randint(5, len(kind.rows)))
        self._grid(voice.row([kind.title])[0], [list(kind.header), *(voice.row(row) for row in rows)])

    def _grid(self, title: str, rows: Sequence[Sequence[str]]) -> None:
        self._tables += 1
        caption = f"{self._manual.table} {self._plan.number}.{self._tables} – {title}"
        self._layout.add(self._made(caption, "caption"), whole=True, room=4 * LEADING)
        cells = [[self._made(cell, "cell" if i else "head") for cell in row] for i, row in enumerate(rows)]
        self._layout.add(table_of(cells, self._layout.width))

    def _noted(self, voice: Voice) -> None:
        self._with_note(" ".join(voice.sentences(2)), voice.fill(voice.chance.choice(self._manual.notes.texts)))

    def _with_note(self, text: str, note: str) -> None:
        self._notes += 1
        made = self._made(f"{text}<super>{self._notes}</super>", "body")
        self._layout.add(made, whole=True, note=self._made(f"<super>{self._notes}</super> {note}", "note"))

    def _fact(self, voice: Voice, fact: Fact, label: str) -> None:
        text = marked(fact.text, label)
        match fact.kind:
            case "text" | "columns":
                self._layout.add(self._made(text, "body"), whole=True)
            case "list":
                first, *others = self._items(voice, 4)
                self._list(voice.fill(self._manual.lists.bullets[0]), [first, text, *others])
            case "table":
                self._grid(fact.title, [[marked(cell, label) for cell in row] for row in fact.table])
            case "footnote":
                self._with_note(text, marked(fact.note, label))
            case "break":
                self._over_the_page(voice, text)

    def _over_the_page(self, voice: Voice, fact: str) -> None:
        """Put sentences before the fact, so many that it begins on one page and ends on the next, if there is one."""
        for _ in range(_ATTEMPTS):
            if self._layout.on_last:
                break
            lines = int(self._layout.free // LEADING)
            if lines < 3:
                self._layout.next_column()
            elif lines > 9:
                text = " ".join(voice.any_sentences(2))
                self._layout.add(self._made(text, "body"), text)
            else:
                before = voice.any_sentences(voice.chance.randint(0, 5))
                if self._lines(" ".join(before)) < lines < self._lines(" ".join([*before, fact])):
                    self._layout.add(self._made(" ".join([*before, fact]), "body"))
                    return
        self._layout.add(self._made(fact, "body"), whole=True)

    def _lines(self, text: str) -> int:
        return round(self._made(text, "body").wrap(self._layout.width, 1e5)[1] / LEADING) if text else 0

    def _made(self, text: str, style: str, bullet: str | None = None) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(text, self._styles[style], bulletText=bullet)
