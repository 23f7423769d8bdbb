"""A folder is watched: what changes in it is answered from soon after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ingest import watch

PATIENCE = 40.0


@pytest.fixture
def watching(workshop: Any) -> Iterator[Any]:
    """`assistant ingest --watch` over a workshop, in a process of its own."""
    workshop.write("term.txt", "A project lasts four years.")
    places = workshop.settings.model_dump(include={"corpus_dir", "var_dir", "model_dir"})
    env = {**os.environ, **{f"ASSISTANT_{name.upper()}": str(path) for name, path in places.items()}}
    # A shell's background job is deaf to Ctrl-C, and so are its children.
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{listening}; from bots.terminal import main; main()", "ingest", "--watch"]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=silent, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def wait_for(workshop: Any, document_ids: set[str]) -> None:
    until = time.monotonic() + PATIENCE
    seen: set[str] = set()
    while time.monotonic() < until:
        if (workshop.settings.var_dir / "bm25").is_dir() and workshop.state().generation:
            seen = set(workshop.index().documents)
            if seen == document_ids:
                return
        time.sleep(0.2)
    raise AssertionError(f"{seen} instead of {document_ids} after {PATIENCE} s")


def test_changes_come_in_until_ctrl_c(workshop: Any, watching: Any) -> None:
    wait_for(workshop, {"term"})
    workshop.write("fee.txt", "The fee is 12 euro.")
    wait_for(workshop, {"term", "fee"})
    workshop.remove("term.txt")
    wait_for(workshop, {"fee"})
    # A folder that is named from now on is watched from now on.
    more = workshop.write(workshop.folder / "more" / "boat.txt", "The boat leaves at noon.")
    workshop.write("sources.toml", b'[[source]]\npath = "../more"\n')
    wait_for(workshop, {"fee", "boat"})
    more.with_name("train.txt").write_text("The train leaves at one.")
    wait_for(workshop, {"fee", "boat", "train"})
    watching.send_signal(signal.SIGINT)
    assert watching.wait(20) == 130
    assert "Traceback" not in watching.stderr.read()


def test_list_that_somebody_is_still_writing_ends_nothing(workshop: Any) -> None:
    watched = watch.changes(workshop.settings, [])
    next(watched)
    workshop.write("sources.toml", b"[[source]]\npath =")
    next(watched)
    workshop.write("fee.txt", "The fee is 12 euro.")
    next(watched)
    boat = workshop.write(workshop.folder / "more" / "boat.txt", "The boat leaves at noon.")
    workshop.write("sources.toml", b'[[source]]\npath = "../more"\n')
    next(watched)
    boat.write_text("The boat leaves at one.")
    next(watched)
    watched.close()
