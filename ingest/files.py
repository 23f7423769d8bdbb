"""Which files an ingest looks at, and what their bytes hash to."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ingest import chunk, sources
from ingest.loaders import MAX_BYTES
from ingest.phrasings import ENDING, asked_path
from ingest.sources import Sources

Origin = Literal["corpus", "sources.toml", "given", "kept"]

KEPT = "kept:"  # how the names of kept answers begin

_LOADER_RECIPE = 2  # goes up whenever a loader would read the same bytes differently
# What lies in folders and is no document: lists, and what programs leave behind.
_IGNORED = frozenset({"readme.md", sources.NAME, "thumbs.db", "desktop.ini"})
_LEFT_BEHIND = (".", "_", "~$")


@dataclass(frozen=True)
class File:
    """A file to ingest. `name` is how the database knows it: relative to the corpus folder, else absolute.

    `trusted` files lie in the corpus folder or were made of kept answers: only they may replace other documents and
    have phrasings. `listed` is what `sources.toml` says of it.
    """

    path: Path
    name: str
    root: Path
    trusted: bool
    origin: Origin = "corpus"
    listed: dict[str, Any] = field(default_factory=dict)


def discover(corpus: Path, given: Sequence[Path], known: Iterable[str], listed: Sources | None = None) -> list[File]:
    """List the corpus folder's files, those of its list, the given ones, and those given earlier that still exist.

    Each comes once, in the order of names.
    """
    found: dict[str, File] = {}
    listed = listed or Sources(corpus.resolve())
    for path in _inside(corpus):
        name = path.relative_to(corpus).as_posix()
        found[name] = File(path, name, corpus, True, "corpus", listed.metadata(path.resolve()))
    for path in listed.outside():
        _add(found, path, "sources.toml", listed)
    for path in [*given, *(Path(name) for name in known if Path(name).is_absolute())]:
        _add(found, path, "given", listed)
    return [found[name] for name in sorted(found)]


def kept(folder: Path) -> list[File]:
    """List the files that were made of kept answers; their names do not depend on where they lie."""
    return [File(path, KEPT + path.relative_to(folder).as_posix(), folder, True, "kept") for path in _inside(folder)]


def _add(found: dict[str, File], place: Path, origin: Origin, listed: Sources) -> None:
    """Add a file, or the files in a folder, from outside the corpus folder."""
    root = (place if place.is_dir() else place.parent).resolve()
    for file in _inside(place) if place.is_dir() else [place]:
        resolved = file.resolve()
        if resolved.is_file() and not resolved.is_relative_to(listed.corpus):
            name = resolved.as_posix()
            found.setdefault(name, File(resolved, name, root, False, origin, listed.metadata(resolved)))


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    inside = folder.resolve()
    # A folder that goes away while it is walked through is no error, as it would be to `rglob`.
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return sorted(
        path
        for path in found
        if path.name.lower() not in _IGNORED
        and not path.name.endswith(ENDING)
        and not any(part.startswith(_LEFT_BEHIND) for part in path.relative_to(folder).parts)
        and path.is_file()
        # A link may point anywhere: what lies outside the folder was not meant.
        and path.resolve().is_relative_to(inside)
    )


class Contents(NamedTuple):
    """A file's bytes, its phrasings' bytes, and the hash of both with everything that decides how they are read."""

    data: bytes
    asked: bytes
    source_hash: str


def read(file: File) -> Contents:
    """Read a file and the phrasings beside it.

    Raises:
        OSError: the file cannot be read.

    """
    asked = asked_path(file.path)
    # One byte beyond the limit is enough for the loader to refuse the file.
    with file.path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    phrasings = asked.read_bytes() if file.trusted and asked.is_file() else b""
    digest = hashlib.sha256(f"{_LOADER_RECIPE}/{chunk.RECIPE}/{file.trusted}/{len(data)}/".encode())
    if file.listed:
        digest.update(json.dumps(file.listed, sort_keys=True).encode())
    digest.update(data)
    digest.update(phrasings)
    return Contents(data, phrasings, digest.hexdigest())
