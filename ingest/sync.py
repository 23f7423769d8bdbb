"""Bringing the index in line with the files: what changed, its vectors, one transaction, and the sweep after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from assistant import encoder, original
from assistant.encoder import Encoder
from assistant.errors import IngestBusy
from assistant.index import AUDIENCES, Index
from assistant.index.database import IndexState, connect, read_state, write_state
from assistant.index.store import bm25_folder
from assistant.index.vectors import Kind, VectorStore, collection_name, open_client
from assistant.settings import Settings
from ingest import chunk, contradictions, files, loaders, staff_answers
from ingest.blocks import Parsed, Unreadable
from ingest.commit import commit, sweep, write_failures
from ingest.files import Contents, File
from ingest.plan import Plan, plan, plan_kept
from ingest.prepare import Prepared, prepare
from ingest.report import Report, Watcher
from ingest.sandbox import Sandbox

_EMBED_BATCH = 256

Texts = dict[tuple[str, Kind], dict[str, str]]


def ingest(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    dry_run: bool = False,
    prune: bool = False,
    watcher: Watcher | None = None,
) -> Report:
    """Bring the index in line with the corpus folder, its `sources.toml`, and `paths`.

    A file that cannot be read is named in the report and keeps whatever was indexed of it before. Interrupted at any
    moment, the index is the old one or the new one, and the next run does what is left.

    Raises:
        IngestBusy: another ingest is running.
        ModelMissing, ConfigurationError: the encoder, the database or Chroma cannot be opened, or `sources.toml` cannot
            be used.

    """
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.var_dir / "ingest.lock", timeout=0):
            return _ingest(settings, paths, dry_run, prune, watcher or Watcher())
    except Timeout as error:
        raise IngestBusy(
            "Another ingest is running over this index: wait until it has ended, then run this again."
        ) from error


def ingest_kept(settings: Settings, loaded: Encoder | None = None) -> Report:
    """Bring the index in line with the kept answers alone, once no other ingest runs; no other file is looked at.

    Where the index has to be made anew, everything is brought in. `loaded` is the encoder, where there is one already.

    Raises:
        ModelMissing, ConfigurationError: as `ingest`.

    """
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.var_dir / "ingest.lock"):
        return _ingest(settings, (), False, False, Watcher(), only_kept=True, loaded=loaded)


def _ingest(  # noqa: PLR0913 -- all that may be asked of one
    settings: Settings,
    paths: Sequence[Path],
    dry_run: bool,
    prune: bool,
    watcher: Watcher,
    *,
    only_kept: bool = False,
    loaded: Encoder | None = None,
) -> Report:
    engine = connect(settings.database)
    model = encoder.identity(settings)
    staff_answers.write(engine, staff_answers.folder(settings))
    with engine.connect() as connection:
        state = read_state(connection)
        fresh = (state.model, state.recipe) != (model, str(chunk.RECIPE))
        whole = fresh or state.dirty or not _complete(settings, state)
        quick = only_kept and not whole
        todo = plan_kept(connection, settings) if quick else plan(connection, settings, paths, whole, prune)
        todo.fresh = fresh
    if not (todo.work or todo.gone or whole):
        if not dry_run:
            write_failures(engine, todo.failed)
        return todo.report
    loaded = loaded or encoder.load(settings, bulk=not quick)
    prepared = _prepare(todo, loaded, watcher)
    todo.report.dry_run = dry_run
    _count(todo.report, prepared)
    if dry_run:
        return todo.report
    _mark_dirty(engine, state)
    todo.report.embedded = _embed(settings, model, prepared, loaded, watcher)
    _keep_originals(settings, prepared)
    commit(engine, settings, todo, prepared, IndexState(state.generation + 1, model, str(chunk.RECIPE), dirty=True))
    sweep(engine, settings, model)
    if not quick:
        todo.report.contradictions = _contradictions(settings, prepared)
    return todo.report


def _complete(settings: Settings, state: IndexState) -> bool:
    """Whether the derived files of the index are there at all."""
    bm25 = bm25_folder(settings, state.generation).is_dir()
    return bm25 and (bool(settings.chroma_url) or (settings.var_dir / "chroma").is_dir())


def _prepare(todo: Plan, loaded: Encoder, watcher: Watcher) -> list[Prepared]:
    """Read and chunk the files to do; the first file in order of name keeps an id that two files claim."""
    at_work = {file.name for file, _ in todo.work}
    owners = {
        known.document.id: name
        for name, known in todo.known.items()
        if known.document.id not in todo.gone and name not in at_work
    }
    ready = []
    for file, contents, outcome in _read(todo, watcher):
        try:
            if isinstance(outcome, Unreadable):
                raise outcome
            document = prepare(file, contents, outcome, loaded.count_tokens, todo.names(file))
        except Unreadable as error:
            todo.fail(file, contents.source_hash, str(error))
            continue
        owner = owners.setdefault(document.document.id, file.name)
        if owner != file.name:
            todo.fail(file, contents.source_hash, f"its id {document.document.id!r} is already that of {owner}")
            continue
        if document.problem:
            todo.failed[file.name] = (contents.source_hash, document.problem)
            todo.report.problems[file.name] = document.problem
        ready.append(document)
        _note(todo, document)
    return ready


def _read(todo: Plan, watcher: Watcher) -> Iterator[tuple[File, Contents, Parsed | Unreadable]]:
    """Load the files to do, several at once; of their bytes no more are held than are being read."""
    waiting: dict[str, tuple[File, Contents]] = {}

    def offered() -> Iterator[tuple[str, Path, bytes]]:
        for file, _ in todo.work:
            try:
                contents = files.read(file)
            except OSError as error:
                todo.report.problems[file.name] = f"the file cannot be read ({error.strerror})"
                continue
            waiting[file.name] = (file, contents._replace(data=b""))
            yield file.name, file.path, contents.data

    watcher.reading(len(todo.work))
    with Sandbox() as sandbox:
        for name, outcome in sandbox.read(offered()):
            watcher.read(1)
            file, contents = waiting.pop(name)
            yield file, contents, outcome


def _note(todo: Plan, document: Prepared) -> None:
    """Say in the report what became of a document."""
    name, report = document.file.name, todo.report
    if document.warnings:
        report.warnings[name] = list(document.warnings)
    before = todo.known.get(name)
    if name in todo.moved:
        report.renamed.append(f"{todo.moved[name]} → {name}")
    elif before is None:
        report.added.append(name)
    elif before.source_hash == document.source_hash:
        report.unchanged += 1
    else:
        report.changed.append(name)
        if before.document.id != document.document.id:
            todo.gone.append(before.document.id)


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


def _keep_originals(settings: Settings, prepared: Sequence[Prepared]) -> None:
    """Keep the files that a reader may want to see beside the text that was taken from them."""
    for document in prepared:
        if document.file.path.suffix.lower() not in loaders.TEXT:
            contents = files.read(document.file)
            if contents.source_hash == document.source_hash:  # else the next run brings the newer one in
                meta = document.document
                original.keep(settings, meta.id, meta.revision, document.file.path.suffix, contents.data)


def _contradictions(settings: Settings, prepared: Sequence[Prepared]) -> list[str]:
    """Say where a document that came in and another current one give two numbers or dates for the same thing."""
    if not prepared:
        return []
    index = Index(settings, AUDIENCES)
    if len(index.documents) > contradictions.MOST_DOCUMENTS:
        return []
    return contradictions.sentences_for_people(contradictions.find(index, {d.document.id for d in prepared}))


__all__ = ["Report", "Watcher", "ingest"]
