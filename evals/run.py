"""Asking every question of a test set and writing down what came of it."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset, InvalidInput
from assistant.settings import Settings
from evals import gates, report
from evals.asking import Asked, Door, QuestionError, open_door, sha256
from evals.corpora import settings_for
from evals.dataset import Item
from evals.interchange import read_items
from evals.metrics import Value, follow_up, judge, judge_error
from evals.retrieval import of_retrieval
from evals.risk import Costs
from evals.summary import as_text, summarise
from evals.writing import writable, write_whole

__all__ = ["as_text", "run_eval"]

Progress = Callable[[int, int], None]


def run_eval(  # noqa: PLR0913, PLR0917 -- one name for each option of `assistant eval run`
    settings: Settings,
    datasets: Sequence[Path],
    out: Path,
    corpus: Path | None = None,
    url: str | None = None,
    progress: Progress | None = None,
    costs: Costs | None = None,
    wanted: Sequence[gates.Gate] = (),
) -> dict[str, Any]:
    """Ask every question and write `results.jsonl`, `summary.json` and `report.html` into `out`; return the summary.

    The assistant is asked in this process, or at `url`; `corpus` asks over another folder of documents, indexed apart.
    A question that fails is recorded with its error. `progress` is told how many of how many are done; `costs` weigh
    the kinds of errors, and the summary's `gates` say which of the `wanted` figures were reached.

    Raises:
        InvalidDataset: a test set cannot be read, or two hold the same id; what is wrong is named.
        InvalidInput: `corpus` and `url` together, or a folder or address that cannot be used.
        AssistantError: there is no assistant to ask.

    """
    if corpus is not None and url:
        raise InvalidInput("--corpus and --url exclude each other: a server answers over its own documents.")
    if not datasets:
        raise InvalidDataset("No test set was given: name one with --dataset.")
    items = _questions(datasets)
    writable(out)
    rows = []
    with closing(open_door(settings_for(settings, corpus) if corpus is not None else settings, url)) as door:
        for done, item in enumerate(items, 1):
            rows.append(_ask(door, item))
            if progress is not None:
                progress(done, len(items))
        provenance = {**_provenance(datasets), **door.provenance()}
    summary = summarise(rows, costs, provenance.get("threshold"))
    summary |= {"gates": gates.check(summary, wanted)} if wanted else {}
    summary |= {"provenance": provenance}
    write_whole(out / "results.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    write_whole(out / "report.html", report.render(summary, rows))
    write_whole(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return summary


def _questions(datasets: Sequence[Path]) -> list[Item]:
    found: dict[str, Item] = {}
    for path in dict.fromkeys(datasets):
        for item in read_items(path):
            if item.id in found:
                raise InvalidDataset(f"{path.name}: the id {item.id!r} stands in another test set too; change one.")
            found[item.id] = item
    return list(found.values())


def _ask(door: Door, item: Item) -> dict[str, Any]:
    """Return a question's row; one that leans on a conversation is also asked as it is written out."""
    row = item.model_dump(mode="json", exclude_unset=True)
    alone = None
    if item.history and item.standalone:
        alone, *_ = _judged(door, item.model_copy(update={"question": item.standalone, "history": ()}))
        row["standalone_metrics"] = alone
    metrics, asked, error = _judged(door, item)
    followed = follow_up(item, metrics, alone)
    row |= {"answer": asked.answer.model_dump(mode="json") if asked else None, "metrics": metrics}
    if followed is not None:
        metrics["follow_up"] = followed
    if asked and asked.retrieved is not None:
        row |= {"retrieved": list(asked.retrieved), "probability": asked.probability}
    return row | ({"error": error} if error else {})


def _judged(door: Door, item: Item) -> tuple[dict[str, Value], Asked | None, str | None]:
    """Ask a question, and return its metrics with what came, or with what went wrong."""
    start = time.perf_counter()
    try:
        asked = door.ask(item)
    except QuestionError as error:
        return judge_error(item), None, str(error)
    elapsed = (time.perf_counter() - start) * 1000
    metrics = judge(item, asked.answer, door.text, elapsed)
    if asked.retrieved is not None:
        metrics |= of_retrieval(item, asked.retrieved, door.passages)
    return metrics, asked, None


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
