"""Questions handed to people: who asked, who answers, and what became of it, whichever door they came through.

       claim           answer
waiting ────▶ claimed ────────▶ answered ⟲ answer again: an edit
   ▲ ╰──────────│──── answer ──────▲
   ╰── release ─╯ ⟲ take over
waiting, claimed ── decline ──▶ declined
waiting, claimed ── withdraw ─▶ withdrawn   (by the asker)
"""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, or_, select

from assistant import handed
from assistant.clock import now, utc
from assistant.errors import Conflict, InvalidInput, NotFound
from assistant.handed import (
    ASKER,
    NAME_LIMIT,
    OPEN,
    REASON_LIMIT,
    REPLY_LIMIT,
    SOURCE_LIMIT,
    Asked,
    Event,
    Handover,
    Reply,
    State,
)
from assistant.index.schema import handover_events, handovers
from assistant.question import clean
from assistant.record import touch
from assistant.texts import LANGUAGES
from assistant.typed import address, line, optional, paragraphs

__all__ = [
    "NAME_LIMIT",
    "OPEN",
    "REASON_LIMIT",
    "REPLY_LIMIT",
    "SOURCE_LIMIT",
    "Asked",
    "Event",
    "Handover",
    "Handovers",
    "Reply",
    "State",
]


class Handovers:
    """Questions for people in the database, for doors in any number of processes.

    `audience` bounds what askers do, `open` and `withdraw`, to the conversations of their door; staff see all.
    """

    def __init__(self, engine: Engine, audience: str | None = None) -> None:
        self._engine, self._audience = engine, audience

    def open(  # noqa: PLR0913 -- all that a door may know of a question
        self,
        question: str,
        *,
        conversation_id: str,
        language: str,
        door: str,
        answer_id: str | None = None,
        email: str | None = None,
    ) -> Handover:
        """Hand a question of 1 to 2,000 characters to a person; one that waits already is returned again.

        That is one about the same answer, or with the same words in the same conversation; an e-mail address that is
        given later is added to it.

        Raises:
            InvalidInput: the question, the language or the e-mail address cannot be used.
            NotFound: there is no such conversation, or no such answer in it.

        """
        with self._engine.begin() as connection:
            return self.add(connection, Asked(question, conversation_id, language, door, answer_id, email))

    def add(self, connection: Connection, asked: Asked) -> Handover:
        """Do what `open` does, in a transaction of the caller's."""
        question, email, at = clean(asked.question, asked.language), address(asked.email), now()
        if asked.language not in LANGUAGES:
            raise InvalidInput(f"The language {asked.language!r} is not spoken here: give nl or en.")
        if not touch(connection, asked.conversation_id, at, self._audience):
            raise NotFound(f"There is no conversation {asked.conversation_id!r}.")
        if asked.answer_id is not None and not handed.in_conversation(
            connection, asked.answer_id, asked.conversation_id
        ):
            raise NotFound(f"There is no answer {asked.answer_id!r}.")
        found = handed.waiting(connection, asked.conversation_id, question, asked.answer_id)
        if found is not None:
            return handed.reachable(connection, found, email, at)
        row = {"id": str(uuid.uuid4()), "state": "waiting", "created_at": at, "changed_at": at, **asdict(asked)}
        connection.execute(handovers.insert(), [row | {"question": question, "email": email}])
        handed.log(connection, row["id"], Event(at=at, actor=ASKER, event="opened", detail=None))
        return handed.read(connection, row["id"])

    def get(self, handover_id: str) -> Handover:
        """Return a question for a person.

        Raises:
            NotFound: there is none with this id.

        """
        with self._engine.connect() as connection:
            return handed.read(connection, handover_id)

    def claim(self, handover_id: str, by: str) -> Handover:
        """Take a waiting question upon oneself; claimed by the same already, it stays so.

        Raises:
            Conflict: somebody else has it, or it is closed.
            NotFound, InvalidInput: there is none with this id; the name is empty or over 100 characters.

        """
        by = line(by, "name", NAME_LIMIT)
        values = {"state": "claimed", "claimed_by": by}

        def is_own(found: Handover) -> bool:
            return found.state == "claimed" and found.claimed_by == by

        return self._change(handover_id, _event("claimed", by), _is("waiting"), values, done=is_own)

    def take_over(self, handover_id: str, by: str, *, of: str) -> Handover:
        """Take a question upon oneself that an absent colleague `of` this name has claimed; the events say so.

        Raises:
            Conflict: it is no longer claimed by that colleague.
            NotFound, InvalidInput: as `claim`.

        """
        by, of = line(by, "name", NAME_LIMIT), line(of, "name", NAME_LIMIT)
        fits = _is("claimed") & (handovers.c.claimed_by == of)
        return self._change(handover_id, _event("taken_over", by, of), fits, {"claimed_by": by})

    def release(self, handover_id: str, by: str) -> Handover:
        """Give a question that one has claimed back to whoever comes first.

        Raises:
            Conflict: somebody else has it, nobody has, or it is closed.
            NotFound, InvalidInput: as `claim`.

        """
        by = line(by, "name", NAME_LIMIT)
        fits = _is("claimed") & (handovers.c.claimed_by == by)
        return self._change(handover_id, _event("released", by), fits, {"state": "waiting", "claimed_by": None})

    def answer(  # noqa: PLR0913 -- all that a reply says, and on what ground
        self,
        handover_id: str,
        text: str,
        *,
        by: str,
        role: str,
        source: str | None = None,
        seen: State | None = None,
    ) -> Handover:
        """Answer a question that waits or that one has claimed; one that was answered is answered anew.

        `text` has 1 to 4,000 characters, `role` up to 100, `source` up to 500. What an edit replaces stays in the
        events. `seen` is the state in which the writer saw the question: where it is another by now, nothing is
        overwritten.

        Raises:
            Conflict: somebody else has claimed it, it is closed, or it is not as it was seen.
            NotFound, InvalidInput: there is none with this id; a text is empty or too long.

        """
        by, role = line(by, "name", NAME_LIMIT), line(role, "role", NAME_LIMIT)
        reply, at = paragraphs(text, "answer", REPLY_LIMIT), now()
        fits = or_(_is("waiting"), _is("claimed") & (handovers.c.claimed_by == by), _is("answered"))
        if seen is not None:
            fits = fits & _is(seen)
        values: dict[str, Any] = {"state": "answered", "claimed_by": by, "reply": reply, "reply_role": role}
        values |= {"reply_source": optional(source, "source", SOURCE_LIMIT), "replied_at": at}
        return self._change(handover_id, _event("answered", by), fits, values)

    def decline(self, handover_id: str, reason: str, *, by: str) -> Handover:
        """Say why a question that waits or that one has claimed gets no answer, in 1 to 1,000 characters.

        Raises:
            Conflict: somebody else has claimed it, or it is closed.
            NotFound, InvalidInput: there is none with this id; the reason is empty or too long.

        """
        by, why = line(by, "name", NAME_LIMIT), paragraphs(reason, "reason", REASON_LIMIT)
        fits = or_(_is("waiting"), _is("claimed") & (handovers.c.claimed_by == by))
        values = {"state": "declined", "claimed_by": by, "reason": why}
        return self._change(handover_id, _event("declined", by, why), fits, values)

    def withdraw(self, handover_id: str) -> Handover:
        """Take a question back, as its asker; the e-mail address goes. Withdrawn already, it stays so.

        Raises:
            Conflict: it was answered or declined already.
            NotFound: there is none with this id.

        """
        values = {"state": "withdrawn", "email": None}
        fits = handovers.c.state.in_(OPEN)
        return self._change(
            handover_id, _event("withdrawn", ASKER), fits, values, done=lambda h: h.state == "withdrawn"
        )

    def of(self, conversation_id: str) -> builtins.list[Handover]:
        """Return the questions for a person in a conversation, oldest first."""
        return self._select(handovers.c.conversation_id == conversation_id)

    def list(self, *states: State) -> builtins.list[Handover]:
        """Return the questions that are in one of these states, or all; oldest first."""
        return self._select(handovers.c.state.in_(states) if states else handovers.c.id.is_not(None))

    def events(self, handover_id: str) -> builtins.list[Event]:
        """Return what was done to a question, in order of time."""
        query = select(handover_events).where(handover_events.c.handover_id == handover_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(handover_events.c.id)).mappings().all()
        return [Event(at=utc(r["at"]), actor=r["actor"], event=r["event"], detail=r["detail"]) for r in rows]

    def _select(self, which: ColumnElement[bool]) -> builtins.list[Handover]:
        query = select(handovers).where(which).order_by(handovers.c.created_at, handovers.c.id)
        with self._engine.connect() as connection:
            return [handed.of_row(row) for row in connection.execute(query).mappings()]

    def _change(
        self,
        handover_id: str,
        event: Event,
        fits: ColumnElement[bool],
        values: dict[str, Any],
        done: Callable[[Handover], bool] = lambda _: False,
    ) -> Handover:
        """Make a change where the question is in a state that `fits`; what is `done` stays as it is, without event."""
        by_asker = event.event == "withdrawn"
        with self._engine.begin() as connection:
            before = _held(connection, handover_id, event.at, self._audience if by_asker else None)
            if done(before):
                return before
            which = (handovers.c.id == handover_id) & fits
            change = handovers.update().where(which).values(changed_at=event.at, **values)
            if not connection.execute(change).rowcount:
                raise Conflict(_standing(before, named=not by_asker))
            if before.state == "answered" and before.reply is not None:
                event = event.model_copy(update={"event": "edited", "detail": before.reply.text})
            handed.log(connection, handover_id, event)
            return handed.read(connection, handover_id)


def _is(state: State) -> ColumnElement[bool]:
    return handovers.c.state == state


def _held(connection: Connection, handover_id: str, at: datetime, audience: str | None) -> Handover:
    """Return a question, with its conversation held until the transaction ends: what is read now stays so."""
    whose = select(handovers.c.conversation_id).where(handovers.c.id == handover_id).scalar_subquery()
    if not touch(connection, whose, at, audience):
        raise NotFound(f"There is no question for a person {handover_id!r}.")
    return handed.read(connection, handover_id)


def _event(event: str, actor: str, detail: str | None = None) -> Event:
    return Event(at=now(), actor=actor, event=event, detail=detail)


def _standing(found: Handover, *, named: bool) -> str:
    """Say why a change does not fit: who has the question, or what it is now. An asker is never told a name."""
    who = f" by {found.claimed_by!r}" if named and found.claimed_by else ""
    return {
        "waiting": "Nobody has claimed this question: it waits for whoever comes first.",
        "claimed": f"This question is claimed{who}: leave it to them, or ask them to release it.",
        "answered": f"This question was answered already{who}: read the answer.",
        "declined": f"This question was declined already{who}: read the reason.",
        "withdrawn": "The asker has withdrawn this question: nothing is left to do.",
    }[found.state]
