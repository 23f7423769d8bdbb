"""Which lines of a PDF are headings, and of which level: by the file's outline, else by their font."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ingest.loaders.pdf.lines import Line

_MAX_LEVEL = 6
_MAX_LENGTH = 200  # characters; a longer text in large type is no heading
_MAX_LINES = 4
_MAX_SENTENCE, _MAX_LABEL = 150, 60  # characters of a title that looks like the text: at all, and with a full stop
_MAX_ENTRIES = 10_000
_NUMBER = re.compile(
    r"^(?:(?:chapter|hoofdstuk|section|paragraaf|annex|bijlage|part|deel)\s+)?[\dA-Z]?(?:[\d.]+)[\s.:)–-]*",
    re.IGNORECASE,
)
_DEPTH = re.compile(r"^(\d+(?:\.\d+)*)\.?\s")
_CAPTION = re.compile(r"(?:figu(?:ur|re)|tab(?:el|le)|grafiek|chart|kaart|bron|source)\b[\s\d.:]", re.IGNORECASE)


class Entry(NamedTuple):
    """A title of the outline with the page that it points to (from 1) and its level (1 to 6)."""

    title: str
    page: int
    level: int


def outline(document: Any) -> list[Entry]:
    """Return the outline of a pypdfium2 document, in its order; entries that point nowhere are left out."""
    entries: list[Entry] = []
    for bookmark in document.get_toc(max_depth=15):
        if len(entries) >= _MAX_ENTRIES:
            break
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = bookmark.get_title().strip()
        if index is not None and _signs(title):
            entries.append(Entry(title, index + 1, min(bookmark.level + 1, _MAX_LEVEL)))
    return entries


def mark(entries: Sequence[Entry], lines: dict[int, list[Line]], body: float) -> None:
    """Set the level of the lines that an outline names; `lines` are those of each page in reading order.

    A title may run over some lines, and its number may be missing in the outline or on the page. Programs that make an
    outline of all paragraphs exist: what reads as a sentence and looks like the text, of `body` points, heads none.
    """
    for entry in entries:
        found = matching(entry.title, lines.get(entry.page, ()))
        if _is_prose(entry.title, found, body):
            continue
        for i, line in enumerate(found):
            line.level, line.begins = entry.level, i == 0


def _is_prose(title: str, lines: Sequence[Line], body: float) -> bool:
    plain = all(line.size <= 1.05 * body and not line.bold for line in lines)
    return plain and (len(title) > _MAX_SENTENCE or (len(title) > _MAX_LABEL and title.endswith((".", ":", ";"))))


def matching(title: str, lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines that have no level yet and are a title: the largest, since a running head may repeat it."""
    found = list(_matches(signs_of(title), lines))
    return max(found, key=lambda match: match[0].size) if found else ()


def _matches(wanted: set[str], lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for i in range(len(lines)):
        text = ""
        for k in range(i, min(i + _MAX_LINES, len(lines))):
            if lines[k].level or abs(lines[k].size - lines[i].size) > 1:
                break
            text += f" {lines[k].text}"
            if signs_of(text) & wanted:
                yield lines[i : k + 1]
                break


def signs_of(title: str) -> set[str]:
    """Return the letters and digits of a title, with its number and without."""
    title = title.strip()
    return {_signs(title), _signs(_NUMBER.sub("", title))} - {""}


def _signs(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


class Look(NamedTuple):
    """How a heading looks: its font size in points, whether it is bold, and how deep it is numbered."""

    size: float
    bold: bool
    depth: int


def look_of(lines: Sequence[Line], text: str, body: float, bold_body: bool) -> Look | None:
    """Return the look of lines that could be a heading, None of those that are not."""
    size, bold = lines[0].size, all(line.bold for line in lines)
    large = size >= 1.15 * body
    if not large and not (bold and not bold_body and size >= 0.95 * body):
        return None
    if len(text) > _MAX_LENGTH or len(lines) > _MAX_LINES or sum(sign.isalpha() for sign in text) < 2:
        return None
    if text.endswith((".", ";", ":", ",")) or _CAPTION.match(text):
        return None
    number = _DEPTH.match(text)
    return Look(round(size * 2) / 2, bold, number[1].count(".") + 1 if number else 1)


def levels(looks: Iterable[Look]) -> dict[Look, int]:
    """Return the level of each look: larger before smaller, bold before light, then by how deep it is numbered."""
    order = sorted(set(looks), key=lambda look: (-look.size, not look.bold, look.depth))
    return {look: min(i + 1, _MAX_LEVEL) for i, look in enumerate(order)}
