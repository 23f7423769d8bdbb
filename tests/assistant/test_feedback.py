"""What an asker thinks of an answer is kept once, can be taken back, and goes with the answer."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.answer import Answer
from assistant.errors import InvalidInput, NotFound
from assistant.feedback import Feedbacks
from assistant.index.schema import conversations
from assistant.record import Record


def given(engine: Engine, audience: str = "public") -> str:
    answer = Answer(
        id=str(uuid.uuid4()),
        question="Wie?",
        language="nl",
        status="unsupported",
        text="Dat vind ik niet.",
        conversation_id=str(uuid.uuid4()),
    )
    Record(engine, audience).keep(answer)
    return answer.id


@pytest.fixture
def feedback(engine: Engine) -> Feedbacks:
    return Feedbacks(engine)


@pytest.fixture
def answer_id(engine: Engine) -> str:
    return given(engine)


def test_opinion_is_kept(feedback: Feedbacks, answer_id: str) -> None:
    kept = feedback.give(answer_id, "down", "outdated", "Dat was vorig jaar zo.")
    assert (kept.rating, kept.reason, kept.comment) == ("down", "outdated", "Dat was vorig jaar zo.")
    assert feedback.of([answer_id, "no-such"]) == {answer_id: kept}
    assert feedback.newest(5) == [kept]
    assert kept.created_at.utcoffset() == timedelta(0)


def test_second_opinion_replaces_the_first_whole(feedback: Feedbacks, answer_id: str) -> None:
    feedback.give(answer_id, "down", "wrong", "Fout.")
    again = feedback.give(answer_id, "up")
    assert (again.reason, again.comment) == (None, None)
    assert feedback.newest(5) == [again]


def test_opinion_given_at_once_from_two_sides_is_kept_once(feedback: Feedbacks, answer_id: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: feedback.give(answer_id, "up" if n % 2 else "down"), range(12)))
    assert len(feedback.newest(5)) == 1


def test_opinion_is_taken_back(feedback: Feedbacks, answer_id: str) -> None:
    feedback.give(answer_id, "up")
    feedback.take_back(answer_id)
    feedback.take_back(answer_id)
    assert feedback.of([answer_id]) == {}


def test_newest_opinion_is_first(feedback: Feedbacks, engine: Engine) -> None:
    answers = [given(engine) for _ in range(4)]
    for answer_id in answers:
        feedback.give(answer_id, "up")
    assert [found.answer_id for found in feedback.newest(3)] == answers[:0:-1]


def test_comment_is_text_without_what_nobody_sees(feedback: Feedbacks, answer_id: str) -> None:
    kept = feedback.give(answer_id, "down", comment="<script>\u202e\x1b[31m\r\nregel 2\ud800 ")
    assert kept.comment == "<script> [31m\nregel 2"
    assert feedback.of([answer_id])[answer_id] == kept


@pytest.mark.parametrize("comment", [None, "", " \n", "\u200b"])
def test_empty_comment_is_none(feedback: Feedbacks, answer_id: str, comment: str | None) -> None:
    assert feedback.give(answer_id, "up", comment=comment).comment is None


def test_comment_has_1000_characters_at_most(feedback: Feedbacks, answer_id: str) -> None:
    assert feedback.give(answer_id, "up", comment="é" * 1000).comment == "é" * 1000
    with pytest.raises(InvalidInput, match="comment"):
        feedback.give(answer_id, "up", comment="é" * 1001)


@pytest.mark.parametrize("said", [{"rating": "5"}, {"rating": ""}, {"reason": "rude"}, {"reason": ""}])
def test_other_words_are_refused(feedback: Feedbacks, answer_id: str, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        feedback.give(answer_id, **({"rating": "up"} | said))
    assert feedback.newest(5) == []


def test_opinion_of_an_answer_that_is_not_there(feedback: Feedbacks) -> None:
    with pytest.raises(NotFound):
        feedback.give("no-such", "up")
    with pytest.raises(NotFound):
        feedback.take_back("no-such")


def test_public_door_gives_no_opinion_of_what_staff_were_answered(engine: Engine) -> None:
    hidden = given(engine, "staff")
    with pytest.raises(NotFound):
        Feedbacks(engine, "public").give(hidden, "up")
    with pytest.raises(NotFound):
        Feedbacks(engine, "public").take_back(hidden)
    Feedbacks(engine, "staff").give(hidden, "up")
    assert [found.answer_id for found in Feedbacks(engine, "public").newest(5)] == [hidden]


def test_opinion_goes_with_its_conversation(feedback: Feedbacks, answer_id: str, engine: Engine) -> None:
    feedback.give(answer_id, "up")
    with engine.begin() as connection:
        connection.execute(conversations.delete())
    assert feedback.newest(5) == []
