"""Structure-aware chunking: blocks in, the document's plain text with passages and sentences out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.index import Heading
from ingest.blocks import Block, slugify
from ingest.orders import is_order
from ingest.sentences import spans

RECIPE = 2  # goes up whenever the same file would give other passages or other embedded texts
MAX_TOKENS = 220  # of a passage with its heading path, in the embedding model's own tokens

CountTokens = Callable[[str], int]


@dataclass(frozen=True)
class SentenceDraft:
    """A sentence with its span in the document's text, the lead-in of the list that it stands in, and its place.

    `locator` is there where the format has one for each block (a page, a row); `order` says that it reads as an order
    to a language model.
    """

    start: int
    end: int
    text: str
    lead: tuple[int, int, str] | None = None
    locator: str | None = None
    order: bool = False
    embedded: str = ""


@dataclass(frozen=True)
class PassageDraft:
    """A section, or as much of it as fits, with what will be embedded."""

    headings: tuple[str, ...]
    slug: str
    locator: str
    start: int
    end: int
    text: str
    source: str
    superseded_by: tuple[str, ...]
    unanswered: str | None
    sentences: tuple[SentenceDraft, ...]
    embedded: str


@dataclass(frozen=True)
class Chunked:
    """A document's plain text, its outline, its passages, and the sentences that read as orders to a language model."""

    text: str
    outline: tuple[Heading, ...]
    passages: tuple[PassageDraft, ...]
    orders: tuple[SentenceDraft, ...] = ()


@dataclass
class _Section:
    headings: tuple[str, ...]
    slug: str
    locator: str
    superseded_by: tuple[str, ...]
    unanswered: str | None = None
    sentences: list[SentenceDraft] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


@dataclass
class _Layout:
    """The text being laid out, and the sections found in it."""

    title: str
    language: str
    text: str = ""
    outline: list[Heading] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)
    path: list[tuple[int, Block, str]] = field(default_factory=list)
    slugs: dict[str, int] = field(default_factory=dict)
    lead: tuple[int, int, str] | None = None

    def add(self, block: Block, before: Block | None) -> None:
        if block.kind == "source":
            if self.sections:
                self.sections[-1].sources.append(block.text)
            return
        together = before is not None and before.kind == block.kind and block.kind in {"item", "row"}
        start = self._append(block.text, "\n" if together else "\n\n")
        if block.kind == "heading":
            self._heading(block, start)
        else:
            self._sentences(block, start, before)

    def _append(self, text: str, separator: str) -> int:
        self.text += (separator if self.text else "") + text
        return len(self.text) - len(text)

    def _heading(self, block: Block, start: int) -> None:
        self.path = [entry for entry in self.path if entry[0] < block.level]
        slug = slugify(block.text) or "section"
        self.slugs[slug] = self.slugs.get(slug, 0) + 1
        if self.slugs[slug] > 1:
            slug = f"{slug}-{self.slugs[slug]}"
        self.path.append((block.level, block, slug))
        self.outline.append(Heading(block.level, block.text, slug, start))
        self.sections.append(self._section())

    def _section(self) -> _Section:
        headings = [b.text for _, b, _ in self.path]
        if not headings or headings[0] != self.title:
            headings.insert(0, self.title)
        slug = self.path[-1][2] if self.path else ""
        locators = [b.locator for _, b, _ in self.path if b.locator]
        superseded = tuple(dict.fromkeys(target for _, b, _ in self.path for target in b.superseded_by))
        unanswered = next((b.unanswered for _, b, _ in reversed(self.path) if b.unanswered), None)
        return _Section(tuple(headings), slug, locators[-1] if locators else slug or "start", superseded, unanswered)

    def _sentences(self, block: Block, start: int, before: Block | None) -> None:
        if not self.sections:
            self.sections.append(self._section())
        section = self.sections[-1]
        continues = before is not None and before.kind == block.kind and block.kind != "paragraph"
        introduced = before is not None and before.kind == "paragraph" and before.text.endswith(":")
        if introduced and block.kind != "paragraph" and section.sentences:
            last = section.sentences[-1]
            self.lead = (last.start, last.end, last.text)
        elif not continues:
            self.lead = None
        for left, right in spans(block.text, self.language):
            text = block.text[left:right]
            draft = SentenceDraft(start + left, start + right, text, self.lead, block.locator, is_order(text))
            section.sentences.append(draft)


def chunk(title: str, language: str, blocks: Sequence[Block], count_tokens: CountTokens) -> Chunked:
    """Lay out a document and cut it into passages.

    A passage never spans two sections or two locators and never cuts a sentence; a sentence longer than the limit is a
    passage of its own, of which the encoder reads the beginning. The title and heading path are embedded with the text,
    and a list item with the sentence that introduces its list. A sentence that reads as an order to a language model
    stays in the text, for whoever reads the document, and is in no passage.
    """
    layout = _Layout(title, language)
    before: Block | None = None
    for block in blocks:
        layout.add(block, before)
        if block.kind != "source":
            before = block
    passages = [p for section in layout.sections for p in _passages(section, layout.text, count_tokens)]
    orders = tuple(s for section in layout.sections for s in section.sentences if s.order)
    return Chunked(layout.text, tuple(layout.outline), tuple(passages), orders)


def _passages(section: _Section, text: str, count_tokens: CountTokens) -> Iterator[PassageDraft]:
    path = " – ".join(section.headings)
    room = max(MAX_TOKENS - count_tokens(path), MAX_TOKENS // 4)
    for group in _groups(section.sentences, room, count_tokens):
        start, end = group[0].start, group[-1].end
        lead = group[0].lead[2] + "\n" if group[0].lead and group[0].lead[0] < start else ""
        body = text[start:end]
        yield PassageDraft(
            section.headings,
            section.slug,
            group[0].locator or section.locator,
            start,
            end,
            body,
            "; ".join(section.sources),
            section.superseded_by,
            section.unanswered,
            tuple(replace(s, embedded=_embedded(section.headings, s)) for s in group),
            f"{path}\n{lead}{body}",
        )


def _embedded(headings: tuple[str, ...], sentence: SentenceDraft) -> str:
    lead = f"{sentence.lead[2]} " if sentence.lead else ""
    return f"{headings[-1]}: {lead}{sentence.text}"


def _groups(sentences: Sequence[SentenceDraft], room: int, count_tokens: CountTokens) -> Iterator[list[SentenceDraft]]:
    group: list[SentenceDraft] = []
    used = 0
    for sentence in sentences:
        size = count_tokens(sentence.text)
        if group and (sentence.order or used + size > room or sentence.locator != group[0].locator):
            yield group
            group, used = [], 0
        if not sentence.order:
            group.append(sentence)
            used += size
    if group:
        yield group
