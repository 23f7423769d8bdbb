"""The relational database: engine, migrations, and the state of the index."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from assistant.errors import ConfigurationError
from assistant.index.schema import state

HEAD = "0006"  # the newest migration; a test holds it to the files in migrations/versions
_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # alembic keeps in its modules what it is at
# What keeps other processes from migrating until the transaction ends.
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(4770215)"}


def connect(url: str) -> Engine:
    """Open the database at `url` and bring its schema up to date.

    Raises:
        ConfigurationError: the URL cannot be used, or nothing answers there.

    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _configure_sqlite)
        migrate(engine)
    except (ArgumentError, OperationalError, OSError, ImportError) as error:
        shown = url.rsplit("@", maxsplit=1)[-1]
        raise ConfigurationError(
            f"The database {shown!r} cannot be opened ({type(error).__name__}): check ASSISTANT_DATABASE_URL and that "
            f"its folder can be written."
        ) from error
    return engine


def _configure_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # WAL lets the server read while an ingest writes; 10 s covers the longest transaction seen; what somebody deleted
    # is overwritten.
    pragmas = ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "secure_delete=ON")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(engine: Engine) -> None:
    """Apply the migrations that the database lacks, all or none; alembic is only imported where there are any.

    Of several threads and processes that come at once, the first one does it and the others wait.
    """
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with _MIGRATING, engine.begin() as connection:
        if connection.dialect.name in _ALONE:
            connection.exec_driver_sql(_ALONE[connection.dialect.name])
        if _version(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """Return the newest migration that was applied."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@dataclass(frozen=True)
class IndexState:
    """Which model and recipe made the index, and how often it has changed.

    `generation` is 0 before the first ingest; `dirty` says that an ingest began to write and did not finish.
    """

    generation: int = 0
    model: str = ""
    recipe: str = ""
    dirty: bool = False


def read_state(connection: Connection) -> IndexState:
    """Return the state of the index."""
    rows: dict[str, str] = {row.key: row.value for row in connection.execute(select(state))}
    return IndexState(
        int(rows.get("generation", 0)), rows.get("model", ""), rows.get("recipe", ""), rows.get("dirty") == "1"
    )


def write_state(connection: Connection, new: IndexState) -> None:
    """Replace the state of the index."""
    connection.execute(state.delete())
    values = {"generation": new.generation, "model": new.model, "recipe": new.recipe, "dirty": int(new.dirty)}
    connection.execute(state.insert(), [{"key": key, "value": str(value)} for key, value in values.items()])
