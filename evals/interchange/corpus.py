"""Documents as a folder of Markdown that `assistant ingest` and `eval run --corpus` read word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from assistant.errors import InvalidInput
from evals.interchange.model import SourceText

_INLINE = re.compile(r"([\\`*_\[\]<>&])")
_AT_START = re.compile(r"^(?:([#+\-=~|])|(\d+)([.)]))")
_A_SOURCE = re.compile(r"(?:Sources?|Bron(?:nen)?)\s*:")


def write(folder: Path, documents: Sequence[SourceText]) -> None:
    """Write each document as `ID.md` with front matter.

    Raises:
        InvalidInput: the folder cannot be made, or holds something already.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InvalidInput(f"The folder {str(folder)!r} is not empty: name another one, or empty it.")
    except OSError as error:
        raise InvalidInput(f"The folder {str(folder)!r} cannot be made: {error.strerror}.") from error
    for document in documents:
        (folder / f"{document.id}.md").write_text(markdown(document), encoding="utf-8")


def markdown(document: SourceText) -> str:
    """Return a document as Markdown in which no character of its text is taken for markup."""
    front = {"id": document.id, "title": document.title}
    if document.language:
        front["language"] = document.language
    parts = [f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False)}---", f"# {_escaped(document.title)}"]
    for heading, text in document.sections:
        if heading:
            parts.append(f"## {_escaped(heading)}")
        parts += [_paragraph(paragraph) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]
    return "\n\n".join(parts) + "\n"


def _paragraph(text: str) -> str:
    """Return a paragraph on one line; one that would be read as the naming of a source becomes an item of a list."""
    escaped = _escaped(text)
    return f"- {escaped}" if _A_SOURCE.match(escaped) else escaped


def _escaped(text: str) -> str:
    escaped = _INLINE.sub(r"\\\1", " ".join(text.split()))
    return _AT_START.sub(lambda mark: f"\\{mark[1]}" if mark[1] else f"{mark[2]}\\{mark[3]}", escaped)
