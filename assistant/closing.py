"""Closing what waits: questions for a person that a new answer or document covers by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from assistant.answer import Answer, Citation
from assistant.errors import NotFound
from assistant.handover import OPEN, Handover
from assistant.index.schema import answers
from assistant.question import Question
from assistant.service import Assistant


@dataclass(frozen=True)
class Covered:
    """A question that still waits for a person, and the answer that the assistant would give to it now."""

    handover: Handover
    answer: Answer


def covered(assistant: Assistant) -> list[Covered]:
    """Return the open questions of this assistant's audience that are answered today, oldest first.

    Nothing is recorded and nobody is told: a person decides. A question is left out where the answer would only say
    what its asker was told already, and was not helped by. Each costs as much time as a question.
    """
    assistant.index.refresh()
    waiting = [h for h in assistant.handovers.list(*OPEN) if assistant.record.holds(h.conversation_id)]
    return [Covered(handover, answer) for handover in waiting for answer in _answered(assistant, handover)]


def _answered(assistant: Assistant, handover: Handover) -> Iterator[Answer]:
    """Yield the answer of today, where it is whole and says something new."""
    earlier = tuple(_before(assistant, handover))
    asked = Question(handover.question, earlier, handover.language, first=not earlier)
    answer = assistant.chain.invoke(asked)
    told = {_place(citation) for citation in _told(assistant, handover)}
    if answer.status == "answered" and not {_place(citation) for citation in answer.citations} <= told:
        yield answer


def _before(assistant: Assistant, handover: Handover) -> Iterator[str]:
    """Yield the questions of the conversation that came before the one that was handed over, oldest first."""
    query = select(answers.c.id, answers.c.question).where(answers.c.conversation_id == handover.conversation_id)
    with assistant.index.engine.connect() as connection:
        rows = connection.execute(query.order_by(answers.c.created_at)).all()
    for row in rows[-10:]:
        if row.id == handover.answer_id or row.question == handover.question:
            return
        yield row.question


def _told(assistant: Assistant, handover: Handover) -> tuple[Citation, ...]:
    if handover.answer_id is None:
        return ()
    try:
        return assistant.record.answer(handover.answer_id).citations
    except NotFound:
        return ()


def _place(citation: Citation) -> tuple[str, str]:
    return citation.document_id, citation.quote
