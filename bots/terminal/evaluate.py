"""`assistant eval`: ask the questions of a test set, measure the answers, and compare two runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import InvalidInput
from bots.terminal import evaluate_files
from bots.terminal.failures import Json
from bots.terminal.output import say, screen, write_json, write_text

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def evaluate() -> None:
    """Measure answers with test sets: a question a line, with what is expected of its answer."""


@app.command()
def run(  # noqa: PLR0913, PLR0917 -- an option each
    datasets: Annotated[
        list[Path], typer.Option("--dataset", metavar="FILE", help="Test set: JSON lines, or a table; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results; it is made.")],
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help="Ask over these documents instead, indexed apart.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Ask a server there instead of the index here.")
    ] = None,
    gates: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="METRIC=SHARE", help="Exit 1 if a figure is lower; may be repeated."),
    ] = None,
    costs: Annotated[
        list[str] | None,
        typer.Option(
            "--cost",
            metavar="ERROR=COST",
            help="What a wrong_answer (5) or a wrong_refusal (1) costs; may be repeated.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask every question of the test sets, print the verdict and figures, and write the results into a folder.

    A table (.csv, .xlsx) needs no more columns than question and expected. The folder gets results.jsonl (a line a
    question), summary.json and report.html, also where a figure is too low.

    \b
    Examples:
      assistant eval run --dataset evals/sets/test-nl.jsonl --out var/evals/today
      assistant eval run --dataset questions.jsonl --corpus ~/manuals --out /tmp/manuals
      assistant eval run --dataset questions.jsonl --out /tmp/ci --fail-under facts=0.9 --fail-under recall=0.8
    """
    for path in datasets:
        if not path.is_file():
            raise InvalidInput(f"There is no test set {str(path)!r}: check the path.")
    if corpus is not None and url is not None:
        raise InvalidInput("--corpus and --url exclude each other: a server answers from its own documents.")
    from assistant.settings import load
    from evals.gates import Gate, complaint
    from evals.interchange import load as read_set
    from evals.risk import Costs
    from evals.run import as_text, run_eval

    wanted = [Gate(*pair) for pair in _numbers(gates or (), "--fail-under", "facts=0.9")]
    weighed = Costs.of(dict(_numbers(costs or (), "--cost", "wrong_answer=5")))
    for path in datasets:
        for remark in read_set(path).remarks:
            say(remark)
    with _progress() as progress:
        summary = run_eval(load(), datasets, out, corpus, url, progress, weighed, wanted)
    if as_json:
        write_json(summary)
    else:
        write_text("\n".join([*_verdict(out, summary), "", as_text(summary).rstrip("\n"), "", *_next(out)]) + "\n")
    if failed := complaint(summary.get("gates", ())):
        say(failed)
        raise typer.Exit(1)


def _verdict(out: Path, summary: Mapping[str, Any]) -> list[str]:
    """Return in plain sentences how a run went."""
    from evals.interchange import rows_of
    from evals.terminal import told

    return list(told(out, summary, rows_of(out), "en")["verdict"])


def _next(out: Path) -> list[str]:
    return [
        f"The report, to read in a browser: {out / 'report.html'}",
        f"What failed, and why: assistant eval show {out}",
    ]


def _numbers(given: Sequence[str], option: str, example: str) -> list[tuple[str, float]]:
    """Read NAME=NUMBER options."""
    found = []
    for text in given:
        name, _, number = text.partition("=")
        try:
            found.append((name.strip(), float(number)))
        except ValueError as error:
            raise InvalidInput(f"{option} {text!r} cannot be read: write it as {option} {example}.") from error
    return found


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run, the earlier version.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of a run over the same questions.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for compare.json and compare.html; it is made.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two runs question by question: does B do better than A, or are there too few questions to tell?

    Right or wrong is tested with McNemar's exact test, shares and lengths with a randomisation test.

    \b
    Examples:
      assistant eval compare var/evals/before var/evals/after
      assistant eval compare var/evals/before var/evals/after --out var/evals/compared
    """
    from evals.compare import compare_runs
    from evals.compare_page import as_text, write

    found = compare_runs(a, b)
    if out is not None:
        write(found, out)
    if as_json:
        write_json(found)
    else:
        write_text(as_text(found).rstrip("\n") + "\n")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = screen(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Asking", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


evaluate_files.register(app)
