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
    format has one of its own: "p. 12", "slide 12", "§ 3.2", "row 12", "#anchor". On a heading it holds for its section,
    on another block for that block alone. On a heading, `superseded_by` lists `document-id#slug` targets, and
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
    """A file as a loader read it: its blocks in reading order, and what it says of itself.

    `metadata` is front matter, which somebody wrote for this assistant; `properties` are those that the file's format
    carries (title, publisher, language, date), which any program may have put there and which count least. `warnings`
    are sentences about what was left out, such as hidden text, each with its place.
    """

    metadata: dict[str, Any]
    blocks: list[Block] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def slugify(text: str) -> str:
    """Return the anchor of a heading: lower-case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
