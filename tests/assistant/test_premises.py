"""What a question takes for granted and the documents deny is corrected first; what is true is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer import Answer
from assistant.premise import contradicts, premises
from assistant.service import Assistant

DOCUMENTS = {
    "rules": (
        "en",
        """# Rules

## Partners in the United Kingdom

Partners from the United Kingdom cannot receive funding from Interreg Europe.

## Budget of a pilot action

A pilot action may cost 90,000 euro at most.

## Rate for municipalities

A municipality gets 80 percent co-financing.

## Who pays the controller

The lead partner pays the controller from the budget of the project.

## Laptops

A laptop is paid back only when it was bought in the first year. However, leased laptops are always paid back.
""",
    ),
    "regels": (
        "nl",
        """# Regels

## Partners uit het Verenigd Koninkrijk

Partners uit het Verenigd Koninkrijk kunnen geen subsidie krijgen van Interreg Europe.

## Budget van een pilootactie

Een pilootactie mag hoogstens 90.000 euro kosten.

## Percentage voor gemeenten

Een gemeente krijgt 80 procent cofinanciering.

## Wie betaalt de controleur

De leadpartner betaalt de controleur met het budget van het project.
""",
    ),
}


@pytest.fixture(scope="module")
def house(assistant_over: Any) -> Assistant:
    return assistant_over(DOCUMENTS)


def codes(answer: Answer) -> set[str]:
    return {note.code for note in answer.notes}


@pytest.mark.parametrize(
    ("question", "wrong", "right", "asked"),
    [
        (
            "Given that a municipality gets 85 percent co-financing, how much may a pilot action cost?",
            "a municipality gets 85 percent co-financing",
            "80 percent",
            "90,000",
        ),
        (
            "Aangezien een gemeente 85 procent cofinanciering krijgt, hoeveel mag een pilootactie kosten?",
            "een gemeente 85 procent cofinanciering krijgt",
            "80 procent",
            "90.000",
        ),
    ],
)
def test_false_premise_is_not_left_standing(
    house: Assistant, question: str, wrong: str, right: str, asked: str
) -> None:
    answer = house.ask(question)
    assert answer.status == "answered"
    assert right in answer.citations[0].quote
    assert answer.text.startswith(f"{answer.citations[0].quote} [1]")
    assert asked in answer.text
    (note,) = [note for note in answer.notes if note.code == "premise"]
    assert wrong in note.text


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Now that partners from the United Kingdom receive funding again, who pays the controller?", "cannot"),
        ("Is it true that a municipality gets 85 percent co-financing?", "80 percent"),
        ("Nu partners uit het Verenigd Koninkrijk weer subsidie krijgen, wie betaalt de controleur?", "geen"),
        ("Klopt het dat een gemeente 85 procent cofinanciering krijgt?", "80 procent"),
    ],
)
def test_what_the_documents_deny_is_corrected_first(house: Assistant, question: str, right: str) -> None:
    answer = house.ask(question)
    assert answer.status == "answered"
    assert right in answer.citations[0].quote
    assert "premise" in codes(answer)


@pytest.mark.parametrize(
    "question",
    [
        "Given that a municipality gets 80 percent co-financing, how much may a pilot action cost?",
        "Is it true that a municipality gets 80 percent co-financing?",
        "Since partners from the United Kingdom cannot receive funding, who pays the controller?",
        "Aangezien een gemeente 80 procent cofinanciering krijgt, hoeveel mag een pilootactie kosten?",
        "Klopt het dat een gemeente 80 procent cofinanciering krijgt?",
        "Aangezien partners uit het Verenigd Koninkrijk geen subsidie krijgen, wie betaalt de controleur?",
    ],
)
def test_true_premise_is_not_corrected(house: Assistant, question: str) -> None:
    answer = house.ask(question)
    assert answer.status == "answered"
    assert "premise" not in codes(answer)


@pytest.mark.parametrize(
    "question",
    [
        "Now that my cousin in Madrid plays the trumpet, who pays the controller?",
        "Nu mijn neef in Madrid trompet speelt, wie betaalt de controleur?",
    ],
)
def test_premise_that_no_document_speaks_of_is_not_corrected(house: Assistant, question: str) -> None:
    assert "premise" not in codes(house.ask(question))


def test_correction_is_not_cut_loose_from_its_context(house: Assistant) -> None:
    answer = house.ask("Since a laptop is never paid back, how much may a pilot action cost?")
    assert "premise" in codes(answer)
    assert not answer.text.startswith("However")


@pytest.mark.parametrize(
    ("question", "language", "clauses"),
    [
        ("Now that the UK takes part again, can a Welsh council lead?", "en", ("the UK takes part again",)),
        ("Is it true that companies get 3.5 million euro?", "en", ("companies get 3.5 million euro",)),
        ("Can we lead, since our city is in Norway?", "en", ("our city is in Norway",)),
        ("Who can lead a project?", "en", ()),
        ("Since when?", "en", ()),
        ("Klopt het dat een gemeente 85 procent krijgt?", "nl", ("een gemeente 85 procent krijgt",)),
        ("Omdat we in Gent wonen, mogen wij meedoen?", "nl", ("we in Gent wonen",)),
        ("Wie kan leadpartner zijn?", "nl", ()),
    ],
)
def test_clauses_that_are_taken_for_granted(question: str, language: str, clauses: tuple[str, ...]) -> None:
    assert premises(question, language) == clauses


@pytest.mark.parametrize(
    ("quote", "clause", "language", "otherwise"),
    [
        ("The rate is 80 percent.", "the rate is 85 percent", "en", True),
        ("The rate is 80 percent.", "the rate is 80 percent", "en", False),
        ("The rate was set in 2021.", "the rate was set in 2014", "en", False),
        ("Companies cannot get funding.", "companies get funding", "en", True),
        ("Companies cannot get funding.", "companies do not get funding", "en", False),
        ("Companies get funding.", "companies never get funding", "en", True),
        ("Het percentage is 80 procent.", "het percentage is 85 procent", "nl", True),
        ("Het percentage is 80 procent.", "het percentage is 80 procent", "nl", False),
        ("Bedrijven krijgen geen subsidie.", "bedrijven krijgen subsidie", "nl", True),
        ("Bedrijven krijgen geen subsidie.", "bedrijven krijgen niets", "nl", True),
        ("Bedrijven krijgen subsidie.", "bedrijven krijgen subsidie", "nl", False),
    ],
)
def test_who_says_otherwise(quote: str, clause: str, language: str, otherwise: bool) -> None:
    assert contradicts(quote, language, clause, language) is otherwise


def test_a_quote_in_the_other_language_says_otherwise_too() -> None:
    assert contradicts("The rate is 80 percent.", "en", "het percentage is 85 procent", "nl")
    assert not contradicts("The rate is 80 percent.", "en", "het percentage is 80 procent", "nl")
    assert contradicts("Companies cannot get funding.", "en", "bedrijven krijgen subsidie", "nl")
