"""Reading the index: what a question needs of the database, the vectors and BM25, at one generation."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, RowMapping, func, select

from assistant import encoder
from assistant.encoder import Vectors
from assistant.errors import IndexMismatch, IndexMissing, NotFound
from assistant.index import sparse, validity, vectors
from assistant.index.audience import current, own_passages, seen, shown, shown_ids
from assistant.index.database import connect, read_state
from assistant.index.documents import Document, Heading, Passage, Sentence
from assistant.index.schema import documents, passages, phrasings, revisions, sentences
from assistant.index.sparse import SparseIndex
from assistant.index.validity import Replaced, Standing
from assistant.index.vectors import Kind, VectorStore
from assistant.settings import Settings

_K = TypeVar("_K")
_V = TypeVar("_V")

PUBLIC = ("public",)
_META = [c for c in revisions.c if c.name not in {"text", "outline"}]
# What was read lately is kept in memory, up to about 15 MB of vectors and 20 MB of text.
_KEPT_VECTORS, _KEPT_PASSAGES = 10_000, 5_000
_SEARCHES = ThreadPoolExecutor(max_workers=6, thread_name_prefix="chroma")
_LINKS: dict[Kind, Any] = {
    "passage": passages.c.id,
    "sentence": sentences.c.passage_id,
    "phrasing": phrasings.c.passage_id,
}


def bm25_folder(settings: Settings, generation: int) -> Path:
    """Return where the BM25 files of a generation lie."""
    return settings.var_dir / "bm25" / f"g{generation}"


def document_of(row: RowMapping) -> Document:
    """Make a `Document` of a row of `revisions`."""
    values = {column.name: row[column.name] for column in _META}
    document_id, supersedes = values.pop("document_id"), tuple(values.pop("supersedes"))
    return Document(id=document_id, supersedes=supersedes, **values)


def build_sparse(connection: Connection) -> dict[str, SparseIndex]:
    """Make BM25 anew from the database: one index for each audience and language, named `audience-language`."""
    query = (
        select(passages.c.id, passages.c.headings, passages.c.text, revisions.c.audience, revisions.c.language)
        .join(documents, documents.c.id == passages.c.document_id)
        .join(revisions, (documents.c.id == revisions.c.document_id) & (documents.c.revision == revisions.c.revision))
        .order_by(passages.c.id)
    )
    asked: dict[int, list[str]] = defaultdict(list)
    for passage_id, question in connection.execute(select(phrasings.c.passage_id, phrasings.c.text)):
        asked[passage_id].append(question)
    texts: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row in connection.execute(query):
        whole = "\n".join([*row.headings, row.text, *asked[row.id]])
        texts[row.audience, row.language].append((row.id, whole))
    return {f"{audience}-{lang}": SparseIndex.build(lang, rows) for (audience, lang), rows in texts.items()}


@dataclass(frozen=True)
class StoredText:
    """A document's stored text at one revision, in which every span counts."""

    document: Document
    text: str
    outline: tuple[Heading, ...]
    current: bool


@dataclass
class _Snapshot:
    """What is held in memory of one generation."""

    generation: int = -1
    documents: dict[str, Document] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()  # documents that this door may name, removed ones included
    day: date = date.min
    replaced: Replaced = field(default_factory=dict)
    sparse: dict[str, list[SparseIndex]] = field(default_factory=dict)
    links: dict[Kind, dict[str, list[int]]] = field(default_factory=dict)  # vector → passages that it stands for
    asked: set[int] = field(default_factory=set)  # passages that have phrasings
    gaps: frozenset[int] = frozenset()  # passages that name a gap
    twins: dict[int, int] = field(default_factory=dict)  # passage → the same passage of the translation
    passages: dict[int, Passage] = field(default_factory=dict)
    vectors: dict[tuple[Kind, str], Vectors] = field(default_factory=dict)
    stores: list[dict[Kind, VectorStore]] = field(default_factory=list)


class Index:
    """The index as one door may see it: a door that was not given `staff` never opens what staff see.

    Raises:
        IndexMissing: nothing was ingested yet.
        IndexMismatch: the index was made by another embedding model.

    """

    def __init__(self, settings: Settings, audiences: Sequence[str] = PUBLIC) -> None:
        self.settings = settings
        self.audiences = tuple(audiences)
        self.engine: Engine = connect(settings.database)
        self._lock = threading.Lock()
        self._now = _Snapshot()
        self.refresh()

    def refresh(self) -> None:
        """Pick up what an ingest has changed since the last call; costs one small query where nothing has."""
        with self.engine.connect() as connection:
            state = read_state(connection)
            if state.generation == self._now.generation:
                self._turn_page(connection)
                return
            if state.generation == 0:
                raise IndexMissing("There is no index yet: run 'assistant ingest' (or 'make ingest') first.")
            wanted = encoder.identity(self.settings)
            if state.model != wanted:
                raise IndexMismatch(
                    f"The index was made with the embedding model {state.model!r}, but {wanted!r} is configured: "
                    f"run 'assistant ingest' to make it again, or set ASSISTANT_EMBEDDING_MODEL back."
                )
            with self._lock:
                if state.generation != self._now.generation:  # another request may have loaded it meanwhile
                    self._now = self._load(connection, state.generation, state.model)

    def _turn_page(self, connection: Connection) -> None:
        """Let what holds today be what holds: a new day may bring a rule into force."""
        if validity.today() == self._now.day:
            return
        with self._lock:  # another request may load what is newer meanwhile
            day = validity.today()
            newer = _replaced(connection, self._now.documents, day)
            self._now = replace(self._now, day=day, replaced=newer, passages={})

    def _load(self, connection: Connection, generation: int, model: str) -> _Snapshot:
        rows = connection.execute(current(*_META).where(revisions.c.audience.in_(self.audiences))).mappings()
        found = {document.id: document for document in map(document_of, rows)}
        may_name = shown(connection, self.audiences)
        found = {document.id: seen(document, may_name) for document in found.values()}
        day = validity.today()
        bm25 = sparse.load_all(bm25_folder(self.settings, generation)) or build_sparse(connection)
        by_language: dict[str, list[SparseIndex]] = defaultdict(list)
        for name, index in bm25.items():
            audience, _, language = name.partition("-")
            if audience in self.audiences:
                by_language[language].append(index)
        if self._now.generation >= 0:
            vectors.forget_clients()
        client = vectors.open_client(self.settings)
        stores = [vectors.open_stores(client, audience, model) for audience in self.audiences]
        own = frozenset(connection.execute(own_passages(self.audiences)).scalars())
        links = {kind: _links(connection, column, own) for kind, column in _LINKS.items()}
        asked = {passage_id for ids in links["phrasing"].values() for passage_id in ids}
        twins = _twins(connection, found)
        gaps = own.intersection(
            connection.execute(select(passages.c.id).where(passages.c.unanswered.is_not(None))).scalars()
        )
        newer = _replaced(connection, found, day)
        return _Snapshot(
            generation, found, may_name, day, newer, dict(by_language), links, asked, gaps, twins=twins, stores=stores
        )

    @property
    def generation(self) -> int:
        """How often the index has changed."""
        return self._now.generation

    @property
    def documents(self) -> dict[str, Document]:
        """The current documents that this door may see, by id."""
        return self._now.documents

    @property
    def gaps(self) -> frozenset[int]:
        """The passages that name a gap."""
        return self._now.gaps

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which there are documents that this door may see."""
        return tuple(self._now.sparse)

    def sparse(self, language: str) -> list[SparseIndex]:
        """Return the BM25 indexes of a language, one for each audience that has documents in it."""
        return self._now.sparse.get(language, [])

    def search(
        self, vectors: Sequence[Sequence[float]], nearest: Mapping[Kind, int]
    ) -> list[dict[Kind, dict[str, float]]]:
        """Return for each vector and kind the nearest ones, as many as `nearest` says: hash → cosine similarity."""
        stores = self._now.stores
        # Chroma searches without Python's lock, so the kinds are searched side by side.
        jobs = [(kind, store[kind], k) for store in stores for kind, k in nearest.items()]
        found = list(_SEARCHES.map(lambda job: job[1].search(vectors, job[2]), jobs))
        merged: list[dict[Kind, dict[str, float]]] = []
        for number in range(len(vectors)):
            hits: dict[Kind, dict[str, float]] = {kind: {} for kind in nearest}
            for (kind, _, _), of_all in zip(jobs, found, strict=True):
                hits[kind].update(of_all[number])
            merged.append({k: dict(sorted(h.items(), key=lambda hit: -hit[1])[: nearest[k]]) for k, h in hits.items()})
        return merged

    def vectors(self, kind: Kind, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return stored vectors by hash."""
        now = self._now
        hashes = list(dict.fromkeys(hashes))  # equal texts share one; Chroma takes none twice
        # Another question may make room in what is kept at any moment: this one holds what it has found.
        found = {key: vector for key in hashes if (vector := now.vectors.get((kind, key))) is not None}
        missing = [key for key in hashes if key not in found]
        if missing:
            for stores in now.stores:
                found.update(stores[kind].fetch(missing))
            _keep(now.vectors, {(kind, key): found[key] for key in missing if key in found}, _KEPT_VECTORS)
        return {key: found[key] for key in hashes if key in found}

    def passages_of(self, kind: Kind, key: str) -> list[int]:
        """Return the passages that a vector stands for; none where the database does not know it."""
        return self._now.links[kind].get(key, [])

    def twin(self, passage_id: int) -> int | None:
        """Return the same passage of the document's translation, where the two documents correspond."""
        return self._now.twins.get(passage_id)

    def with_phrasings(self, ids: Iterable[int]) -> set[int]:
        """Return those of the passages that have phrasings."""
        return self._now.asked.intersection(ids)

    def passages(self, ids: Iterable[int]) -> list[Passage]:
        """Return passages with their sentences, those that this door may see, in the order of `ids`."""
        wanted, kept = list(dict.fromkeys(ids)), self._now.passages
        found = {i: passage for i in wanted if (passage := kept.get(i)) is not None}
        missing = [i for i in wanted if i not in found]
        if missing:
            read = {passage.id: passage for passage in self._read_passages(missing)}
            _keep(kept, read, _KEPT_PASSAGES)
            found |= read
        return [found[i] for i in wanted if i in found]

    def preload(self) -> None:
        """Read and stem the passages that fit into memory, so that no first question waits for them."""
        with self.engine.connect() as connection:
            first = own_passages(self.audiences).limit(_KEPT_PASSAGES)
            ids = connection.execute(first).scalars().all()
        found = self.passages(ids)
        for kind, keys in (
            ("passage", [p.vector for p in found]),
            ("sentence", [s.vector for p in found for s in p.sentences]),
        ):
            self.vectors(cast(Kind, kind), list(dict.fromkeys(keys))[: _KEPT_VECTORS // 2])
        for passage in found:
            _ = (passage.vocabulary, passage.asked_vocabulary, passage.sentence_vocabularies)
            _ = passage.phrasing_vocabularies

    def _read_passages(self, ids: list[int]) -> list[Passage]:
        inside: dict[int, list[Sentence]] = defaultdict(list)
        with self.engine.connect() as connection:
            rows = connection.execute(select(passages).where(passages.c.id.in_(ids))).mappings().all()
            starts = {row["id"]: (row["start"], row["text"]) for row in rows}
            for s in connection.execute(
                select(sentences).where(sentences.c.passage_id.in_(ids)).order_by(sentences.c.id)
            ):
                start, whole = starts[s.passage_id]
                lead = (s.lead_start, s.lead_end, s.lead) if s.lead is not None else None
                quote = whole[s.start - start : s.end - start]
                inside[s.passage_id].append(Sentence(s.id, s.start, s.end, quote, s.vector, lead))
            asked: dict[int, list[str]] = defaultdict(list)
            wanted = phrasings.c.passage_id.in_(ids)
            for passage_id, question in connection.execute(
                select(phrasings.c.passage_id, phrasings.c.text).where(wanted).order_by(phrasings.c.id)
            ):
                asked[passage_id].append(question)
        return [
            self._passage(row, inside[row["id"]], asked[row["id"]])
            for row in rows
            if row["document_id"] in self.documents
        ]

    def _passage(self, row: RowMapping, inside: list[Sentence], asked: list[str]) -> Passage:
        document, slug = self.documents[row["document_id"]], row["slug"]
        newer = [target for target in row["superseded_by"] if self._standing_at(target) != "upcoming"]
        for place in (document.id, f"{document.id}#{slug}"):
            newer.extend(self._now.replaced.get(place, ()))
        return Passage(
            row["id"],
            document,
            tuple(row["headings"]),
            slug,
            row["locator"],
            row["start"],
            row["end"],
            row["text"],
            row["source"],
            tuple(dict.fromkeys(newer)),
            row["vector"],
            tuple(inside),
            tuple(asked),
            row["unanswered"],
        )

    def passage_at(self, target: str) -> Passage | None:
        """Return the first passage of `document-id#slug`, or of `document-id`, or None where this door sees none."""
        document_id, _, slug = target.partition("#")
        if document_id not in self.documents:
            return None
        query = select(passages.c.id).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
        if slug:
            query = query.where(passages.c.slug == slug)
        with self.engine.connect() as connection:
            found = connection.execute(query.limit(1)).scalar()
        return next(iter(self.passages([found])), None) if found is not None else None

    def standing(self, document: Document) -> Standing | None:
        """Return what keeps a document from being the rule today, or None where nothing does."""
        return validity.standing(document, self._now.day)

    def _standing_at(self, target: str) -> Standing | None:
        document = self.documents.get(target.partition("#")[0])
        return self.standing(document) if document else None

    def in_force(self, passage: Passage) -> bool:
        """Whether a passage is what holds today: not replaced, not expired, not still to come."""
        return not passage.superseded and self.standing(passage.document) not in {"expired", "upcoming"}

    def instead(self, passage: Passage) -> Passage | None:
        """Return what holds today in a passage's place, along any number of replacements.

        What is still to come is stood in for by what it will replace. Of a document that replaces another as a whole,
        it is the section of the same name, or the first one.
        """
        waiting, seen = [passage], {passage.id}
        while waiting:
            old = waiting.pop(0)
            to_come = self.standing(old.document) == "upcoming"
            for target in (*old.superseded_by, *(old.document.supersedes if to_come else ())):
                newer = (self.passage_at(f"{target}#{old.slug}") if "#" not in target else None) or self.passage_at(
                    target
                )
                if newer is None or newer.id in seen:
                    continue
                if self.in_force(newer):
                    return newer
                seen.add(newer.id)
                waiting.append(newer)
        return None

    def holds(self, document: Document, start: int, end: int, quote: str) -> bool:
        """Whether a document's stored text has `quote` at characters `start` to `end`, as the database has it now."""
        span = func.substr(revisions.c.text, start + 1, end - start)
        same = (revisions.c.document_id == document.id) & (revisions.c.revision == document.revision)
        with self.engine.connect() as connection:
            return connection.execute(select(span).where(same)).scalar() == quote

    def text(self, document_id: str, revision: str | None = None) -> StoredText:
        """Return a document's stored text, at the current revision unless another is asked.

        Raises:
            NotFound: no such document or revision, or not for this door.

        """
        now = self.documents.get(document_id)
        wanted = revision or (now.revision if now else "")
        query = select(revisions).where(
            revisions.c.document_id == document_id,
            revisions.c.revision == wanted,
            revisions.c.audience.in_(self.audiences),
            # A document that is for staff was perhaps public once: none of its revisions is shown any more. It is asked
            # in one query, so that one that must not be shown costs as much time as one that does not exist.
            revisions.c.document_id.in_(shown_ids(self.audiences)),
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            what = (
                f"revision {revision!r} of document {document_id!r}"
                if revision and now
                else f"document {document_id!r}"
            )
            raise NotFound(f"There is no {what} here: 'assistant sources' lists what there is.")
        outline = tuple(Heading(**heading) for heading in row["outline"])
        return StoredText(
            seen(document_of(row), self._now.shown), row["text"], outline, bool(now and now.revision == wanted)
        )

    def shows(self, document_id: str) -> bool:
        """Whether this door may name a document, one that was removed since included."""
        return document_id in self._now.shown

    def passages_in(self, document_id: str) -> list[Passage]:
        """Return all passages of a document, in order."""
        return self.passages(self.ids_in(document_id))

    def ids_in(self, document_id: str) -> Sequence[int]:
        """Return the ids of all passages of a document that this door may see, in order."""
        if document_id not in self.documents:
            return []
        query = select(passages.c.id).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
        with self.engine.connect() as connection:
            return connection.execute(query).scalars().all()


def _keep(kept: dict[_K, _V], read: Mapping[_K, _V], most: int) -> None:
    """Keep what was read, in place of all that was kept where that has become too much."""
    if len(kept) > most:
        kept.clear()
    kept.update(read)


def _replaced(connection: Connection, found: dict[str, Document], day: date) -> Replaced:
    sections = {old.partition("#")[0] for d in found.values() for old in d.supersedes if "#" in old}
    query = current(revisions.c.document_id, revisions.c.outline).where(
        revisions.c.document_id.in_(sections & {*found})
    )
    outlines = {row.document_id: [Heading(**h) for h in row.outline] for row in connection.execute(query)}
    return validity.replaced(found, outlines, day)


def _links(connection: Connection, column: Any, own: Set[int]) -> dict[str, list[int]]:
    """Return the passages of a door by vector: equal texts of another audience have the same one."""
    found: dict[str, list[int]] = defaultdict(list)
    for vector, passage_id in connection.execute(select(column.table.c.vector, column)):
        if passage_id in own:
            found[vector].append(passage_id)
    return dict(found)


def _twins(connection: Connection, found: dict[str, Document]) -> dict[int, int]:
    """Pair the passages of translated documents by their order, where they have as many."""
    inside: dict[str, list[int]] = defaultdict(list)
    query = select(passages.c.document_id, passages.c.id).order_by(passages.c.document_id, passages.c.ordinal)
    for document_id, passage_id in connection.execute(query):
        inside[document_id].append(passage_id)
    twins: dict[int, int] = {}
    for document in found.values():
        here, there = inside[document.id], inside.get(document.translation_of or "", [])
        if document.translation_of in found and len(here) == len(there):
            twins.update(zip(here, there, strict=True))
            twins.update(zip(there, here, strict=True))
    return twins
