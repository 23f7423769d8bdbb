"""Bringing the index in line with the files: what changed, its vectors, one transaction, and the sweep after it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, select

from assistant import encoder
from assistant.encoder import Encoder
from assistant.errors import IngestBusy
from assistant.index import AUDIENCES, sparse
from assistant.index.database import IndexState, connect, read_state, write_state
from assistant.index.schema import documents, failures, passages, phrasings, revisions, sentences
from assistant.index.store import bm25_folder, build_sparse
from assistant.index.vectors import KINDS, Kind, VectorStore, collection_name, open_client
from assistant.settings import Settings
from ingest import chunk, files
from ingest.blocks import Unreadable
from ingest.files import File
from ingest.prepare import Prepared, prepare, vector_key

_EMBED_BATCH = 256

Texts = dict[tuple[str, Kind], dict[str, str]]


class Watcher:
    """Is told how far an ingest is; the terminal draws a bar from it. This one stays silent."""

    def embedding(self, total: int) -> None:
        """Say how many texts will be embedded."""

    def embedded(self, count: int) -> None:
        """Say that `count` more were."""


@dataclass
class Report:
    """What an ingest found and did."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    passages: int = 0
    sentences: int = 0
    phrasings: int = 0
    embedded: int = 0
    dry_run: bool = False


@dataclass
class _Plan:
    report: Report
    known: dict[str, tuple[str, str]] = field(default_factory=dict)  # file name → (document id, source hash)
    work: list[tuple[File, bytes, bytes, str]] = field(default_factory=list)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)  # file name → (source hash, reason)
    again: list[tuple[File, bytes, bytes, str]] = field(default_factory=list)  # refused before, and unchanged since
    gone: list[str] = field(default_factory=list)  # document ids
    fresh: bool = False  # another model or recipe: nothing of the old index can be kept


def ingest(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    dry_run: bool = False,
    prune: bool = False,
    watcher: Watcher | None = None,
) -> Report:
    """Bring the index in line with the corpus folder and `paths`.

    A file that cannot be read is named in the report and keeps whatever was indexed of it before. Interrupted at any
    moment, the index is the old one or the new one, and the next run does what is left.

    Raises:
        IngestBusy: another ingest is running.
        ModelMissing, ConfigurationError: the encoder, the database or Chroma cannot be opened.

    """
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.var_dir / "ingest.lock", timeout=0):
            return _ingest(settings, paths, dry_run, prune, watcher or Watcher())
    except Timeout as error:
        raise IngestBusy(
            "Another ingest is running over this index: wait until it has ended, then run this again."
        ) from error


def _ingest(settings: Settings, paths: Sequence[Path], dry_run: bool, prune: bool, watcher: Watcher) -> Report:
    engine = connect(settings.database)
    model = encoder.identity(settings)
    with engine.connect() as connection:
        state = read_state(connection)
        fresh = (state.model, state.recipe) != (model, str(chunk.RECIPE))
        whole = fresh or state.dirty or not _complete(settings, state)
        plan = _plan(connection, settings, paths, whole, prune)
        plan.fresh = fresh
    if not (plan.work or plan.gone or whole):
        if not dry_run:
            _write_failures(engine, plan.failed)
        return plan.report
    loaded = encoder.load(settings, bulk=True)
    prepared = _prepare(plan, loaded)
    plan.report.dry_run = dry_run
    _count(plan.report, prepared)
    if dry_run:
        return plan.report
    _mark_dirty(engine, state)
    plan.report.embedded = _embed(settings, model, prepared, loaded, watcher)
    _commit(engine, settings, plan, prepared, IndexState(state.generation + 1, model, str(chunk.RECIPE), dirty=True))
    _sweep(engine, settings, model)
    return plan.report


def _complete(settings: Settings, state: IndexState) -> bool:
    """Whether the derived files of the index are there at all."""
    bm25 = bm25_folder(settings, state.generation).is_dir()
    return bm25 and (bool(settings.chroma_url) or (settings.var_dir / "chroma").is_dir())


def _plan(connection: Connection, settings: Settings, paths: Sequence[Path], whole: bool, prune: bool) -> _Plan:
    plan = _Plan(Report())
    for row in connection.execute(select(documents.c.path, documents.c.id, documents.c.source_hash)):
        plan.known[row.path] = (row.id, row.source_hash)
    failed = {row.path: row for row in connection.execute(select(failures))}
    found = files.discover(settings.corpus_dir, paths, plan.known)
    for file in found:
        try:
            data, asked, source_hash = files.read(file)
        except OSError as error:
            plan.report.problems[file.name] = f"the file cannot be read ({error.strerror})"
            continue
        before = failed.get(file.name)
        known_problem = before is not None and before.source_hash == source_hash
        if before is not None and known_problem:
            plan.failed[file.name] = (source_hash, before.reason)
            plan.report.problems[file.name] = before.reason
        if not whole and plan.known.get(file.name, ("", ""))[1] == source_hash:
            plan.report.unchanged += 1
        elif known_problem and not whole:
            plan.again.append((file, data, asked, source_hash))
        else:
            plan.work.append((file, data, asked, source_hash))
    _find_gone(plan, {file.name for file in found}, prune)
    if plan.work or plan.gone:
        # What was refused may be welcome now: the document that had its id may be gone.
        plan.work.extend(plan.again)
        for file, *_ in plan.again:
            del plan.failed[file.name], plan.report.problems[file.name]
    return plan


def _find_gone(plan: _Plan, found: set[str], prune: bool) -> None:
    for name in sorted(plan.known.keys() - found):
        if Path(name).is_absolute() and not prune:
            plan.report.missing.append(name)
        else:
            plan.gone.append(plan.known[name][0])
            plan.report.removed.append(name)


def _prepare(plan: _Plan, loaded: Encoder) -> list[Prepared]:
    """Read and chunk the files to do; the first file in order of name keeps an id that two files claim."""
    owners = {document_id: name for name, (document_id, _) in plan.known.items() if document_id not in plan.gone}
    for file, _, _, _ in plan.work:
        owners = {document_id: name for document_id, name in owners.items() if name != file.name}
    ready = []
    for file, data, asked, source_hash in plan.work:
        try:
            document = prepare(file, data, asked, source_hash, loaded.count_tokens)
        except Unreadable as error:
            _fail(plan, file, source_hash, str(error))
            continue
        owner = owners.setdefault(document.document.id, file.name)
        if owner != file.name:
            _fail(plan, file, source_hash, f"its id {document.document.id!r} is already that of {owner}")
            continue
        if document.problem:
            plan.failed[file.name] = (source_hash, document.problem)
            plan.report.problems[file.name] = document.problem
        ready.append(document)
        before = plan.known.get(file.name)
        if before is None:
            plan.report.added.append(file.name)
        elif before[1] == source_hash:
            plan.report.unchanged += 1
        else:
            plan.report.changed.append(file.name)
            if before[0] != document.document.id:
                plan.gone.append(before[0])
    return ready


def _fail(plan: _Plan, file: File, source_hash: str, reason: str) -> None:
    kept = ""
    if file.name in plan.known and plan.fresh:
        plan.gone.append(plan.known[file.name][0])
        kept = " (what was indexed of it before was of another model, and is removed)"
    elif file.name in plan.known:
        kept = " (what was indexed of it before is kept)"
    plan.failed[file.name] = (source_hash, reason + kept)
    plan.report.problems[file.name] = reason + kept


def _count(report: Report, prepared: Sequence[Prepared]) -> None:
    for document in prepared:
        report.passages += len(document.chunked.passages)
        report.sentences += sum(len(p.sentences) for p in document.chunked.passages)
        report.phrasings += sum(map(len, document.asked.values()))


def _mark_dirty(engine: Engine, state: IndexState) -> None:
    with engine.begin() as connection:
        write_state(connection, replace(state, dirty=True))


def _embed(settings: Settings, model: str, prepared: Sequence[Prepared], loaded: Encoder, watcher: Watcher) -> int:
    """Store every vector that is not there yet; what an interrupted run had stored is found again by its key."""
    texts: Texts = defaultdict(dict)
    for document in prepared:
        for place, found in document.embeddings().items():
            texts[place].update(found)
    client = open_client(settings)
    todo: list[tuple[VectorStore, list[tuple[str, str]]]] = []
    for (audience, kind), found in texts.items():
        store = VectorStore(client, collection_name(audience, kind, model))
        there = store.present(list(found))
        todo.append((store, [(key, text) for key, text in found.items() if key not in there]))
    total = sum(len(rows) for _, rows in todo)
    watcher.embedding(total)
    for store, rows in todo:
        rows.sort(key=lambda row: len(row[1]))
        for start in range(0, len(rows), _EMBED_BATCH):
            part = rows[start : start + _EMBED_BATCH]
            vectors = loaded.encode_passages([text for _, text in part])
            store.add([key for key, _ in part], [text for _, text in part], vectors)
            watcher.embedded(len(part))
    return total


def _commit(engine: Engine, settings: Settings, plan: _Plan, prepared: Sequence[Prepared], state: IndexState) -> None:
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
    connection.execute(
        documents.insert(),
        [
            {
                "id": meta.id,
                "revision": meta.revision,
                "path": document.file.name,
                "source_hash": document.source_hash,
                "ingested_at": now,
            }
        ],
    )
    for ordinal, passage in enumerate(document.chunked.passages):
        _insert_passage(connection, document, ordinal, passage)


def _insert_passage(connection: Connection, document: Prepared, ordinal: int, passage: chunk.PassageDraft) -> None:
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


def _write_failures(engine: Engine, failed: dict[str, tuple[str, str]]) -> None:
    with engine.begin() as connection:
        _store_failures(connection, failed)


def _store_failures(connection: Connection, failed: dict[str, tuple[str, str]]) -> None:
    connection.execute(failures.delete())
    if failed:
        rows = [{"path": path, "source_hash": source, "reason": reason} for path, (source, reason) in failed.items()]
        connection.execute(failures.insert(), rows)


def _sweep(engine: Engine, settings: Settings, model: str) -> None:
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
