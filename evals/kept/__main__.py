"""How well kept answers answer: `python -m evals.kept [--crowded] [--verbose] [--json]`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console

from assistant.settings import load
from evals.kept.measure import OTHERS, RELATED, measure

_TITLES = {"alone": "Kept with one wording", "worded": "Kept with other wordings beside it"}
_ASKED = {"far": "other matters", "near": "near misses", "documents": "questions of the documents"}


def main() -> None:
    """Measure, and print the figures for a person or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.kept", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--crowded", action="store_true", help="ask 240 answers instead of 59, 40 to a matter")
    parser.add_argument("--verbose", action="store_true", help="name the questions that went wrong")
    asked = parser.parse_args()
    found = measure(load(), crowded=asked.crowded)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _show(found, Console(highlight=False, markup=False, soft_wrap=True), verbose=asked.verbose)


def _show(found: dict[str, Any], console: Console, *, verbose: bool) -> None:
    for name, title in _TITLES.items():
        console.print(title)
        for kind in RELATED:
            one = found[name][kind]
            console.print(f"  {kind} words: {one['answered']} of {one['asked']} answered ({one['share']:.0%})")
            for way, counts in one["by_way"].items():
                console.print(f"    {way}: {counts['answered']} of {counts['asked']}")
            _name(one["wrong"] if verbose else [], console)
        for kind in OTHERS:
            one = found[name][kind]
            console.print(f"  {_ASKED[kind]}: {one['cited']} of {one['asked']} cite a kept answer ({one['share']:.1%})")
            _name(one["named"] if verbose else [], console)


def _name(questions: list[dict[str, Any]], console: Console) -> None:
    for one in questions:
        console.print(f"    {one['question']} → {one['status']}: {one['text'][:120]}")


if __name__ == "__main__":
    main()
