"""The checks of `assistant doctor` that are about documents: up to date, readable, whole, and of one mind."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from assistant.index import AUDIENCES, Index
from assistant.index.schema import documents, failures
from assistant.kept import KIND, KeptAnswers
from assistant.settings import Settings
from bots.terminal.check import INGEST, Check
from ingest import contradictions, files, sources
from ingest.files import File
from ingest.plan import everything, plan_kept
from ingest.sources import Sources

_SHOWN = 5
_LANGUAGES = {"nld", "eng"}


def corpus(settings: Settings, engine: Engine | None) -> Check:
    """Whether the files of the corpus folder and of its list are as they were indexed."""
    folder = settings.corpus_dir
    if not folder.is_dir():
        return Check("corpus", False, f"there is no folder {folder}", "set ASSISTANT_CORPUS_DIR")
    known = _hashes(engine) if engine is not None else {}
    listed = sources.read(folder)
    found = _found(settings, engine, known, listed)
    stale = [file.name for file in found if known.get(file.name) != files.read(file).source_hash]
    gone = [name for name in known.keys() - {file.name for file in found} if not Path(name).is_absolute()]
    detail = f"{len(found)} files in {folder}"
    if missing := listed.missing():
        fix = f"correct {sources.NAME}, or put them there"
        return Check("corpus", False, f"{detail}; named in {sources.NAME} and not there: {_some(missing)}", fix)
    if not found:
        return Check("corpus", False, f"{detail}", "put documents there, or set ASSISTANT_CORPUS_DIR")
    if stale or gone:
        return Check("corpus", False, f"{detail}, {len(stale)} new or changed, {len(gone)} gone", INGEST)
    return Check("corpus", True, f"{detail}, all as indexed")


def _found(settings: Settings, engine: Engine | None, known: dict[str, str], listed: Sources) -> list[File]:
    if engine is None:
        return files.discover(settings.corpus_dir, (), known, listed)
    with engine.connect() as connection:
        return everything(connection, settings, (), known, listed)


def _hashes(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        read = select(documents.c.path, documents.c.source_hash)
        tried = select(failures.c.path, failures.c.source_hash)
        return {row.path: row.source_hash for row in connection.execute(read.union_all(tried))}


def readable(engine: Engine) -> Check:
    """Whether every file could be read."""
    with engine.connect() as connection:
        rows = connection.execute(select(failures.c.path, failures.c.reason).order_by(failures.c.path)).all()
    if rows:
        named = "; ".join(f"{path}: {reason}" for path, reason in rows)
        return Check("files", False, f"{len(rows)} could not be read: {named}", f"correct them and {INGEST}")
    return Check("files", True, "all could be read")


def left_out(engine: Engine) -> Check:
    """What was left out of documents that were indexed: no fault of the installation, but somebody should look."""
    with engine.connect() as connection:
        said = [f"{path}: {warning}" for path, warnings in _warnings(connection) for warning in warnings]
    if not said:
        return Check("left out", True, "nothing")
    fix = "look at the documents; 'assistant ingest --json' over a changed one says it again"
    return Check("left out", True, f"{len(said)} remarks: {_some(said)}", fix)


def _warnings(connection: Connection) -> Iterable[tuple[str, list[str]]]:
    query = select(documents.c.path, documents.c.warnings).order_by(documents.c.path)
    return [(row.path, row.warnings or []) for row in connection.execute(query)]


def of_one_mind(settings: Settings) -> Check:
    """Whether two current documents give two numbers or dates for one thing."""
    index = Index(settings, AUDIENCES)
    if len(index.documents) > contradictions.MOST_DOCUMENTS:
        said = f"not looked for between more than {contradictions.MOST_DOCUMENTS:,} documents"
        return Check("contradictions", True, said)
    found = contradictions.sentences_for_people(contradictions.find(index))
    if not found:
        return Check("contradictions", True, "none between current documents")
    fix = "correct one of them, or say in its front matter which one it 'supersedes'"
    return Check("contradictions", True, f"{len(found)} to look at: {_some(found)}", fix)


def kept_answers(settings: Settings, engine: Engine) -> Check:
    """Whether the answers that staff kept are indexed as they are now, and still say what the documents say."""
    by_state = Counter(kept.state for kept in KeptAnswers(engine).list())
    index = Index(settings, AUDIENCES)
    ids = {document.id for document in index.documents.values() if document.kind == KIND}
    detail = f"{by_state['kept']} kept, {by_state['expired']} expired, {by_state['withdrawn']} withdrawn"
    with engine.connect() as connection:
        todo = plan_kept(connection, settings)
    if todo.work or todo.gone:
        return Check("kept answers", False, f"{detail}, {len(todo.work) + len(todo.gone)} not as indexed", INGEST)
    if not ids or len(index.documents) > contradictions.MOST_DOCUMENTS:
        return Check("kept answers", True, detail)
    found = contradictions.sentences_for_people(contradictions.find(index, ids))
    if not found:
        return Check("kept answers", True, f"{detail}; none contradicts a document")
    fix = "edit, expire or withdraw the answer on the staff pages or in Slack, or correct the document"
    return Check("kept answers", True, f"{detail}; {len(found)} to look at: {_some(found)}", fix)


def scans() -> Check:
    """Whether scanned PDFs can be read; they need not be."""
    missing = [program for program in ("ocrmypdf", "tesseract") if shutil.which(program) is None]
    if missing:
        return Check("scans", True, f"scanned PDFs are not read: {' and '.join(missing)} not installed (optional)")
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607
    if lacking := _LANGUAGES - set(said.stdout.split()):
        fix = "apt-get install tesseract-ocr-nld tesseract-ocr-eng"
        return Check("scans", True, f"scanned PDFs are read, but not in {' and '.join(sorted(lacking))}", fix)
    return Check("scans", True, "scanned PDFs are read, in Dutch and English")


def _some(texts: list[str]) -> str:
    more = f"; and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return "; ".join(texts[:_SHOWN]) + more
