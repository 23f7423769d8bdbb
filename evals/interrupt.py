"""Whether an ingest may be killed at any moment: `python -m evals.interrupt [--kills 50] [--json]`.

Over a copy of twenty documents a lot of sentences change, an `assistant ingest` begins, and is killed (SIGKILL) at a
random moment of the time that it needs. After each kill the index has to answer, word for word from what it holds, and
the next ingest has to end with nothing left to do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from assistant import encoder
from assistant.errors import AssistantError
from assistant.index import Index
from assistant.index.database import connect, read_state
from assistant.index.vectors import forget_clients
from assistant.service import Assistant
from assistant.settings import Settings, load
from ingest.sync import ingest

_DOCUMENTS = 20
_QUESTION = "How much co-financing does a public body get?"
_ANSWERS = "co-financing-rates"


@dataclass
class Tally:
    """How many runs were killed, while they wrote or not, and after how many something was wrong."""

    kills: int = 0
    half_way: int = 0  # killed between the first write and the end of the sweep
    no_answer: int = 0
    not_repaired: int = 0


def measure(kills: int, seed: int = 0) -> dict[str, Any]:
    """Kill that many ingests and return what was found after each, summed up."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311 - a seed, no secret
    with tempfile.TemporaryDirectory(prefix="assistant-interrupt-") as folder:
        settings = _apart(load(), Path(folder))
        ingest(settings)
        _change(settings, 0)
        seconds = _whole_run(settings)
        for number in track(range(1, kills + 1), "Killing", console=Console(stderr=True), transient=True):
            _change(settings, number)
            _killed(settings, chance.uniform(0.0, seconds))
            _look(settings, tally)
    return {**vars(tally), "seconds_whole": round(seconds, 2)}


def _apart(settings: Settings, folder: Path) -> Settings:
    corpus = folder / "corpus"
    corpus.mkdir()
    own = sorted((settings.corpus_dir / "en").glob("*.md"))
    first = [path for path in own if path.stem == _ANSWERS]
    for path in [*first, *islice((p for p in own if p not in first), _DOCUMENTS - 1)]:
        (corpus / path.name).write_bytes(path.read_bytes())
    apart = {"corpus_dir": corpus, "var_dir": folder / "var", "database_url": "", "chroma_url": ""}
    return settings.model_copy(update=apart)


def _change(settings: Settings, number: int) -> None:
    """Give every document but the one that is asked for a section that was never there before."""
    for path in settings.corpus_dir.glob("*.md"):
        if path.stem != _ANSWERS:
            text = path.read_text(encoding="utf-8").partition("\n## Changed\n")[0]
            lines = " ".join(f"Change {number}.{i} of {path.stem} is on page {i}." for i in range(10))
            path.write_text(f"{text}\n## Changed\n\n{lines}\n", encoding="utf-8")


def _command(settings: Settings) -> tuple[list[str], dict[str, str]]:
    places = settings.model_dump(include={"corpus_dir", "var_dir", "model_dir", "database_url", "chroma_url"})
    env = {**os.environ, **{f"ASSISTANT_{name.upper()}": str(value) for name, value in places.items()}}
    return [sys.executable, "-c", "from bots.terminal import main; main()", "ingest"], env


def _whole_run(settings: Settings) -> float:
    started = time.perf_counter()
    command, env = _command(settings)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise AssistantError(f"An ingest that nobody killed failed: {done.stderr.strip() or done.stdout.strip()}")
    return time.perf_counter() - started


def _killed(settings: Settings, after: float) -> None:
    command, env = _command(settings)
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=silent, stderr=silent)  # noqa: S603 - our own
    time.sleep(after)
    process.kill()
    process.wait()


def _look(settings: Settings, tally: Tally) -> None:
    """Ask the index that the kill left, then repair it."""
    tally.kills += 1
    tally.half_way += _dirty(settings)
    tally.no_answer += not _answers(settings)
    forget_clients()
    ingest(settings)
    again = ingest(settings)
    tally.not_repaired += bool(again.changes or again.embedded or _dirty(settings) or not _answers(settings))


def _dirty(settings: Settings) -> bool:
    with connect(settings.database).connect() as connection:
        return read_state(connection).dirty


def _answers(settings: Settings) -> bool:
    """Whether the index answers, and each quote stands in the document that it names."""
    forget_clients()
    index = Index(settings)
    answer = Assistant(settings, index, encoder.load(settings)).ask(_QUESTION)
    quoted = [index.text(c.document_id, c.revision).text[c.start : c.end] == c.quote for c in answer.citations]
    return answer.status == "answered" and bool(quoted) and all(quoted)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.interrupt", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50, help="how many runs to kill (50)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    found = measure(options.kills)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for name, said in (
        ("kills", "ingests killed"),
        ("half_way", "  of which between the first write and the last"),
        ("no_answer", "after which the index did not answer"),
        ("not_repaired", "after which the next run did not end clean"),
        ("seconds_whole", "seconds of an ingest that nobody kills"),
    ):
        sys.stdout.write(f"{said:<50}{found[name]}\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
