"""What was asked: counted by day, section, reason and wording, and never with somebody's address in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from assistant.asked import Latency, Wording, alike, asked
from assistant.index.database import connect
from assistant.index.schema import answers, conversations

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)


class Log:
    """Answers as they are kept."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.number = engine, 0
        with engine.begin() as connection:
            connection.execute(conversations.insert(), [{"id": "c", "created_at": NOW}])

    def add(self, question: str, at: datetime = NOW, status: str = "answered", **values: Any) -> None:
        self.number += 1
        place = {"document_id": "fee", "locator": "amount", "title": "Fees", "language": "en", "url": "/sources/fee"}
        citations = [place | place_changes for place_changes in values.get("citations", [])]
        given = {"status": status, "reason": values.get("reason"), "citations": citations}
        row = {"id": f"{self.number}", "conversation_id": "c", "question": question, "answer": given,
               "latency_ms": values.get("latency", 10.0), "created_at": at}  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(answers.insert(), [row])


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    engine = connect(f"sqlite:///{tmp_path / 'asked.db'}")
    yield Log(engine)
    engine.dispose()


def test_every_day_is_there_and_counts_as_in_the_time_zone(log: Log) -> None:
    log.add("Late", datetime(2026, 7, 9, 21, 59, tzinfo=UTC))  # 23:59 in Brussels
    log.add("Early", datetime(2026, 7, 9, 22, 0, tzinfo=UTC), "unsupported")  # the next day there
    log.add("Too long ago", datetime(2026, 7, 7, 21, 59, tzinfo=UTC))
    log.add("First", datetime(2026, 7, 7, 22, 0, tzinfo=UTC))
    found = asked(log.engine, 3, BRUSSELS, NOW)
    assert [(day.day.day, day.counts) for day in found.days] == [
        (8, {"answered": 1}),
        (9, {"answered": 1}),
        (10, {"unsupported": 1}),
    ]
    assert found.total == 3


def test_nothing_asked_is_no_error(log: Log) -> None:
    found = asked(log.engine, 30, BRUSSELS, NOW)
    assert (found.total, len(found.days), found.topics, found.refused, found.latency) == (0, 30, (), (), None)


def test_only_the_first_quote_makes_the_topic(log: Log) -> None:
    first, other = {"locator": "amount"}, {"locator": "refund"}
    log.add("How much?", citations=[first, other])
    log.add("How much at 0470 12 34 56?", citations=[first])
    log.add("Refund?", NOW - timedelta(hours=1), citations=[other])
    log.add("Hello", status="small_talk")
    topics = asked(log.engine, 7, BRUSSELS, NOW).topics
    assert [(topic.locator, topic.count) for topic in topics] == [("amount", 2), ("refund", 1)]
    assert topics[0].example == "How much at […]?"


def test_most_refused_are_grouped_by_reason_and_wording(log: Log) -> None:
    for question in ("Who pays for zebras?", "who pays for zebra's", "Who pays for zebras?"):
        log.add(question, status="unsupported", reason="not_in_documentation")
    log.add("Mail me at an@example.org about zebras", status="unsupported", reason="not_in_documentation")
    log.add("Who pays for zebras?", status="unsupported", reason="national_rule")
    log.add("Bread?", status="off_topic")
    log.add("Who pays for zebras?", citations=[{}])
    refused = asked(log.engine, 7, BRUSSELS, NOW).refused
    assert [(group.reason, group.count) for group in refused] == [
        ("not_in_documentation", 4),
        ("national_rule", 1),
        ("off_topic", 1),
    ]
    assert refused[0].questions == (Wording("Who pays for zebras?", 3), Wording("Mail me at […] about zebras", 1))


def test_only_so_many_are_named_but_all_are_counted(log: Log) -> None:
    for number in range(20):
        word = chr(97 + number) * 9
        log.add(word, status="unsupported", reason="unclear")
        log.add(word, citations=[{"locator": word}])
    found = asked(log.engine, 7, BRUSSELS, NOW, most=5)
    assert (len(found.topics), len(found.refused[0].questions), found.refused[0].count) == (5, 5, 20)


def test_questions_about_different_things_stay_apart() -> None:
    different = Counter({"Can Norway take part?": 2, "Can Serbia take part?": 1, "Wie betaalt de reis?": 1})
    assert alike(different) == [Wording(question, count) for question, count in different.most_common()]


def test_question_of_signs_only_is_counted() -> None:
    assert alike(Counter({"??": 2, "!!!": 1})) == [Wording("??", 3)]


def test_percentiles_of_latency(log: Log) -> None:
    for milliseconds in range(1, 101):
        log.add("?", latency=float(milliseconds))
    latency = asked(log.engine, 7, BRUSSELS, NOW).latency
    assert latency == Latency(pytest.approx(50.5), pytest.approx(95.05), pytest.approx(99.01))
