"""Which kind of answer a question asks for, and which kinds a text holds."""

from __future__ import annotations

import pytest

from assistant.kinds import asked, held, match


@pytest.mark.parametrize(
    ("question", "language", "kinds"),
    [
        ("How much does a partner get?", "en", {"amount"}),
        ("When does the call close, and how many partners are needed?", "en", {"amount", "date"}),
        ("Is there a phone at the secretariat?", "en", {"contact"}),
        ("Tegen wanneer moet de affiche hangen?", "nl", {"date"}),
        ("Hoelang duurt een project?", "nl", {"amount"}),
        ("Wie kan leadpartner zijn?", "nl", set()),
    ],
)
def test_question_asks_for(question: str, language: str, kinds: set[str]) -> None:
    assert asked(question, language) == kinds


@pytest.mark.parametrize(
    ("text", "language", "kinds"),
    [
        ("In 2021-2027 private companies cannot receive funding.", "en", set()),
        ("In 2021-2027 the rate is 80%.", "en", {"amount"}),
        ("The call closed on 9 June 2023.", "en", {"date"}),
        ("Het project duurt vier jaar.", "nl", {"amount"}),
        ("Schrijf naar interreg@vlaio.be.", "nl", {"contact"}),
    ],
)
def test_text_holds(text: str, language: str, kinds: set[str]) -> None:
    assert held(text, language) == kinds


def test_nothing_wanted_is_neither_for_nor_against() -> None:
    assert match(frozenset(), "The rate is 80%.", "en") == 0.5
    assert match(frozenset({"amount"}), "The rate is 80%.", "en") == 1.0
    assert match(frozenset({"amount", "date"}), "The rate is 80%.", "en") == 0.5
