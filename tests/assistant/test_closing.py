"""Open questions that a new answer or document covers are proposed for closing, and nothing is decided for anybody."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import encoder
from assistant.closing import covered
from assistant.handover import Handover
from assistant.kept import KeptAnswers
from assistant.service import Assistant
from ingest.kept import publish

QUESTION = "Waar kan ik parkeren bij het contactpunt?"


@pytest.fixture
def office(workshop: Any) -> Any:
    workshop.write("nl/a.md", "# Partners\n\nEen project heeft zes partners.", id="partners", language="nl")
    assert not workshop.ingest().problems
    return workshop


def opened(workshop: Any, *audiences: str) -> Assistant:
    return Assistant(workshop.settings, workshop.index(*audiences), encoder.load(workshop.settings))


def ask_a_person(assistant: Assistant, question: str) -> Handover:
    answer = assistant.ask(question, language="nl", door="widget")
    return assistant.handovers.open(
        question, conversation_id=str(answer.conversation_id), language="nl", door="widget", answer_id=answer.id
    )


def keep(workshop: Any, **how: Any) -> None:
    KeptAnswers(workshop.index().engine).keep(
        QUESTION, "U parkeert gratis in parking Kruidtuin.", language="nl", role="Contactpunt", by="An", **how
    )
    publish(workshop.settings)


def test_nothing_is_proposed_while_nothing_covers_it(office: Any) -> None:
    assistant = opened(office)
    ask_a_person(assistant, QUESTION)
    assert covered(assistant) == []


def test_a_kept_answer_covers_what_waits(office: Any) -> None:
    handover = ask_a_person(opened(office), "Is er parking bij het contactpunt?")
    keep(office)
    (found,) = covered(opened(office))
    assert found.handover.id == handover.id
    assert found.answer.mode == "staff"
    assert "Kruidtuin" in found.answer.text


def test_a_new_document_covers_what_waits(office: Any) -> None:
    ask_a_person(opened(office), "Hoeveel bedraagt de kilometervergoeding?")
    office.write("nl/km.md", "# Vergoeding\n\nDe kilometervergoeding bedraagt 0,42 euro.", id="km", language="nl")
    office.write("nl/km.asked.yaml", "vergoeding:\n- Hoeveel is de kilometervergoeding?\n")
    office.ingest()
    (found,) = covered(opened(office))
    assert found.answer.citations[0].document_id == "km"


def test_nothing_is_recorded_and_the_question_still_waits(office: Any) -> None:
    handover = ask_a_person(opened(office), QUESTION)
    keep(office)
    assistant = opened(office)
    before = list(assistant.record.every())
    assert covered(assistant)
    assert list(assistant.record.every()) == before
    assert assistant.handovers.get(handover.id).state == "waiting"


def test_what_the_asker_was_told_already_is_not_proposed(office: Any) -> None:
    keep(office)
    assistant = opened(office)
    ask_a_person(assistant, QUESTION)
    assert covered(assistant) == []


def test_closed_questions_are_left_alone(office: Any) -> None:
    assistant = opened(office)
    handover = ask_a_person(assistant, QUESTION)
    assistant.handovers.withdraw(handover.id)
    keep(office)
    assert covered(opened(office)) == []


def test_what_staff_may_read_is_not_proposed_to_the_public(office: Any) -> None:
    ask_a_person(opened(office), QUESTION)
    keep(office, audience="staff")
    assert covered(opened(office)) == []
    assert covered(opened(office, "public", "staff")) == []
