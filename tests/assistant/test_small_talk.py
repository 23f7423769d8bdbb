"""Greetings, thanks and "who are you?" get a short reply; with a real question beside them the question wins."""

from __future__ import annotations

import pytest

from assistant.route import route
from assistant.service import Assistant
from assistant.texts import text

SAID = [
    ("greeting", "nl", "hallo"),
    ("greeting", "nl", "HALLO!!!"),
    ("greeting", "nl", "  goedemorgen ,"),
    ("greeting", "nl", "Goeiedag allemaal"),
    ("greeting", "en", "Hello"),
    ("greeting", "en", "good   Morning..."),
    ("greeting", "en", "hello there :-)"),
    ("thanks", "nl", "bedankt"),
    ("thanks", "nl", "Dank u wel!"),
    ("thanks", "nl", "BEDANKT VOOR DE INFO"),
    ("thanks", "en", "thanks"),
    ("thanks", "en", "Thank you very much!!"),
    ("goodbye", "nl", "Tot ziens"),
    ("goodbye", "en", "goodbye."),
    ("identity", "nl", "wie ben jij?"),
    ("identity", "nl", "WIE BEN JIJ"),
    ("identity", "nl", "Hallo, ben je een robot ?"),
    ("identity", "en", "who are you"),
    ("identity", "en", "Who are you??"),
    ("identity", "en", "hi, Are you a robot?"),
    ("help", "nl", "Wat kan ik vragen?"),
    ("help", "en", "what can you do?"),
    ("wellbeing", "nl", "Hoe gaat het?"),
    ("wellbeing", "en", "How are you"),
]
IN_BOTH = {"thanks"}


@pytest.mark.parametrize(("kind", "language", "said"), SAID)
def test_small_talk_gets_a_reply_and_no_quote(assistant: Assistant, kind: str, language: str, said: str) -> None:
    answer = assistant.ask(said, language=language)
    assert (answer.status, answer.reason, answer.language) == ("small_talk", None, language)
    assert answer.text == text(language, f"small_talk.{kind}")
    assert answer.citations == answer.near_misses == ()


@pytest.mark.parametrize(("language", "said"), [(language, said) for _, language, said in SAID if said not in IN_BOTH])
def test_small_talk_is_answered_in_its_own_language(assistant: Assistant, language: str, said: str) -> None:
    assert assistant.ask(said).language == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Hallo, kan mijn bedrijf subsidie krijgen?", "nl"),
        ("Goedemorgen! Hoeveel cofinanciering krijgt een gemeente? Alvast bedankt!", "nl"),
        ("Wie kan leadpartner zijn?", "nl"),
        ("Hello, can my company get funding?", "en"),
        ("Thanks. How long does a project last?", "en"),
        ("Hi, who can be lead partner? Thank you!", "en"),
    ],
)
def test_a_greeting_with_a_question_is_a_question(assistant: Assistant, question: str, language: str) -> None:
    answer = assistant.ask(question)
    assert answer.status != "small_talk"
    assert answer.language == language
    assert answer.parts == ()
    (asked,) = route(question, language).questions
    assert asked in question


@pytest.mark.parametrize("question", ["😀", "🎉🎉🎉", "a", "?", "!!!", "...", "é"])
def test_what_holds_no_word_is_unclear(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, language="en")
    assert (answer.status, answer.reason) == ("unsupported", "unclear")
    assert answer.text == text("en", "refusals.unclear")
