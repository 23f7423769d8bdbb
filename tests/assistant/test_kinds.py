"""Which kind of answer a question asks for, and which kinds a text holds."""

from __future__ import annotations

import pytest

from assistant.kinds import asked, held, match
from assistant.mentions import mentions


@pytest.mark.parametrize(
    ("question", "language", "kinds"),
    [
        ("How much does a partner get?", "en", {"amount"}),
        ("When does the call close, and how many partners are needed?", "en", {"amount", "date"}),
        ("Is there a phone at the secretariat?", "en", {"contact"}),
        ("Tegen wanneer moet de affiche hangen?", "nl", {"date"}),
        ("Hoelang duurt een project?", "nl", {"amount"}),
        ("Wie kan leadpartner zijn?", "nl", set()),
        ("Who is the head of the secretariat?", "en", {"name"}),
        ("Where is the secretariat?", "en", {"place"}),
        ("Waar zit het secretariaat?", "nl", {"place"}),
    ],
)
def test_question_asks_for(question: str, language: str, kinds: set[str]) -> None:
    assert asked(question, language) == kinds


@pytest.mark.parametrize(
    ("text", "language", "kinds"),
    [
        pytest.param("In 2021-2027 private companies cannot receive funding.", "en", set()),
        pytest.param("In 2021-2027 the rate is 80%.", "en", {"amount"}),
        pytest.param("The call closed on 9 June 2023.", "en", {"date"}),
        pytest.param("De oproep sloot op 9 juni 2023.", "nl", {"date"}),
        ("The call closed in June 2023.", "en", {"date"}),
        ("Private companies cannot receive funding.", "en", set()),
        ("The rate is 80%.", "en", {"amount"}),
        ("Het project duurt vier jaar.", "nl", {"amount"}),
        ("Schrijf naar interreg@vlaio.be.", "nl", {"contact"}),
        ("The secretariat is in Lille.", "en", {"name", "place"}),
        ("De leadpartner woont in Rijsel.", "nl", {"name", "place"}),
    ],
)
def test_text_holds(text: str, language: str, kinds: set[str]) -> None:
    assert held(text, language) == kinds


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("What is the rate for 2024?", "In 2024 the call was open.", "en"),
        ("Wie leidt het secretariaat in Rijsel?", "Het secretariaat zit in Rijsel.", "nl"),
    ],
)
def test_what_the_question_says_itself_is_no_answer(question: str, text: str, language: str) -> None:
    assert held(text, language, mentions(question, language)) == frozenset()


def test_nothing_wanted_is_neither_for_nor_against() -> None:
    assert match(frozenset(), "The rate is 80%.", "en") == 0.0
    assert match(frozenset({"amount"}), "The rate is 80%.", "en") == 1.0
    assert match(frozenset({"amount", "contact"}), "The rate is 80%.", "en") == 0.0
    assert match(frozenset({"contact"}), "The rate is 80%.", "en") == -1.0
