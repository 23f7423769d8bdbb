"""The switch: whether questions are answered automatically, who decided so, and what is said while they are not."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, select

from assistant.answer import Answer, Contact, Note
from assistant.clock import now, utc
from assistant.index.schema import switches
from assistant.language import detect
from assistant.question import Question
from assistant.settings import Settings
from assistant.texts import text
from assistant.typed import line, optional

_FRESH = 1.0  # seconds that a process trusts what it read last
_NAME_LIMIT, _REASON_LIMIT = 100, 500  # characters


class Turned(BaseModel):
    """That somebody turned answering on or off; `at` is aware, in UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answering: bool
    by: str
    reason: str
    at: datetime


class Switch:
    """The switch in the database, that all processes share; `default` holds until somebody has turned it."""

    def __init__(self, engine: Engine, default: bool) -> None:
        self._engine, self._default = engine, default
        self._lock = threading.Lock()
        self._read: tuple[float, bool] | None = None  # when, by the monotonic clock, and what was found

    def on(self) -> bool:
        """Whether questions are answered automatically; at most one second old."""
        moment, read = time.monotonic(), self._read
        if read is None or moment - read[0] >= _FRESH:
            with self._lock:  # what was found before it was turned is not kept for after
                if self._read is None or self._read is read:  # else another question has just looked
                    newest = self.log(limit=1)
                    self._read = (moment, newest[0].answering if newest else self._default)
                read = self._read
        return read[1]

    def turn(self, on: bool, *, by: str, reason: str) -> Turned:
        """Turn answering on or off, and keep who did so and why.

        Raises:
            InvalidInput: the name is empty or over 100 characters, or the reason is over 500.

        """
        why = optional(reason, "reason", _REASON_LIMIT) or ""
        turned = Turned(answering=on, by=line(by, "name", _NAME_LIMIT), reason=why, at=now())
        with self._lock:
            with self._engine.begin() as connection:
                connection.execute(switches.insert(), [turned.model_dump()])
            self._read = None
        return turned

    def log(self, limit: int = 50) -> list[Turned]:
        """Return who turned it, newest first."""
        query = select(switches).order_by(switches.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [Turned(answering=r["answering"], by=r["by"], reason=r["reason"], at=utc(r["at"])) for r in rows]


def passed_on(question: Question, settings: Settings) -> Answer:
    """Return what is said while answers are off: nothing is looked up, and a person will answer in the conversation."""
    started = time.perf_counter()
    spoken = detect(question.text, question.language, question.history).language
    contact = text(spoken, "contacts.national")
    off = text(spoken, "refusals.answering_off", contact=contact, Contact=contact[:1].upper() + contact[1:])
    automated = Note(code="automated", text=text(spoken, "notes.automated"))
    return Answer(
        id=str(uuid.uuid4()),
        question=question.text,
        language=spoken,
        status="unsupported",
        reason="answering_off",
        text=f"{off} {text(spoken, 'refusals.handed_over')}",
        notes=(automated,) if question.first else (),
        contact=Contact(role=contact, name=settings.contact_name, url=settings.contact_url),
        latency_ms={"total": round((time.perf_counter() - started) * 1000, 2)},
    )
