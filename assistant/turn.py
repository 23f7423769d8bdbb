"""A message on its way through the steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.compose import Quote
from assistant.query import Query
from assistant.question import Question
from assistant.retrieve import Candidate
from assistant.route import Route
from assistant.standalone import Leaning
from assistant.support import Support

_MEANT = 0.5  # signal of a gap's phrasings from which a question is about the gap


@dataclass(frozen=True)
class Reading:
    """One way to read a question, with what was found for it; `gap` is the nearest passage that names a gap."""

    text: str
    query: Query
    candidates: tuple[Candidate, ...]
    gap: Candidate | None
    support: Support | None = None

    @property
    def probability(self) -> float:
        """How well it is supported; 0 as long as that was not judged."""
        return self.support.probability if self.support else 0.0


@dataclass(frozen=True)
class Step:
    """One question on its way; the parts of a message travel one by one.

    `leaning` says what it leans on, where it is a follow-up; `readings` are the ways to read it, until support has
    chosen the one that is best answered; `premises` are clauses that it takes for granted, `corrections` those of them
    that the documentation contradicts, with the quote that does.
    """

    asked: str
    leaning: Leaning | None = None
    readings: tuple[Reading, ...] = ()
    premises: tuple[Reading, ...] = ()
    corrections: tuple[tuple[str, Quote], ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def reading(self) -> Reading:
        """The reading that support chose."""
        return self.readings[0]

    @property
    def support(self) -> Support:
        """How well the chosen reading is supported."""
        assert self.reading.support is not None
        return self.reading.support

    @property
    def known_gap(self) -> Candidate | None:
        """The gap that the question landed on: asked about in nearly these words, and nearer than what could answer."""
        gap, candidates = self.reading.gap, self.reading.candidates
        if gap is None or (candidates and gap.score <= candidates[0].score):
            return None
        return gap if gap.signals.phrasing >= _MEANT else None


@dataclass(frozen=True)
class Turn:
    """A message on its way through the steps; `found` remembers what was searched for in it already."""

    question: Question
    language: str
    foreign: bool
    other_script: bool = False
    route: Route = field(default_factory=Route)
    steps: tuple[Step, ...] = ()
    found: dict[str, tuple[Query, list[Candidate]]] = field(default_factory=dict)
    latency: dict[str, float] = field(default_factory=dict)
    started: float = 0.0

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the milliseconds of a block to a step's latency."""
        start = time.perf_counter()
        yield
        self.latency[name] = self.latency.get(name, 0.0) + (time.perf_counter() - start) * 1000
