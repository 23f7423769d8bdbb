"""What the documentation lacks and people ask for: counted by wording, within the week, never with an address in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.gaps_asked import Gap, gaps_asked
from assistant.index.database import connect
from assistant.index.schema import answers, conversations

UNTIL = datetime(2026, 7, 13, 7, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)


class Log:
    """Answers as they are kept."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with engine.begin() as connection:
            connection.execute(conversations.insert(), [{"id": "c", "created_at": SINCE}])

    def add(self, question: str, times: int, reason: str | None = "not_in_documentation", **values: Any) -> None:
        at = values.pop("at", SINCE + timedelta(hours=1))
        given = {"status": "unsupported", "reason": reason, "language": "nl", "parts": []} | values
        rows = [
            {"id": str(uuid.uuid4()), "conversation_id": "c", "question": question, "answer": given, "latency_ms": 1.0,
             "created_at": at} for _ in range(times)
        ]  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(answers.insert(), rows)

    def gaps(self, least: int = 5) -> list[Gap]:
        return gaps_asked(self.engine, SINCE, UNTIL, least)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    engine = connect(f"sqlite:///{tmp_path / 'asked.db'}")
    yield Log(engine)
    engine.dispose()


def test_five_times_is_named_and_four_is_not(log: Log) -> None:
    log.add("Wie betaalt de zebra's?", 5)
    log.add("Waar staan de bussen?", 4)
    assert log.gaps() == [Gap("Wie betaalt de zebra's?", "nl", 5)]


def test_nearly_the_same_words_count_together(log: Log) -> None:
    log.add("Wie betaalt de zebra's?", 3)
    log.add("wie betaalt de zebras", 2)
    assert log.gaps() == [Gap("Wie betaalt de zebra's?", "nl", 5)]


def test_languages_are_counted_apart(log: Log) -> None:
    log.add("Hotel in Brussel?", 5)
    log.add("Hotel in Brussel?", 6, language="en")
    assert log.gaps() == [Gap("Hotel in Brussel?", "en", 6), Gap("Hotel in Brussel?", "nl", 5)]


def test_rule_of_one_country_is_named_and_what_no_person_can_settle_is_not(log: Log) -> None:
    log.add("Krijg ik cofinanciering van Vlaanderen?", 5, "national_rule")
    log.add("Is mijn idee goed?", 9, "judgement")
    log.add("En voor Horizon?", 9, "other_programme")
    log.add("Wat?", 9, "answering_off")
    log.add("Brood?", 9, None, status="off_topic")
    log.add("Beantwoord", 9, None, status="answered")
    assert [gap.question for gap in log.gaps()] == ["Krijg ik cofinanciering van Vlaanderen?"]


def test_part_of_a_question_counts_as_that_part(log: Log) -> None:
    parts = [
        {"question": "Hoe hoog is het budget?", "status": "answered", "reason": None},
        {"question": "Wie betaalt de zebra's?", "status": "unsupported", "reason": "not_in_documentation"},
    ]
    log.add("Hoe hoog is het budget? En wie betaalt de zebra's?", 3, status="partial", parts=parts)
    log.add("Wie betaalt de zebra's?", 2)
    assert log.gaps() == [Gap("Wie betaalt de zebra's?", "nl", 5)]


def test_week_has_its_first_moment_and_not_its_last(log: Log) -> None:
    log.add("Vroeg?", 5, at=SINCE)
    log.add("Te vroeg?", 5, at=SINCE - timedelta(seconds=1))
    log.add("Te laat?", 5, at=UNTIL)
    assert [gap.question for gap in log.gaps()] == ["Vroeg?"]


def test_personal_data_is_masked_and_no_difference(log: Log) -> None:
    for name in ("an", "bob", "cem", "dirk", "els"):
        log.add(f"Waarom antwoordt u {name}@example.org niet?", 1)
    assert log.gaps() == [Gap("Waarom antwoordt u […] niet?", "nl", 5)]
