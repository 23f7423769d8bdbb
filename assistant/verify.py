"""Verifying: each sentence of an answer against the text that it cites; what does not hold is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose import Quote
from assistant.index import Index


def verify(quotes: Sequence[Quote], index: Index) -> list[Quote]:
    """Return the quotes that stand word for word at their place in the cited revision's stored text."""
    return [q for q in quotes if q.text and index.holds(q.passage.document, q.start, q.end, q.text)]
