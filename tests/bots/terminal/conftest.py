"""The command line over the small index: in this process, or as a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.settings import Settings, load
from bots.terminal.app import app

Run = Callable[..., Result]


def variables(settings: Settings) -> dict[str, str]:
    """The environment that makes these settings."""
    return {
        "ASSISTANT_CORPUS_DIR": str(settings.corpus_dir),
        "ASSISTANT_VAR_DIR": str(settings.var_dir),
        "ASSISTANT_MODEL_DIR": str(settings.model_dir),
    }


@pytest.fixture
def run_over(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Settings], Run]]:
    """Give the command line over some settings; call it with the words of a command."""

    def over(settings: Settings) -> Run:
        for name, value in variables(settings).items():
            monkeypatch.setenv(name, value)
        load.cache_clear()

        def run(*words: str, stdin: str | bytes | None = None, **how: Any) -> Result:
            return CliRunner().invoke(app, list(words), input=stdin, prog_name="assistant", **how)

        return run

    yield over
    load.cache_clear()


@pytest.fixture
def run(settings: Settings, one_model: None, run_over: Callable[[Settings], Run]) -> Run:
    return run_over(settings)


@pytest.fixture
def run_without_index(settings: Settings, tmp_path, run_over: Callable[[Settings], Run]) -> Run:
    return run_over(settings.model_copy(update={"var_dir": tmp_path / "var", "corpus_dir": tmp_path / "corpus"}))


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the real command in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, before: str = "", **how: Any) -> subprocess.Popen[str]:
        # A shell starts what it runs in the background deaf to Ctrl-C, and its children inherit that.
        listening = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
        command = [sys.executable, "-c", f"{listening}\n{before}\nfrom bots.terminal import main; main()", *words]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, text=True, env=os.environ | variables(settings), **(pipes | how))
        started.append(process)
        return process

    yield begin
    for process in started:
        with process:
            process.kill()
