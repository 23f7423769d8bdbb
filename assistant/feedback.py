"""Feedback: what the asker thought of an answer, up or down, with a reason and a comment where they gave one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import now, utc
from assistant.errors import InvalidInput, NotFound
from assistant.index.schema import answers, conversations, feedback
from assistant.typed import optional

Rating = Literal["up", "down"]
Reason = Literal["wrong", "incomplete", "outdated", "not_found", "other"]
COMMENT_LIMIT = 1000  # characters


class Feedback(BaseModel):
    """What the asker thought of an answer; `created_at` is aware, in UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_id: str
    rating: Rating
    reason: Reason | None
    comment: str | None
    created_at: datetime


class Feedbacks:
    """Feedback in the database; `audience` bounds what askers give and take back to answers of their door."""

    def __init__(self, engine: Engine, audience: str | None = None) -> None:
        self._engine, self._audience = engine, audience

    def give(
        self, answer_id: str, rating: Rating, reason: Reason | None = None, comment: str | None = None
    ) -> Feedback:
        """Record what the asker thinks of an answer, in place of what they thought before.

        Raises:
            NotFound: there is no such answer.
            InvalidInput: no such rating or reason, or a comment of over 1,000 characters.

        """
        row = {
            "answer_id": answer_id,
            "rating": _one_of(rating, Rating, "rating"),
            "reason": None if reason is None else _one_of(reason, Reason, "reason"),
            "comment": optional(comment, "comment", COMMENT_LIMIT),
            "created_at": now(),
        }
        with self._engine.begin() as connection:
            self._check(connection, answer_id)
            _put(connection, row)
        return Feedback(**row)

    def take_back(self, answer_id: str) -> None:
        """Forget what the asker thought of an answer, where they said so.

        Raises:
            NotFound: there is no such answer.

        """
        with self._engine.begin() as connection:
            self._check(connection, answer_id)
            connection.execute(feedback.delete().where(feedback.c.answer_id == answer_id))

    def of(self, answer_ids: Iterable[str]) -> dict[str, Feedback]:
        """Return the feedback on some answers, by their id."""
        query = select(feedback).where(feedback.c.answer_id.in_(list(answer_ids)))
        with self._engine.connect() as connection:
            return {row["answer_id"]: _feedback(row) for row in connection.execute(query).mappings()}

    def newest(self, limit: int) -> list[Feedback]:
        """Return the last feedback that was given, newest first."""
        query = select(feedback).order_by(feedback.c.created_at.desc(), feedback.c.answer_id).limit(limit)
        with self._engine.connect() as connection:
            return [_feedback(row) for row in connection.execute(query).mappings()]

    def _check(self, connection: Connection, answer_id: str) -> None:
        query = select(answers.c.id).where(answers.c.id == answer_id)
        if self._audience is not None:
            query = query.join(conversations, conversations.c.id == answers.c.conversation_id)
            query = query.where(conversations.c.audience == self._audience)
        if connection.execute(query).first() is None:
            raise NotFound(f"There is no answer {answer_id!r}.")


def _put(connection: Connection, row: dict[str, Any]) -> None:
    change = feedback.update().where(feedback.c.answer_id == row["answer_id"]).values(**row)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(feedback.insert(), [row])
    except IntegrityError:  # given twice in this very moment, or the answer was deleted in it
        if not connection.execute(change).rowcount:
            raise NotFound(f"There is no answer {row['answer_id']!r}.") from None


def _one_of(value: str, words: Any, what: str) -> str:
    if value not in get_args(words):
        raise InvalidInput(f"There is no {what} {value!r}: give one of {', '.join(get_args(words))}.")
    return value


def _feedback(row: RowMapping) -> Feedback:
    return Feedback(**{**row, "created_at": utc(row["created_at"])})
