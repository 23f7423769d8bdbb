"""What lies near the documents but is not in them is refused: another programme, country, or person's number."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.service import Assistant

DOCUMENTS = {
    "rules": (
        "en",
        """# Rules

## Meal allowance

The meal allowance of Interreg Europe is 35 euro a day.

## Controller

The controller checks every claim of an Interreg Europe partner within sixty days.

## Municipalities in Belgium

A municipality in Belgium gets 80 percent co-financing from Interreg Europe.
""",
    ),
    "regels": (
        "nl",
        """# Regels

## Maaltijdvergoeding

De maaltijdvergoeding van Interreg Europe bedraagt 35 euro per dag.

## Controleur

De controleur controleert elke declaratie van een partner van Interreg Europe binnen zestig dagen.

## Gemeenten in België

Een gemeente in België krijgt 80 procent cofinanciering van Interreg Europe.
""",
    ),
}


@pytest.fixture(scope="module")
def house(assistant_over: Any) -> Assistant:
    return assistant_over(DOCUMENTS)


@pytest.mark.parametrize(
    "question",
    [
        "How much is the meal allowance in the Erasmus programme?",
        pytest.param("How high is the meal allowance of Horizon Europe?"),
        "How much co-financing does a municipality in Norway get?",
        "What is the phone number of the controller?",
        "At which e-mail address can I reach the controller?",
        "Hoe hoog is de maaltijdvergoeding van Erasmus+?",
        "Hoe hoog is de maaltijdvergoeding van Horizon Europe?",
        "Hoeveel cofinanciering krijgt een gemeente in Noorwegen?",
        "Wat is het telefoonnummer van de controleur?",
        "Op welk e-mailadres bereik ik de controleur?",
    ],
)
def test_near_miss_is_refused(house: Assistant, question: str) -> None:
    answer = house.ask(question)
    assert answer.status in {"unsupported", "off_topic"}, answer.text
    assert answer.citations == ()


@pytest.mark.parametrize(
    "question",
    [
        "How high is the meal allowance of URBACT?",
        "How high is the meal allowance of the LEADER programme?",
        "Hoe hoog is de dagvergoeding van URBACT?",
    ],
)
def test_refusal_says_that_it_is_another_programme(house: Assistant, question: str) -> None:
    answer = house.ask(question)
    assert (answer.status, answer.reason) == ("unsupported", "other_programme")


def test_leader_of_a_project_is_no_programme(assistant: Assistant) -> None:
    assert assistant.ask("Who can be the leader of a project?").status == "answered"


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How much is the meal allowance in Interreg Europe?", "35 euro"),
        ("How much co-financing does a municipality in Belgium get?", "80 percent"),
        ("How fast does the controller check a claim?", "sixty days"),
        ("Hoe hoog is de maaltijdvergoeding van Interreg Europe?", "35 euro"),
        ("Hoeveel cofinanciering krijgt een gemeente in België?", "80 procent"),
        ("Hoe snel controleert de controleur een declaratie?", "zestig dagen"),
    ],
)
def test_what_is_in_the_documents_is_not_refused_with_them(house: Assistant, question: str, fact: str) -> None:
    answer = house.ask(question)
    assert answer.status == "answered"
    assert fact in answer.text
