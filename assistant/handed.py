"""A question handed to a person as it is kept: what is known of it, and its rows in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, RowMapping, select

from assistant.clock import utc
from assistant.errors import NotFound
from assistant.index.schema import answers, handover_events, handovers

State = Literal["waiting", "claimed", "answered", "declined", "withdrawn"]
OPEN: tuple[State, ...] = ("waiting", "claimed")
ASKER = "asker"
REPLY_LIMIT, REASON_LIMIT, SOURCE_LIMIT, NAME_LIMIT = 4000, 1000, 500, 100  # characters


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(_Frozen):
    """What a person answered: 1 to 4,000 characters; `role` says who they are without their name."""

    text: str
    role: str
    source: str | None
    at: datetime


class Handover(_Frozen):
    """A question for a person; times are aware, in UTC. `email`, `claimed_by` and the events are for staff only."""

    id: str
    conversation_id: str
    answer_id: str | None
    question: str
    language: str
    door: str
    state: State
    email: str | None
    claimed_by: str | None
    reply: Reply | None
    reason: str | None
    created_at: datetime
    changed_at: datetime


class Event(_Frozen):
    """What somebody did to a question for a person; `detail` holds a reason, or what an edit replaced."""

    at: datetime
    actor: str
    event: str
    detail: str | None


@dataclass(frozen=True)
class Asked:
    """What an asker hands to a person: a question of 1 to 2,000 characters in `nl` or `en`, and where it was asked."""

    question: str
    conversation_id: str
    language: str
    door: str
    answer_id: str | None = None
    email: str | None = None


def read(connection: Connection, handover_id: str) -> Handover:
    """Return a question for a person.

    Raises:
        NotFound: there is none with this id.

    """
    found = connection.execute(select(handovers).where(handovers.c.id == handover_id)).mappings().first()
    if found is None:
        raise NotFound(f"There is no question for a person {handover_id!r}.")
    return of_row(found)


def of_row(row: RowMapping) -> Handover:
    """Make a `Handover` of a row of `handovers`."""
    reply = None
    if row["reply"] is not None:
        at = utc(row["replied_at"])
        reply = Reply(text=row["reply"], role=row["reply_role"], source=row["reply_source"], at=at)
    plain = ("id", "conversation_id", "answer_id", "question", "language", "door", "state")
    values = {name: row[name] for name in (*plain, "email", "claimed_by", "reason")}
    return Handover(**values, reply=reply, created_at=utc(row["created_at"]), changed_at=utc(row["changed_at"]))


def in_conversation(connection: Connection, answer_id: str, conversation_id: str) -> bool:
    """Whether an answer was given in a conversation."""
    query = select(answers.c.id).where(answers.c.id == answer_id, answers.c.conversation_id == conversation_id)
    return connection.execute(query).first() is not None


def waiting(connection: Connection, conversation_id: str, asked: str, answer_id: str | None) -> Handover | None:
    """Return the question about the same answer, or in the same words, that nobody has dealt with yet."""
    query = (
        select(handovers)
        .where(handovers.c.conversation_id == conversation_id, handovers.c.state.in_(OPEN))
        .order_by(handovers.c.created_at)
    )
    for row in connection.execute(query).mappings():
        if row["question"].casefold() == asked.casefold() or (answer_id is not None and row["answer_id"] == answer_id):
            return of_row(row)
    return None


def reachable(connection: Connection, found: Handover, email: str | None, at: datetime) -> Handover:
    """Add the e-mail address of an asker, where one is given."""
    if email is None or email == found.email:
        return found
    connection.execute(handovers.update().where(handovers.c.id == found.id).values(email=email, changed_at=at))
    log(connection, found.id, Event(at=at, actor=ASKER, event="email", detail=None))
    return read(connection, found.id)


def log(connection: Connection, handover_id: str, event: Event) -> None:
    """Write down what was done to a question."""
    connection.execute(handover_events.insert(), [{"handover_id": handover_id, **event.model_dump()}])
