"""Markdown with front matter (CommonMark and tables), as plain text without markup.

Besides what Markdown has: a paragraph that begins with "Source:" or "Bron:" names the source of what stands above
it and is no part of the text, unless its colon is escaped; `<!-- superseded_by: document-id#slug -->` below a heading
says that something newer replaced that section; `<!-- unanswered: reason -->` says that the section names a gap and is
never quoted as an answer; a heading that begins with "Slide 12" gives its sections the locator "slide 12".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer import Reason
from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.decoding import decode

_PARSER = MarkdownIt("commonmark").enable("table")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_SOURCE = re.compile(r"(?:Sources?|Bron(?:nen)?)\s*:\s*(.+)", re.DOTALL)
_ESCAPED = re.compile(r"\w+\s*\\:")
_SLIDE = re.compile(r"(?:slide|dia)\s+(\d+)\b", re.IGNORECASE)
_SUPERSEDED = re.compile(r"<!--\s*superseded_by:\s*([^>]+?)\s*-->")
_UNANSWERED = re.compile(r"<!--\s*unanswered:\s*([a-z_]+)\s*-->")


def load(data: bytes) -> Parsed:
    """Read a Markdown file.

    Raises:
        Unreadable: not UTF-8, or the front matter is no YAML mapping or has no end.

    """
    text = decode(data)
    metadata: dict[str, Any] = {}
    if text.startswith(("---\n", "--- \n")):
        match = _FRONT_MATTER.match(text)
        if match is None:
            raise Unreadable("the front matter has no closing line '---'")
        metadata = _front_matter(match[1])
        text = text[match.end() :]
    return Parsed(metadata, _blocks(_PARSER.parse(text)))


def _front_matter(text: str) -> dict[str, Any]:
    try:
        # BaseLoader keeps every scalar as the text that stands there: 2024 and 2024-12 stay what they are.
        values = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        raise Unreadable(f"the front matter is no valid YAML{line}") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise Unreadable("the front matter is no list of 'key: value' lines")
    return values


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(_plain(child) or child.content)
    return " ".join("".join(parts).split())


class _Walk:
    """Turns the parser's tokens into blocks; keeps the nesting of lists and the columns of the current table."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.depth = 0
        self.item_open = False
        self.columns: list[str] = []
        self.cells: list[str] = []
        self.slide: tuple[int, str] | None = None

    def heading(self, level: int, text: str) -> None:
        if self.slide and level <= self.slide[0]:
            self.slide = None
        match = _SLIDE.match(text)
        if match:
            self.slide = (level, f"slide {match[1]}")
        self.blocks.append(Block("heading", text, level, self.slide[1] if self.slide else None))

    def paragraph(self, text: str, markup: str = "") -> None:
        if not text:
            return
        source = None if _ESCAPED.match(markup) else _SOURCE.fullmatch(text)
        if source and not self.depth:
            self.blocks.append(Block("source", source[1]))
        elif self.depth and self.item_open:
            self.blocks.append(Block("item", text, self.depth))
            self.item_open = False
        elif self.depth and self.blocks and self.blocks[-1].kind == "item":
            last = self.blocks.pop()
            self.blocks.append(Block("item", f"{last.text} {text}", last.level))
        else:
            self.blocks.append(Block("paragraph", text))

    def directive(self, html: str) -> None:
        if not self.blocks or self.blocks[-1].kind != "heading":
            return
        superseded, unanswered = _SUPERSEDED.search(html), _UNANSWERED.search(html)
        if superseded:
            targets = tuple(target.strip() for target in superseded[1].split(",") if target.strip())
            self.blocks[-1] = replace(self.blocks[-1], superseded_by=targets)
        if unanswered:
            known = unanswered[1] if unanswered[1] in get_args(Reason) else "not_in_documentation"
            self.blocks[-1] = replace(self.blocks[-1], unanswered=known)

    def structure(self, kind: str) -> None:
        match kind:
            case "bullet_list_open" | "ordered_list_open":
                self.depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self.depth -= 1
            case "list_item_open":
                self.item_open = True
            case "table_open":
                self.columns = []
            case "tr_close":
                self.row()

    def row(self) -> None:
        if not self.columns:
            self.columns = self.cells
        else:
            named = [
                f"{name}: {cell}" if name else cell
                for name, cell in zip(self.columns, self.cells, strict=False)
                if cell
            ]
            if named:
                self.blocks.append(Block("row", "; ".join(named)))
        self.cells = []


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    walk = _Walk()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            _inline(walk, before, token)
        elif token.type in {"fence", "code_block"}:
            walk.paragraph(" ".join(token.content.split()))
        elif token.type == "html_block":
            walk.directive(token.content)
        else:
            walk.structure(token.type)
    return walk.blocks


def _inline(walk: _Walk, before: Token | None, token: Token) -> None:
    role, text = before.type if before else "", _plain(token)
    if before and role == "heading_open":
        walk.heading(int(before.tag[1]), text)
    elif role in {"th_open", "td_open"}:
        walk.cells.append(text)
    else:
        walk.paragraph(text, token.content)
