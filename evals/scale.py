"""Ten thousand documents: `python -m evals.scale [--documents 10000] [--out DIR] [--json]`, not part of the tests.

Makes that many one-page practice documents, half of them Dutch, and measures the first ingest, one that finds nothing
to do (seconds, and the most memory that its process held), and questions over HTTP, one at a time. Some twenty minutes
on two cores. With `--out` the index is kept, and used again by the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.progress import track

from assistant.errors import AssistantError
from assistant.settings import Settings, load
from evals.dataset import Item
from evals.manual.prose import LANGUAGES, SUBJECTS, Manual, Voice, manual_of
from evals.speed import asked, resident, server

_SECTIONS, _SENTENCES = 2, 3
_QUESTIONS, _WORDS = 100, 9
_COMMAND = [sys.executable, "-c", "from bots.terminal import main; main()"]


def measure(documents: int, folder: Path) -> dict[str, Any]:
    """Measure over `documents` documents in `folder`, which are made unless they are there.

    Returns seconds (`_s`), megabytes (`_mb`) and milliseconds (`_ms`).

    Raises:
        AssistantError: an ingest or the server fails; the text says how.

    """
    corpus = folder / "corpus"
    questions = _make(corpus, documents)
    env = _environment(load(), folder)
    first_s, _ = _ingest(env)
    again_s, again_mb = _ingest(env)
    with server(_COMMAND, env) as (address, process, ready):
        figures = {"ready_s": ready, **asked(address, questions), "resident_mb": resident(process.pid)}
    return {"documents": documents, "first_s": first_s, "again_s": again_s, "again_mb": again_mb, **figures}


def _make(corpus: Path, documents: int) -> list[Item]:
    """Write the documents, and return questions in words of theirs."""
    corpus.mkdir(parents=True, exist_ok=True)
    manuals = {language: manual_of(language) for language in LANGUAGES}
    asked_for = set(Random(0).sample(range(documents), min(_QUESTIONS, documents)))  # noqa: S311 - a seed, no secret
    questions = []
    for number in track(range(documents), "Writing", console=Console(stderr=True), transient=True):
        language = LANGUAGES[number % len(LANGUAGES)]
        title, sections = _document(manuals[language], number)
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections)
        matter = f"---\nid: scale-{number}\nlanguage: {language}\ndate: 2026\n---\n\n"
        (corpus / f"{number:05}.md").write_text(f"{matter}# {title}\n\n{body}\n", encoding="utf-8")
        if number in asked_for:
            said = " ".join(sections[-1][1].split()[:_WORDS])
            questions.append(Item(id=f"scale-{number}", language=language, question=f"{said}?"))
    return questions


def _document(manual: Manual, number: int) -> tuple[str, list[tuple[str, str]]]:
    """Return a title and sections, in the words of the practice manual, with numbers of the document's own."""
    chance = Random(number)  # noqa: S311
    voice = Voice(manual, chance.randrange(len(manual.chapters)), chance.randrange(SUBJECTS))
    voice.chance = chance
    aspects = chance.sample(list(manual.aspects), _SECTIONS)
    sections = [(voice.turn_to(aspect), " ".join(voice.any_sentences(_SENTENCES))) for aspect in aspects]
    return f"{voice.title} {number}", sections


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    places = {"CORPUS_DIR": folder / "corpus", "VAR_DIR": folder / "var", "MODEL_DIR": settings.model_dir}
    own = {f"ASSISTANT_{name}": str(path) for name, path in places.items()}
    return {**os.environ, **own, "ASSISTANT_DATABASE_URL": "", "ASSISTANT_CHROMA_URL": ""}


def _ingest(env: dict[str, str]) -> tuple[float, float]:
    """Run `assistant ingest`; return its seconds, and the most megabytes that its process held at once."""
    started = time.perf_counter()
    process = subprocess.Popen([*_COMMAND, "ingest", "--json"], env=env, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssistantError(f"The ingest ended with {process.returncode}: see above.")
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return round(time.perf_counter() - started, 1), round(used.ru_maxrss / unit, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000, help="how many documents to make (10,000)")
    parser.add_argument("--out", type=Path, help="folder to keep documents and index in")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assistant-scale-") as scratch:
        found = measure(options.documents, options.out or Path(scratch))
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for name, said in (
        ("documents", "documents"),
        ("first_s", "first ingest (s)"),
        ("again_s", "ingest with nothing to do (s)"),
        ("again_mb", "  its memory at most (MB)"),
        ("ready_s", "serve: ready after (s)"),
        ("questions", "questions, one at a time over HTTP"),
        ("median_ms", "  median (ms)"),
        ("p95_ms", "  95th percentile (ms)"),
        ("resident_mb", "serve: resident memory after them (MB)"),
    ):
        sys.stdout.write(f"{said:<42}{found[name]}\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
