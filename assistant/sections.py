"""The sections of the current documents: what ways lead into each, and which one a citation stands in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from assistant.index import Document, Index
from assistant.index.schema import documents, passages, phrasings


@dataclass(frozen=True)
class Section:
    """A heading of a document with what stands below it: one passage, or several where it is long.

    `path` is the document's file: relative to the corpus folder, else absolute. `gap` says that it names something that
    no document says.
    """

    document: Document
    slug: str
    heading: str
    path: str
    ids: tuple[int, ...]
    phrasings: tuple[str, ...]
    gap: bool

    @property
    def reference(self) -> str:
        """`document-id#slug`."""
        return f"{self.document.id}#{self.slug}"


@dataclass(frozen=True)
class Found:
    """How often a section was cited in answers, and how often it was shown as a near miss."""

    cited: int
    near_misses: int


class Sections:
    """The sections of an index as they are now."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._all: dict[str, Section] = {}
        self._of_passage: dict[int, Section] = {}
        self._places: dict[str, list[Any]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        columns = ("id", "document_id", "slug", "headings", "locator", "start", "end", "unanswered")
        query = (
            select(*(passages.c[name] for name in columns), documents.c.path)
            .join(documents, documents.c.id == passages.c.document_id)
            .order_by(passages.c.document_id, passages.c.ordinal)
        )
        asked: dict[int, list[str]] = defaultdict(list)
        rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
        with self._index.engine.connect() as connection:
            for row in connection.execute(query):
                if row.document_id in self._index.documents:
                    rows[row.document_id, row.slug].append(row)
                    self._places[row.document_id].append(row)
            for passage_id, text in connection.execute(
                select(phrasings.c.passage_id, phrasings.c.text).order_by(phrasings.c.id)
            ):
                asked[passage_id].append(text)
        for (document_id, slug), own in rows.items():
            ids = tuple(row.id for row in own)
            ways = tuple(dict.fromkeys(text for i in ids for text in asked[i]))
            first, document = own[0], self._index.documents[document_id]
            section = Section(document, slug, first.headings[-1], first.path, ids, ways, bool(first.unanswered))
            self._all[section.reference] = section
            self._of_passage.update(dict.fromkeys(ids, section))

    def __iter__(self) -> Iterator[Section]:
        return iter(self._all.values())

    def at(self, reference: str) -> Section | None:
        """Return the section at `document-id#slug`, or a document's first one where there is no `#`."""
        if "#" in reference:
            return self._all.get(reference)
        return next((s for s in self._all.values() if s.document.id == reference), None)

    def of(self, citation: Mapping[str, Any]) -> Section | None:
        """Return the section that a citation stands in, or None where the document or the place is gone.

        In another revision than today's the place is looked up by its locator: characters have moved.
        """
        document = self._index.documents.get(citation["document_id"])
        if document is None:
            return None
        same = document.revision == citation["revision"]
        for row in self._places[document.id]:
            here = row.start <= citation["start"] < row.end if same else row.locator == citation["locator"]
            if here:
                return self._of_passage[row.id]
        return None

    def in_language(self, section: Section, language: str) -> Section:
        """Return the same section of the document's translation where that is in `language`, else the section."""
        if section.document.language == language:
            return section
        twin = self._index.twin(section.ids[0])
        other = self._of_passage.get(twin) if twin is not None else None
        return other if other is not None and other.document.language == language else section

    def count(self, answers: Iterable[Mapping[str, Any]]) -> dict[str, Found]:
        """Count for each section, by its reference, the answers that cited it and those that came near."""
        cited: Counter[str] = Counter()
        near: Counter[str] = Counter()
        for answer in answers:
            for counter, name in ((cited, "citations"), (near, "near_misses")):
                places = {self.of(citation) for citation in answer.get(name, ())}
                counter.update(section.reference for section in places if section)
        return {reference: Found(cited[reference], near[reference]) for reference in self._all}

    def few(self, answers: Iterable[Mapping[str, Any]], fewer_than: int) -> list[tuple[Section, Found]]:
        """Return the sections with fewer phrasings than that: never found first, then those with the fewest ways in."""
        found = self.count(answers)
        few = [(s, found[s.reference]) for s in self._all.values() if len(s.phrasings) < fewer_than]
        return sorted(few, key=lambda f: (f[1].cited, f[1].near_misses, len(f[0].phrasings), f[0].reference))
