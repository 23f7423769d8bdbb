"""What does not hold today is never given as today's rule: it is said to be over, to come, or provisional."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import pytest

from assistant import encoder
from assistant.answer import Answer
from assistant.index import Document, Index, validity
from assistant.index.validity import standing
from assistant.service import Assistant

DOCUMENTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "meals-2021": (
        "Meals in 2021",
        "## Meal allowance\n\nThe meal allowance of a partner was fixed at 20 euro a day by the monitoring committee.",
        {"language": "en", "valid_until": "2022"},
    ),
    "meals-2023": (
        "Meals since 2023",
        "## About this text\n\nThis text was written by the secretariat.\n\n"
        "## Meal allowance\n\nThe meal allowance of a partner is 35 euro a day.",
        {"language": "en", "supersedes": "[meals-2021]"},
    ),
    "maaltijden-2021": (
        "Maaltijden in 2021",
        "## Maaltijdvergoeding\n\nDe maaltijdvergoeding van een partner is door het toezichtscomité op 20 euro gezet.",
        {"language": "nl", "translation_of": "meals-2021"},
    ),
    "maaltijden-2023": (
        "Maaltijden sinds 2023",
        "## Maaltijdvergoeding\n\nDe maaltijdvergoeding van een partner bedraagt 35 euro per dag.",
        {"language": "nl", "translation_of": "meals-2023"},
    ),
    "parking": (
        "Parking card",
        "## Parking\n\nA parking card for the car park in Lille costs 7 euro a week.",
        {"language": "en", "valid_until": "2025-06"},
    ),
    "parkeren": (
        "Parkeerkaart",
        "## Parkeren\n\nEen parkeerkaart voor de parking in Rijsel kost 7 euro per week.",
        {"language": "nl", "valid_until": "2025-06"},
    ),
    "library-old": (
        "Library",
        "## Library card\n\nA library card of the programme is free of charge for partners.\n\n"
        "## Opening hours\n\nThe library of the programme opens at nine.",
        {"language": "en"},
    ),
    "library-new": (
        "New library rules",
        "## Library card\n\nA library card of the programme costs partners 4 euro.",
        {"language": "en", "supersedes": "[library-old#library-card]", "valid_from": "2027-01-01"},
    ),
    "gifts": (
        "Gifts",
        "## Gifts\n\nA gift to a visiting delegation may cost 15 euro at most.",
        {"language": "en", "status": "provisional"},
    ),
    "geschenken": (
        "Geschenken",
        "## Geschenken\n\nEen geschenk aan een delegatie op bezoek mag hoogstens 15 euro kosten.",
        {"language": "nl", "status": "voorlopig"},
    ),
}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def be(day: str) -> None:
        class Then(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Then:
                return cls.fromisoformat(f"{day}T12:00:00").replace(tzinfo=tz or UTC)

        monkeypatch.setattr(validity, "datetime", Then)

    return be


@pytest.fixture(scope="module")
def house(module_workshop: Any) -> Iterator[Assistant]:
    for name, (title, text, front) in DOCUMENTS.items():
        module_workshop.write(f"{name}.md", f"# {title}\n\n{text}\n", id=name, title=title, **front)
    assert not module_workshop.ingest().problems
    assistant = Assistant(
        module_workshop.settings, Index(module_workshop.settings), encoder.load(module_workshop.settings)
    )
    yield assistant
    assistant.index.engine.dispose()


def cited(answer: Answer) -> set[str]:
    return {citation.document_id for citation in answer.citations}


def said(answer: Answer, code: str) -> list[str]:
    return [note.text for note in answer.notes if note.code == code]


@pytest.mark.parametrize(
    ("question", "old", "new", "title"),
    [
        ("Did the monitoring committee fix the meal allowance?", "meals-2021", "meals-2023", "Meals since 2023"),
        ("Heeft het toezichtscomité de maaltijdvergoeding vastgelegd?", "maaltijden-2021", "maaltijden-2023",
         "Maaltijden sinds 2023"),
    ],
)  # fmt: skip
def test_replaced_rule_is_quoted_with_the_newer_one_beside_it(
    house: Assistant, today: Callable[[str], None], question: str, old: str, new: str, title: str
) -> None:
    today("2026-03-01")
    answer = house.ask(question)
    assert cited(answer) == {old, new}
    assert "35 euro" in answer.text
    assert [c.superseded for c in answer.citations if c.document_id == old] == [True]
    (note,) = said(answer, "superseded")
    assert title in note


@pytest.mark.parametrize(
    "question", ["How high is the meal allowance of a partner?", "Hoe hoog is de maaltijdvergoeding van een partner?"]
)
def test_rule_of_today_goes_before_one_that_was_replaced(
    house: Assistant, today: Callable[[str], None], question: str
) -> None:
    today("2026-03-01")
    answer = house.ask(question)
    assert "35 euro" in answer.citations[0].quote
    assert ("20 euro" in answer.text) == bool(said(answer, "superseded"))


@pytest.mark.parametrize(
    ("question", "until"),
    [("What does a parking card in Lille cost?", "June 2025"), ("Wat kost een parkeerkaart in Rijsel?", "juni 2025")],
)
def test_expired_rule_says_until_when_it_applied(
    house: Assistant, today: Callable[[str], None], question: str, until: str
) -> None:
    today("2025-07-01")
    answer = house.ask(question)
    assert "7 euro" in answer.text
    (note,) = said(answer, "expired")
    assert until in note
    today("2025-06-30")
    assert said(house.ask(question), "expired") == []


def test_expired_and_replaced_documents_stay_readable(house: Assistant, today: Callable[[str], None]) -> None:
    today("2026-03-01")
    assert "7 euro" in house.index.text("parking").text
    assert "20 euro" in house.index.text("meals-2021").text


def test_rule_that_is_to_come_replaces_nothing_until_it_is_there(
    house: Assistant, today: Callable[[str], None]
) -> None:
    question = "What does a library card of the programme cost partners?"
    today("2026-12-31")
    answer = house.ask(question)
    assert "library-old" in cited(answer)
    assert said(answer, "superseded") == []
    assert not any(c.superseded for c in answer.citations)
    if "library-new" in cited(answer):
        (note,) = said(answer, "upcoming")
        assert "1 January 2027" in note
    today("2027-01-01")
    answer = house.ask(question)
    assert "4 euro" in answer.text
    assert said(answer, "upcoming") == []
    if "library-old" in cited(answer):
        assert said(answer, "superseded")


def test_rule_that_is_to_come_has_todays_rule_beside_it(house: Assistant, today: Callable[[str], None]) -> None:
    today("2026-12-31")
    answer = house.ask("Does the library card cost 4 euro in the new library rules?")
    assert cited(answer) == {"library-new", "library-old"}
    assert "free of charge" in answer.text
    assert "1 January 2027" in said(answer, "upcoming")[0]


def test_only_the_section_that_is_superseded_is(house: Assistant, today: Callable[[str], None]) -> None:
    today("2027-01-01")
    house.index.refresh()
    flags = {p.slug: p.superseded_by for p in house.index.passages_in("library-old")}
    assert flags == {"library-card": ("library-new",), "opening-hours": ()}
    answer = house.ask("When does the library of the programme open?")
    assert cited(answer) == {"library-old"}
    assert said(answer, "superseded") == []


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How much may a gift to a delegation cost?", "provisional"),
        ("Hoeveel mag een geschenk aan een delegatie kosten?", "voorlopig"),
    ],
)
def test_provisional_rule_says_so(house: Assistant, today: Callable[[str], None], question: str, word: str) -> None:
    today("2026-03-01")
    answer = house.ask(question)
    assert "15 euro" in answer.text
    (note,) = said(answer, "provisional")
    assert word in note


def test_newest_of_a_row_of_replacements_is_what_stands_beside(workshop: Any) -> None:
    for year, fee in (("2019", 1), ("2020", 2), ("2021", 3)):
        front = {"supersedes": f"[fee-{int(year) - 1}]"} if fee > 1 else {}
        text = f"# Fee of {year}\n\n## Fee\n\nThe locker fee of {year} in Lille is {fee} euro."
        workshop.write(f"{year}.md", text, id=f"fee-{year}", language="en", **front)
    workshop.ingest()
    answer = workshop.ask("What was the locker fee of 2019 in Lille?")
    assert "fee-2019" in cited(answer)
    assert "3 euro" in answer.text
    assert any("Fee of 2021" in note for note in said(answer, "superseded"))


def test_documents_that_supersede_each_other_are_both_said_to_be_replaced(workshop: Any) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        text = f"# Fee {one}\n\n## Fee\n\nThe locker fee {one} in Lille is 3 euro."
        workshop.write(f"{one}.md", text, id=one, language="en", supersedes=f"[{other}, {one}]")
    workshop.ingest()
    answer = workshop.ask("What is the locker fee in Lille?")
    assert answer.citations
    assert said(answer, "superseded")


def test_section_takes_the_sections_below_it_along(workshop: Any) -> None:
    old = "# Old\n\n## Fees\n\nOne.\n\n### Late fees\n\nTwo.\n\n## Rooms\n\nThree."
    workshop.write("old.md", old, id="old", language="en")
    workshop.write("new.md", "# New\n\n## Fees\n\nFour.", id="new", language="en", supersedes="old#fees")
    workshop.ingest()
    assert {p.slug: p.superseded_by for p in workshop.passages("old")} == {
        "fees": ("new",), "late-fees": ("new",), "rooms": ()
    }  # fmt: skip


def test_section_that_does_not_exist_supersedes_nothing(workshop: Any) -> None:
    workshop.write("old.md", "# Old\n\n## Fees\n\nOne.", id="old", language="en")
    workshop.write("new.md", "# New\n\nTwo.", id="new", language="en", supersedes="[old#rooms, nowhere#x, nowhere]")
    workshop.ingest()
    assert not any(p.superseded for p in workshop.passages("old"))


@pytest.mark.parametrize(
    ("front", "day", "expected"),
    [
        ({"valid_until": "2025"}, "2025-12-31", None),
        ({"valid_until": "2025"}, "2026-01-01", "expired"),
        ({"valid_until": "2025-06"}, "2025-06-30", None),
        ({"valid_until": "2025-06"}, "2025-07-01", "expired"),
        ({"valid_until": "2025-06-09"}, "2025-06-09", None),
        ({"valid_until": "2025-06-09"}, "2025-06-10", "expired"),
        ({"valid_until": "2025-02-31"}, "2025-02-28", None),
        ({"valid_until": "2025-02-31"}, "2025-03-01", "expired"),
        ({"valid_from": "2025"}, "2024-12-31", "upcoming"),
        ({"valid_from": "2025"}, "2025-01-01", None),
        ({"valid_from": "2025-06-09"}, "2025-06-08", "upcoming"),
        ({"valid_from": "2025-06-09"}, "2025-06-09", None),
        ({"status": "provisional"}, "2025-01-01", "provisional"),
        ({"status": "provisional", "valid_until": "2024"}, "2025-01-01", "expired"),
        ({}, "2025-01-01", None),
    ],
)
def test_year_month_and_day_count_as_a_whole(front: dict[str, str], day: str, expected: str | None) -> None:
    document = Document("a", "r", "A", "", "en", **front)  # type: ignore[arg-type]
    assert standing(document, date.fromisoformat(day)) == expected
