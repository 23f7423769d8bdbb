"""How well kept answers answer: `python -m evals.kept [--json]`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console

from assistant.settings import load
from evals.kept.measure import measure


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
    related, unrelated = found["related"], found["unrelated"]
    console.print(
        f"Answered from the kept answer: {related['answered']} of {related['asked']} ({related['share']:.0%})"
    )
    for way, counts in related["by_way"].items():
        console.print(f"  {way}: {counts['answered']} of {counts['asked']}")
    for miss in related["wrong"]:
        console.print(f"  missed: {miss['question']} → {miss['status']}: {miss['text'][:120]}")
    console.print(f"Unrelated questions citing one: {unrelated['cited']} of {unrelated['asked']}")
    for miss in unrelated["named"]:
        console.print(f"  {miss['question']} → {miss['text'][:120]}")


if __name__ == "__main__":
    main()
