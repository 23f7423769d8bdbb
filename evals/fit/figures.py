"""`python -m evals.fit.figures`: what the fitting gained and lost, on subjects that it never saw."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from assistant.encoder import OnnxEncoder
from assistant.errors import AssistantError
from assistant.settings import Settings, load
from evals.fit import measure
from evals.fit.pairs import FOLDER, files, read
from evals.fit.split import Divided, Split
from ingest.model import adapter
from ingest.model.install import install

Figures = dict[str, list[measure.Compared]]


def figures(settings: Settings, divided: Divided, adapter_folder: Path, console: Console) -> Figures:
    """Measure the model as it comes and with the adapter; both as the int8 file that answers.

    Returns:
        For each task ("corpus: nl → en"), the comparison at each of `measure.DEPTHS`.

    Raises:
        ModelMissing: the weights or the adapter cannot be used.

    """
    asked, passages = measure.tasks(divided.searched, divided.test)
    found = []
    with Progress(console=console, transient=True) as bar:
        for name, folder in (("as it comes", None), ("fitted", adapter_folder)):
            target = settings.var_dir / "fit" / "measured" / ("fitted" if folder else "as-it-comes")
            install(target, folder)
            task = bar.add_task(f"Measuring the model {name}", total=measure.size(asked, passages))
            encoder = OnnxEncoder(target, threads=1, workers=settings.threads)
            found.append(measure.ranks(encoder, asked, passages, partial(bar.advance, task)))
    return {
        task.name: [measure.compare(before, after, task.groups, depth) for depth in measure.DEPTHS]
        for task, before, after in zip(asked, *found, strict=True)
    }


def as_table(found: Figures) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| asked over | questions | first place | fewer misses | in three | in ten | fewer misses |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, (first, three, ten) in found.items():
        cells = [name, str(first.n), _change(first), _fewer(first), _change(three), _change(ten), _fewer(ten)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _change(compared: measure.Compared) -> str:
    return f"{100 * compared.before:.1f} → {100 * compared.after:.1f}"


def _fewer(compared: measure.Compared) -> str:
    return f"{100 * compared.fewer:.0f} % ({100 * compared.low:.0f} to {100 * compared.high:.0f})"


def as_json(found: Figures) -> dict[str, Any]:
    """Return the figures as plain values."""
    return {name: [asdict(compared) for compared in row] for name, row in found.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.figures", description=__doc__)
    parser.add_argument("pairs", nargs="*", type=Path, help="pairs files or folders (the project's own by default)")
    parser.add_argument("--adapter", type=Path, default=adapter.FOLDER, help="folder of the adapter to measure")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    settings, console = load(), Console(stderr=True)
    pairs = read(files(chosen.pairs or [FOLDER]))
    found = figures(settings, Split.load().divide(pairs), chosen.adapter, console)
    if chosen.json:
        sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(as_table(found) + "\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
