"""A sentence is never cut loose: its qualifier, what it refers back to, its whole list and its row come with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant.compose import worded
from assistant.service import Assistant

DOCUMENTS = {
    "rules": (
        "en",
        """# Rules

## Meal allowance

The meal allowance of Interreg Europe is 35 euro a day.
However, travellers who stay with family get only 20 euro. It is paid at the end of the month.

## Hotels

A hotel room costs 120 euro a night at most. This does not apply in Luxembourg. Breakfast belongs to the price.

## Documents of a claim

Partners send these documents with the claim:

- the time sheet of March
- the invoice of the caterer
- the ticket of the train

## Controller

The controller is a person from outside the partner. He checks every claim within sixty days.
The office is closed in August.

## Auditor

The auditor is sent by the European Commission. She works in Brussels. She keeps the files for fifteen years.

## Rates by kind

The rates for private partners are:

- 70 percent for associations
- 65 percent for foundations

This does not apply in Norway.

## Laptops

A laptop is paid back only when it was bought in the first year. However, leased laptops are always paid back.

## Permit prices

| Vehicle | Price | Period |
|---|---|---|
| Small van | 120 euro | one year |
| Big lorry | 210 euro | one year |
| Motorbike | 45 euro | six months |
""",
    ),
    "regels": (
        "nl",
        """# Regels

## Maaltijdvergoeding

De maaltijdvergoeding van Interreg Europe bedraagt 35 euro per dag.
Dit geldt niet voor wie bij familie logeert. Ze wordt op het einde van de maand betaald.

## Hotels

Een hotelkamer kost hoogstens 120 euro per nacht. Echter, in Luxemburg mag het 180 euro zijn.
Het ontbijt hoort bij de prijs.

## Documenten van een declaratie

Partners voegen deze documenten bij de declaratie:

- het urenblad van maart
- de factuur van de traiteur
- het ticket van de trein

## Controleur

De controleur is iemand van buiten de partner. Hij controleert elke declaratie binnen zestig dagen.
Het kantoor is gesloten in augustus.

## Prijzen van vergunningen

| Voertuig | Prijs | Periode |
|---|---|---|
| Kleine bestelwagen | 120 euro | een jaar |
| Grote vrachtwagen | 210 euro | een jaar |
| Motorfiets | 45 euro | zes maanden |
""",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def house(assistant_over: Any) -> Assistant:
    return assistant_over(DOCUMENTS, threshold=0.0)  # what is quoted, however sure it is


@pytest.mark.parametrize(
    ("question", "rule", "qualifier"),
    [
        ("How high is the meal allowance?", "35 euro a day", "However, travellers who stay with family"),
        ("How much may a hotel room cost?", "120 euro a night", "This does not apply in Luxembourg."),
        ("Hoe hoog is de maaltijdvergoeding?", "35 euro per dag", "Dit geldt niet voor wie bij familie logeert."),
        ("Hoeveel mag een hotelkamer kosten?", "120 euro per nacht", "Echter, in Luxemburg mag het 180 euro zijn."),
    ],
)
def test_rule_is_never_quoted_without_its_exception(house: Assistant, question: str, rule: str, qualifier: str) -> None:
    quote = house.ask(question).citations[0].quote
    assert rule in quote
    assert qualifier in quote[quote.index(rule) :]


@pytest.mark.parametrize(
    ("question", "before", "sentence"),
    [
        ("How fast does the controller check a claim?", "The controller is", "He checks every claim"),
        ("Hoe snel controleert de controleur een declaratie?", "De controleur is", "Hij controleert elke declaratie"),
    ],
)
def test_pronoun_is_never_quoted_without_whom_it_means(
    house: Assistant, question: str, before: str, sentence: str
) -> None:
    quote = next(c.quote for c in house.ask(question).citations if sentence in c.quote)
    assert quote.startswith(before)


@pytest.mark.parametrize(
    ("question", "lead", "items"),
    [
        (
            "Which documents are sent with the claim?",
            "Partners send these documents",
            ("the time sheet of March", "the invoice of the caterer", "the ticket of the train"),
        ),
        (
            "Must the ticket of the train be sent with the claim?",
            "Partners send these documents",
            ("the time sheet of March", "the invoice of the caterer", "the ticket of the train"),
        ),
        (
            "Welke documenten horen bij de declaratie?",
            "Partners voegen deze documenten",
            ("het urenblad van maart", "de factuur van de traiteur", "het ticket van de trein"),
        ),
    ],
)
def test_list_is_never_given_by_halves(house: Assistant, question: str, lead: str, items: tuple[str, ...]) -> None:
    quote = next(c.quote for c in house.ask(question).citations if lead in c.quote)
    assert quote.startswith(lead)
    assert all(item in quote for item in items)


@pytest.mark.parametrize(
    ("question", "said", "cells"),
    [
        (
            "What does a permit for a motorbike cost?",
            "Motorbike – price 45 euro, period six months.",
            "Price: 45 euro",
        ),
        (
            "Hoeveel kost een vergunning voor een motorfiets?",
            "Motorfiets – prijs 45 euro, periode zes maanden.",
            "Prijs: 45 euro",
        ),
    ],
)
def test_row_is_said_as_a_sentence_and_quoted_word_for_word(
    house: Assistant, question: str, said: str, cells: str
) -> None:
    answer = house.ask(question)
    citation = next(c for c in answer.citations if cells in c.quote)
    assert f"{said} [{citation.number}]" in answer.text
    stored = house.index.text(citation.document_id, citation.revision).text
    assert stored[citation.start : citation.end] == citation.quote
    assert cells not in answer.text


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("Vehicle: first car; Price: £120; Period: one year", "Vehicle first car – price £120, period one year."),
        ("Voertuig: wagen; Prijs: 120 euro", "Voertuig wagen – prijs 120 euro."),
        ("The fee is 12 euro; the rest is free.", "The fee is 12 euro; the rest is free."),
        ("Note: the fee is 12 euro.", "Note: the fee is 12 euro."),
        ("", ""),
    ],
)
def test_only_a_row_is_worded(quote: str, said: str) -> None:
    assert worded(quote) == said


def test_rows_that_are_quoted_together_are_a_sentence_each() -> None:
    said = worded("Vehicle: van; Price: 120 euro\nVehicle: lorry; Price: 210 euro")
    assert re.findall(r"[^.]+\.", said.replace("\n", " ").replace(". ", ".")) == [
        "Vehicle van – price 120 euro.",
        "Vehicle lorry – price 210 euro.",
    ]


def test_list_is_never_quoted_without_its_exception(house: Assistant) -> None:
    quote = house.ask("What rate do associations get?").citations[0].quote
    assert "70 percent for associations" in quote
    assert "This does not apply in Norway." in quote


def test_exception_is_never_quoted_without_its_rule(house: Assistant) -> None:
    quote = next(c.quote for c in house.ask("Are leased laptops paid back?").citations if "leased" in c.quote)
    assert not quote.startswith("However")


def test_row_of_pronouns_goes_back_to_whom_they_mean(house: Assistant) -> None:
    quotes = [c.quote for c in house.ask("How long does the auditor keep the files?").citations]
    quote = next(quote for quote in quotes if "fifteen years" in quote)
    assert quote.startswith("The auditor")


def test_newer_rule_is_never_quoted_without_its_exception(assistant_over: Any) -> None:
    old = "# Slides\n\n## Rate\n<!-- superseded_by: rates#rate -->\n\nThe meal rate of the slides is 20 euro."
    new = "# Rates\n\n## Rate\n\nThe meal rate is now 35 euro. This does not apply in Norway."
    asking = assistant_over({"slides": ("en", old), "rates": ("en", new)}, threshold=0.0)
    answer = asking.ask("What did the slides say about the meal rate of 20 euro?")
    assert "35 euro" in answer.text
    assert "This does not apply in Norway." in answer.text
