"""Dutch is answered in Dutch, English in English; French and German in English, saying which languages are spoken."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.language import detect
from assistant.service import Assistant

FOREIGN = [
    "Puis-je obtenir une subvention pour mon entreprise privée ?",
    "Combien de temps dure un projet de coopération interrégionale ?",
    "Kann mein privates Unternehmen eine Förderung erhalten?",
    "Wie lange dauert ein Projekt und wer darf es leiten?",
]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wat is de deadline?", "nl"),
        ("Hoe lang duurt een project?", "nl"),
        ("Is er een call open voor steden?", "nl"),
        ("Wie betaalt de lead partner in een follow-up phase?", "nl"),
        ("What is the deadline?", "en"),
        ("How long does a project last?", "en"),
        ("Is VLAIO our national contact point?", "en"),
        ("is childcare eligible as cost", "en"),
        ("peer review", "en"),
        ("portal web adress", "en"),
        ("deadline vierde call 2025", "nl"),
        ("vier thema's en hun budget", "nl"),
        ("hoelang bonnetjes bewaren", "nl"),
    ],
)
def test_language_of_a_question(question: str, language: str) -> None:
    found = detect(question)
    assert (found.language, found.foreign) == (language, False)


@pytest.mark.parametrize("question", FOREIGN)
def test_other_languages_are_answered_in_english_and_told_so(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.language == "en"
    spoken = [note for note in answer.notes if note.code == "spoken_languages"]
    assert len(spoken) == 1
    assert "Dutch" in spoken[0].text
    assert "English" in spoken[0].text
    assert answer.status != "off_topic"
    if answer.status == "unsupported":
        assert answer.reason == "other_language"


@pytest.mark.parametrize("question", ["Kan mijn bedrijf subsidie krijgen?", "Can my company get funding?"])
def test_spoken_languages_are_not_mentioned_to_who_speaks_them(assistant: Assistant, question: str) -> None:
    assert "spoken_languages" not in {note.code for note in assistant.ask(question).notes}


def test_conversation_decides_where_the_words_do_not() -> None:
    assert detect("VLAIO?", known="nl").language == "nl"
    assert detect("VLAIO?", known="en").language == "en"
    assert detect("CECI?", history=["Hoe lang duurt een project?"]).language == "nl"


@pytest.mark.parametrize(
    ("question", "language"), [("Can my company get funding?", "nl"), ("Kan mijn bedrijf geld krijgen?", "en")]
)
def test_question_wins_from_the_page(assistant: Assistant, question: str, language: str) -> None:
    assert assistant.ask(question, language=language).language != language


def test_other_language_is_used_where_the_own_one_says_nothing(workshop: Any) -> None:
    workshop.write(
        "nl.md",
        "# Kilometers\n\n## Vergoeding\n\nDe kilometervergoeding van Interreg Europe bedraagt 0,42 euro.",
        id="km",
        language="nl",
    )
    workshop.write(
        "nl.asked.yaml", "vergoeding:\n- Hoeveel krijg ik per kilometer?\n- How much do I get for a kilometre?\n"
    )
    workshop.ingest()
    answer = workshop.ask("How much do I get for a kilometre?")
    assert answer.language == "en"
    if answer.citations:
        assert answer.citations[0].language == "nl"
        assert "source_language" in {note.code for note in answer.notes}


@pytest.mark.parametrize(
    "question",
    [
        "Ποιος μπορεί να συμμετάσχει στο Interreg Europe;",
        "Може ли частна фирма (SME) да получи финансиране?",
        "Кой?",
        "谁可以参加?",
        "من يمكنه المشاركة؟",
    ],
)
def test_other_scripts_are_refused_in_english_and_told_which_languages_are_spoken(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.reason, answer.language) == ("unsupported", "other_language", "en")
    assert answer.contact is not None
    assert answer.near_misses == ()
    assert "embed" not in answer.latency_ms
    assert "spoken_languages" in {note.code for note in answer.notes}


@pytest.mark.parametrize(
    "question", ["Wat betekent μ in Interreg Europe?", "Is Ελλάδα (Greece) in the programme area?"]
)
def test_a_foreign_word_in_a_question_is_no_foreign_question(question: str) -> None:
    assert not detect(question).foreign
