"""The files that documents were read from, kept by revision, so that a reader can see the page that a quote is from."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from assistant.settings import Settings

_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
_UNFINISHED = ".part"


def original_path(settings: Settings, document_id: str, revision: str) -> Path:
    """Return where the original of a revision lies if it is a PDF, whether it is there or not."""
    return _folder(settings) / f"{document_id}-{revision}.pdf"


def find(settings: Settings, document_id: str, revision: str) -> Path | None:
    """Return the kept original of a revision in whatever format, or None where none was kept.

    Both names come from the database: ids and revisions are lower-case letters, digits and hyphens.
    """
    pdf = original_path(settings, document_id, revision)
    if pdf.is_file():
        return pdf
    found = _folder(settings).glob(f"{document_id}-{revision}.*")
    return next((path for path in sorted(found) if _SUFFIX.fullmatch(path.suffix)), None)


def keep(settings: Settings, document_id: str, revision: str, suffix: str, data: bytes) -> Path:
    """Keep the bytes of a document's file; interrupted, the old file stands there or the new one, never half of it.

    Call it under the lock of an ingest: two at once over one revision would write the same unfinished file.

    Args:
        settings: says where the var folder is.
        document_id: the document's id.
        revision: the revision that was read from these bytes.
        suffix: the file's suffix with its dot, such as ".pdf".
        data: the bytes.

    Raises:
        ValueError: the suffix is none of a dot with up to ten letters and digits.

    """
    suffix = suffix.lower()
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"{suffix!r} is no suffix of a file that can be kept")
    path = original_path(settings, document_id, revision).with_suffix(suffix)
    # What is there already keeps its time, by which pages that were drawn of it are found again.
    if path.is_file() and path.read_bytes() == data:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}{_UNFINISHED}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    for other in path.parent.glob(f"{path.stem}.*"):
        if other != path:
            other.unlink(missing_ok=True)
    return path


def forget(settings: Settings, known: Collection[tuple[str, str]]) -> int:
    """Remove the originals of every revision but `known`, pairs of document id and revision, with their pages.

    Call it under the lock of an ingest: what an interrupted `keep` left behind goes too. Returns how many originals
    were removed.
    """
    names = {f"{document_id}-{revision}" for document_id, revision in known}
    removed = 0
    for path in _files(_folder(settings)):
        if path.suffix == _UNFINISHED or path.stem not in names:
            path.unlink(missing_ok=True)
            removed += path.suffix != _UNFINISHED
    for path in _files(page_folder(settings)):
        if path.stem.rsplit("-", 2)[0] not in names:
            path.unlink(missing_ok=True)
    return removed


def page_folder(settings: Settings) -> Path:
    """Return where pages that were drawn lie, each named `document-revision-stamp-page`."""
    return settings.var_dir / "pages"


def _folder(settings: Settings) -> Path:
    return settings.var_dir / "originals"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
