"""The same document in the other language, and which of its sections says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.errors import NotFound
from assistant.index.documents import Document, Heading
from assistant.index.store import Index, StoredText
from assistant.texts import LANGUAGES, catalogue
from bots.web.language import other


@dataclass(frozen=True)
class Translation:
    """A document in the other language; `sections` leads from a section's slug to that of the same section there."""

    document: Document
    sections: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the source view shows it."""
        return f"/sources/{self.document.id}"

    @property
    def offer(self) -> str:
        """What the link to it says, in its own language: "This document in English"."""
        return str(catalogue(other(self.document.language))["web"]["other_language_version"])

    @property
    def name(self) -> str:
        """The name of its language, in that language."""
        return str(catalogue(self.document.language)["web"]["language_name"])

    def at(self, slug: str | None) -> str:
        """Return where the source view shows the same section, or the document where there is none."""
        section = self.sections.get(slug or "")
        return f"{self.address}#{section}" if section else self.address


def translation(index: Index, stored: StoredText) -> Translation | None:
    """Return the same document in the other language, whichever of the two names the other."""
    document = stored.document
    named = index.documents.get(document.translation_of or "")
    twin = named or next((d for d in index.documents.values() if d.translation_of == document.id), None)
    if twin is None or twin.language not in LANGUAGES:
        return None
    try:
        outline = index.text(twin.id).outline
    except NotFound:  # taken away since the index was looked at
        return None
    return Translation(twin, _sections(stored.outline, outline))


def _sections(here: Sequence[Heading], there: Sequence[Heading]) -> dict[str, str]:
    """Pair sections by their place, where both outlines have the same shape."""
    if [heading.level for heading in here] != [heading.level for heading in there]:
        return {}
    return {one.slug: other.slug for one, other in zip(here, there, strict=True)}


def section_at(outline: Sequence[Heading], place: int) -> str | None:
    """Return the slug of the section in which a character of the stored text stands, or None before the first one."""
    return next((heading.slug for heading in reversed(outline) if heading.start <= place), None)
