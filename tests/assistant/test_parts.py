"""Several questions in one message are answered one by one."""

from __future__ import annotations

import pytest

from assistant.route import split
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("message", "language", "count"),
    [
        ("Hoe lang duurt een project? Wie kan leadpartner zijn?", "nl", 2),
        ("How long does a project last? Who can be lead partner? What is the budget of the programme?", "en", 3),
        ("How much co-financing does a municipality get, and who can be lead partner?", "en", 2),
        ("Hoeveel cofinanciering krijgt een gemeente en wie kan leadpartner zijn?", "nl", 2),
        ("Onze gemeente wil meedoen. Hoeveel cofinanciering krijgen wij?", "nl", 1),
        ("Does a city, a province and a university get the same rate?", "en", 1),
        ("A project lasts four years, right?", "en", 1),
        ("Klopt het dat o.a. nr. 5 telt?", "nl", 1),
    ],
)
def test_questions_are_taken_apart(message: str, language: str, count: int) -> None:
    assert len(split(message, language)) == count


def test_no_word_of_a_message_is_lost() -> None:
    asked = "What is the budget? Where do I apply? Who leads a project? What is a partner? When does it end?"
    message = f"One thing about partners. {asked} It is urgent."
    questions = split(message, "en")
    assert len(questions) <= 4
    assert " ".join(questions).split() == message.split()


def test_every_part_has_its_answer(assistant: Assistant) -> None:
    asked = ["How long does a project last?", "Who can be lead partner?"]
    answer = assistant.ask(" ".join(asked))
    assert answer.status == "answered"
    assert [part.question for part in answer.parts] == asked
    for part in answer.parts:
        assert part.status == "answered"
        assert part.citations
        assert set(part.citations) <= set(answer.citations)


def test_a_part_without_answer_makes_it_partial_and_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("How long does a project last? Which football club won the cup in Madrid yesterday?")
    assert answer.status == "partial"
    assert [part.status == "answered" for part in answer.parts] == [True, False]
    assert answer.parts[1].citations == ()
    assert "partial" in {note.code for note in answer.notes}
    assert answer.contact is not None


def test_one_question_has_no_parts(assistant: Assistant) -> None:
    assert assistant.ask("How long does a project last?").parts == ()
