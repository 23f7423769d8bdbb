"""Asking every question of a test set and writing down what came of it."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset, InvalidInput
from assistant.settings import Settings
from evals import report
from evals.asking import Door, QuestionError, open_door, sha256
from evals.corpora import settings_for
from evals.dataset import Item, read
from evals.metrics import judge, judge_error
from evals.summary import as_text, summarise

__all__ = ["as_text", "run_eval"]

Progress = Callable[[int, int], None]


def run_eval(  # noqa: PLR0913, PLR0917 -- one name for each option of `assistant eval run`
    settings: Settings,
    datasets: Sequence[Path],
    out: Path,
    corpus: Path | None = None,
    url: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Ask every question and write `results.jsonl`, `summary.json` and `report.html` into `out`; return the summary.

    The assistant is asked in this process, or at `url`; `corpus` asks over another folder of documents, indexed apart.
    A question that fails is recorded with its error. `progress` is told how many of how many are done.

    Raises:
        InvalidDataset: a test set cannot be read; the line is named.
        InvalidInput: `corpus` and `url` together, or a folder or address that cannot be used.
        AssistantError: there is no assistant to ask.

    """
    if corpus is not None and url:
        raise InvalidInput("--corpus and --url exclude each other: a server answers over its own documents.")
    if not datasets:
        raise InvalidDataset("No test set was given: name one with --dataset.")
    items = [item for path in datasets for item in read(path)]
    _writable(out)
    rows = []
    with closing(open_door(settings_for(settings, corpus) if corpus is not None else settings, url)) as door:
        for done, item in enumerate(items, 1):
            rows.append(_ask(door, item))
            if progress is not None:
                progress(done, len(items))
        summary = {**summarise(rows), "provenance": {**_provenance(datasets), **door.provenance()}}
    _write(out / "results.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    _write(out / "report.html", report.render(summary, rows))
    _write(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return summary


def _ask(door: Door, item: Item) -> dict[str, Any]:
    row = item.model_dump(mode="json", exclude_unset=True)
    start = time.perf_counter()
    try:
        answer = door.ask(item)
    except QuestionError as error:
        return {**row, "answer": None, "metrics": judge_error(item), "error": str(error)}
    elapsed = (time.perf_counter() - start) * 1000
    return {**row, "answer": answer.model_dump(mode="json"), "metrics": judge(item, answer, door.text, elapsed)}


def _provenance(datasets: Sequence[Path]) -> dict[str, Any]:
    try:
        version = metadata.version("interreg-europe-assistant")
    except metadata.PackageNotFoundError:
        version = None
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version,
        "command": shlex.join(sys.argv),
        "datasets": {path.as_posix(): sha256(path) for path in datasets},
    }


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"The folder {str(out)!r} cannot be made: {error.strerror}.") from error


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
