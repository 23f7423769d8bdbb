"""Verifying: each sentence of an answer against the text that it cites; what does not hold is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose import Quote
from assistant.errors import NotFound
from assistant.index import Index


def verify(quotes: Sequence[Quote], index: Index) -> list[Quote]:
    """Return the quotes that stand word for word at their place in the cited revision's stored text."""
    return [quote for quote in quotes if _holds(quote, index)]


def _holds(quote: Quote, index: Index) -> bool:
    document = quote.passage.document
    try:
        stored = index.text(document.id, document.revision)
    except NotFound:
        return False
    return bool(quote.text) and stored.text[quote.start : quote.end] == quote.text
