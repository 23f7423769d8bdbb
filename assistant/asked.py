"""What was asked: questions by day and status, what is asked and refused most, and how long answers took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy import Engine, RowMapping, select

from assistant.index.schema import answers
from assistant.personal import masked
from assistant.proposals import normalised

REFUSED = ("unsupported", "off_topic")
_NEARLY = 92.0  # per cent of characters in common from which two questions are one
_COMPARED = 2000  # different questions that are compared with each other, the most frequent ones


@dataclass(frozen=True)
class Day:
    """The questions of one day, by the status of their answer."""

    day: date
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Topic:
    """A section that answers quote first, how many did, and the newest question that one answered."""

    document_id: str
    locator: str
    title: str
    language: str
    url: str
    count: int
    example: str


@dataclass(frozen=True)
class Wording:
    """Near-identical questions: the most frequent wording of them, without personal data, and how many there were."""

    question: str
    count: int


@dataclass(frozen=True)
class Refused:
    """The refusals for one reason (`off_topic` where the status says enough), the most frequent questions first."""

    reason: str
    count: int
    questions: tuple[Wording, ...]


@dataclass(frozen=True)
class Latency:
    """Percentiles of the time that an answer took, in milliseconds."""

    median: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Asked:
    """What was asked in a number of days; `days` has every one of them, oldest first, also those without a question."""

    total: int
    days: tuple[Day, ...]
    topics: tuple[Topic, ...]
    refused: tuple[Refused, ...]
    latency: Latency | None


def asked(engine: Engine, days: int, zone: ZoneInfo, now: datetime | None = None, most: int = 10) -> Asked:
    """Return what was asked through any door today and in the `days - 1` days before, as days count in `zone`.

    At most `most` sections, and as many questions of each reason, are named.
    """
    today = (now or datetime.now(UTC)).astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in reversed(range(days))]
    since = datetime(dates[0].year, dates[0].month, dates[0].day, tzinfo=zone)
    counts: dict[date, Counter[str]] = {day: Counter() for day in dates}
    topics, refusals = _Topics(), _Refusals()
    taken: list[float] = []
    for row in _answers(engine, since.astimezone(UTC)):
        counts.setdefault(_day(row["created_at"], zone), Counter())[row["status"]] += 1
        taken.append(row["latency_ms"])
        topics.add(row)
        refusals.add(row)
    by_day = tuple(Day(day, dict(counts[day])) for day in sorted(counts))
    return Asked(len(taken), by_day, topics.most(most), refusals.most(most), _latency(taken))


def _answers(engine: Engine, since: datetime) -> Iterator[RowMapping]:
    query = (
        select(
            answers.c.question,
            answers.c.answer["status"].as_string().label("status"),
            answers.c.answer["reason"].as_string().label("reason"),
            answers.c.answer["citations"].label("citations"),
            answers.c.latency_ms,
            answers.c.created_at,
        )
        .where(answers.c.created_at >= since)
        .order_by(answers.c.created_at)
    )
    with engine.connect() as connection:
        yield from connection.execution_options(yield_per=500).execute(query).mappings()


def _day(at: datetime, zone: ZoneInfo) -> date:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone).date()


def _latency(taken: Sequence[float]) -> Latency | None:
    return Latency(*map(float, np.percentile(taken, (50, 95, 99)))) if taken else None


class _Topics:
    """Counts the sections that answers quote first."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._newest: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}

    def add(self, row: RowMapping) -> None:
        if row["citations"]:
            first = row["citations"][0]
            place = (first["document_id"], first["locator"])
            self._counts[place] += 1
            self._newest[place] = (first, row["question"])

    def most(self, most: int) -> tuple[Topic, ...]:
        return tuple(self._topic(place, count) for place, count in self._counts.most_common(most))

    def _topic(self, place: tuple[str, str], count: int) -> Topic:
        first, question = self._newest[place]
        return Topic(*place, first["title"], first["language"], first["url"], count, masked(question))


class _Refusals:
    """Counts refusals by reason and by wording."""

    def __init__(self) -> None:
        self._questions: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, row: RowMapping) -> None:
        if row["status"] in REFUSED:
            self._questions[row["reason"] or row["status"]][masked(row["question"])] += 1

    def most(self, most: int) -> tuple[Refused, ...]:
        found = [
            Refused(reason, counted.total(), tuple(alike(counted)[:most]))
            for reason, counted in self._questions.items()
        ]
        return tuple(sorted(found, key=lambda refused: (-refused.count, refused.reason)))


def alike(questions: Counter[str]) -> list[Wording]:
    """Return questions, near-identical ones as one under the most frequent wording; the most frequent first.

    >>> alike(Counter({"Mag een bedrijf meedoen?": 2, "mag een bedrijf meedoen": 1, "Wanneer opent de oproep?": 1}))
    [Wording(question='Mag een bedrijf meedoen?', count=3), Wording(question='Wanneer opent de oproep?', count=1)]
    """
    said: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for question, count in questions.most_common():
        key = normalised(question)
        said.setdefault(key, question)
        counted[key] += count
    heads: Counter[str] = Counter()
    for number, (key, count) in enumerate(counted.most_common()):
        near = None
        if number < _COMPARED:
            near = process.extractOne(key, list(heads), scorer=fuzz.ratio, score_cutoff=_NEARLY)
        heads[near[0] if near else key] += count
    return [Wording(said[key], count) for key, count in heads.most_common()]
