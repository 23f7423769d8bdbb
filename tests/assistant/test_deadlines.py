"""A deadline that has passed is said to have passed; one that is to come is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any

import pytest

from assistant.index import validity
from assistant.service import Assistant

DOCUMENTS = {
    "calls": (
        "en",
        "# Calls\n\n## Third call\n\nThe third call closed on 7 June 2024.\n\n"
        "## Length of a project\n\nA project of the call of 7 June 2024 lasts four years.\n",
    ),
    "oproepen": (
        "nl",
        "# Oproepen\n\n## Derde oproep\n\nDe derde oproep is gesloten op 7 juni 2024.\n\n"
        "## Duur van een project\n\nEen project van de oproep van 7 juni 2024 duurt vier jaar.\n",
    ),
}
STILL_OPEN = ["Is the third call still open?", "Is de derde oproep nog open?"]


@pytest.fixture(scope="module")
def house(assistant_over: Any) -> Assistant:
    return assistant_over(DOCUMENTS)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    def be(year: int, month: int, day: int) -> None:
        class Then(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime(year, month, day, 12, tzinfo=tz or UTC)

        monkeypatch.setattr(validity, "datetime", Then)

    return be


@pytest.mark.parametrize("question", STILL_OPEN)
def test_passed_deadline_is_not_given_as_one_to_come(house: Assistant, today: Any, question: str) -> None:
    today(2024, 6, 9)
    answer = house.ask(question)
    assert answer.status == "answered"
    (note,) = [note for note in answer.notes if note.code == "passed"]
    assert re.search(r"9 jun[ei] 2024.*7 jun[ei] 2024", note.text, re.IGNORECASE)


@pytest.mark.parametrize("question", STILL_OPEN)
@pytest.mark.parametrize("day", [1, 7])
def test_deadline_that_is_to_come_is_not_called_over(house: Assistant, today: Any, question: str, day: int) -> None:
    today(2024, 6, day)
    answer = house.ask(question)
    assert answer.status == "answered"
    assert "passed" not in {note.code for note in answer.notes}


@pytest.mark.parametrize("question", ["How long does a project last?", "Hoe lang duurt een project?"])
def test_a_date_beside_the_point_is_not_remarked_on(house: Assistant, today: Any, question: str) -> None:
    today(2024, 6, 9)
    answer = house.ask(question)
    assert answer.status == "answered"
    assert "2024" in answer.text
    assert "passed" not in {note.code for note in answer.notes}
