"""The command: `python -m evals.contradictions [--dev] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from assistant.errors import AssistantError
from assistant.settings import load
from evals.contradictions.measure import Figures, measure
from evals.statistics import share
from ingest.contradictions import sentences_for_people


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.contradictions", description="How many planted contradictions are found."
    )
    parser.add_argument("--dev", action="store_true", help="the sets to tune on, with what is missed by name")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        figures = measure(load(), ("dev", "dev_near") if given.dev else ("test", "near"))
    except AssistantError as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    console = Console(highlight=False)
    if given.json:
        console.print(json.dumps(_row(figures)), soft_wrap=True, markup=False)
        return 0
    for line in _lines(figures, missed=given.dev):
        console.print(line, soft_wrap=True, markup=False)
    return 0


def _row(figures: Figures) -> dict[str, Any]:
    return {
        "found": share(len(figures.hits), len(figures.planted)),
        **{f"found_{name}": share(hits, n) for name, hits, n in figures.shares()},
        "elsewhere": figures.elsewhere,
        "alarms_corpus": len(figures.corpus_alarms),
        "alarms_near": len(figures.near_alarms),
        "near": len(figures.near),
        "passages": figures.passages,
        "seconds": round(figures.seconds, 1),
    }


def _lines(figures: Figures, *, missed: bool) -> list[str]:
    found = share(len(figures.hits), len(figures.planted))
    interval = f"95 % Wilson interval {found['low']:.0%} to {found['high']:.0%}"
    lines = [
        f"planted contradictions found      {len(figures.hits)} of {len(figures.planted)} ({interval})",
        *(f"  {name:<32}{hits} of {n}" for name, hits, n in figures.shares()),
        f"  against other sections too      {figures.elsewhere}",
        f"alarms over the corpus alone      {len(figures.corpus_alarms)}",
        *(f"  {sentence}" for sentence in sentences_for_people(figures.corpus_alarms)),
        f"alarms over {len(figures.near)} near-twins         {len(figures.near_alarms)}",
        *(f"  {sentence}" for sentence in sentences_for_people(figures.near_alarms)),
        f"seconds, over {figures.passages} passages       {figures.seconds:.1f}",
    ]
    if missed:
        lines.extend(f"missed: {name}" for name in sorted(figures.planted.keys() - figures.hits))
    return lines


if __name__ == "__main__":
    sys.exit(main())
