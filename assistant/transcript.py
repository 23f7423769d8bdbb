"""Whole conversations: read, deleted, forgotten when their time is over, and written out to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, RowMapping, select

from assistant.answer import Answer
from assistant.clock import now as this_moment
from assistant.clock import utc
from assistant.errors import NotFound
from assistant.feedback import Feedback, Feedbacks
from assistant.handover import Handover, Handovers
from assistant.idempotency import forget
from assistant.index.audience import shown_ids
from assistant.index.schema import answers, conversations
from assistant.record import audience_of
from assistant.settings import Settings
from assistant.texts import text
from assistant.written import Writer


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerMessage(_Frozen):
    """A question with the answer that it got, and what the asker thought of it."""

    type: Literal["answer"] = "answer"
    at: datetime
    answer: Answer
    feedback: Feedback | None = None


class HandoverMessage(_Frozen):
    """A question for a person, with what became of it."""

    type: Literal["handover"] = "handover"
    at: datetime
    handover: Handover


class Conversation(_Frozen):
    """A conversation with its messages in order of time; times are aware, in UTC."""

    id: str
    created_at: datetime
    expires_at: datetime
    messages: tuple[AnswerMessage | HandoverMessage, ...]


class Transcripts:
    """The conversations in the database that a door of these audiences holds: public ones, or those of staff."""

    def __init__(self, engine: Engine, settings: Settings, audiences: Sequence[str]) -> None:
        self._engine, self._settings, self._audiences = engine, settings, tuple(audiences)
        self._own = conversations.c.audience == audience_of(audiences)

    def read(self, conversation_id: str) -> Conversation:
        """Return a conversation.

        An answer that cites what this door must not show any more is kept back, with a sentence in its place.

        Raises:
            NotFound: there is no such conversation, or it is another door's.

        """
        query = select(conversations).where(conversations.c.id == conversation_id, self._own)
        with self._engine.connect() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                raise NotFound(f"There is no conversation {conversation_id!r}.")
            given = self._answers(connection, conversation_id)
        return self._conversation(found, given)

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation with everything in it: answers, feedback, questions for people, addresses, keys.

        Raises:
            NotFound: there is no such conversation, or it is another door's.

        """
        with self._engine.begin() as connection:
            which = conversations.delete().where(conversations.c.id == conversation_id, self._own)
            if not connection.execute(which).rowcount:
                raise NotFound(f"There is no conversation {conversation_id!r}.")

    def purge(self, now: datetime | None = None) -> int:
        """Remove the conversations in which nothing was said for `retention_days`, of every door.

        Returns how many there were.
        """
        at = utc(now) if now else this_moment()
        before = at - timedelta(days=self._settings.retention_days)
        with self._engine.begin() as connection:
            forget(connection, at)
            return connection.execute(conversations.delete().where(conversations.c.last_at < before)).rowcount

    def as_markdown(self, conversation: Conversation, language: str) -> str:
        """Return a conversation as CommonMark, to keep; everything that was typed or quoted is shown as text."""
        writer = Writer(self._settings, language)
        writer.begin(conversation.created_at, conversation.expires_at)
        for message in conversation.messages:
            if isinstance(message, AnswerMessage):
                writer.answer(message.answer, message.at)
            else:
                writer.handover(message.handover)
        return writer.text()

    def _conversation(self, row: RowMapping, given: Sequence[tuple[datetime, Answer]]) -> Conversation:
        opinions = Feedbacks(self._engine).of(answer.id for _, answer in given)
        messages: list[AnswerMessage | HandoverMessage] = [
            AnswerMessage(at=at, answer=answer, feedback=opinions.get(answer.id)) for at, answer in given
        ]
        messages += [HandoverMessage(at=h.created_at, handover=h) for h in Handovers(self._engine).of(row["id"])]
        return Conversation(
            id=row["id"],
            created_at=utc(row["created_at"]),
            expires_at=utc(row["last_at"]) + timedelta(days=self._settings.retention_days),
            messages=tuple(sorted(messages, key=lambda message: message.at)),
        )

    def _answers(self, connection: Connection, conversation_id: str) -> list[tuple[datetime, Answer]]:
        query = (
            select(answers.c.answer, answers.c.created_at)
            .where(answers.c.conversation_id == conversation_id)
            .order_by(answers.c.created_at, answers.c.id)
        )
        given = [(utc(row.created_at), Answer.model_validate(row.answer)) for row in connection.execute(query)]
        shown = self._shown(connection, {name for _, answer in given for name in _cited(answer)})
        return [(at, answer if shown.issuperset(_cited(answer)) else _kept_back(answer)) for at, answer in given]

    def _shown(self, connection: Connection, named: set[str]) -> set[str]:
        if not named:
            return set()
        ids = shown_ids(self._audiences).subquery()
        return set(connection.execute(select(ids.c.document_id).where(ids.c.document_id.in_(named))).scalars())


def _cited(answer: Answer) -> Iterable[str]:
    every = (*answer.citations, *answer.near_misses, *(c for part in answer.parts for c in part.citations))
    return {citation.document_id for citation in every}


def _kept_back(answer: Answer) -> Answer:
    """Return an answer without anything that it said, quoted or noted."""
    return Answer(
        id=answer.id,
        question=answer.question,
        language=answer.language,
        status="unsupported",
        text=text(answer.language, "transcript.kept_back"),
        contact=answer.contact,
        conversation_id=answer.conversation_id,
    )
