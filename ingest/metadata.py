"""A document's metadata: what front matter says, checked, and what stands in for it where it says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.blocks import Parsed, Unreadable, slugify

_ID = r"^[a-z0-9-]+$"
_TARGET = r"^[a-z0-9-]+(#[a-z0-9-]+)?$"
_PROPERTIES = ("title", "publisher", "language", "date")
_PROVISIONAL = {"provisional", "draft", "voorlopig", "ontwerp"}
_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def listed(value: Any) -> Any:
    """Return one value as a list of one."""
    return [value] if isinstance(value, str) else value


def _kind(value: Any) -> Any:
    """Keep the kind that means something here; what other systems call one is nothing to us."""
    return "staff answer" if value == "staff answer" else None


def _status(value: Any) -> Any:
    """Keep what says that a document is not final; what else a publishing system calls a status means nothing here."""
    return "provisional" if isinstance(value, str) and value.strip().casefold() in _PROVISIONAL else None


Id = Annotated[str, Field(pattern=_ID, max_length=200)]
Target = Annotated[str, Field(pattern=_TARGET, max_length=400)]
Date = Annotated[str, Field(pattern=_DATE)]


class Metadata(BaseModel):
    """Front matter; keys that it does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Id
    title: str = Field(min_length=1, max_length=500)
    publisher: str = ""
    language: str = Field(pattern=r"^[a-z]{2}$")
    date: Date | None = None
    period: str | None = Field(None, max_length=40)
    audience: Literal["public", "staff"] = "public"
    url: str | None = Field(None, pattern=r"^https?://")
    translation_of: Id | None = None
    supersedes: Annotated[tuple[Target, ...], BeforeValidator(listed)] = ()
    valid_from: Date | None = None
    valid_until: Date | None = None
    status: Annotated[Literal["provisional"] | None, BeforeValidator(_status)] = None
    owner: str | None = Field(None, max_length=200)
    review: Date | None = None
    kind: Annotated[Literal["staff answer"] | None, BeforeValidator(_kind)] = None


def check(values: Mapping[str, Any]) -> None:
    """Check some values as they would be in front matter that has the rest.

    Raises:
        ValidationError: one cannot be used.

    """
    Metadata.model_validate({"id": "a", "title": "a", "language": "en", **values})


@dataclass(frozen=True)
class Known:
    """What a document without a name of its own is called already: it keeps that when its file moves."""

    id: str
    title: str


def metadata_of(parsed: Parsed, path: Path, root: Path, guess_language: Any, known: Known | None = None) -> Metadata:
    """Return a file's metadata: front matter first, then the properties of its format.

    What neither says comes from the first heading, the language of the text, and the path, unless the document is
    `known` under another name.

    Raises:
        Unreadable: a value in the front matter cannot be used; the text names it.

    """
    values = {key: value for key, value in parsed.metadata.items() if value not in ("", None)}
    values = {**_usable(parsed.properties), **values}
    relative = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    values.setdefault("id", known.id if known else slugify(relative.with_suffix("").as_posix()) or "document")
    values.setdefault("title", _title(parsed, path, known))
    if "language" not in values:
        sample = " ".join(block.text for block in parsed.blocks[:40])[:4000]
        values["language"] = guess_language(sample)
    try:
        return Metadata.model_validate(values)
    except ValidationError as error:
        first_error = error.errors()[0]
        name = ".".join(map(str, first_error["loc"]))
        raise Unreadable(
            f"the front matter's {name}={first_error['input']!r} cannot be used: {first_error['msg']}"
        ) from error


def _title(parsed: Parsed, path: Path, known: Known | None) -> str:
    first = next((block.text for block in parsed.blocks if block.kind == "heading"), "")
    if first or known:
        return first or (known.title if known else "")
    return re.sub(r"[-_]+", " ", path.stem).strip().capitalize()


def _usable(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return those properties of a file that can be used: any program may have written them, so none is an error."""
    usable = {}
    for key in _PROPERTIES:
        value = properties.get(key)
        try:
            check({key: value})
        except ValidationError:
            continue
        if value:
            usable[key] = value
    return usable
