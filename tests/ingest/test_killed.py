"""An ingest that is killed leaves the old index or the new one, and the next run repairs what is left."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from assistant import encoder
from assistant.index.vectors import forget_clients
from assistant.settings import Settings
from ingest import sync

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["ingest.sync", "onnxruntime", "sentencepiece"])
MOMENTS = 8
# What has just been done when the process dies; a number picks the call.
PLACES = [
    ("ingest.sync", "_mark_dirty", 1),
    ("assistant.index.vectors.VectorStore", "add", 1),
    ("assistant.index.vectors.VectorStore", "add", 2),
    ("ingest.sync", "_embed", 1),
    ("ingest.commit", "_insert", 2),
    ("assistant.index.sparse", "save_all", 1),
    ("ingest.sync", "commit", 1),
    ("assistant.index.vectors.VectorStore", "delete", 1),
    ("ingest.commit", "_named", 1),
]


def run(values: dict[str, Any], ready: Event, place: tuple[str, str, int] | None) -> None:
    """Ingest in a process of its own; `ready` is set once the model is loaded."""
    settings = Settings(_env_file=None, **values)
    loaded = encoder.load(settings)
    setattr(encoder, "load", lambda _settings, **_how: loaded)  # noqa: B010
    if place:
        _die_after(*place)
    ready.set()
    sync.ingest(settings)


def _die_after(owner_name: str, name: str, nth: int) -> None:
    owner: Any = importlib.import_module(owner_name.removesuffix(".VectorStore"))
    if owner_name.endswith("VectorStore"):
        owner = owner.VectorStore
    original, calls = getattr(owner, name), iter(range(1, 1000))

    def dying(*values: Any, **named: Any) -> Any:
        result = original(*values, **named)
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


def write(workshop: Any, version: int) -> None:
    """Version 2 changes a document, removes one, adds one, and leaves one as it is."""
    for name in ("changed", "kept", "removed" if version == 1 else "added"):
        amount = version if name == "changed" else 0
        sections = "".join(
            f"## Section {i}\n\nThe {name} rule {i} is {i + amount} euro. A partner pays {name} {i}.\n\n"
            for i in range(12)
        )
        workshop.write(f"{name}.md", f"# About {name}\n\n{sections}", id=name, language="en")
        workshop.write(f"{name}.asked.yaml", f"section-1:\n- What does {name} {amount} cost?\n")
    if version == 2:
        workshop.remove("removed.md")


@dataclass
class Prepared:
    """The folder of an index over version 1 whose corpus is at version 2, and what a reader sees of each version."""

    folder: Path
    old: Any
    new: Any
    seconds: float


def seen(workshop: Any) -> Any:
    """What a reader sees: documents at their revisions, passages and sentences; each span is held to its text."""
    index = workshop.index()
    found = {}
    for document_id, document in index.documents.items():
        text = index.text(document_id).text
        passages = index.passages_in(document_id)
        for passage in passages:
            assert passage.document == document
            assert text[passage.start : passage.end] == passage.text
            assert all(text[s.start : s.end] == s.text for s in passage.sentences)
        found[document_id] = (document.revision, [(p.text, len(p.sentences)) for p in passages])
    ids = {p.id for document_id in found for p in index.passages_in(document_id)}
    assert {i for sparse in index.sparse("en") for i in sparse.passage_ids} == ids
    return found


@pytest.fixture(scope="module")
def prepared(
    module_workshop: Any, open_workshop: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory
) -> Prepared:
    write(module_workshop, 1)
    module_workshop.ingest()
    old = seen(module_workshop)
    write(module_workshop, 2)
    forget_clients()
    copy = open_workshop(copied(module_workshop.folder, tmp_path_factory.mktemp("new")))
    started = time.perf_counter()
    copy.ingest()
    return Prepared(module_workshop.folder, old, seen(copy), time.perf_counter() - started)


def copied(folder: Path, target: Path) -> Path:
    """Copy a folder; a database in it through SQLite, whose files come and go as connections to it are collected."""
    shutil.copytree(folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("assistant.db*"))
    for path in folder.rglob("assistant.db"):
        with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(target / path.relative_to(folder))) as new:
            old.backup(new)
    return target


@pytest.fixture
def started() -> Iterator[Callable[..., Any]]:
    processes = []

    def start(settings: Settings, place: tuple[str, str, int] | None = None) -> Any:
        values = settings.model_dump(include={"corpus_dir", "var_dir", "model_dir"})
        ready = PROCESSES.Event()
        process = PROCESSES.Process(target=run, args=(values, ready, place), daemon=True)
        process.start()
        processes.append(process)
        assert ready.wait(60)
        return process

    yield start
    for process in processes:
        process.kill()
        process.join()
        process.close()


def check_old_or_new_and_repaired(workshop: Any, prepared: Prepared) -> None:
    after = seen(workshop)
    assert after in (prepared.old, prepared.new)
    assert workshop.state().generation == (1 if after == prepared.old else 2)
    workshop.check_vectors(exact=False)
    workshop.ingest()
    assert seen(workshop) == prepared.new
    assert not workshop.state().dirty
    workshop.check_vectors(exact=True)
    assert [path.name for path in (workshop.settings.var_dir / "bm25").iterdir()] == [f"g{workshop.state().generation}"]
    assert workshop.ingest().embedded == 0


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_ingest_killed_at_any_moment_leaves_old_or_new(
    workshop: Any, prepared: Prepared, started: Callable[..., Any], moment: int
) -> None:
    copied(prepared.folder, workshop.folder)
    process = started(workshop.settings)
    time.sleep((moment + random.random()) / MOMENTS * prepared.seconds)
    process.kill()
    process.join()
    check_old_or_new_and_repaired(workshop, prepared)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[1]}-{place[2]}")
def test_ingest_killed_at_a_known_place_leaves_old_or_new(
    workshop: Any, prepared: Prepared, started: Callable[..., Any], place: tuple[str, str, int]
) -> None:
    copied(prepared.folder, workshop.folder)
    process = started(workshop.settings, place)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    check_old_or_new_and_repaired(workshop, prepared)


def test_first_ingest_that_is_killed_is_done_by_the_next(
    workshop: Any, prepared: Prepared, started: Callable[..., Any]
) -> None:
    copied(prepared.folder / "corpus", workshop.settings.corpus_dir)
    process = started(workshop.settings, ("assistant.index.sparse", "save_all", 1))
    process.join(60)
    assert (workshop.state().generation, workshop.state().dirty) == (0, True)
    report = workshop.ingest()
    assert report.embedded == 0
    assert seen(workshop) == prepared.new
    workshop.check_vectors(exact=True)


def test_killed_ingest_does_not_lock_out_the_next(
    workshop: Any, prepared: Prepared, started: Callable[..., Any]
) -> None:
    copied(prepared.folder, workshop.folder)
    process = started(workshop.settings, ("ingest.sync", "_mark_dirty", 1))
    process.join(60)
    assert (workshop.settings.var_dir / "ingest.lock").exists()
    workshop.ingest()
    assert seen(workshop) == prepared.new
