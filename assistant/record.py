"""The record of what was asked and answered: conversations, which doors and processes share through the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from assistant.answer import Answer
from assistant.errors import NotFound
from assistant.index.schema import answers, conversations


class Record:
    """Conversations and answers in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def history(self, conversation_id: str) -> list[str]:
        """Return the questions of a conversation, oldest first, the last ten of them."""
        query = (
            select(answers.c.question)
            .where(answers.c.conversation_id == conversation_id)
            .order_by(answers.c.created_at.desc())
            .limit(10)
        )
        with self._engine.connect() as connection:
            return list(reversed(connection.execute(query).scalars().all()))

    def language(self, conversation_id: str) -> str | None:
        """Return the language of the last answer of a conversation."""
        query = (
            select(answers.c.answer)
            .where(answers.c.conversation_id == conversation_id)
            .order_by(answers.c.created_at.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            last = connection.execute(query).scalar()
        return str(last["language"]) if last else None

    def keep(self, answer: Answer) -> None:
        """Store an answer, and its conversation where it is new."""
        now = datetime.now(UTC)
        with self._engine.begin() as connection:
            known = select(conversations.c.id).where(conversations.c.id == answer.conversation_id)
            if connection.execute(known).first() is None:
                connection.execute(conversations.insert(), [{"id": answer.conversation_id, "created_at": now}])
            row = {
                "id": answer.id,
                "conversation_id": answer.conversation_id,
                "question": answer.question,
                "answer": answer.model_dump(mode="json"),
                "latency_ms": answer.latency_ms.get("total", 0.0),
                "created_at": now,
            }
            connection.execute(answers.insert(), [row])

    def answer(self, answer_id: str) -> Answer:
        """Return a stored answer.

        Raises:
            NotFound: there is no such answer.

        """
        with self._engine.connect() as connection:
            found = connection.execute(select(answers.c.answer).where(answers.c.id == answer_id)).scalar()
        if found is None:
            raise NotFound(f"There is no answer {answer_id!r}.")
        return Answer.model_validate(found)

    def has(self, answer_id: str) -> bool:
        """Whether an answer is stored."""
        with self._engine.connect() as connection:
            return connection.execute(select(answers.c.id).where(answers.c.id == answer_id)).first() is not None

    def last_about(self, question: str) -> str | None:
        """Return the id of the last answer to exactly this question."""
        query = select(answers.c.id).where(answers.c.question == question).order_by(answers.c.created_at.desc())
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).scalar()

    def questions(self) -> Iterator[str]:
        """Return every question that was asked, as often as it was, without holding them all."""
        with self._engine.connect() as connection:
            yield from connection.execution_options(yield_per=5000).execute(select(answers.c.question)).scalars()

    def every(self) -> Iterator[dict[str, Any]]:
        """Return every stored answer as the object that was given, oldest first, without holding them all."""
        query = select(answers.c.answer).order_by(answers.c.created_at, answers.c.id)
        with self._engine.connect() as connection:
            yield from connection.execution_options(yield_per=500).execute(query).scalars()


def own_or_new(given: str | None) -> str:
    """Return a conversation's id: the given one where it is a UUID, else a new one."""
    try:
        return str(uuid.UUID(given)) if given else str(uuid.uuid4())
    except ValueError:
        return str(uuid.uuid4())
