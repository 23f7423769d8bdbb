"""Whether a document holds today: it may have expired, not be in force yet, or be provisional."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from assistant.index.documents import Document, Heading

Standing = Literal["expired", "upcoming", "provisional"]


def today() -> date:
    """Return today's date where the assistant runs."""
    return datetime.now(UTC).astimezone().date()


def standing(document: Document, day: date) -> Standing | None:
    """Return what keeps a document from being the rule on a day, or None where nothing does.

    A year or a month counts as a whole: `valid_until: 2025` holds through 31 December 2025.

    >>> standing(Document("a", "r", "A", "", "en", valid_until="2025"), date(2026, 1, 1))
    'expired'
    """
    # ISO 8601 orders as text, a day that no calendar has included.
    now = day.isoformat()
    if document.valid_until and now[: len(document.valid_until)] > document.valid_until:
        return "expired"
    if document.valid_from and now[: len(document.valid_from)] < document.valid_from:
        return "upcoming"
    return "provisional" if document.status == "provisional" else None


Replaced = Mapping[str, tuple[str, ...]]
"""The ids of the documents that replace a document (`id`) or a section (`id#slug`)."""


def replaced(documents: Mapping[str, Document], outlines: Mapping[str, Sequence[Heading]], day: date) -> Replaced:
    """Return what the documents in force on a day replace; what is to come replaces nothing yet.

    A section takes those below it along, and a document its translation, for which the replacing document's translation
    stands in where there is one. `outlines` holds those of the documents of which a section is replaced.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for document in documents.values():
        if standing(document, day) == "upcoming":
            continue
        for target in document.supersedes:
            old, _, slug = target.partition("#")
            for place in _sections(old, slug, outlines.get(old, ())) if slug else (old,):
                if place != document.id:
                    found[place].append(document.id)
    for document in documents.values():
        original = documents.get(document.translation_of or "")
        for one, other in ((document, original), (original, document)):
            if one and other and one.id in found and other.id not in found:
                found[other.id] = [
                    i for i in (_in(documents, n, other.language) for n in found[one.id]) if i != other.id
                ]
    return {place: tuple(dict.fromkeys(newer)) for place, newer in found.items() if newer}


def _sections(document_id: str, slug: str, outline: Sequence[Heading]) -> list[str]:
    """Return a section and those below it, as `id#slug`."""
    at = next((i for i, heading in enumerate(outline) if heading.slug == slug), None)
    if at is None:
        return []
    below = []
    for heading in outline[at + 1 :]:
        if heading.level <= outline[at].level:
            break
        below.append(heading.slug)
    return [f"{document_id}#{one}" for one in (slug, *below)]


def _in(documents: Mapping[str, Document], document_id: str, language: str) -> str:
    """Return a document's translation into a language, or the document where there is none."""
    document = documents[document_id]
    pair = [d for d in documents.values() if document_id == d.translation_of or d.id == document.translation_of]
    return next((d.id for d in pair if d.language == language != document.language), document_id)
