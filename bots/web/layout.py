"""A document's stored text laid out for reading: headings, paragraphs and lists, with a cited span marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.index.documents import Heading, Passage

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")

Span = tuple[int, int]


@dataclass(frozen=True)
class Run:
    """A piece of a line, marked where it is quoted; only the first marked one of a document is `first`."""

    text: str
    marked: bool = False
    first: bool = False


@dataclass(frozen=True)
class TextBlock:
    """A heading, a paragraph or a list; `start` and `end` count in the stored text."""

    kind: Literal["heading", "paragraph", "list"]
    start: int
    end: int
    lines: tuple[tuple[Run, ...], ...]
    level: int = 0
    slug: str = ""
    source: str = ""
    superseded_by: tuple[str, ...] = ()


def lay_out(
    text: str, outline: Sequence[Heading], passages: Sequence[Passage] = (), span: Span | None = None
) -> list[TextBlock]:
    """Cut a stored text into blocks; a passage's source and successors stand with the section that they belong to."""
    headings = {heading.start: heading for heading in outline}
    return _annotate([_block(text, match.span(), headings, span) for match in _BLOCK.finditer(text)], passages)


def _block(text: str, at: Span, headings: dict[int, Heading], span: Span | None) -> TextBlock:
    lines = tuple(tuple(_runs(text, match.start(), match.end(), span)) for match in _LINE.finditer(text, at[0], at[1]))
    heading = headings.get(at[0])
    if heading:
        return TextBlock("heading", *at, lines, heading.level, heading.slug)
    return TextBlock("list" if len(lines) > 1 else "paragraph", *at, lines)


def _runs(text: str, start: int, end: int, span: Span | None) -> Iterator[Run]:
    left, right = (max(start, span[0]), min(end, span[1])) if span else (end, end)
    if span is None or left >= right:
        yield Run(text[start:end])
        return
    if start < left:
        yield Run(text[start:left])
    before = text[span[0] : left]
    yield Run(text[left:right], marked=True, first=not before.strip())
    if right < end:
        yield Run(text[right:end])


def _annotate(blocks: list[TextBlock], passages: Sequence[Passage]) -> list[TextBlock]:
    """Give each section's last block its source, and its first one what replaced the section."""
    last: dict[str, Passage] = {passage.slug: passage for passage in passages}
    sources = {passage.end: passage.source for passage in last.values() if passage.source}
    replaced = {passage.slug: passage.superseded_by for passage in passages if passage.superseded_by}
    done = []
    for block in blocks:
        source = next((text for end, text in sources.items() if block.start < end <= block.end), "")
        successors = replaced.get(block.slug, ()) if block.kind == "heading" else ()
        done.append(replace(block, source=source, superseded_by=successors))
    return done


def valid_span(start: str | None, end: str | None, length: int) -> Span | None:
    """Return the span of a citation's link, or None where it is none of a text of this length."""
    try:
        left, right = int(start or ""), int(end or "")
    except ValueError:
        return None
    return (left, right) if 0 <= left < right <= length else None
