"""Decisions: which phrasings a person accepted or rejected, so that none is proposed twice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, select

from assistant.index.schema import decisions

Status = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class Decision:
    """A decision; `question` is the proposed one, normalised, and `text` the phrasing as it was accepted."""

    key: str
    question: str
    document_id: str
    slug: str
    status: Status
    text: str
    decided_at: datetime

    @property
    def reference(self) -> str:
        """`document-id#slug`."""
        return f"{self.document_id}#{self.slug}"


class Decisions:
    """Decisions in the database; one that is taken again replaces the earlier one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, decision: Decision) -> None:
        """Store a decision."""
        with self._engine.begin() as connection:
            connection.execute(decisions.delete().where(decisions.c.key == decision.key))
            connection.execute(decisions.insert(), [asdict(decision)])

    def all(self) -> list[Decision]:
        """Return every decision, the newest first."""
        query = select(decisions).order_by(decisions.c.decided_at.desc(), decisions.c.key)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [Decision(**row | {"decided_at": _utc(row["decided_at"])}) for row in rows]


def _utc(moment: datetime) -> datetime:
    """Return a stored time in UTC: SQLite forgets the zone, PostgreSQL answers in the session's."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
