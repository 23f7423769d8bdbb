"""One file, made ready for the index: its document, passages, sentences and phrasings, and what has to be embedded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.index import Document
from assistant.index.vectors import Kind
from assistant.language import guess
from ingest import phrasings
from ingest.blocks import Parsed, Unreadable
from ingest.chunk import Chunked, CountTokens, chunk
from ingest.files import Contents, File
from ingest.metadata import Known, Metadata, listed, metadata_of

_BESIDE = {"status", "owner", "review"}  # what may change while the text that is cited stays what it was

_SHOWN, _LONG = 3, 160  # orders that are said, characters of one


@dataclass(frozen=True)
class Prepared:
    """A document as it will stand in the index; `asked` holds questions by passage number."""

    file: File
    source_hash: str
    document: Document
    chunked: Chunked
    asked: dict[int, list[str]]
    problem: str | None
    warnings: tuple[str, ...] = ()

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


def prepare(
    file: File, contents: Contents, parsed: Parsed, count_tokens: CountTokens, known: Known | None = None
) -> Prepared:
    """Chunk a file that a loader has read; `known` is what its document is called already.

    Raises:
        Unreadable: the file cannot be ingested; the text says why.

    """
    meta = metadata_of(_with_list(parsed, file), file.path, file.root, guess, known)
    # Only the corpus folder may say that something replaces a section, or that a section names a gap.
    blocks = parsed.blocks if file.trusted else [replace(b, superseded_by=(), unanswered=None) for b in parsed.blocks]
    chunked = chunk(meta.title, meta.language, blocks, count_tokens)
    questions, problem = _attach(contents.asked, chunked) if contents.asked else ({}, None)
    document, warnings = _document(meta, chunked, file), (*parsed.warnings, *_orders(chunked))
    return Prepared(file, contents.source_hash, document, chunked, questions, problem, warnings)


def _with_list(parsed: Parsed, file: File) -> Parsed:
    """Put what `sources.toml` says below front matter; what it keeps for staff stays with staff."""
    said = {key: value for key, value in parsed.metadata.items() if value not in ("", None)}
    if file.listed.get("audience") == "staff":
        said["audience"] = "staff"
    return replace(parsed, metadata={**file.listed, **said})


def _orders(chunked: Chunked) -> Iterator[str]:
    """Say which sentences speak to a language model, at most a few of them."""
    for order in chunked.orders[:_SHOWN]:
        said = order.text if len(order.text) <= _LONG else order.text[:_LONG] + "…"
        yield f'not indexed, since it reads as an order to a language model: "{said}"'
    if len(chunked.orders) > _SHOWN:
        yield f"not indexed, for the same reason: {len(chunked.orders) - _SHOWN} more sentences"


def _document(meta: Metadata, chunked: Chunked, file: File) -> Document:
    values = meta.model_dump()
    if not file.trusted:
        values["supersedes"], values["kind"] = tuple(listed(file.listed.get("supersedes", ()))), None
    said = {name: value for name, value in values.items() if name not in _BESIDE and (name, value) != ("kind", None)}
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
