"""Which documents somebody should look at again: past review, without an owner, cited often and old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import Engine, select

from assistant.index.audience import current
from assistant.index.schema import answers, documents, revisions

Code = Literal["past_review", "old_and_cited", "no_owner", "no_review_date"]
DAYS = 90  # in which citations are counted
OFTEN = 5  # answers that cite a document in that time
OLD = 2  # years


@dataclass(frozen=True)
class Reviewed:
    """A document as it is reviewed; `cited` counts the answers of the last 90 days that cite it."""

    id: str
    title: str
    language: str
    path: str
    date: str | None
    owner: str | None
    review: str | None
    cited: int
    period: str | None = None


@dataclass(frozen=True)
class Finding:
    """One kind of thing to do, with the documents that it is about, the most pressing first."""

    code: Code
    documents: tuple[Reviewed, ...]


def reviewed(engine: Engine) -> list[Reviewed]:
    """Return the current documents of every audience, by id, with how often each was cited lately."""
    cited = citations(engine, datetime.now(UTC) - timedelta(days=DAYS))
    columns = ("title", "language", "date", "owner", "review", "period")
    query = current(documents.c.id, documents.c.path, *(revisions.c[name] for name in columns)).order_by(documents.c.id)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [Reviewed(**row, cited=cited[row["id"]]) for row in rows]


def citations(engine: Engine, since: datetime) -> Counter[str]:
    """Count for each document the answers since then that cite it; what was only a near miss is not counted."""
    query = select(answers.c.answer["citations"]).where(answers.c.created_at >= since)
    counted: Counter[str] = Counter()
    with engine.connect() as connection:
        for cited in connection.execution_options(yield_per=500).execute(query).scalars():
            counted.update({citation["document_id"] for citation in cited or ()})
    return counted


def findings(found: Sequence[Reviewed], today: date) -> list[Finding]:
    """Return what there is to do; kinds without any document are left out."""
    now, old = today.isoformat(), f"{today.year - OLD}{today.isoformat()[4:]}"
    overdue = [d for d in found if d.review and before(d.review, now)]
    often = [d for d in found if d.cited >= OFTEN and not _is_history(d, today)]
    aged = [d for d in often if d.date and before(d.date, old)]
    kinds = (
        Finding("past_review", tuple(sorted(overdue, key=lambda d: d.review or ""))),
        Finding("old_and_cited", _most_cited(aged)),
        Finding("no_owner", _most_cited(d for d in found if not d.owner)),
        Finding("no_review_date", _most_cited(d for d in found if not d.review)),
    )
    return [kind for kind in kinds if kind.documents]


def before(value: str, day: str) -> bool:
    """Whether a year, a month or a day in ISO 8601 is over on a day: each counts as a whole.

    >>> before("2025", "2026-01-01"), before("2026-07", "2026-07-31")
    (True, False)
    """
    return value < day[: len(value)]


def _is_history(document: Reviewed, today: date) -> bool:
    """Whether a document is about a period that is over, so that its age is no fault."""
    last = (document.period or "")[-4:]
    return last.isdecimal() and int(last) < today.year


def _most_cited(found: Iterable[Reviewed]) -> tuple[Reviewed, ...]:
    return tuple(sorted(found, key=lambda d: -d.cited))
