"""`assistant sources review`: which documents somebody should look at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy import Engine

    from assistant.index import Index

_DAYS = 90  # in which citations are counted
_OFTEN = 5  # answers that cite a document in that time
_OLD = 2  # years
_ROWS, _NAMED = 20, 3  # that a table shows; that are named where it is about what nearly all of them lack
_COLUMNS = ("review", "date", "cited", "owner", "id", "title")
_INGEST = "then run 'assistant ingest'"


@dataclass(frozen=True)
class Reviewed:
    """A document as the report shows it; `cited` counts the answers of the last 90 days that cite it."""

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
    """One kind of thing to do, with the documents that it is about and the fix."""

    code: str
    says: str
    fix: str
    documents: tuple[Reviewed, ...]


def review(as_json: Json = False) -> None:
    """List the documents that somebody should look at again; nothing is changed, and the exit code is 0.

    Those past their review date ('review: 2026-06-01' in front matter), those without an owner ('owner: role or team')
    or without a review date, and those that are cited often although they are old: at least 5 answers in the last 90
    days, dated more than 2 years ago, and not about a period that is over.

    \b
    Examples:
      assistant sources review
      assistant sources review --json
    """
    from assistant.index import AUDIENCES, Index, validity
    from assistant.settings import load

    documents = reviewed(Index(load(), AUDIENCES))
    found = findings(documents, validity.today())
    if as_json:
        shown = [{**asdict(finding), "count": len(finding.documents)} for finding in found]
        write_json({"documents": len(documents), "findings": shown})
        return
    console = screen()
    if not found:
        console.print(
            f"Nothing to do: every document has an owner and is within its review date ({len(documents)} documents)."
        )
    for number, finding in enumerate(found):
        _show(console, finding, first=number == 0)


def reviewed(index: Index) -> list[Reviewed]:
    """Return the current documents, by id, with how often each was cited lately."""
    from sqlalchemy import select

    from assistant.index.schema import documents

    cited = citations(index.engine, datetime.now(UTC) - timedelta(days=_DAYS))
    with index.engine.connect() as connection:
        paths = {row.id: row.path for row in connection.execute(select(documents.c.id, documents.c.path))}
    return [
        Reviewed(d.id, d.title, d.language, paths.get(d.id, ""), d.date, d.owner, d.review, cited[d.id], d.period)
        for d in sorted(index.documents.values(), key=lambda d: d.id)
    ]


def citations(engine: Engine, since: datetime) -> Counter[str]:
    """Count for each document the answers since then that cite it; what was only a near miss is not counted."""
    from sqlalchemy import select

    from assistant.index.schema import answers

    query = select(answers.c.answer["citations"]).where(answers.c.created_at >= since)
    counted: Counter[str] = Counter()
    with engine.connect() as connection:
        for cited in connection.execution_options(yield_per=500).execute(query).scalars():
            counted.update({citation["document_id"] for citation in cited or ()})
    return counted


def findings(documents: Sequence[Reviewed], today: date) -> list[Finding]:
    """Return what there is to do, each kind with the most pressing documents first; kinds without any are left out."""
    now, old = today.isoformat(), f"{today.year - _OLD}{today.isoformat()[4:]}"
    overdue = [d for d in documents if d.review and _before(d.review, now)]
    often = [d for d in documents if d.cited >= _OFTEN and not _is_history(d, today)]
    aged = [d for d in often if d.date and _before(d.date, old)]
    found = (
        Finding(
            "past_review",
            "past their review date",
            "read each against the programme's own texts, correct it, and set its next 'review:' date in the front "
            f"matter; {_INGEST}",
            tuple(sorted(overdue, key=lambda d: d.review or "")),
        ),
        Finding(
            "old_and_cited",
            f"dated more than {_OLD} years ago and cited in {_OFTEN} answers or more of the last {_DAYS} days",
            "check whether each still holds: if it does, set its 'date:' to that of the check; if not, write a new one "
            f"that names it under 'supersedes:'; {_INGEST}",
            tuple(sorted(aged, key=lambda d: -d.cited)),
        ),
        Finding(
            "no_owner",
            "without an owner",
            f"add 'owner: role or team' to the front matter, never a person's name; {_INGEST}",
            _most_cited(d for d in documents if not d.owner),
        ),
        Finding(
            "no_review_date",
            "without a review date",
            f"add 'review: {now[:4]}-12-31', or whichever day suits, to the front matter; {_INGEST}",
            _most_cited(d for d in documents if not d.review),
        ),
    )
    return [finding for finding in found if finding.documents]


def _before(value: str, day: str) -> bool:
    """Whether a year, a month or a day is over on a day: each counts as a whole."""
    return value < day[: len(value)]


def _is_history(document: Reviewed, today: date) -> bool:
    """Whether a document is about a period that is over, so that its age is no fault."""
    last = (document.period or "")[-4:]
    return last.isdecimal() and int(last) < today.year


def _most_cited(documents: Iterable[Reviewed]) -> tuple[Reviewed, ...]:
    return tuple(sorted(documents, key=lambda d: -d.cited))


def _show(console: Console, finding: Finding, *, first: bool) -> None:
    if not first:
        console.print()
    count = len(finding.documents)
    subject = "1 document is" if count == 1 else f"{count} documents are"
    if finding.code.startswith("no_"):
        named = ", ".join(d.id for d in finding.documents[:_NAMED])
        console.print(plain(f"{subject} {finding.says}: {named}{', …' if count > _NAMED else ''}"))
    else:
        console.print(plain(f"{subject} {finding.says}:"))
        _table(console, finding.documents[:_ROWS])
        if count > _ROWS:
            console.print(f"… and {count - _ROWS} more: 'assistant sources review --json' lists all.")
    console.print(plain(f"Fix: {finding.fix}."))


def _table(console: Console, documents: Sequence[Reviewed]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name in {"review", "date", "cited"}, overflow="fold")
    for document in documents:
        values: dict[str, Any] = asdict(document)
        table.add_row(*(Text("–" if values[name] is None else plain(str(values[name]))) for name in _COLUMNS))
    console.print(table)
