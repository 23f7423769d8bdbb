"""`assistant eval`: ask the questions of a test set and measure the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InvalidInput
from bots.terminal.failures import Json
from bots.terminal.output import screen, write_json, write_text

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def evaluate() -> None:
    """Measure answers with test sets: a question a line, with what is expected of its answer."""


@app.command()
def run(
    datasets: Annotated[
        list[Path], typer.Option("--dataset", metavar="FILE", help="Test set in JSON lines; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results; it is made.")],
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help="Ask over these documents instead, indexed apart.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Ask a server there instead of the index here.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask every question of the test sets, print the figures, and write the results into a folder.

    The folder gets results.jsonl (a line a question), summary.json and report.html.

    \b
    Examples:
      assistant eval run --dataset evals/sets/test-nl.jsonl --out var/evals/today
      assistant eval run --dataset questions.jsonl --corpus ~/manuals --out /tmp/manuals
    """
    for path in datasets:
        if not path.is_file():
            raise InvalidInput(f"There is no test set {str(path)!r}: check the path.")
    if corpus is not None and url is not None:
        raise InvalidInput("--corpus and --url exclude each other: a server answers from its own documents.")
    from assistant.settings import load
    from evals.run import as_text, run_eval

    with _progress() as progress:
        summary = run_eval(load(), datasets, out, corpus, url, progress)
    if as_json:
        write_json(summary)
    else:
        write_text(as_text(summary).rstrip("\n") + "\n")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = screen(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Asking", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
