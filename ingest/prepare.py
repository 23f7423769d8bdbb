"""One file, made ready for the index: its document, passages, sentences and phrasings, and what has to be embedded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from assistant.index import Document
from assistant.index.vectors import Kind
from assistant.language import guess
from ingest import loaders, phrasings
from ingest.blocks import Unreadable
from ingest.chunk import Chunked, CountTokens, chunk
from ingest.files import File
from ingest.metadata import Metadata, metadata_of

_BESIDE = {"status", "owner", "review"}  # what may change while the text that is cited stays what it was


@dataclass(frozen=True)
class Prepared:
    """A document as it will stand in the index; `asked` holds questions by passage number."""

    file: File
    source_hash: str
    document: Document
    chunked: Chunked
    asked: dict[int, list[str]]
    problem: str | None

    def embeddings(self) -> dict[tuple[str, Kind], dict[str, str]]:
        """Return the texts to embed by hash, for each (audience, kind)."""
        audience = self.document.audience
        passages = self.chunked.passages
        return {
            (audience, "passage"): {vector_key(p.embedded): p.embedded for p in passages},
            (audience, "sentence"): {vector_key(s.embedded): s.embedded for p in passages for s in p.sentences},
            (audience, "phrasing"): {vector_key(q): q for questions in self.asked.values() for q in questions},
        }


def vector_key(text: str) -> str:
    """Return the key of an embedded text: equal texts share one vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def prepare(file: File, data: bytes, asked: bytes, source_hash: str, count_tokens: CountTokens) -> Prepared:
    """Read and chunk a file.

    Raises:
        Unreadable: the file cannot be ingested; the text says why.

    """
    parsed = loaders.load(file.path, data)
    meta = metadata_of(parsed, file.path, file.root, guess)
    # Only the corpus folder may say that something replaces a section, or that a section names a gap.
    blocks = parsed.blocks if file.trusted else [replace(b, superseded_by=(), unanswered=None) for b in parsed.blocks]
    chunked = chunk(meta.title, meta.language, blocks, count_tokens)
    questions, problem = _attach(asked, chunked) if asked else ({}, None)
    return Prepared(file, source_hash, _document(meta, chunked, file.trusted), chunked, questions, problem)


def _document(meta: Metadata, chunked: Chunked, trusted: bool) -> Document:
    values = meta.model_dump()
    if not trusted:
        values["supersedes"] = ()
    said = {name: value for name, value in values.items() if name not in _BESIDE}
    fingerprint = json.dumps([said, chunked.text], ensure_ascii=False, sort_keys=True)
    revision = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    return Document(revision=revision, **values)


def _attach(asked: bytes, chunked: Chunked) -> tuple[dict[int, list[str]], str | None]:
    """Give each passage of a section the section's questions; a slug that no heading has is reported."""
    wanted = phrasings.read(asked)
    slugs = {passage.slug for passage in chunked.passages}
    unknown = sorted(set(wanted) - slugs)
    problem = f"its phrasings name headings that do not exist: {', '.join(unknown)}" if unknown else None
    attached = {i: wanted[p.slug] for i, p in enumerate(chunked.passages) if p.slug in wanted}
    return attached, problem


__all__ = ["Prepared", "Unreadable", "prepare", "vector_key"]
