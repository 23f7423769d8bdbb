"""The checks of `assistant doctor`; they read and write nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, distinct, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from assistant import encoder
from assistant.errors import AssistantError
from assistant.index.database import IndexState, connect, read_state
from assistant.index.schema import documents, passages, phrasings, revisions, sentences
from assistant.index.store import bm25_folder
from assistant.index.vectors import KINDS, collection_name, open_client
from assistant.settings import BUNDLED_MODEL, Settings
from bots.terminal import document_checks, slack_checks
from bots.terminal.check import INGEST, Check
from ingest import chunk
from ingest.model import install
from ingest.model.weights import digest

_MODEL_FILES = ("encoder.onnx", "encoder.spm", "encoder.json")


def examine(settings: Settings) -> list[Check]:
    """Look at everything that an answer depends on."""
    model = _guard("model", lambda: _model(settings))
    database = _guard("database", lambda: _database(settings))
    checks = [model, database]
    engine = None
    if database.ok:
        engine = connect(settings.database)
        with engine.connect() as connection:
            state = read_state(connection)
        checks += [
            _guard("index", lambda: _index(settings, engine, state)),
            _guard("vectors", lambda: _vectors(settings, engine, state)),
            _guard("corpus", lambda: document_checks.corpus(settings, engine)),
            _guard("files", lambda: document_checks.readable(engine)),
            _guard("left out", lambda: document_checks.left_out(engine)),
        ]
        if all(check.ok for check in checks):
            checks.append(_guard("contradictions", lambda: document_checks.of_one_mind(settings)))
            checks.append(_guard("kept answers", lambda: document_checks.kept_answers(settings, engine)))
    else:
        checks.append(_guard("corpus", lambda: document_checks.corpus(settings, None)))
    return [*checks, _guard("scans", document_checks.scans), _contact(settings), *_slack(settings, engine)]


def _slack(settings: Settings, engine: Engine | None) -> list[Check]:
    try:
        return slack_checks.slack(settings, engine)
    except Exception as error:
        return [Check("slack", False, f"{type(error).__name__}: {error}", "see the error")]


def _guard(name: str, check: Callable[[], Check]) -> Check:
    """Let no check keep the others from being made."""
    try:
        return check()
    except AssistantError as error:
        return Check(name, False, str(error))
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}", "see the error; ASSISTANT_DEBUG=1 shows more")


def _model(settings: Settings) -> Check:
    name = settings.embedding_model
    if name != BUNDLED_MODEL:
        kind = "folder" if Path(name).is_dir() else "name; it is fetched when it is first used"
        return Check("model", True, f"{encoder.identity(settings)} ({kind})")
    missing = [file for file in _MODEL_FILES if not (settings.model_dir / file).is_file()]
    if missing:
        return Check("model", False, f"{', '.join(missing)} not in {settings.model_dir}", "run 'make install'")
    card = encoder.ModelCard.read(settings.model_dir)
    if card is None:
        return Check("model", False, f"encoder.json in {settings.model_dir} cannot be read", "run 'make install'")
    file = digest(settings.model_dir / "encoder.onnx")
    if file != card.file:
        said = f"{settings.model_dir / 'encoder.onnx'} is not the file that was made (sha256 {file[:16]})"
        return Check("model", False, said, f"remove {settings.model_dir} and run 'make install'")
    if (wanted := install.wanted()) != card.identity:
        return Check("model", False, f"{card.identity} is installed, {wanted} is in the sources", "run 'make install'")
    adapter = f"adapter sha256 {card.adapter[:16]}" if card.adapter else "no adapter"
    made_from = f"weights sha256 {card.weights[:16]}, {adapter}, encoder.onnx sha256 {card.file[:16]}"
    return Check("model", True, f"{card.identity} in {settings.model_dir}; {made_from}")


def _database(settings: Settings) -> Check:
    try:
        url = make_url(settings.database)
    except ArgumentError:
        return Check("database", False, "ASSISTANT_DATABASE_URL is not a database URL", "correct it, or leave it empty")
    shown = url.render_as_string(hide_password=True)
    # Opening a SQLite file that is not there would make it.
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        return Check("database", False, f"{shown} does not exist yet", INGEST)
    try:
        connect(settings.database).dispose()
    except SQLAlchemyError as error:
        fix = "move the file away and " + INGEST if url.get_backend_name() == "sqlite" else "check the server"
        return Check("database", False, f"{shown} cannot be used ({type(error).__name__})", fix)
    return Check("database", True, shown)


def _index(settings: Settings, engine: Engine, state: IndexState) -> Check:
    if state.generation == 0:
        return Check("index", False, "nothing was ingested yet", INGEST)
    with engine.connect() as connection:
        counts = ", ".join(_counts(connection))
    detail = f"generation {state.generation}: {counts}; made by {state.model}"
    if state.model != encoder.identity(settings):
        fix = f"{INGEST} to make it again, or set ASSISTANT_EMBEDDING_MODEL back"
        return Check("index", False, f"{detail}, but {encoder.identity(settings)} is configured", fix)
    if state.recipe != str(chunk.RECIPE):
        return Check("index", False, f"{detail}, with chunking {state.recipe} instead of {chunk.RECIPE}", INGEST)
    if state.dirty:
        return Check("index", False, f"{detail}; the last ingest did not finish", INGEST)
    if not bm25_folder(settings, state.generation).is_dir():
        return Check("index", False, f"{detail}; its BM25 files are missing", INGEST)
    return Check("index", True, f"{detail}, as configured")


def _counts(connection: Connection) -> list[str]:
    language = (
        select(revisions.c.language, func.count())
        .join(documents, (documents.c.id == revisions.c.document_id) & (documents.c.revision == revisions.c.revision))
        .group_by(revisions.c.language)
        .order_by(revisions.c.language)
    )
    found = [f"{count} documents in {name}" for name, count in connection.execute(language)]
    tables = (passages, sentences, phrasings)
    return found + [f"{connection.execute(select(func.count()).select_from(t)).scalar()} {t.name}" for t in tables]


def _vectors(settings: Settings, engine: Engine, state: IndexState) -> Check:
    where = settings.chroma_url or str(settings.var_dir / "chroma")
    if not settings.chroma_url and not (settings.var_dir / "chroma").is_dir():
        return Check("vectors", False, f"there is no {where}", INGEST)
    client = open_client(settings)
    held = {collection.name: collection.count() for collection in client.list_collections()}
    missing = total = 0
    with engine.connect() as connection:
        for name, wanted in _wanted(connection, state.model).items():
            total += wanted
            missing += max(wanted - held.get(name, 0), 0)
    if missing:
        fix = f"{INGEST}; where that finds nothing to do, move {where} away first"
        return Check("vectors", False, f"{missing} of {total} are missing in {where}", fix)
    return Check("vectors", True, f"{total} in {where}")


def _wanted(connection: Connection, model: str) -> dict[str, int]:
    """Count the vectors that the database names, by collection."""
    found: dict[str, int] = {}
    for kind, table in zip(KINDS, (sentences, passages, phrasings), strict=True):
        query = select(revisions.c.audience, func.count(distinct(table.c.vector))).select_from(table)
        if table is not passages:
            query = query.join(passages, passages.c.id == table.c.passage_id)
        query = (
            query.join(documents, documents.c.id == passages.c.document_id)
            .join(
                revisions, (revisions.c.document_id == documents.c.id) & (revisions.c.revision == documents.c.revision)
            )
            .group_by(revisions.c.audience)
        )
        for audience, count in connection.execute(query):
            found[collection_name(audience, kind, model)] = count
    return found


def _contact(settings: Settings) -> Check:
    if not (settings.contact_name and settings.contact_url):
        fix = "set ASSISTANT_CONTACT_NAME and ASSISTANT_CONTACT_URL"
        return Check("contact", False, "nobody is named for what the assistant cannot answer", fix)
    return Check("contact", True, f"{settings.contact_name}, {settings.contact_url}")
