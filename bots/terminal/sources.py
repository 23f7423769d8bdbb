"""`assistant sources`: what is indexed, and a document's stored text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json, write_text
from bots.terminal.review import review

if TYPE_CHECKING:
    from assistant.index import Index

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.command()(review)
_COLUMNS = ("id", "language", "date", "period", "audience", "passages", "ingested", "from", "title")
_FOLDED = frozenset({"id", "from", "title"})


@app.callback()
def sources(ctx: typer.Context, as_json: Json = False) -> None:
    """List the indexed documents, those for staff included.

    \b
    Examples:
      assistant sources
      assistant sources --json
      assistant sources show private-companies
      assistant sources review
    """
    if ctx.invoked_subcommand is not None:
        return
    found = listing(_index())
    if as_json:
        write_json(found)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name not in _FOLDED, overflow="fold")
    for source in found:
        table.add_row(*(Text(plain(_cell(source, name))) for name in _COLUMNS))
    console = screen()
    console.print(table)
    passages = sum(source["passages"] for source in found)
    console.print(f"{len(found)} documents with {passages} passages")


def _cell(source: dict[str, Any], name: str) -> str:
    value: Any = source.get(name)
    match name:
        case "date":
            value = value or "unknown"
        case "ingested":
            value = source["ingested_at"][:10]
        case "from":
            value = source["path"]
    return "" if value is None else str(value)


@app.command()
def show(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document's id, from 'assistant sources'.")],
    revision: Annotated[str | None, typer.Option("--revision", help="An older revision instead of today's.")] = None,
) -> None:
    """Print a document's stored text: the text in which citations count, byte for byte and nothing else.

    \b
    Example:
      assistant sources show private-companies
    """
    write_text(_index().text(document_id, revision).text)


def _index() -> Index:
    from assistant.index import AUDIENCES, Index
    from assistant.settings import load

    return Index(load(), AUDIENCES)


def listing(index: Index) -> list[dict[str, Any]]:
    """Describe the current documents, by id: as the web door does, with what only the house needs to know."""
    from sqlalchemy import func, select

    from assistant.index.schema import documents, passages

    query = (
        select(documents, func.count(passages.c.id).label("passages"))
        .outerjoin(passages, passages.c.document_id == documents.c.id)
        .group_by(documents.c.id)
        .order_by(documents.c.id)
    )
    with index.engine.connect() as connection:
        return [
            {
                **vars(index.documents[row.id]),
                "current": True,
                "passages": row.passages,
                "ingested_at": row.ingested_at.isoformat(),
                "path": row.path,
                "origin": row.origin,
                "warnings": row.warnings or [],
            }
            for row in connection.execute(query)
            if row.id in index.documents
        ]
