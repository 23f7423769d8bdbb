"""What was found on the pages of a PDF, as blocks with their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.blocks import Block
from ingest.loaders.pdf import headings as pdf_headings
from ingest.loaders.pdf import tables as pdf_tables
from ingest.loaders.pdf.headings import Look
from ingest.loaders.pdf.join import Joiner
from ingest.loaders.pdf.lines import Line
from ingest.loaders.pdf.paragraphs import Draft, TableDraft, has_cells, nesting
from ingest.sentences import spans

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_Placed = tuple[int, int, Block]  # page, 1 for what stands at the end of its page, and the block


def blocks(
    drafts: Sequence[Draft | TableDraft], joiner: Joiner, body: float, bold_body: bool, start: int
) -> list[Block]:
    """Return the blocks of a document; footnotes stand at the end of the blocks of their page.

    `start` is the first page to which the outline points. What looks like a heading on the pages before it is the
    document's title, or none: a cover's subtitle and publisher head no text.
    """
    looks = _without_cover(drafts, _looks(drafts, joiner, body, bold_body), start)
    levels = _levels(drafts, looks)
    nested = nesting(drafts)
    placed: list[_Placed] = []
    for draft in drafts:
        if isinstance(draft, TableDraft):
            placed.extend(_rows(draft, joiner))
        elif id(draft) in levels:
            text = " ".join(_plain(joiner.lines(draft.lines)).split())
            page = draft.lines[0].page
            placed.append((page, 0, Block("heading", text, levels[id(draft)], f"p. {page}")))
        else:
            placed.extend(_prose(draft, joiner, nested.get(id(draft), 0)))
    placed.sort(key=lambda one: one[:2])
    return [block for _, _, block in placed if block.text]


def _plain(text: str) -> str:
    return _PRIVATE.sub("", text)


def _looks(drafts: Sequence[Draft | TableDraft], joiner: Joiner, body: float, bold_body: bool) -> dict[int, Look]:
    found = {}
    for draft in drafts:
        if isinstance(draft, TableDraft) or draft.note or (draft.kind == "item" and not draft.numbered):
            continue
        if any(has_cells(line) for line in draft.lines):
            continue
        look = pdf_headings.look_of(draft.lines, joiner.lines(draft.lines), body, bold_body)
        if look:
            found[id(draft)] = look
    return found


def _without_cover(drafts: Sequence[Draft | TableDraft], looks: dict[int, Look], start: int) -> dict[int, Look]:
    before = {id(draft) for draft in drafts if isinstance(draft, Draft) and draft.lines[0].page < start}
    largest = max((look.size for key, look in looks.items() if key in before), default=0.0)
    return {key: look for key, look in looks.items() if key not in before or look.size == largest}


def _levels(drafts: Sequence[Draft | TableDraft], looks: dict[int, Look]) -> dict[int, int]:
    """Return the level of each heading: the outline's, else that of headings which look the same, else by its look."""
    marked = {id(d): d.lines[0].level for d in drafts if isinstance(d, Draft) and d.lines[0].level}
    by_look = pdf_headings.levels(looks.values())
    if not marked:
        return {key: by_look[look] for key, look in looks.items()}
    named = {looks[key]: level for key, level in reversed(marked.items()) if key in looks}
    largest = max((look.size for look in named), default=0.0)
    below = min(max(marked.values()) + 1, 6)
    other = {key: named.get(look, 1 if look.size > largest else below) for key, look in looks.items()}
    return {**other, **marked}


def _rows(draft: TableDraft, joiner: Joiner) -> Iterator[_Placed]:
    before = draft.before
    goes_on = before is not None and pdf_tables.continues(before.table, draft.table)
    names = before.names if before and goes_on else None
    draft.names, title, texts = pdf_tables.rows(draft.table, lambda lines: _plain(joiner.lines(lines)), names or None)
    place = f"p. {draft.table.page}"
    if title:
        yield draft.table.page, 0, Block("paragraph", title, locator=place)
    for text in texts:
        yield draft.table.page, 0, Block("row", " ".join(text.split()), locator=place)


def _prose(draft: Draft, joiner: Joiner, level: int) -> Iterator[_Placed]:
    text, starts = _joined(draft, joiner)
    at_end = int(draft.note)
    if len(starts) == 1:
        yield starts[0][1], at_end, Block(draft.kind, text, level, f"p. {starts[0][1]}")
        return
    parts: dict[int, list[int]] = {}
    for start, end in spans(text, "en" if joiner.language == "en" else "nl"):
        page = [page for offset, page in starts if offset <= start][-1]
        parts.setdefault(page, [start, end])[1] = end
    for page, (start, end) in parts.items():
        yield page, at_end, Block(draft.kind, text[start:end], level, f"p. {page}")


def _joined(draft: Draft, joiner: Joiner) -> tuple[str, list[tuple[int, int]]]:
    """Return a draft's text, and for each page the offset of its first character there."""
    text = ""
    starts: list[tuple[int, int]] = []
    for i, line in enumerate(draft.lines):
        own = _own(line, draft.marker if i == 0 else 0)
        text = joiner.join(text, own)
        if not starts or starts[-1][1] != line.page:
            starts.append((len(text) - len(own), line.page))
    return text.replace("\xad", ""), starts


def _own(line: Line, marker: int) -> str:
    return " ".join(_plain(line.text[marker:]).split())
