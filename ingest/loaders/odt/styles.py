"""What an OpenDocument text's styles say of a paragraph and of its look (OASIS ODF 1.3 part 3, 16 and 20)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.loaders.office.look import Look, is_light

if TYPE_CHECKING:
    from lxml.etree import _Element

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"

_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_COLOURED = ("text", "paragraph", "table-cell", "table-row", "table", "section", "graphic")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835}


class Styles:
    """The named and automatic styles of a document, by family and name."""

    def __init__(self, *roots: _Element | None) -> None:
        self._styles: dict[tuple[str, str], _Element] = {}
        self._outline: dict[int, _Element] = {}
        self.page_is_coloured = False
        for root in roots:
            if root is None:
                continue
            for style in root.iterfind(f"./*/{STYLE}style"):
                self._styles[style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")] = style
            for level in root.iterfind(f"./*/{TEXT}outline-style/{TEXT}outline-level-style"):
                self._outline[number(level.get(f"{TEXT}level"), 0)] = level
            pages = root.iter(f"{STYLE}page-layout-properties")
            self.page_is_coloured |= any(is_coloured(page.get(f"{_FO}background-color")) for page in pages)
        self.look = cache(self._look)

    def _chain(self, family: str, name: str) -> list[_Element]:
        found: list[_Element] = []
        while (family, name) in self._styles and len(found) < 20:
            found.append(self._styles[family, name])
            name = found[-1].get(f"{STYLE}parent-style-name", "")
        return found

    def is_title(self, name: str) -> bool:
        """Whether a paragraph's style is the title's, or is based on it."""
        return name == "Title" or any(style.get(f"{STYLE}name") == "Title" for style in self._chain("paragraph", name))

    def _look(self, family: str, name: str) -> Look:
        result = Look()
        for style in reversed(self._chain(family, name)):
            result = _look(style).over(result)
        return result

    def is_outlined(self, name: str) -> bool:
        """Whether the outline numbers a heading of this style, and neither another list does nor none."""
        lists = (style.get(f"{STYLE}list-style-name") for style in self._chain("paragraph", name))
        return next((one for one in lists if one is not None), "Outline") == "Outline"

    def label(self, counters: dict[int, int], level: int) -> str:
        """Return the number of a heading under the outline's numbering, such as "3.2"; empty where it has none."""
        style = self._outline.get(level)
        if style is None or not style.get(f"{STYLE}num-format"):
            return ""
        shown = number(style.get(f"{TEXT}display-levels"), 1)
        levels = range(max(level - shown + 1, 1), level + 1)
        formats = {lvl: self._outline[lvl].get(f"{STYLE}num-format", "") for lvl in levels if lvl in self._outline}
        return ".".join(_written(counters.get(lvl, 1), formats[lvl]) for lvl in levels if formats.get(lvl))

    def start(self, level: int) -> int:
        """Return where the numbers of a level begin."""
        style = self._outline.get(level)
        return number(style.get(f"{TEXT}start-value") if style is not None else None, 1)


def number(text: str | None, default: int) -> int:
    """Return a number as these files write it, or the default where it is none."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else default


def is_coloured(colour: str | None) -> bool:
    """Whether a background colour is another one than white."""
    return colour is not None and colour != "transparent" and not is_light(colour.removeprefix("#"))


def _look(style: _Element) -> Look:
    text = style.find(f"{STYLE}text-properties")
    about = [style.find(f"{STYLE}{name}-properties") for name in _COLOURED]
    colours = [one.get(f"{_FO}background-color") for one in about if one is not None]
    graphic = style.find(f"{STYLE}graphic-properties")
    if graphic is not None and graphic.get(f"{DRAW}fill") == "solid":
        colours.append(graphic.get(f"{DRAW}fill-color"))
    shaded = any(map(is_coloured, colours))
    look = Look(shaded=True if shaded else None)
    if text is None:
        return look
    colour, display, size = text.get(f"{_FO}color"), text.get(f"{TEXT}display"), _points(text.get(f"{_FO}font-size"))
    return replace(
        look,
        vanish=None if display is None else display == "none",
        white=None if colour is None else is_light(colour.removeprefix("#")),
        tiny=None if size is None else size < 2,
    )


def _points(length: str | None) -> float | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(pt|in|cm|mm)", length or "")
    return float(match[1]) * _POINTS[match[2]] if match else None


def _written(count: int, format_: str) -> str:
    if format_ in {"a", "A"} and 0 < count <= 26:
        return chr(ord(format_) + count - 1)
    return str(count)
