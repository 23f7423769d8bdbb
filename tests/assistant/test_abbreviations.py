"""Abbreviations and sayings are spelled out for retrieval, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.abbreviations import spell_out


@pytest.mark.parametrize(
    ("question", "language", "meaning"),
    [
        ("What does the PLP do?", "en", "Policy Learning Platform"),
        ("who signs the SC?", "en", "subsidy contract"),
        ("When did call 2 close?", "en", "second call"),
        ("We get 85%, right?", "en", "co-financing rate"),
        ("Wij zijn een kmo", "nl", "privaat bedrijf"),
        ("onze vzw's", "nl", "non-profitorganisaties"),
        ("Is er nog een fase 2?", "nl", "follow-upfase"),
        ("wij krijgen toch 85% terug?", "nl", "cofinanciering"),
    ],
)
def test_meaning_stands_behind_what_was_asked(question: str, language: str, meaning: str) -> None:
    assert meaning in spell_out(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("ma bon, mag dat?", "nl"),  # MA counts in capitals only
        ("What does the Policy Learning Platform (PLP) do?", "en"),
        ("When is the 285% due?", "en"),
    ],
)
def test_common_words_and_known_meanings_are_left_alone(question: str, language: str) -> None:
    assert spell_out(question, language) == question


@given(st.text(max_size=200), st.sampled_from(["nl", "en"]))
def test_no_word_of_a_question_is_lost(question: str, language: str) -> None:
    spelled = spell_out(question, language)
    position = 0
    for character in question:
        position = spelled.index(character, position) + 1
