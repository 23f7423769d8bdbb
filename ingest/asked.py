"""One more phrasing in a `NAME.asked.yaml`: a line in the file's own style, and the rest byte for byte as it was."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingest.blocks import Unreadable
from ingest.phrasings import read


@dataclass(frozen=True)
class _Insertion:
    at: int
    text: str


def append(old: str, slug: str, question: str) -> str:
    """Return the text of a phrasings file with `question` as the last one of `slug`.

    Raises:
        Unreadable: the file is no phrasings file, or written in a way that a line cannot be added to.

    """
    wanted = read(old.encode())
    wanted[slug] = [*wanted.get(slug, []), question]
    end = "\r\n" if "\r\n" in old else "\n"
    found = _insertion(old, slug, question)
    before, after = old[: found.at], old[found.at :]
    if before and not before.endswith("\n") and "\n" in found.text:
        before += end  # the file's last line had no end
    new = before + found.text.replace("\n", end) + after
    # Anchors, flow style over several lines and the like are rare: better to refuse than to guess.
    if _same(new, wanted):
        return new
    raise Unreadable("a line cannot be added to its phrasings file as it is written: add it by hand")


def _same(text: str, wanted: dict[str, list[str]]) -> bool:
    try:
        return read(text.encode()) == wanted
    except Unreadable:
        return False


def _insertion(old: str, slug: str, question: str) -> _Insertion:
    root: Any = yaml.compose(old, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    for key, value in pairs:
        if key.value == slug:
            return _into_flow(value, question) if value.flow_style else _below(old, value, question)
    block = next((value for _, value in pairs if not value.flow_style and value.value), None)
    indent = " " * block.start_mark.column if block is not None else ""
    return _Insertion(len(old), f"{_scalar(slug)}:\n{indent}- {_scalar(question)}\n")


def _below(old: str, value: Any, question: str) -> _Insertion:
    last, indent = value.value[-1], value.start_mark.column
    dash = old[last.start_mark.index - last.start_mark.column :][indent : last.start_mark.column]
    # The mark stands behind a quote or a word, or at the beginning of the line below a block of text.
    at = last.end_mark.index
    if at == 0 or old[at - 1] != "\n":
        line = old.find("\n", at)
        at = len(old) if line < 0 else line + 1
    return _Insertion(at, f"{' ' * indent}{dash if dash.strip() == '-' else '- '}{_scalar(question)}\n")


def _into_flow(value: Any, question: str) -> _Insertion:
    quoted = yaml.safe_dump([question], allow_unicode=True, width=float("inf"), default_flow_style=True).strip()[1:-1]
    return _Insertion(value.end_mark.index - 1, f", {quoted}" if value.value else quoted)


def _scalar(text: str) -> str:
    dumped = yaml.safe_dump([text], allow_unicode=True, width=float("inf"), default_flow_style=False)
    return dumped.removeprefix("- ").rstrip("\n")


def replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all; its permissions stay.

    Raises:
        OSError: the folder cannot be written.

    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        else:
            fresh.chmod(0o644)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


__all__ = ["append", "replace"]
