"""Documents in one language answer questions in the other, and say so; the asker's own comes first where both exist."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.service import Assistant

ENGLISH = {
    "pilots": (
        "en",
        "# Pilots\n\n## Budget of a pilot action\n\nA pilot action may cost 90,000 euro at most.\n\n"
        "## Controller\n\nThe lead partner pays the controller from the budget of the project.\n\n"
        "## Rate\n\nA municipality gets 80 percent co-financing.\n",
    )
}
DUTCH = {
    "proef": (
        "nl",
        "# Pilootacties\n\n## Budget van een pilootactie\n\nEen pilootactie mag hoogstens 90.000 euro kosten.\n\n"
        "## Controleur\n\nDe leadpartner betaalt de controleur met het budget van het project.\n\n"
        "## Percentage\n\nEen gemeente krijgt 80 procent cofinanciering.\n",
    )
}
IN_DUTCH = [
    ("Hoeveel mag een pilootactie hoogstens kosten?", "90,000 euro", "90.000 euro"),
    ("Wie betaalt de controleur?", "lead partner pays", "leadpartner betaalt"),
    ("Hoeveel cofinanciering krijgt een gemeente?", "80 percent", "80 procent"),
]
IN_ENGLISH = [
    ("How much may a pilot action cost?", "90,000 euro", "90.000 euro"),
    ("Who pays the controller?", "lead partner pays", "leadpartner betaalt"),
    ("How much co-financing does a municipality get?", "80 percent", "80 procent"),
]


@pytest.fixture(scope="module")
def over(assistant_over: Any) -> dict[str, Assistant]:
    return {
        "en": assistant_over(ENGLISH),
        "nl": assistant_over(DUTCH),
        "both": assistant_over({**ENGLISH, **DUTCH}),
    }


@pytest.mark.parametrize(
    ("question", "fact", "asked", "documents"),
    [
        *((question, english, "nl", "en") for question, english, _ in IN_DUTCH),
        *((question, dutch, "en", "nl") for question, _, dutch in IN_ENGLISH),
    ],
)
def test_language_of_the_documents_is_no_reason_to_refuse(
    over: dict[str, Assistant], question: str, fact: str, asked: str, documents: str
) -> None:
    answer = over[documents].ask(question)
    assert (answer.status, answer.language) == ("answered", asked)
    assert fact in answer.text
    assert {citation.language for citation in answer.citations} == {documents}
    assert "source_language" in {note.code for note in answer.notes}


@pytest.mark.parametrize(
    ("question", "fact", "asked"),
    [
        *((question, dutch, "nl") for question, _, dutch in IN_DUTCH),
        *((question, english, "en") for question, english, _ in IN_ENGLISH),
    ],
)
def test_own_language_comes_first(over: dict[str, Assistant], question: str, fact: str, asked: str) -> None:
    answer = over["both"].ask(question)
    assert answer.status == "answered"
    assert fact in answer.text
    assert {citation.language for citation in answer.citations} == {asked}
    assert "source_language" not in {note.code for note in answer.notes}


@pytest.mark.parametrize("documents", ["nl", "en"])
@pytest.mark.parametrize("question", ["Which football club won the cup?", "Welke voetbalclub won de beker?"])
def test_other_language_is_no_reason_to_answer(over: dict[str, Assistant], documents: str, question: str) -> None:
    assert over[documents].ask(question).citations == ()
