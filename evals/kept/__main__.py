"""How well kept answers answer: `python -m evals.kept [--json]`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console

from assistant.settings import load
from evals.kept.measure import measure

_TITLES = {"alone": "Kept with one wording", "worded": "Kept with three more wordings a language"}


def main() -> None:
    """Measure, and print the figures for a person or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.kept", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    found = measure(load())
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _show(found, Console(highlight=False, markup=False))


def _show(found: dict[str, Any], console: Console) -> None:
    for name, title in _TITLES.items():
        console.print(title)
        for words in ("plain", "lay"):
            _show_related(words, found[name][words], console)
        for kind in ("far", "near"):
            unrelated = found[name][kind]
            console.print(f"  {kind} unrelated questions citing one: {unrelated['cited']} of {unrelated['asked']}")
            for miss in unrelated["named"]:
                console.print(f"    {miss['question']} → {miss['text'][:120]}")


def _show_related(words: str, related: dict[str, Any], console: Console) -> None:
    console.print(f"  {words} words: {related['answered']} of {related['asked']} answered ({related['share']:.0%})")
    for way, counts in related["by_way"].items():
        console.print(f"    {way}: {counts['answered']} of {counts['asked']}")
    for miss in related["wrong"]:
        console.print(f"    missed: {miss['question']} → {miss['status']}: {miss['text'][:120]}")


if __name__ == "__main__":
    main()
