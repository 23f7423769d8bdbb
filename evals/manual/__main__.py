"""Ingest a manual of 200 pages and ask about it: `python -m evals.manual [--language nl|en|both] [--pages 200]`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant.errors import AssistantError
from assistant.settings import load
from evals.manual.benchmark import measure
from evals.manual.prose import LANGUAGES, WORDINGS

_LABELS = {
    "pages": "pages",
    "read_s": "reading and cutting (s)",
    "embed_s": "embedding (s)",
    "whole_s": "the whole ingest (s)",
    "passages": "passages",
    "texts": "texts embedded",
    "tokens": "tokens in them",
    "tokens_per_s": "tokens embedded a second",
    "encoder_tokens_per_s": "  by the encoder alone",
    "changed_page": "then page changed",
    "again_s": "  the ingest after it (s)",
    "embedded_anew": "  share of the passages embedded anew",
}
_SHARES = {
    "answered": "questions answered",
    "first_page": "first citation is of the right page",
    "any_page": "some citation is of the right page",
    "correct": "all facts found",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.manual", description="Measure over a long PDF manual.")
    parser.add_argument("--language", choices=(*LANGUAGES, "both"), default="both", help="of the manual (both)")
    parser.add_argument("--pages", type=int, default=200, help="of each manual (200)")
    parser.add_argument("--out", type=Path, help="a folder that keeps the manual and its index; without it both go")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    languages = LANGUAGES if given.language == "both" else (given.language,)
    try:
        with tempfile.TemporaryDirectory(prefix="assistant-manual-", ignore_cleanup_errors=True) as scratch:
            folder = given.out or Path(scratch)
            figures = {language: measure(load(), language, given.pages, folder / language) for language in languages}
    except AssistantError as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    console = Console(highlight=False)
    if given.json:
        console.print(json.dumps(figures, ensure_ascii=False), soft_wrap=True, markup=False)
        return 0
    for language, found in figures.items():
        console.print(f"{language}", markup=False)
        for name, label in _LABELS.items():
            console.print(f"  {label:40} {found[name]:,}", markup=False)
        for wording in WORDINGS:
            console.print(f"  in {wording} words", markup=False)
            for name, label in _SHARES.items():
                console.print(f"    {label:38} {_shown(found[wording][name])}", markup=False)
    return 0


def _shown(value: Mapping[str, Any]) -> str:
    return f"{value['value']:.0%} of {value['n']} ({value['low']:.0%} to {value['high']:.0%})"


if __name__ == "__main__":
    sys.exit(main())
