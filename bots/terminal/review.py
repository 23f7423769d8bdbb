"""`assistant sources review`: which documents somebody should look at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.review import Finding, Reviewed

_ROWS, _NAMED = 20, 3  # that a table shows; that are named where it is about what nearly all of them lack
_COLUMNS = ("review", "date", "cited", "owner", "id", "title")
_INGEST = "then run 'assistant ingest'"


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
    from assistant.review import findings, reviewed
    from assistant.settings import load

    # Opened for what it says where there is no index, or another model's.
    documents = reviewed(Index(load(), AUDIENCES).engine)
    found = findings(documents, validity.today())
    if as_json:
        write_json({"documents": len(documents), "findings": [_shown(finding) for finding in found]})
        return
    console = screen()
    if not found:
        console.print(
            f"Nothing to do: every document has an owner and is within its review date ({len(documents)} documents)."
        )
    for number, finding in enumerate(found):
        _show(console, finding, first=number == 0)


def _shown(finding: Finding) -> dict[str, Any]:
    says, fix = _words(finding)
    documents = [asdict(document) for document in finding.documents]
    return {"code": finding.code, "says": says, "fix": fix, "documents": documents, "count": len(documents)}


def _words(finding: Finding) -> tuple[str, str]:
    """Return what is to be said of the documents of a finding, and the fix."""
    from assistant.index import validity
    from assistant.review import DAYS, OFTEN, OLD

    return {
        "past_review": (
            "past their review date",
            "read each against the programme's own texts, correct it, and set its next 'review:' date in the front "
            f"matter; {_INGEST}",
        ),
        "old_and_cited": (
            f"dated more than {OLD} years ago and cited in {OFTEN} answers or more of the last {DAYS} days",
            "check whether each still holds: if it does, set its 'date:' to that of the check; if not, write a new one "
            f"that names it under 'supersedes:'; {_INGEST}",
        ),
        "no_owner": (
            "without an owner",
            f"add 'owner: role or team' to the front matter, never a person's name; {_INGEST}",
        ),
        "no_review_date": (
            "without a review date",
            f"add 'review: {validity.today().year}-12-31', or whichever day suits, to the front matter; {_INGEST}",
        ),
    }[finding.code]


def _show(console: Console, finding: Finding, *, first: bool) -> None:
    if not first:
        console.print()
    says, fix = _words(finding)
    count = len(finding.documents)
    subject = "1 document is" if count == 1 else f"{count} documents are"
    if finding.code.startswith("no_"):
        named = ", ".join(d.id for d in finding.documents[:_NAMED])
        console.print(plain(f"{subject} {says}: {named}{', …' if count > _NAMED else ''}"))
    else:
        console.print(plain(f"{subject} {says}:"))
        _table(console, finding.documents[:_ROWS])
        if count > _ROWS:
            console.print(f"… and {count - _ROWS} more: 'assistant sources review --json' lists all.")
    console.print(plain(f"Fix: {fix}."))


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
