"""`assistant ingest`: bring the index in line with the corpus and the given files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.errors import AssistantError, IngestBusy, InvalidInput
from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ingest.report import Report, Watcher

_PATIENCE = 2.0  # seconds between two looks at whether another ingest has ended
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
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and bring in whatever changes, until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the index in line with the corpus folder, its sources.toml, and the given files.

    PDF, Word, PowerPoint, Excel, OpenDocument, CSV, HTML, EPUB, Markdown and plain text. What did not change costs
    nothing. A file that cannot be read is named with its reason, the others are indexed, and the exit code is 1.
    Interrupted at any moment, the index is the old one or the new one. A server that runs goes on answering, and picks
    the new index up by itself.

    \b
    Examples:
      assistant ingest
      assistant ingest ~/manuals/manual.pdf --dry-run
      assistant ingest ~/manuals --watch
    """
    given = paths or []
    for path in given:
        if not path.exists():
            raise InvalidInput(f"There is no file or folder {str(path)!r}: check the path.")
    from assistant.settings import load

    settings = load()
    if watch:
        _watch(settings, given, prune, as_json)
    report = _run(settings, given, dry_run, prune, as_json)
    if report.problems:
        raise typer.Exit(1)


def _run(settings: Settings, given: list[Path], dry_run: bool, prune: bool, as_json: bool) -> Report:
    from ingest import sync

    with _progress() as watcher:
        report = sync.ingest(settings, given, dry_run=dry_run, prune=prune, watcher=watcher)
    report.dry_run = dry_run
    if as_json:
        write_json(asdict(report))
    else:
        _summary(report)
    return report


def _watch(settings: Settings, given: list[Path], prune: bool, as_json: bool) -> NoReturn:
    """Ingest, and again whenever a file changes; another ingest that runs is waited for."""
    from ingest import watch

    console = screen(stderr=True)
    for _ in watch.changes(settings, given):
        while True:
            try:
                _run(settings, given, False, prune, as_json)
            except IngestBusy:
                time.sleep(_PATIENCE)
                continue
            except AssistantError as error:
                console.print(plain(str(error)))
            break
        console.print("Watching for changes; Ctrl-C ends it.")
    raise typer.Exit


@contextmanager
def _progress() -> Iterator[Watcher]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ingest.report import Watcher

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = screen(stderr=True)
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

    class Bar(Watcher):
        """Draws what it is told."""

        def reading(self, total: int) -> None:
            progress.update(task, description="Reading documents", total=total, completed=0)

        def read(self, count: int) -> None:
            progress.advance(task, count)

        def embedding(self, total: int) -> None:
            progress.update(task, description="Embedding", total=total, completed=0)

        def embedded(self, count: int) -> None:
            progress.advance(task, count)

    with progress:
        task = progress.add_task("Reading documents", total=None)
        yield Bar()


def _summary(report: Report) -> None:
    console = screen()
    changes = (
        ("added", report.added),
        ("changed", report.changed),
        ("renamed", report.renamed),
        ("removed", report.removed),
    )
    for word, names in changes:
        _names(word, names)
    _names("not there any more, kept until --prune:", report.missing)
    counts = ", ".join(f"{len(names)} {word}" for word, names in changes if names or word != "renamed")
    console.print(f"Documents: {counts}, {report.unchanged} unchanged.")
    if report.passages:
        console.print(
            f"In what was read: {report.passages} passages, {report.sentences} sentences, {report.phrasings} phrasings."
            f" Embedded: {report.embedded} texts."
        )
    if report.dry_run:
        console.print("Dry run: nothing was written.")
    _remarks("Left out", [f"{name}: {text}" for name, texts in report.warnings.items() for text in texts])
    _remarks("Contradictions between documents", report.contradictions)
    if report.problems:
        console.print(f"Problems: {len(report.problems)}")
    for name, reason in report.problems.items():
        console.print(plain(f"  {name}: {reason}"))


def _remarks(title: str, texts: list[str]) -> None:
    console = screen()
    if texts:
        console.print(f"{title}: {len(texts)}")
    for text in texts[:_SHOWN]:
        console.print(plain(f"  {text}"))
    if len(texts) > _SHOWN:
        console.print(f"  and {len(texts) - _SHOWN} more: --json has them all")


def _names(word: str, names: list[str]) -> None:
    console = screen()
    for name in names[:_SHOWN]:
        console.print(plain(f"  {word} {name}"))
    if len(names) > _SHOWN:
        console.print(f"  {word} {len(names) - _SHOWN} more")
