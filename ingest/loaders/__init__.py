"""Loaders: the bytes of a file in, blocks of text out; one module a format, imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from ingest import sniff
from ingest.blocks import Parsed, Unreadable

_MODULES = {
    ".md": "markdown",
    ".txt": "plaintext",
    ".pdf": "pdf.document",
    ".docx": "docx.document",
    ".pptx": "pptx.document",
    ".odt": "odt.document",
    ".xlsx": "table.spreadsheet",
    ".ods": "table.spreadsheet",
    ".csv": "table.csv",
    ".html": "html.document",
    ".mhtml": "html.document",
    ".epub": "epub",
}
TEXT = frozenset({".md", ".markdown", ".txt"})  # formats that are read as they stand
MAX_BYTES = 100_000_000
_MAX_TEXT_BYTES = 20_000_000
_MAX_LINE = 200_000


def load(path: Path, data: bytes) -> Parsed:
    """Read a file as what it is, whatever its name says.

    Raises:
        Unreadable: the format is not known, or the file cannot be read; the text says why.

    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES / 1e6:.0f} MB, the most that can be read")
    kind = sniff.kind(path, data)
    if kind in TEXT:
        _check_text(data)
    module = import_module(f"ingest.loaders.{_MODULES[kind]}")
    parsed = cast(Parsed, module.load(data))
    if not any(block.kind not in {"heading", "source"} for block in parsed.blocks):
        raise Unreadable(_textless(parsed, kind))
    return parsed


def _textless(parsed: Parsed, kind: str) -> str:
    """Say why nothing of a file can be read, and what helps."""
    if parsed.warnings:
        return f"the file holds no text that a reader can see ({parsed.warnings[0]}): show it, and save the file again"
    what = "headings and no text under them" if parsed.blocks else "no text"
    helps = "" if kind in TEXT else ": if it stands in pictures, save it as PDF and run ocrmypdf over that"
    return f"the file holds {what}{helps}"


def _check_text(data: bytes) -> None:
    if len(data) > _MAX_TEXT_BYTES:
        raise Unreadable(f"the file is larger than {_MAX_TEXT_BYTES / 1e6:.0f} MB, the most that text can have")
    longest = max(map(len, data.split(b"\n")), default=0)
    if longest > _MAX_LINE:
        raise Unreadable(
            f"a line of {longest:,} bytes is no text that somebody wrote; at most {_MAX_LINE:,} can be read"
        )
