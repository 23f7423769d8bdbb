"""What every loader gives: metadata and a flat list of blocks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "source"]


class Unreadable(Exception):
    """A file that cannot be ingested; the text is the reason, in one sentence."""


@dataclass(frozen=True)
class Block:
    """A piece of plain text with its role.

    `level` is a heading's depth (1 to 6) or an item's nesting; `locator` is what a reader finds the place by, where the
    format has one of its own (a slide, a page). On a heading, `superseded_by` lists `document-id#slug` targets, and
    `unanswered` is the reason for which the section names a gap: something that people ask and no document says.
    """

    kind: BlockKind
    text: str
    level: int = 0
    locator: str | None = None
    superseded_by: tuple[str, ...] = ()
    unanswered: str | None = None


@dataclass(frozen=True)
class Parsed:
    """A file as a loader read it: front matter or properties, and its blocks in reading order."""

    metadata: dict[str, Any]
    blocks: list[Block] = field(default_factory=list)


def slugify(text: str) -> str:
    """Return the anchor of a heading: lower-case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
