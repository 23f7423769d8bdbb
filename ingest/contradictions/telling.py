"""Telling people of contradictions, in the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.kept import PREFIX
from ingest.contradictions.finding import Contradiction, Side

_LONGEST = 160  # characters of a quotation


def sentences_for_people(found: Iterable[Contradiction]) -> list[str]:
    """Return one English sentence for each contradiction, with both places, numbers and quotations."""
    return [_sentence(each) for each in found]


def _sentence(found: Contradiction) -> str:
    where = "its translation " if found.kind == "translation" else ""
    quotes = f"{_quoted(found.one.quote)} against {_quoted(found.other.quote)}"
    asks = "a kept answer to look at: " if _is_kept(found.one) or _is_kept(found.other) else ""
    return f"{asks}{_said(found.one)}, {where}{_said(found.other)}: {quotes}"


def _is_kept(side: Side) -> bool:
    return side.document_id.startswith(PREFIX)


def _said(side: Side) -> str:
    place = f" ({_plain(side.locator)})" if side.locator else ""
    return f'{side.document_id}{place} says "{_plain(side.said)}"'


def _quoted(text: str) -> str:
    plain = _plain(text)
    return f'"{plain}"' if len(plain) <= _LONGEST else f'"{plain[: _LONGEST - 1].rstrip()}…"'


def _plain(text: str) -> str:
    """Return a text without the characters by which a document could write over the terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
