"""A follow-up is understood from its conversation, and is no way around a refusal."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from assistant.service import Assistant
from assistant.standalone import completed, is_follow_up, lean

PILOTS = {
    "pilots": (
        "en",
        "# Projects\n\n## Budget of a pilot action\n\nA pilot action may cost 90,000 euro at most.\n\n"
        "## Deadline of a pilot action\n\nA pilot action must be requested before the third progress report.\n\n"
        "## Deadline of a peer review\n\nA peer review must be requested in the first year.\n",
    ),
    "proef": (
        "nl",
        "# Projecten\n\n## Budget van een pilootactie\n\nEen pilootactie mag hoogstens 90.000 euro kosten.\n\n"
        "## Termijn van een pilootactie\n\n"
        "Een pilootactie moet aangevraagd worden voor het derde voortgangsverslag.\n\n"
        "## Termijn van een peer review\n\nEen peer review moet aangevraagd worden in het eerste jaar.\n",
    ),
}


@pytest.mark.parametrize(
    ("history", "question", "language", "expected"),
    [
        (["What is the rate for Norwegian partners?"], "And for Switzerland?", "en", "switzerland"),
        (["Hoeveel cofinanciering krijgt een gemeente?"], "En voor een vzw?", "nl", "vzw"),
        (["Kan een bedrijf meedoen?"], "En een universiteit?", "nl", "universiteit"),
        (["When did the first call open?"], "And the second call?", "en", "second call"),
    ],
)
def test_follow_up_takes_the_place_of_what_it_replaces(
    history: list[str], question: str, language: str, expected: str
) -> None:
    leaning = lean(question, history, language)
    assert leaning is not None
    assert leaning.before == history[-1]
    assert leaning.replaced is not None
    assert expected in leaning.replaced.lower()
    assert len(leaning.replaced) > len(question)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Hoeveel cofinanciering krijgt een gemeente in Vlaanderen?", "nl"),
        ("Which documents must a lead partner upload with the application form?", "en"),
    ],
)
def test_question_of_its_own_is_left_alone(question: str, language: str) -> None:
    assert not is_follow_up(question, language)
    leaning = lean(question, ["Hoe lang duurt een project?"], language)
    assert leaning is not None
    assert not leaning.follow_up
    assert leaning.replaced is None


def test_no_history_no_follow_up() -> None:
    assert lean("En voor Zwitserland?", [], "nl") is None


@pytest.mark.parametrize(
    ("question", "language"), [("En de deadline?", "nl"), ("And the deadline?", "en"), ("How long does it take?", "en")]
)
def test_follow_up_that_replaces_nothing_gets_the_topic(question: str, language: str) -> None:
    before = {"nl": "Hoe vraag ik een pilootactie aan?", "en": "How do I apply for a pilot action?"}[language]
    leaning = lean(question, [before], language)
    assert leaning is not None
    assert (leaning.before, leaning.replaced) == (before, None)
    assert completed(question, ("pilootactie",)) == f"{question} (pilootactie)"
    assert completed(question, ()) == question


def test_of_a_row_of_follow_ups_all_lean_on_the_whole_question() -> None:
    leaning = lean("And why?", ["How do I apply for a pilot action?", "And the deadline?"], "en")
    assert leaning is not None
    assert (leaning.before, leaning.last) == ("How do I apply for a pilot action?", "And the deadline?")


@pytest.mark.parametrize(
    ("first", "then", "fact", "other"),
    [
        ("How much may a pilot action cost?", "And the deadline?", "third progress report", "first year"),
        ("How much may a pilot action cost?", "When must it be requested?", "third progress report", "first year"),
        ("Hoeveel mag een pilootactie kosten?", "En de termijn?", "derde voortgangsverslag", "eerste jaar"),
        (
            "Hoeveel mag een pilootactie kosten?",
            "Wanneer moet die aangevraagd worden?",
            "derde voortgangsverslag",
            "eerste jaar",
        ),
    ],
)
def test_follow_up_is_about_the_topic_before_it(
    assistant_over: Any, first: str, then: str, fact: str, other: str
) -> None:
    answer = assistant_over(PILOTS).ask(then, history=[first])
    assert answer.status == "answered"
    assert fact in answer.citations[0].quote
    assert other not in answer.citations[0].quote
    assert any(note.code == "looked_for" and "pil" in note.text for note in answer.notes)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Hoeveel cofinanciering krijgt een gemeente?", "Hoe lang duurt een project?"),
        ("How much co-financing does a municipality get?", "How long does a project last?"),
        ("How long does a project last?", "Who can be lead partner?"),
        pytest.param("Hoe lang duurt een project?", "Wie kan leadpartner zijn?"),
        ("Hoe lang duurt een project?", "Hoeveel cofinanciering krijgt een gemeente?"),
        ("Which football club won the cup in Madrid yesterday?", "How long does a project last?"),
        ("Wie won gisteren de voetbalwedstrijd in Madrid?", "Hoe lang duurt een project?"),
    ],
)
def test_another_subject_is_not_dragged_along(assistant: Assistant, first: str, then: str) -> None:
    alone, after = assistant.ask(then), assistant.ask(then, history=[first])
    assert alone.status == "answered"
    assert (after.status, after.citations[0].quote) == (alone.status, alone.citations[0].quote)
    assert "looked_for" not in {note.code for note in after.notes}


@pytest.mark.parametrize(
    ("first", "then", "language", "fact"),
    [
        ("How much co-financing does a municipality get?", "And a non-profit organisation?", "en", "70%"),
        ("Hoeveel cofinanciering krijgt een gemeente?", "En een vzw?", "nl", "70%"),
    ],
)
def test_follow_up_is_answered_from_its_conversation(
    assistant: Assistant, first: str, then: str, language: str, fact: str
) -> None:
    key = assistant.ask(first).conversation_id
    answer = assistant.ask(then, conversation_id=key)
    assert answer.conversation_id == key
    assert (answer.status, answer.language) == ("answered", language)
    assert fact in answer.text
    assert any(note.code == "looked_for" for note in answer.notes)


def test_history_of_the_caller_is_a_conversation_too(assistant: Assistant) -> None:
    answer = assistant.ask("En een vzw?", history=["Hoeveel cofinanciering krijgt een gemeente?"])
    assert answer.status == "answered"
    assert "70%" in answer.text


@pytest.mark.parametrize(
    ("refused", "then"),
    [
        ("Which football club won the cup in Madrid yesterday?", "And in Norway?"),
        ("What is the best recipe for chocolate cake?", "And how long does that take?"),
        ("Wie won gisteren de voetbalwedstrijd in Madrid?", "En waarom?"),
        ("Hoeveel cofinanciering krijgt een gemeente van Erasmus+?", "En een vzw?"),
        ("How much co-financing does a municipality get from Erasmus+?", "And an NGO?"),
        ("How much co-financing does a municipality get from Erasmus+?", "And a non-profit organisation?"),
        ("Hoeveel cofinanciering krijgt een gemeente van Horizon?", "En wie kan dat aanvragen?"),
        pytest.param("Do you think our project idea is good enough?", "And why?"),
        pytest.param("Is ons projectidee goed genoeg?", "En waarom?"),
    ],
)
def test_follow_up_does_not_bypass_refusal(assistant: Assistant, refused: str, then: str) -> None:
    first = assistant.ask(refused)
    assert first.status in {"unsupported", "off_topic"}
    answer = assistant.ask(then, conversation_id=first.conversation_id)
    assert answer.status in {"unsupported", "off_topic"}
    assert answer.citations == ()


def test_only_the_first_answer_says_that_it_is_automated(assistant: Assistant) -> None:
    first = assistant.ask("How long does a project last?")
    assert [note.code for note in first.notes].count("automated") == 1
    for question in ("Who can be lead partner?", "thanks", "😀"):
        later = assistant.ask(question, conversation_id=first.conversation_id)
        assert "automated" not in {note.code for note in later.notes}


@pytest.mark.parametrize(
    "question", ["hello", "😀", "Which football club won the cup in Madrid?", "Combien dure un projet ?"]
)
def test_every_first_answer_says_that_it_is_automated(assistant: Assistant, question: str) -> None:
    assert "automated" in {note.code for note in assistant.ask(question).notes}


def test_conversations_do_not_mix(assistant: Assistant) -> None:
    assistant.ask("Hoeveel cofinanciering krijgt een gemeente?", conversation_id=str(uuid.uuid4()))
    other = assistant.ask("En een vzw?", conversation_id=str(uuid.uuid4()))
    assert "automated" in {note.code for note in other.notes}
    assert "looked_for" not in {note.code for note in other.notes}


@pytest.mark.parametrize("given", ["not-a-uuid", "' OR 1=1 --", "../../etc", ""])
def test_conversation_id_that_is_none_starts_a_new_one(assistant: Assistant, given: str) -> None:
    answer = assistant.ask("How long does a project last?", conversation_id=given)
    assert str(uuid.UUID(answer.conversation_id)) == answer.conversation_id
    assert "automated" in {note.code for note in answer.notes}
