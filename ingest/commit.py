"""The moment at which an ingest takes effect: one transaction. And the sweep after it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select

from assistant import original
from assistant.index import AUDIENCES, sparse
from assistant.index.database import IndexState, read_state, write_state
from assistant.index.schema import documents, failures, passages, phrasings, revisions, sentences
from assistant.index.store import bm25_folder, build_sparse
from assistant.index.vectors import KINDS, VectorStore, collection_name, open_client
from assistant.settings import Settings
from ingest.chunk import PassageDraft
from ingest.plan import Plan
from ingest.prepare import Prepared, vector_key


def commit(engine: Engine, settings: Settings, plan: Plan, prepared: Sequence[Prepared], state: IndexState) -> None:
    """Make the new index the current one, in one transaction."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        replaced = {document.document.id for document in prepared} | set(plan.gone)
        names = [document.file.name for document in prepared]
        connection.execute(documents.delete().where(documents.c.id.in_(replaced) | documents.c.path.in_(names)))
        for document in prepared:
            _insert(connection, document, now)
        _store_failures(connection, plan.failed)
        write_state(connection, state)
        # Written before the commit, under the new generation's name: a reader never sees one without the other.
        sparse.save_all(build_sparse(connection), bm25_folder(settings, state.generation))


def _insert(connection: Connection, document: Prepared, now: datetime) -> None:
    meta = document.document
    row = {**meta.__dict__, "document_id": meta.id, "supersedes": list(meta.supersedes)}
    del row["id"]
    row["text"], row["outline"] = document.chunked.text, [heading.__dict__ for heading in document.chunked.outline]
    same = (revisions.c.document_id == meta.id) & (revisions.c.revision == meta.revision)
    connection.execute(revisions.delete().where(same))
    connection.execute(revisions.insert(), [row])
    described = {
        "id": meta.id,
        "revision": meta.revision,
        "path": document.file.name,
        "source_hash": document.source_hash,
        "ingested_at": now,
        "origin": document.file.origin,
        "warnings": list(document.warnings),
    }
    connection.execute(documents.insert(), [described])
    for ordinal, passage in enumerate(document.chunked.passages):
        _insert_passage(connection, document, ordinal, passage)


def _insert_passage(connection: Connection, document: Prepared, ordinal: int, passage: PassageDraft) -> None:
    result = connection.execute(
        passages.insert().values(
            document_id=document.document.id,
            ordinal=ordinal,
            headings=list(passage.headings),
            slug=passage.slug,
            locator=passage.locator,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            source=passage.source,
            superseded_by=list(passage.superseded_by),
            unanswered=passage.unanswered,
            vector=vector_key(passage.embedded),
        )
    )
    (passage_id,) = result.inserted_primary_key or (None,)
    rows = [
        {
            "passage_id": passage_id,
            "start": s.start,
            "end": s.end,
            "lead_start": s.lead[0] if s.lead else None,
            "lead_end": s.lead[1] if s.lead else None,
            "lead": s.lead[2] if s.lead else None,
            "vector": vector_key(s.embedded),
        }
        for s in passage.sentences
    ]
    connection.execute(sentences.insert(), rows)
    asked = [{"passage_id": passage_id, "text": q, "vector": vector_key(q)} for q in document.asked.get(ordinal, [])]
    if asked:
        connection.execute(phrasings.insert(), asked)


def write_failures(engine: Engine, failed: dict[str, tuple[str, str]]) -> None:
    """Keep which files could not be read, so that a second run over the same bytes says so without trying again."""
    with engine.begin() as connection:
        _store_failures(connection, failed)


def _store_failures(connection: Connection, failed: dict[str, tuple[str, str]]) -> None:
    connection.execute(failures.delete())
    if failed:
        rows = [{"path": path, "source_hash": source, "reason": reason} for path, (source, reason) in failed.items()]
        connection.execute(failures.insert(), rows)


def sweep(engine: Engine, settings: Settings, model: str) -> None:
    """Remove what the committed index does not name: vectors, other models' collections, older BM25 files."""
    client = open_client(settings)
    with engine.connect() as connection:
        state = read_state(connection)
        wanted = _named(connection, model)
    # An empty collection of this model stays: a server may have opened it.
    ours = {collection_name(audience, kind, model) for audience in AUDIENCES for kind in KINDS}
    for collection in client.list_collections():
        if collection.name not in ours:
            client.delete_collection(collection.name)
            continue
        store = VectorStore(client, collection.name)
        store.delete(store.ids() - wanted[collection.name])
    keep = bm25_folder(settings, state.generation)
    for folder in keep.parent.iterdir():
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
    with engine.connect() as connection:
        kept = connection.execute(select(revisions.c.document_id, revisions.c.revision)).all()
    original.forget(settings, [(row.document_id, row.revision) for row in kept])
    with engine.begin() as connection:
        write_state(connection, replace(state, dirty=False))


def _named(connection: Connection, model: str) -> dict[str, set[str]]:
    """Return the vectors that the database knows, by collection."""
    tables = {"sentence": sentences, "passage": passages, "phrasing": phrasings}
    named: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS:
        table = tables[kind]
        link = passages.c.id if kind == "passage" else table.c.passage_id
        query = select(table.c.vector, revisions.c.audience).select_from(table)
        if kind != "passage":
            query = query.join(passages, passages.c.id == link)
        query = query.join(documents, documents.c.id == passages.c.document_id).join(
            revisions, (revisions.c.document_id == documents.c.id) & (revisions.c.revision == documents.c.revision)
        )
        for vector, audience in connection.execute(query):
            named[collection_name(audience, kind, model)].add(vector)
    return named
