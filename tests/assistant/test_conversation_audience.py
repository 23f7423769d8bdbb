"""A conversation of staff is as unknown at the public door, whichever of its ids is given, and the other way round."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from assistant import encoder
from assistant.errors import InvalidInput, NotFound
from assistant.handover import Handover
from assistant.index import Index
from assistant.service import Assistant

RATES = "Een gemeente krijgt 80 % cofinanciering van Interreg Europe."
SAFE = "Het interne wachtwoord van de kluis van Interreg Europe in Rijsel is kwartelei."
FIRST = "Hoeveel cofinanciering krijgt een gemeente?"
SECRET = "Wat is het wachtwoord van de kluis van Interreg Europe in Rijsel?"
FOLLOW_UP = "En een vzw?"


@pytest.fixture(scope="module")
def doors(module_workshop: Any) -> dict[str, Assistant]:
    workshop = module_workshop
    workshop.write("tarieven.md", f"# Tarieven\n\n## Tarief\n\n{RATES}", id="tarieven", language="nl")
    workshop.write("kluis.md", f"# Kluis\n\n## Code\n\n{SAFE}", id="kluis", language="nl", audience="staff")
    workshop.ingest()
    loaded = encoder.load(workshop.settings)
    audiences = {"public": ("public",), "staff": ("public", "staff")}
    return {
        name: Assistant(workshop.settings, Index(workshop.settings, seen), loaded) for name, seen in audiences.items()
    }


@pytest.fixture(params=["public", "staff"])
def sides(request: pytest.FixtureRequest, doors: dict[str, Assistant]) -> tuple[Assistant, Assistant]:
    """The door that holds a conversation, and the other one."""
    other = {"public": "staff", "staff": "public"}[request.param]
    return doors[request.param], doors[other]


def hand_over(holder: Assistant, conversation: str, answer_id: str | None = None) -> Handover:
    return holder.handovers.open(
        "Een mens?", conversation_id=conversation, language="nl", door="web", answer_id=answer_id, email="a@b.be"
    )


def test_conversation_of_another_door_is_not_continued(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = str(holder.ask(FIRST).conversation_id)
    answer = other.ask(FOLLOW_UP, conversation_id=held)
    assert answer.conversation_id != held
    assert "looked_for" not in {note.code for note in answer.notes}
    assert "automated" in {note.code for note in answer.notes}
    assert holder.record.history(held) == [FIRST]
    assert other.record.history(held) == []
    assert other.record.history(str(answer.conversation_id)) == [FOLLOW_UP]
    alone = other.ask(FOLLOW_UP)
    assert (alone.status, alone.reason, alone.text) == (answer.status, answer.reason, answer.text)


def test_language_of_another_door_is_not_known(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = str(holder.ask(FIRST).conversation_id)
    assert other.record.language(held) is None
    assert other.ask("Interreg?", conversation_id=held).language == other.ask("Interreg?").language


def test_what_staff_asked_is_not_looked_for_in_public(doors: dict[str, Assistant]) -> None:
    held = doors["staff"].ask(SECRET)
    assert "kwartelei" in held.text
    answer = doors["public"].ask("En wat is dat?", conversation_id=held.conversation_id)
    assert "kwartelei" not in answer.model_dump_json()
    assert "kluis" not in answer.model_dump_json()


def test_answer_of_another_door_is_not_read(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = holder.ask(FIRST)
    assert holder.answer(held.id) == held
    with pytest.raises(NotFound, match=f"There is no answer '{held.id}'"):
        other.answer(held.id)


def test_conversation_of_another_door_is_neither_read_nor_deleted(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = str(holder.ask(FIRST).conversation_id)
    for act in (other.transcripts.read, other.transcripts.delete):
        with pytest.raises(NotFound):
            act(held)
    assert len(holder.transcripts.read(held).messages) == 1


def test_opinion_of_an_answer_of_another_door_is_refused(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = holder.ask(FIRST)
    holder.feedback.give(held.id, "up")
    with pytest.raises(NotFound):
        other.feedback.give(held.id, "down")
    with pytest.raises(NotFound):
        other.feedback.take_back(held.id)
    assert holder.feedback.of([held.id])[held.id].rating == "up"


def test_nobody_is_asked_in_a_conversation_of_another_door(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    held = holder.ask(FIRST)
    for answer_id in (None, held.id):
        with pytest.raises(NotFound):
            hand_over(other, str(held.conversation_id), answer_id)
    assert holder.handovers.of(str(held.conversation_id)) == []


def test_question_of_another_door_is_neither_seen_nor_withdrawn(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    asked = hand_over(holder, str(holder.ask(FIRST).conversation_id))
    with pytest.raises(NotFound):
        other.handover(asked.id)
    with pytest.raises(NotFound):
        other.handovers.withdraw(asked.id)
    assert holder.handover(asked.id) == asked


def test_staff_answer_the_questions_of_every_door(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    asked = hand_over(holder, str(holder.ask(FIRST).conversation_id))
    assert asked in other.handovers.list("waiting")
    other.handovers.claim(asked.id, "Anna")
    other.handovers.answer(asked.id, "Ik.", by="Anna", role="contactpunt")
    reply = holder.handover(asked.id).reply
    assert reply
    assert reply.text == "Ik."


def test_key_of_another_door_gives_no_answer(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    key = str(uuid.uuid4())
    holder.ask(FIRST, idempotency_key=key)
    with pytest.raises(InvalidInput):
        other.ask(FIRST, idempotency_key=key)


def test_unknown_conversation_is_begun_under_its_id(sides: tuple[Assistant, Assistant]) -> None:
    holder, other = sides
    key = str(uuid.uuid4())
    assert holder.ask(FIRST, conversation_id=key).conversation_id == key
    assert holder.ask(FOLLOW_UP, conversation_id=key.upper()).conversation_id == key
    assert holder.record.history(key) == [FIRST, FOLLOW_UP]
    assert not other.record.holds(key)


@pytest.mark.parametrize("given", ["", "no-uuid", "1", "../x", "é" * 36, "\x00"])
def test_id_that_is_none_begins_a_new_conversation(doors: dict[str, Assistant], given: str) -> None:
    answer = doors["public"].ask(FIRST, conversation_id=given)
    assert answer.conversation_id == str(uuid.UUID(answer.conversation_id))
