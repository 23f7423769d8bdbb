"""What an import gives: questions in our format, the texts that came with them, and what was left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from assistant.errors import InvalidDataset
from assistant.language import detect
from evals.dataset import Item
from ingest.blocks import slugify

Row = Mapping[str, Any]
Passages = Mapping[str, tuple[str, str]]
"""`document-id#slug` → title and text of a passage."""

_SAMPLE = 50  # texts that are looked at to tell a file's language
_AGREED = 0.9  # of them that must be in it
_LONGEST_ID = 150


@dataclass(frozen=True)
class SourceText:
    """A document that came with the questions: sections of a heading and a text; one without a heading stands alone."""

    id: str
    title: str
    sections: tuple[tuple[str, str], ...]
    language: str | None = None


@dataclass(frozen=True)
class Imported:
    """Questions, documents, and sentences on what could not be taken over."""

    items: tuple[Item, ...]
    documents: tuple[SourceText, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass
class Names:
    """Gives every text a document id of its own: `[a-z0-9-]+`."""

    taken: set[str] = field(default_factory=set)

    def give(self, name: str, otherwise: str = "document") -> str:
        """Return an id made of a name, with a number where it is taken."""
        base = slugify(name)[:_LONGEST_ID].strip("-") or otherwise
        made, number = base, 2
        while made in self.taken:
            made, number = f"{base}-{number}", number + 1
        self.taken.add(made)
        return made


def items_of(rows: Iterable[tuple[str, Row]], name: str) -> tuple[Item, ...]:
    """Return the questions of rows, each with where it stands ("line 3"), in the file called `name`.

    Raises:
        InvalidDataset: a row is no question, an id is there twice, or there is none at all.

    """
    items: dict[str, Item] = {}
    for where, row in rows:
        try:
            item = Item.model_validate({key: value for key, value in row.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            what = ".".join(map(str, first["loc"])) or "it"
            raise InvalidDataset(f"{name}, {where}: {what} cannot be used ({first['msg']}).") from error
        if not item.question.strip():
            raise InvalidDataset(f"{name}, {where}: the question is empty.")
        if item.id in items:
            raise InvalidDataset(f"{name}, {where}: the id {item.id!r} stands there twice.")
        items[item.id] = item
    if not items:
        raise InvalidDataset(f"{name} holds no questions: write one a line.")
    return tuple(items.values())


def spoken(texts: Sequence[str]) -> str | None:
    """Return the language, `nl` or `en`, that nearly all of the texts are in; None where they are mixed or others."""
    sample = [text[:500] for text in texts[:: max(len(texts) // _SAMPLE, 1)] if text.strip()]
    found = Counter(None if (seen := detect(text)).foreign else seen.language for text in sample)
    if not found:
        return None
    language, times = found.most_common(1)[0]
    return language if times >= _AGREED * len(sample) else None
