"""The threshold decides what is refused: at 0 whatever is found on the subject is quoted, at 1 nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.settings import Settings

DOCUMENTS = {
    "pilots": ("en", "# Pilots\n\n## Budget\n\nA pilot action of Interreg Europe may cost 90,000 euro at most."),
    "proef": ("nl", "# Proef\n\n## Budget\n\nEen pilootactie van Interreg Europe mag hoogstens 90.000 euro kosten."),
}
ANSWERED = ["How much may a pilot action cost?", "Hoeveel mag een pilootactie kosten?"]
UNSAID = ["Who signs for a pilot action of Interreg Europe?", "Wie tekent voor een pilootactie van Interreg Europe?"]
REFUSED = ["Which football club won the cup in Madrid?", "Welke voetbalclub won de beker in Madrid?"]


@pytest.mark.parametrize("question", [*ANSWERED, *UNSAID])
def test_threshold_of_nothing_refuses_nothing(assistant_over: Any, question: str) -> None:
    answer = assistant_over(DOCUMENTS, threshold=0.0).ask(question)
    assert answer.status == "answered"
    assert answer.citations


@pytest.mark.parametrize("question", [*ANSWERED, *REFUSED])
def test_threshold_of_certainty_refuses_everything(assistant_over: Any, question: str) -> None:
    answer = assistant_over(DOCUMENTS, threshold=1.0).ask(question)
    assert answer.status in {"unsupported", "off_topic"}
    assert answer.citations == ()


@pytest.mark.parametrize("question", ANSWERED)
def test_confidence_is_what_the_threshold_is_held_to(assistant_over: Any, question: str) -> None:
    found = assistant_over(DOCUMENTS, threshold=0.0).ask(question).confidence
    assert 0.0 < found < 1.0
    assert assistant_over(DOCUMENTS, threshold=found - 0.001).ask(question).status == "answered"
    assert assistant_over(DOCUMENTS, threshold=found + 0.001).ask(question).status != "answered"


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_threshold_is_a_setting(monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    monkeypatch.setenv("ASSISTANT_THRESHOLD", str(value))
    assert Settings(_env_file=None).threshold == value
