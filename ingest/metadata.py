"""A document's metadata: what front matter says, checked, and what stands in for it where it says nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.blocks import Parsed, Unreadable, slugify

_ID = r"^[a-z0-9-]+$"
_TARGET = r"^[a-z0-9-]+(#[a-z0-9-]+)?$"
_PROVISIONAL = {"provisional", "draft", "voorlopig", "ontwerp"}
_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


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
    supersedes: Annotated[tuple[Target, ...], BeforeValidator(_listed)] = ()
    valid_from: Date | None = None
    valid_until: Date | None = None
    status: Annotated[Literal["provisional"] | None, BeforeValidator(_status)] = None
    owner: str | None = Field(None, max_length=200)
    review: Date | None = None


def metadata_of(parsed: Parsed, path: Path, root: Path, guess_language: Any) -> Metadata:
    """Return a file's metadata: front matter first, then its first heading, its path, and the language of its text.

    Raises:
        Unreadable: a value in the front matter cannot be used; the text names it.

    """
    values = {key: value for key, value in parsed.metadata.items() if value not in ("", None)}
    relative = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    values.setdefault("id", slugify(relative.with_suffix("").as_posix()) or "document")
    first = next((block.text for block in parsed.blocks if block.kind == "heading"), "")
    values.setdefault("title", first or re.sub(r"[-_]+", " ", path.stem).strip().capitalize())
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
