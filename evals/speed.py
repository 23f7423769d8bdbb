"""How fast the assistant is, and how much memory it takes: `python -m evals.speed [--url URL] [-n 100] [--json]`."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from rich.console import Console

from assistant import encoder
from assistant.errors import AssistantError
from assistant.settings import Settings, load
from evals.dataset import SETS, Item, read

_READY = 60.0  # seconds that a server gets to be ready
_ANSWER = 30.0  # seconds for one answer
_STOP = 10.0  # seconds that a server gets to stop by itself
_WHERE = re.compile(r"^Serving on (http://\S+)", re.MULTILINE)
_WARM_UP = 3
_COLD_STARTS = 3
_AT_ONCE = 400  # questions embedded by eight threads, about


def measure(url: str | None, n: int) -> dict[str, Any]:
    """Return the figures: of the server at `url`, or of one that is started for this and stopped after it.

    Raises:
        AssistantError: there are not that many questions, or the server does not start, answer or go on answering.

    """
    questions = different_questions(n)
    if url:
        return asked(url, questions)
    settings = load()
    with tempfile.TemporaryDirectory(prefix="assistant-speed-") as folder:
        env = {**os.environ, **apart(settings, Path(folder))}
        with server(installed_command(), env) as (address, process, ready):
            figures = {"ready_s": ready, **asked(address, questions), "resident_mb": resident(process.pid)}
        figures["cold_ask_s"] = _cold_ask(installed_command(), env, questions[0])
    return {**figures, **embedded(settings, [item.question for item in questions])}


def asked(url: str, questions: Sequence[Item]) -> dict[str, Any]:
    """Ask one question after the other over one connection, and return how long the answers took."""
    try:
        client = httpx.Client(base_url=url.rstrip("/"), timeout=_ANSWER)
    except httpx.InvalidURL as error:
        raise AssistantError(f"The URL {url!r} cannot be used: write it as http://127.0.0.1:8000.") from error
    with client:
        for item in questions[-_WARM_UP:]:
            _ask(client, item)
        times = [_ask(client, item) for item in questions]
    median, p95 = np.percentile(times, [50, 95])
    return {"questions": len(times), "median_ms": round(float(median), 1), "p95_ms": round(float(p95), 1)}


def _ask(client: httpx.Client, item: Item) -> float:
    start = time.perf_counter()
    try:
        response = client.post("/api/v1/ask", json={"question": item.question, "history": list(item.history)})
    except httpx.HTTPError as error:
        raise AssistantError(f"The server at {client.base_url} gave no answer: {error}.") from error
    elapsed = (time.perf_counter() - start) * 1000
    if not response.is_success:
        raise AssistantError(f"The server answered {item.id} with HTTP {response.status_code}: {response.text[:200]}")
    return elapsed


def embedded(settings: Settings, questions: Sequence[str]) -> dict[str, Any]:
    """Return how long one question takes to embed, and how many a second come out of eight threads at once."""
    model = encoder.load(settings)
    times = []
    for question in [*questions[:_WARM_UP], *questions]:
        start = time.perf_counter()
        model.embed_query(question)
        times.append((time.perf_counter() - start) * 1000)
    many = list(questions) * (1 + _AT_ONCE // len(questions))
    with ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        list(pool.map(model.embed_query, many))
        seconds = time.perf_counter() - start
    return {"embed_ms": round(float(np.median(times[_WARM_UP:])), 1), "embedded_per_s": round(len(many) / seconds)}


def different_questions(n: int) -> list[Item]:
    """Return `n` questions of the sets, no two alike.

    Raises:
        AssistantError: there are not that many.

    """
    items = [item for path in sorted(SETS.glob("*.jsonl"), reverse=True) for item in read(path)]
    different = list({item.question: item for item in items}.values())
    if not 1 <= n <= len(different):
        raise AssistantError(f"-n {n} cannot be used: the sets hold {len(different)} different questions.")
    return different[:: len(different) // n][:n]


def installed_command() -> list[str]:
    """Return the `assistant` command beside this Python.

    Raises:
        AssistantError: it is not installed.

    """
    script = Path(sys.executable).with_name("assistant")
    if not script.exists():
        raise AssistantError(f"There is no command {str(script)!r}: run 'make install' first, or give --url.")
    return [str(script)]


def apart(settings: Settings, folder: Path) -> dict[str, str]:
    """Return an environment with a copy of the index, so that what is asked here is not kept in the real record."""
    if settings.database_url:
        return {}
    chroma, bm25 = settings.var_dir / "chroma", settings.var_dir / "bm25"
    for source in (chroma, bm25):
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
    database = settings.var_dir / "assistant.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(folder / database.name)) as new:
            old.backup(new)
    return {"ASSISTANT_VAR_DIR": str(folder), "ASSISTANT_MODEL_DIR": str(settings.model_dir)}


@contextmanager
def server(command: Sequence[str], env: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """Run `command serve` on any port; yields the address that it says, the process and the seconds until it was ready.

    Raises:
        AssistantError: it ends, or is not ready in time; its last words are quoted.

    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 -- our own command
            [*command, "serve", "--host", "127.0.0.1", "--port", "0"], env=env, stdout=said, stderr=said
        )
        try:
            address = _ready(process, said.fileno())
            if address is None:
                words = _words(said.fileno()).strip()[-600:]
                raise AssistantError(f"The server did not get ready. Its last words: {words or 'none'}")
            yield address, process, round(time.perf_counter() - start, 2)
        finally:
            stop(process)


def _ready(process: subprocess.Popen[bytes], said: int) -> str | None:
    """Return the address of a server once it is ready; None where it ends, or takes too long."""
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline and process.poll() is None:
        where = _WHERE.search(_words(said))
        try:
            if where and httpx.get(f"{where[1]}/readyz", timeout=2).is_success:
                return where[1]
        except httpx.HTTPError:
            pass  # it is busy with opening the index
        time.sleep(0.05)
    return None


def _words(said: int) -> str:
    """Return what a process has written into a file, in which its own place stays where it is."""
    return os.pread(said, os.fstat(said).st_size, 0).decode(errors="replace")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child, by force where it does not listen."""
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident(pid: int) -> float | None:
    """Return a process's resident memory in MB, or None where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return round(int(found[1]) * 1024 / 1e6, 1) if found else None


def _cold_ask(command: Sequence[str], env: Mapping[str, str], item: Item) -> float:
    """Return the median seconds of `assistant ask`, each time in a new process."""
    times = []
    for _ in range(_COLD_STARTS):
        start = time.perf_counter()
        done = subprocess.run(  # noqa: S603
            [*command, "ask", item.question, "--json"], env=env, capture_output=True, timeout=_READY, check=False
        )
        times.append(time.perf_counter() - start)
        if done.returncode:
            raise AssistantError(f"'assistant ask' ended with {done.returncode}: {done.stderr.decode()[-300:].strip()}")
    return round(float(np.median(times)), 2)


_LABELS = {
    "ready_s": "serve: ready after (s)",
    "questions": "questions, one at a time over HTTP",
    "median_ms": "  median (ms)",
    "p95_ms": "  95th percentile (ms)",
    "resident_mb": "serve: resident memory after them (MB)",
    "cold_ask_s": f"ask: cold start, median of {_COLD_STARTS} (s)",
    "embed_ms": "a question embedded, median (ms)",
    "embedded_per_s": "questions embedded a second, eight threads",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.speed", description="Measure speed and memory.")
    parser.add_argument("--url", help="a server that is running; without it one is started and stopped again")
    parser.add_argument("-n", type=int, default=100, help="how many different questions to ask (100)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    # Ended from outside, this still has a child to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        figures = measure(given.url, given.n)
    except AssistantError as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    console = Console(highlight=False)
    if given.json:
        console.print(json.dumps(figures), soft_wrap=True, markup=False)
    else:
        for name, value in figures.items():
            console.print(f"{_LABELS[name]:42} {'unknown' if value is None else value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
