"""Loaders: the bytes of a file in, blocks of text out; one module a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.blocks import Parsed, Unreadable
from ingest.loaders import markdown, plaintext

LOADERS: dict[str, Callable[[bytes], Parsed]] = {
    ".md": markdown.load,
    ".markdown": markdown.load,
    ".txt": plaintext.load,
}

MAX_BYTES = 20_000_000
_MAX_LINE = 200_000


def load(path: Path, data: bytes) -> Parsed:
    """Read a file by its suffix.

    Raises:
        Unreadable: the format is not known, or the file cannot be read; the text says why.

    """
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        raise Unreadable(f"files of type {path.suffix or '(none)'} cannot be read; known are {', '.join(LOADERS)}")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES / 1e6:.0f} MB, the most that can be read")
    longest = max(map(len, data.split(b"\n")), default=0)
    if longest > _MAX_LINE:
        raise Unreadable(
            f"a line of {longest:,} bytes is no text that somebody wrote; at most {_MAX_LINE:,} can be read"
        )
    parsed = loader(data)
    if not any(block.kind not in {"heading", "source"} for block in parsed.blocks):
        raise Unreadable("the file holds no text")
    return parsed
