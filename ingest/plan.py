"""What an ingest has to do: which files are new, changed, gone, moved, or were refused before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from assistant.index.audience import current
from assistant.index.schema import documents, failures, revisions
from assistant.settings import Settings
from ingest import files, sources, staff_answers
from ingest.files import File
from ingest.metadata import Known
from ingest.report import Report
from ingest.sources import Sources


@dataclass(frozen=True)
class Indexed:
    """A file as the index knows it."""

    document: Known
    source_hash: str


@dataclass
class Plan:
    """`work` are the files to read, each with its hash; `again` those that were refused before and did not change.

    `failed` holds hash and reason of files that cannot be indexed, `gone` the ids of documents that are to go, `moved`
    what a file was called before by its name now. `fresh` says that the index is of another model or recipe, of which
    nothing can be kept.
    """

    report: Report = field(default_factory=Report)
    known: dict[str, Indexed] = field(default_factory=dict)
    work: list[tuple[File, str]] = field(default_factory=list)
    again: list[tuple[File, str]] = field(default_factory=list)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    fresh: bool = False

    def names(self, file: File) -> Known | None:
        """Return what the document of a file is called already, also where the file lay elsewhere."""
        before = self.known.get(self.moved.get(file.name, file.name))
        return before.document if before else None

    def fail(self, file: File, source_hash: str, reason: str) -> None:
        """Note that a file cannot be indexed; what was indexed of it before is kept where that is possible."""
        kept = ""
        if file.name in self.known and self.fresh:
            self.gone.append(self.known[file.name].document.id)
            kept = " (what was indexed of it before was of another model, and is removed)"
        elif file.name in self.known:
            kept = " (what was indexed of it before is kept)"
        self.failed[file.name] = (source_hash, reason + kept)
        self.report.problems[file.name] = reason + kept


def plan(connection: Connection, settings: Settings, paths: Sequence[Path], whole: bool, prune: bool) -> Plan:
    """Compare the files with the index; `whole` has every file read again, `prune` lets given files go that are gone.

    Raises:
        ConfigurationError: `sources.toml` cannot be used.

    """
    made = Plan(known=_known(connection))
    refused = {row.path: (row.source_hash, row.reason) for row in connection.execute(select(failures))}
    listed = sources.read(settings.corpus_dir)
    for path in listed.missing():
        made.report.problems[sources.NAME] = f"there is no file or folder {path!r}, which it names"
    found = everything(connection, settings, paths, made.known, listed)
    # Whoever names a file that was refused wants it tried once more.
    named = {path.resolve() for path in paths if path.is_file()}
    for file in found:
        _compare(made, file, None if file.path.resolve() in named else refused.get(file.name), whole)
    _find_gone(made, {file.name for file in found}, prune, sorted(made.known))
    if made.work or made.gone:
        # What was refused may be welcome now: the document that had its id may be gone.
        made.work.extend(made.again)
        for file, _ in made.again:
            del made.failed[file.name], made.report.problems[file.name]
    return made


def plan_kept(connection: Connection, settings: Settings) -> Plan:
    """Compare the files of the kept answers alone with the index; whatever else it holds stays as it is."""
    made = Plan(known=_known(connection))
    refused = {row.path: (row.source_hash, row.reason) for row in connection.execute(select(failures))}
    made.failed = {name: why for name, why in refused.items() if not name.startswith(files.KEPT)}
    found = files.kept(staff_answers.folder(settings))
    for file in found:
        _compare(made, file, refused.get(file.name), whole=False)
    before = sorted(name for name in made.known if name.startswith(files.KEPT))
    _find_gone(made, {file.name for file in found}, False, before)
    return made


def everything(
    connection: Connection, settings: Settings, paths: Sequence[Path], known: Iterable[str], listed: Sources
) -> list[File]:
    """List every file that is indexed: the corpus's, the listed and given ones, and those of the kept answers."""
    found = files.discover(settings.corpus_dir, paths, known, listed)
    exported = staff_answers.unknown(found, staff_answers.known(connection))
    return [*exported, *files.kept(staff_answers.folder(settings))]


def _known(connection: Connection) -> dict[str, Indexed]:
    query = current(documents.c.path, documents.c.id, documents.c.source_hash, revisions.c.title)
    return {row.path: Indexed(Known(row.id, row.title), row.source_hash) for row in connection.execute(query)}


def _compare(made: Plan, file: File, refused: tuple[str, str] | None, whole: bool) -> None:
    try:
        source_hash = files.read(file).source_hash
    except OSError as error:
        made.report.problems[file.name] = f"the file cannot be read ({error.strerror})"
        return
    known_problem = refused is not None and refused[0] == source_hash
    if refused is not None and known_problem:
        made.failed[file.name] = refused
        made.report.problems[file.name] = refused[1]
    if not whole and file.name in made.known and made.known[file.name].source_hash == source_hash:
        made.report.unchanged += 1
    elif known_problem and not whole:
        made.again.append((file, source_hash))
    else:
        made.work.append((file, source_hash))


def _find_gone(made: Plan, found: set[str], prune: bool, among: Sequence[str]) -> None:
    """Find those of the known files that are not there any more; one whose bytes lie elsewhere now has moved."""
    here = {file.name: source_hash for file, source_hash in made.work}
    fresh = {h: name for name, h in here.items() if name not in made.known or made.known[name].source_hash != h}
    for name in among:
        before = made.known[name]
        if name in found and here.get(name, before.source_hash) == before.source_hash:
            continue
        moved = fresh.pop(before.source_hash, None)
        if moved is not None:
            made.moved[moved] = name
        if name in found:
            continue
        if moved is None and Path(name).is_absolute() and not prune:
            made.report.missing.append(name)
            continue
        made.gone.append(before.document.id)
        if moved is None:
            made.report.removed.append(name)
