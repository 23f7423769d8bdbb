"""The record of what was asked and answered: conversations, which doors and processes share through the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, ScalarSelect, select
from sqlalchemy.exc import IntegrityError

from assistant.answer import Answer
from assistant.clock import now
from assistant.errors import NotFound
from assistant.index.schema import answers, conversations


class Record:
    """Conversations and answers in the database, for a door of one audience: `public` or `staff`."""

    def __init__(self, engine: Engine, audience: str = "public") -> None:
        self._engine, self.audience = engine, audience

    def enter(self, given: str | None) -> tuple[str, bool]:
        """Return the id of the conversation that a question belongs to, and whether it was there already.

        What is not a UUID, or is the id of a conversation of another audience, is as unknown: a new one is begun. One
        that was there is kept from now on, so that no purge takes it while an answer is being written.
        """
        key = own_or_new(given)
        if given is None:
            return key, False
        with self._engine.begin() as connection:
            if touch(connection, key, now(), self.audience):
                return key, True
            taken = connection.execute(select(conversations.c.id).where(conversations.c.id == key)).first()
        return (str(uuid.uuid4()) if taken else key), False

    def history(self, conversation_id: str) -> list[str]:
        """Return the questions of a conversation, oldest first, the last ten of them."""
        query = self._newest(answers.c.question, conversation_id).limit(10)
        with self._engine.connect() as connection:
            return list(reversed(connection.execute(query).scalars().all()))

    def language(self, conversation_id: str) -> str | None:
        """Return the language of the last answer of a conversation."""
        query = self._newest(answers.c.answer, conversation_id).limit(1)
        with self._engine.connect() as connection:
            last = connection.execute(query).scalar()
        return str(last["language"]) if last else None

    def _newest(self, column: Any, conversation_id: str) -> Any:
        return (
            select(column)
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .where(answers.c.conversation_id == conversation_id, conversations.c.audience == self.audience)
            .order_by(answers.c.created_at.desc())
        )

    def keep(self, answer: Answer) -> None:
        """Store an answer, and its conversation where it is new."""
        with self._engine.begin() as connection:
            self.add(connection, answer)

    def add(self, connection: Connection, answer: Answer, *, begun: bool = False) -> None:
        """Store an answer in a transaction of the caller's; `begun` says that its conversation was there before.

        Raises:
            NotFound: the conversation was begun, and was deleted while the answer was being written.

        """
        at, key = now(), str(answer.conversation_id)
        if begun and not touch(connection, key, at, self.audience):
            raise NotFound("This conversation was deleted while the answer was being written: ask again in a new one.")
        if not begun:
            _begin(connection, key, at, self.audience)
        row = {
            "id": answer.id,
            "conversation_id": key,
            "question": answer.question,
            "answer": answer.model_dump(mode="json"),
            "latency_ms": answer.latency_ms.get("total", 0.0),
            "created_at": at,
        }
        connection.execute(answers.insert(), [row])

    def begin(self) -> str:
        """Make a conversation without a word in it yet, and return its id."""
        key = str(uuid.uuid4())
        with self._engine.begin() as connection:
            _begin(connection, key, now(), self.audience)
        return key

    def holds(self, conversation_id: str) -> bool:
        """Whether a conversation is there, of this door's audience."""
        own = (conversations.c.id == conversation_id) & (conversations.c.audience == self.audience)
        with self._engine.connect() as connection:
            return connection.execute(select(conversations.c.id).where(own)).first() is not None

    def is_own(self, answer_id: str) -> bool:
        """Whether an answer was given in a conversation of this door's audience."""
        query = (
            select(answers.c.id)
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .where(answers.c.id == answer_id, conversations.c.audience == self.audience)
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

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


def touch(
    connection: Connection, conversation_id: str | ScalarSelect[str], at: datetime, audience: str | None = None
) -> bool:
    """Note that something was said in a conversation, and hold it until the transaction ends.

    Returns whether there is such a conversation, and of that audience where one is given. First in a transaction, it
    puts all changes to one conversation in a row, whichever process makes them.
    """
    update = conversations.update().where(conversations.c.id == conversation_id).values(last_at=at)
    if audience is not None:
        update = update.where(conversations.c.audience == audience)
    return connection.execute(update).rowcount > 0


def _begin(connection: Connection, conversation_id: str, at: datetime, audience: str) -> None:
    """Make a conversation where it is not there yet; its audience stays what it was where it is."""
    row = {"id": conversation_id, "created_at": at, "audience": audience, "last_at": at}
    while not touch(connection, conversation_id, at):
        # Another process may begin it in this very moment, and another one delete it.
        with suppress(IntegrityError), connection.begin_nested():
            connection.execute(conversations.insert(), [row])


def audience_of(audiences: Sequence[str]) -> str:
    """Return whose conversations a door holds that may show documents of these audiences."""
    return "staff" if "staff" in audiences else "public"


def own_or_new(given: str | None) -> str:
    """Return a conversation's id: the given one where it is a UUID, else a new one."""
    try:
        return str(uuid.UUID(given)) if given else str(uuid.uuid4())
    except ValueError:
        return str(uuid.uuid4())
