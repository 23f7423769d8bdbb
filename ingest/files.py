"""Which files an ingest looks at, and what their bytes hash to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import chunk
from ingest.loaders import LOADERS, MAX_BYTES
from ingest.phrasings import asked_path

_LOADER_RECIPE = 1  # goes up whenever a loader would read the same bytes differently
_IGNORED = {"readme.md"}


@dataclass(frozen=True)
class File:
    """A file to ingest. `name` is how the database knows it: relative to the corpus folder, else absolute.

    `trusted` files lie in the corpus folder: only they may replace other documents and have phrasings.
    """

    path: Path
    name: str
    root: Path
    trusted: bool


def discover(corpus: Path, given: Sequence[Path], known: Iterable[str]) -> list[File]:
    """List the corpus folder's files, the given ones, and those given earlier that still exist; each once, by name."""
    found: dict[str, File] = {}
    for path in _inside(corpus):
        name = path.relative_to(corpus).as_posix()
        found[name] = File(path, name, corpus, trusted=True)
    for path in [*given, *(Path(name) for name in known if Path(name).is_absolute())]:
        root = path if path.is_dir() else path.parent
        for file in _inside(path) if path.is_dir() else [path]:
            if file.is_file() and not file.resolve().is_relative_to(corpus.resolve()):
                resolved = file.resolve()
                found.setdefault(
                    resolved.as_posix(), File(resolved, resolved.as_posix(), root.resolve(), trusted=False)
                )
    return [found[name] for name in sorted(found)]


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in LOADERS
        and path.is_file()
        and path.name.lower() not in _IGNORED
        and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
        and path.resolve().is_relative_to(folder.resolve())
    )


def read(file: File) -> tuple[bytes, bytes, str]:
    """Return a file's bytes, its phrasings' bytes, and the hash of both with everything that decides how they are read.

    Raises:
        OSError: the file cannot be read.

    """
    asked = asked_path(file.path)
    # One byte beyond the limit is enough for the loader to refuse the file.
    with file.path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    phrasings = asked.read_bytes() if file.trusted and asked.is_file() else b""
    digest = hashlib.sha256(f"{_LOADER_RECIPE}/{chunk.RECIPE}/{file.trusted}/{len(data)}/".encode())
    digest.update(data)
    digest.update(phrasings)
    return data, phrasings, digest.hexdigest()
