"""`corpus/sources.toml`: which files and folders belong to the corpus, and what is known of them.

    [[source]]
    path = "../manuals"              # a file or folder, relative to the list; or "*.pdf" and the like
    publisher = "Joint secretariat"
    language = "en"
    audience = "staff"

What a document says of itself in front matter wins over this list, and the list over the properties that a file's
format carries. One thing cannot be won: what the list keeps for staff stays with staff.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ConfigurationError
from ingest.metadata import Metadata, check

NAME = "sources.toml"
_WILD = "*?["
_OF_ONE_FILE = frozenset({"id", "title", "translation_of"})


class Source(BaseModel):
    """An entry: its path, and metadata of the files found there, as in front matter."""

    model_config = ConfigDict(extra="allow", frozen=True)

    path: str = Field(min_length=1)

    @property
    def metadata(self) -> dict[str, Any]:
        """Return the metadata of the entry, by the names that front matter uses."""
        return {key: value for key, value in (self.model_extra or {}).items() if value not in ("", None)}


@dataclass(frozen=True)
class Sources:
    """The entries of a corpus folder's list, each with the files and folders that it names, resolved."""

    corpus: Path
    entries: tuple[tuple[Source, tuple[Path, ...]], ...] = ()

    def outside(self) -> list[Path]:
        """Return the files and folders that are named outside the corpus folder."""
        return [path for _, named in self.entries for path in named if not path.is_relative_to(self.corpus)]

    def missing(self) -> list[str]:
        """Return the paths, as they are written in the list, at which there is nothing."""
        return [entry.path for entry, named in self.entries if not named]

    def metadata(self, path: Path) -> dict[str, Any]:
        """Return what the list says of a file; of two entries that name it, the later one wins, value by value."""
        known: dict[str, Any] = {}
        about = [entry.metadata for entry, named in self.entries if any(path.is_relative_to(place) for place in named)]
        for values in about:
            known |= values
        return known | ({"audience": "staff"} if any(values.get("audience") == "staff" for values in about) else {})


def _named(corpus: Path, path: str) -> tuple[Path, ...]:
    if any(sign in path for sign in _WILD):
        start, pattern = _split(path)
        return tuple(sorted(found.resolve() for found in (corpus / start).glob(pattern)))
    found = (corpus / path).resolve()
    return (found,) if found.exists() else ()


def _split(path: str) -> tuple[str, str]:
    """Part a path before its first wild card: "manuals/2024/*.pdf" → "manuals/2024", "*.pdf"."""
    parts = Path(path).parts
    first = next(at for at, part in enumerate(parts) if any(sign in part for sign in _WILD))
    return str(Path(*parts[:first])), str(Path(*parts[first:]))


def read(corpus: Path) -> Sources:
    """Read the list of a corpus folder; without one there are no entries.

    Raises:
        ConfigurationError: the list is no TOML, or an entry cannot be used; the text names it.

    """
    file, corpus = corpus / NAME, corpus.resolve()
    if not file.is_file():
        return Sources(corpus)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read as TOML ({error}): correct it.") from error
    entries = values.get("source", [])
    if not isinstance(entries, list) or set(values) - {"source"}:
        raise ConfigurationError(f"{file} may only hold [[source]] entries: correct it.")
    found = [_entry(file, number, entry) for number, entry in enumerate(entries, 1)]
    return Sources(corpus, tuple((entry, _named(corpus, entry.path)) for entry in found))


def _entry(file: Path, number: int, entry: Any) -> Source:
    try:
        source = Source.model_validate(_plain(entry))
        check(source.metadata)
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(map(str, problem["loc"])) or "entry"
        raise ConfigurationError(f"{file}, source {number}: {name} cannot be used: {problem['msg']}.") from error
    unknown = sorted(set(source.metadata) - set(Metadata.model_fields))
    if unknown:
        known = ", ".join(["path", *Metadata.model_fields])
        raise ConfigurationError(f"{file}, source {number}: {unknown[0]!r} is not known; known are {known}.")
    several = not Path(source.path).suffix or any(sign in source.path for sign in _WILD)
    if several and (own := sorted(set(source.metadata) & _OF_ONE_FILE)):
        raise ConfigurationError(f"{file}, source {number}: {own[0]!r} is of one file, and {source.path!r} is many.")
    return source


def _plain(entry: Any) -> Any:
    """Return TOML's own dates as the texts that front matter has."""
    if not isinstance(entry, dict):
        return entry
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in entry.items()}
