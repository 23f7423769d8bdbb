"""The migrations make the tables that the code reads."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from assistant.index import database
from assistant.index.database import HEAD, IndexState, connect, read_state, write_state
from assistant.index.schema import metadata
from assistant.settings import ROOT

VERSIONS = Path(database.__file__).parent / "migrations" / "versions"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return connect(f"sqlite:///{tmp_path / 'new' / 'x.db'}")


def test_head_is_the_newest_file() -> None:
    files = {path.name.split("_")[0]: path.read_text(encoding="utf-8") for path in VERSIONS.glob("[0-9]*.py")}
    assert max(files) == HEAD
    for number, source in files.items():
        assert re.search(rf'^revision = "{number}"$', source, re.MULTILINE)
    before = sorted(re.findall(r'^down_revision = "?(\w+)"?$', "\n".join(files.values()), re.MULTILINE))
    assert before == sorted(["None", *sorted(files)[:-1]])


def test_migrated_database_is_what_the_schema_says(engine: Engine) -> None:
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version"} == set(metadata.tables)
    for name, table in metadata.tables.items():
        there = {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)}
        wanted = {c.name: (c.type.compile(engine.dialect), c.nullable) for c in table.columns}
        assert there == wanted, name
        assert found.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key.columns]
        assert {tuple(i["column_names"]) for i in found.get_indexes(name)} == {
            tuple(c.name for c in i.columns) for i in table.indexes
        }
        assert {i["name"] for i in found.get_indexes(name)} == {i.name for i in table.indexes}
        links = {
            (tuple(k["constrained_columns"]), k["referred_table"], k["options"].get("ondelete"))
            for k in found.get_foreign_keys(name)
        }
        assert links == {
            (tuple(c.name for c in k.columns), k.referred_table.name, k.ondelete) for k in table.foreign_key_constraints
        }


def test_alembic_finds_nothing_to_change(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    state = IndexState(3, "model", "1", dirty=True)
    with engine.begin() as connection:
        write_state(connection, state)
    again = connect(str(engine.url))
    with again.connect() as connection:
        assert read_state(connection) == state
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def test_new_database_is_made_once_though_all_come_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'x.db'}"
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(lambda _: connect(url), range(6)))
    with engines[0].connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
    for engine in engines:
        engine.dispose()


def test_new_database_is_made_once_though_all_processes_come_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    slowly = "import time; from alembic import op; made = op.create_table\n"
    slowly += "op.create_table = lambda *what, **how: (time.sleep(0.05), made(*what, **how))\n"
    code = f"import alembic.command; {slowly}input(); from assistant.index.database import connect; connect({url!r})"
    command = [sys.executable, "-c", code]
    pipes: Any = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(2)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in processes] == [("", 0)] * 2


def test_new_database_has_no_index(engine: Engine) -> None:
    with engine.connect() as connection:
        assert read_state(connection) == IndexState()


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_first_release_is_brought_up_to_date_and_keeps_its_answers(tmp_path: Path, monkeypatch: Any) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    monkeypatch.setattr(database, "HEAD", "0001")
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
    with connect(url).begin() as connection:
        assert "verdicts" not in inspect(connection).get_table_names()
        connection.execute(text("INSERT INTO conversations VALUES ('c', '2026-01-01 00:00:00')"))
        connection.execute(text("INSERT INTO answers VALUES ('a', 'c', 'Wat?', '{}', 1, '2026-01-01 00:00:00')"))
    monkeypatch.undo()
    with connect(url).begin() as connection:
        assert {"verdicts", "decisions"} <= set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT question FROM answers")).scalar() == "Wat?"
        connection.execute(text("INSERT INTO verdicts VALUES ('a', 'confirmed', NULL, '2026-01-01 00:00:00')"))
        connection.execute(text("DELETE FROM conversations"))
        assert connection.execute(text("SELECT count(*) FROM verdicts")).scalar() == 0


def test_new_tables_are_ones_that_postgresql_makes() -> None:
    for name in ("verdicts", "decisions"):
        made = str(CreateTable(metadata.tables[name]).compile(dialect=postgresql.dialect()))
        assert "TIMESTAMP WITH TIME ZONE NOT NULL" in made


def test_documents_of_an_earlier_release_stay_and_say_nothing_of_their_owner(tmp_path: Path, monkeypatch: Any) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    monkeypatch.setattr(database, "HEAD", "0002")
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
    with connect(url).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO revisions (document_id, revision, title, publisher, language, audience, supersedes, text,"
                " outline) VALUES ('fee', 'r', 'Fee', '', 'en', 'public', '[]', '12 euro.', '[]')"
            )
        )
        connection.execute(text("INSERT INTO documents VALUES ('fee', 'r', 'fee.md', 'h', '2026-01-01 00:00:00')"))
    monkeypatch.undo()
    with connect(url).connect() as connection:
        assert connection.execute(text("SELECT text, status, owner, review FROM revisions")).one() == (
            "12 euro.", None, None, None
        )  # fmt: skip
        assert connection.execute(text("SELECT id, origin, warnings FROM documents")).one() == ("fee", None, None)
