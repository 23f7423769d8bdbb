"""`assistant ingest`: bring the index in line with the corpus and the given files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import InvalidInput
from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json

if TYPE_CHECKING:
    from ingest.sync import Report, Watcher

_SHOWN = 12  # file names of a kind; the rest is counted


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders to index besides the corpus folder."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove files that were given earlier and are gone now.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the index in line with the corpus folder and the given files.

    What did not change costs nothing. A file that cannot be read is named with its reason, the others are indexed, and
    the exit code is 1. Interrupted at any moment, the index is the old one or the new one.

    \b
    Examples:
      assistant ingest
      assistant ingest ~/manuals/manual.md --dry-run
    """
    given = paths or []
    for path in given:
        if not path.exists():
            raise InvalidInput(f"There is no file or folder {str(path)!r}: check the path.")
    from assistant.settings import load
    from ingest import sync

    with _progress() as watcher:
        report = sync.ingest(load(), given, dry_run=dry_run, prune=prune, watcher=watcher)
    report.dry_run = dry_run
    if as_json:
        write_json(asdict(report))
    else:
        _summary(report)
    if report.problems:
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Watcher]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ingest.sync import Watcher

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = screen(stderr=True)
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

    class Bar(Watcher):
        """Draws what it is told."""

        def embedding(self, total: int) -> None:
            progress.update(task, description="Embedding", total=total)

        def embedded(self, count: int) -> None:
            progress.advance(task, count)

    with progress:
        task = progress.add_task("Reading documents", total=None)
        yield Bar()


def _summary(report: Report) -> None:
    console = screen()
    changes = (("added", report.added), ("changed", report.changed), ("removed", report.removed))
    for word, names in changes:
        _names(word, names)
    _names("not there any more, kept until --prune:", report.missing)
    counts = ", ".join(f"{len(names)} {word}" for word, names in changes)
    console.print(f"Documents: {counts}, {report.unchanged} unchanged.")
    if report.passages:
        console.print(
            f"In what was read: {report.passages} passages, {report.sentences} sentences, {report.phrasings} phrasings."
            f" Embedded: {report.embedded} texts."
        )
    if report.dry_run:
        console.print("Dry run: nothing was written.")
    if report.problems:
        console.print(f"Problems: {len(report.problems)}")
    for name, reason in report.problems.items():
        console.print(plain(f"  {name}: {reason}"))


def _names(word: str, names: list[str]) -> None:
    console = screen()
    for name in names[:_SHOWN]:
        console.print(plain(f"  {word} {name}"))
    if len(names) > _SHOWN:
        console.print(f"  {word} {len(names) - _SHOWN} more")
