"""Citations as Block Kit: the quote, and where it stands. Everything from a document is `rich_text`, never parsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from assistant.answer import Citation
from assistant.dates import said
from assistant.settings import Settings
from assistant.texts import text
from bots.slack.escape import absolute, plain, shortened

Block = dict[str, Any]

MOST = 6  # citations that are shown
_QUOTE, _TITLE, _PLACE = 500, 150, 120  # characters


def cited(citations: Sequence[Citation], language: str, settings: Settings) -> list[Block]:
    """Return at most six citations, one block each, and how many more there are."""
    blocks = [_citation(citation, language, settings) for citation in citations[:MOST]]
    left = len(citations) - MOST
    if left > 0:
        blocks.append(rich(section(run(text(language, "slack.more_sources", count=left), italic=True))))
    return blocks


def source(citation: Citation, language: str) -> str:
    """Return a citation as one line of text: number, document, date, place and quote."""
    return f"[{citation.number}] {citation.title}, {_where(citation, language)}: “{' '.join(citation.quote.split())}”"


def _citation(citation: Citation, language: str, settings: Settings) -> Block:
    title = shortened(plain(citation.title), _TITLE) or citation.document_id
    url = absolute(citation.url, settings)
    head = section(
        run(f"[{citation.number}] ", bold=True),
        {"type": "link", "url": url, "text": title} if url else run(title, bold=True),
        run(f", {_where(citation, language)}"),
    )
    quote = shortened(plain(citation.quote), _QUOTE)
    return rich(head, {"type": "rich_text_quote", "elements": [run(quote)]}) if quote else rich(head)


def _where(citation: Citation, language: str) -> str:
    known = (citation.publisher, _day(citation.date, language), citation.locator)
    place = ", ".join(shortened(plain(part), _PLACE) for part in known if part and plain(part))
    return f"{place} ({text(language, 'slack.replaced')})" if citation.superseded else place


def _day(written: str | None, language: str) -> str | None:
    """Return a date as it is said; what is a year or a month stays as it is."""
    try:
        return said(date.fromisoformat(written), language) if written else None
    except ValueError:
        return written


def rich(*elements: Block) -> Block:
    """Return a `rich_text` block."""
    return {"type": "rich_text", "elements": list(elements)}


def section(*runs: Block) -> Block:
    """Return a paragraph of rich text; empty runs are left out, which Slack refuses."""
    return {"type": "rich_text_section", "elements": [run for run in runs if run.get("text")]}


def run(shown: str, **style: bool) -> Block:
    """Return a piece of rich text, as it is: no mark, name or address in it is acted upon."""
    piece: Block = {"type": "text", "text": shown}
    return piece | {"style": style} if style else piece
