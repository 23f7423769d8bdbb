"""`python -m evals.fit`: fit the encoder to how people ask, and write the adapter with its model card."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from assistant.errors import AssistantError, ConfigurationError
from assistant.settings import Settings, load
from evals.fit import card
from evals.fit.figures import as_table, figures
from evals.fit.measure import kind_of
from evals.fit.pairs import FOLDER, Pair, files, fingerprint, read
from evals.fit.recipe import Recipe
from evals.fit.split import Split
from ingest.model import adapter
from ingest.model.weights import digest, weights_path
from ingest.model.weights import read as read_weights

_EPILOG = """
A run takes up to an hour on two cores, minutes on a GPU. One that was interrupted goes on where it was.

examples:
  python -m evals.fit                        the project's own pairs (make fit)
  python -m evals.fit my-pairs.jsonl         your pairs with the project's (make fit PAIRS=my-pairs.jsonl)
  python -m evals.fit --epochs 1 --without long --out var/fit/trial    a trial, for comparison
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure, and put the adapter in its place."""
    chosen = _parser().parse_args(arguments)
    console, settings = Console(stderr=True), load()
    sources = files([*([] if chosen.alone else [FOLDER]), *chosen.pairs])
    pairs = [pair for pair in read(sources) if kind_of(pair) not in chosen.without]
    divided = Split.load().divide(pairs)
    recipe = replace(Recipe(), epochs=chosen.epochs, share=chosen.share)
    console.print(
        f"{len(divided.train)} pairs to fit on, {len(divided.test)} to measure with, in {len(sources)} files."
    )
    made = fit(settings, divided.train, recipe, console)
    found = figures(settings, divided, made, console)
    card.write(made, recipe, divided, fingerprint(sources), found)
    _replace(made, chosen.out)
    console.print(as_table(found), markup=False)
    console.print(f"The adapter stands in {chosen.out}.")
    if chosen.out == adapter.FOLDER:
        console.print("Run 'make install' and 'assistant ingest' to use it; commit the folder to keep it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.fit",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pairs", nargs="*", type=Path, help="pairs files or folders, beside the project's own")
    parser.add_argument("--alone", action="store_true", help="leave the project's own pairs out")
    parser.add_argument("--without", nargs="*", default=[], metavar="KIND", help="leave out pairs of KIND-*.jsonl")
    parser.add_argument("--epochs", type=float, default=Recipe.epochs, help="passes over the pairs (%(default)s)")
    parser.add_argument("--share", type=float, default=Recipe.share, help="weight of the adapter (%(default)s)")
    parser.add_argument("--out", type=Path, default=adapter.FOLDER, help="folder to write (the one that is installed)")
    return parser


def fit(settings: Settings, train: Sequence[Pair], recipe: Recipe, console: Console) -> Path:
    """Fit an adapter under the var folder and return its folder; what an earlier run did is not done again.

    Raises:
        ConfigurationError: the packages for it are not installed.

    """
    if importlib.util.find_spec("peft") is None:
        raise ConfigurationError(
            "Fitting needs more packages than answering: run 'make fit', which installs them first."
        )
    base = _base(settings, console)
    key = hashlib.sha256(json.dumps([recipe.fitted(), [p.model_dump() for p in train]]).encode()).hexdigest()[:16]
    work = settings.var_dir / "fit" / key
    if not (work / "done").exists():
        from evals.fit.train import train as run

        columns = TextColumn("Fitting, loss {task.fields[loss]:.3f}"), BarColumn(), TimeElapsedColumn()
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task("", total=None, loss=float("nan"))
            run(base, train, recipe, work, lambda n, total, loss: bar.update(task, completed=n, total=total, loss=loss))
        (work / "done").touch()
    made = work / "adapter"
    adapter.write(work / "fitted", made, recipe.share, digest(weights_path()))
    return made


def _base(settings: Settings, console: Console) -> Path:
    """Return the base weights as a sentence-transformers folder, made once."""
    folder = settings.var_dir / "fit" / f"base-{digest(weights_path())[:8]}"
    if not folder.exists():
        from ingest.model.materialise import materialise

        new = folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        with console.status("Writing the base weights out …"):
            materialise(read_weights(weights_path()), new)
        new.rename(folder)
    return folder


def _replace(made: Path, out: Path) -> None:
    """Put the folder `made` where `out` is; at any moment one of the two is whole."""
    new, old = out.with_name(out.name + ".new"), out.with_name(out.name + ".old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(made, new)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from the last saved step.")
