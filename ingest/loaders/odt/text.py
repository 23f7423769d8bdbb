"""The text of an OpenDocument paragraph as its reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.loaders.odt.styles import DRAW, OFFICE, TEXT, Styles
from ingest.loaders.office.look import Look
from ingest.loaders.office.text import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACES = {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}
_GONE = {
    f"{TEXT}{name}" for name in ("ruby-text", "number", "page-number", "page-count", "placeholder", "tracked-changes")
}


@dataclass
class Inline:
    """A paragraph's text, what no reader sees of it, its notes' and comments' elements, and its frames."""

    text: str = ""
    unseen: str = ""
    notes: list[_Element] = field(default_factory=list)
    comments: list[_Element] = field(default_factory=list)
    frames: list[_Element] = field(default_factory=list)


def read(paragraph: _Element, styles: Styles, on_colour: bool) -> Inline:
    """Return what a paragraph says; `on_colour` where it stands on something else than white."""
    inline = Inline()
    _collect(paragraph, styles, styles.look("paragraph", paragraph.get(f"{TEXT}style-name", "")), on_colour, inline)
    inline.text, inline.unseen = plain(inline.text), plain(inline.unseen)
    return inline


def _collect(element: _Element, styles: Styles, look: Look, on_colour: bool, inline: Inline) -> None:
    def say(text: str | None) -> None:
        if look.seen(on_colour):
            inline.text += text or ""
        else:
            inline.unseen += text or ""

    say(element.text)
    for child in element:
        tag = child.tag
        if tag in _SPACES:
            say(" ")
        elif tag == f"{TEXT}note":
            inline.notes.append(child)
        elif tag == f"{OFFICE}annotation":
            inline.comments.append(child)
        elif isinstance(tag, str) and tag.startswith(DRAW) and tag != f"{DRAW}a":
            inline.frames.append(child)
        elif tag in {f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"}:
            inline.unseen += f" {child.text or child.get(f'{TEXT}string-value') or ''}"
        elif isinstance(tag, str) and tag not in _GONE:
            own = styles.look("text", child.get(f"{TEXT}style-name", "")) if tag == f"{TEXT}span" else Look()
            _collect(child, styles, own.over(look), on_colour, inline)
        say(child.tail)


def words_of(element: _Element) -> str:
    """Return all text in an element, seen or not."""
    return " ".join(map(str, element.itertext()))
