"""Where everything of a chapter stands: pages of one or two columns with footnotes, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evals.manual.styles import BOTTOM, GUTTER, LEFT, RIGHT, TOP

_ENDLESS = 100_000.0
_ABOVE_NOTES = 10.0


class Full(Exception):
    """The chapter's last page has no room for it."""


@dataclass
class Placed:
    """A flowable with its left and lower edge; `text` is what it says where it is whole and may change."""

    flowable: Any
    x: float
    y: float
    width: float
    text: str = ""


@dataclass
class Page:
    """A physical page, counted from 1."""

    number: int
    placed: list[Placed] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    reserved: float = 0.0

    def note_places(self) -> Iterator[Placed]:
        """Return where the footnotes stand, from the rule down."""
        y = BOTTOM + self.reserved - _ABOVE_NOTES
        for note in self.notes:
            _, height = note.wrap(RIGHT - LEFT, _ENDLESS)
            y -= height
            yield Placed(note, LEFT, y, RIGHT - LEFT)


class Layout:
    """The pages `first` to `last`, filled one column after the other."""

    def __init__(self, first: int, last: int, columns: int) -> None:
        self.pages = [Page(number) for number in range(first, last + 1)]
        self.columns = columns
        self.width = (RIGHT - LEFT - GUTTER * (columns - 1)) / columns
        self._page = self._column = 0
        self._top = self._y = TOP

    @property
    def page(self) -> Page:
        """The page that is being filled."""
        return self.pages[self._page]

    @property
    def free(self) -> float:
        """Height that is left in the column."""
        return self._y - BOTTOM - self.page.reserved

    @property
    def y(self) -> float:
        """Height on the page, from below, at which the next thing will stand."""
        return self._y

    @property
    def position(self) -> float:
        """How far the pages are filled: 12.5 is half-way page 12."""
        filled = (self._top - self._y) / (self._top - BOTTOM)
        return self.page.number + (self._column + filled) / self.columns

    @property
    def on_last(self) -> bool:
        """Whether this is the last page."""
        return self._page == len(self.pages) - 1

    def across(self, flowable: Any) -> None:
        """Put something over all columns of a page on which nothing stands yet."""
        _, height = flowable.wrap(RIGHT - LEFT, _ENDLESS)
        self.page.placed.append(Placed(flowable, LEFT, TOP - height, RIGHT - LEFT))
        self._top = self._y = TOP - height - flowable.getSpaceAfter()

    def next_column(self) -> None:
        """Leave the rest of the column empty.

        Raises:
            Full: there is no further one.

        """
        if self._column + 1 < self.columns:
            self._column += 1
        elif self.on_last:
            raise Full
        else:
            self._page, self._column, self._top = self._page + 1, 0, TOP
        self._y = self._top

    def add(self, flowable: Any, text: str = "", *, whole: bool = False, note: Any = None, room: float = 0.0) -> None:
        """Put something below what stands there; it is split where it does not fit, unless it has to stay `whole`.

        A `note` goes to the foot of the page on which the flowable begins; `room` is what has to fit below it. On the
        last page nothing is split: what does not fit there would have no end.

        Raises:
            Full: there is no room for it.

        """
        before = flowable.getSpaceBefore() if self._y < self._top else 0.0
        _, height = flowable.wrap(self.width, _ENDLESS)
        below = self._height(note)
        free = self.free - before - below
        if height + room <= free:
            self._place(flowable, height, before, text)
            self._note(note, below)
            return
        last_column = self.on_last and self._column + 1 == self.columns
        parts = [] if whole or last_column or free <= 0 else flowable.split(self.width, free)
        if len(parts) == 2:
            self._place(parts[0], parts[0].wrap(self.width, _ENDLESS)[1], before, "")
            self._note(note, below)
            self.next_column()
            self.add(parts[1])
            return
        if self._y == self._top:
            raise Full
        self.next_column()
        self.add(flowable, text, whole=whole, note=note, room=room)

    def _place(self, flowable: Any, height: float, before: float, text: str) -> None:
        x = LEFT + self._column * (self.width + GUTTER)
        self._y -= before + height
        self.page.placed.append(Placed(flowable, x, self._y, self.width, text))
        self._y -= flowable.getSpaceAfter()

    def _height(self, note: Any) -> float:
        if note is None:
            return 0.0
        _, height = note.wrap(RIGHT - LEFT, _ENDLESS)
        return float(height) + (0.0 if self.page.notes else _ABOVE_NOTES)

    def _note(self, note: Any, height: float) -> None:
        if note is not None:
            self.page.notes.append(note)
            self.page.reserved += height
