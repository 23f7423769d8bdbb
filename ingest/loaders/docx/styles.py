"""What a Word file's styles say of a paragraph and of the look of its runs (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.loaders.office.look import Look, is_light

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"

_HEADING = re.compile(r"(?:heading|kop) (\d)")
_LIST = re.compile(r"(?:list|lijst)\b.*?(\d)?")
_CONTENTS = re.compile(r"(?:toc|contents|inhopg|index) ?(?:\d|heading)|table of figures")
_OFF = {"0", "false", "off", "none"}
_TINY = 4  # half points


def value(element: _Element | None, name: str) -> str | None:
    """Return the w:val of a child, or None."""
    child = element.find(f"{W}{name}") if element is not None else None
    return child.get(VAL) if child is not None else None


def number(text: str | None, default: int = 0) -> int:
    """Return a number as these files write it, or the default where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def is_on(element: _Element | None, name: str) -> bool | None:
    """Return a toggle property (17.7.3), or None where it is absent."""
    child = element.find(f"{W}{name}") if element is not None else None
    return None if child is None else child.get(VAL, "1") not in _OFF


def is_coloured(properties: _Element | None) -> bool:
    """Whether the shading among these properties is another colour than white."""
    shading = properties.find(f"{W}shd") if properties is not None else None
    if shading is None:
        return False
    return not _is_white(shading.get(f"{W}fill", "auto")) or shading.get(VAL, "clear") not in {"clear", "nil"}


def _is_white(colour: str) -> bool:
    return colour.casefold() in {"auto", "white"} or is_light(colour)


def look(properties: _Element | None) -> Look:
    """Return what run properties say."""
    if properties is None:
        return Look()
    colour, size = value(properties, "color"), value(properties, "sz")
    shaded = is_coloured(properties) or value(properties, "highlight") not in {None, "none", "white"}
    return Look(
        vanish=is_on(properties, "vanish"),
        white=None if colour is None else colour != "auto" and _is_white(colour),
        tiny=None if size is None else number(size, _TINY) < _TINY,
        shaded=True if shaded else None,
    )


class Styles:
    """The styles of a document, by id; names of built-in styles are English in every language of Word."""

    def __init__(self, root: _Element | None) -> None:
        # One without an id is nobody's style.
        self._styles = (
            {} if root is None else {s.get(f"{W}styleId", ""): s for s in root.iterfind(f"{W}style[@{W}styleId]")}
        )
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None
        self._default = look(defaults)
        self._paragraph = next(
            (i for i, s in self._styles.items() if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") == "1"), ""
        )
        self.chain = cache(self._chain)
        self.look = cache(self._look)

    def _chain(self, style: str | None) -> tuple[_Element, ...]:
        """Return a paragraph's or run's style and those that it is based on, nearest first."""
        found: list[_Element] = []
        name = style or self._paragraph
        while name in self._styles and self._styles[name] not in found and len(found) < 20:
            found.append(self._styles[name])
            name = value(found[-1], "basedOn") or ""
        return tuple(found)

    def _look(self, paragraph: str | None, run: str | None) -> Look:
        result = self._default
        for style in (*reversed(self.chain(paragraph)), *(reversed(self.chain(run)) if run else ())):
            result = look(style.find(f"{W}rPr")).over(result)
            if is_coloured(style.find(f"{W}pPr")):
                result = replace(result, shaded=True)
        return result

    def names(self, style: str | None) -> list[str]:
        """Return the lower-case names of a style and of those that it is based on."""
        return [(value(s, "name") or "").casefold() for s in self.chain(style)]

    def heading_level(self, properties: _Element | None) -> int | None:
        """Return 1 to 6 for a heading, by the paragraph's outline level, its style's name, or that one's level."""
        style = value(properties, "pStyle")
        levels = [value(properties, "outlineLvl")]
        for element, name in zip(self.chain(style), self.names(style), strict=True):
            if levels[0] is None and (name == "title" or _HEADING.fullmatch(name)):
                match = _HEADING.fullmatch(name)
                return min(max(number(match[1]), 1), 6) if match else 1
            levels.append(value(element.find(f"{W}pPr"), "outlineLvl"))
        level = number(next((lvl for lvl in levels if lvl is not None), None), 9)
        return min(level + 1, 6) if 0 <= level < 9 else None

    def is_contents(self, properties: _Element | None) -> bool:
        """Whether a paragraph is a line of a table of contents, or its heading."""
        return any(map(_CONTENTS.fullmatch, self.names(value(properties, "pStyle"))[:1]))

    def list_level(self, properties: _Element | None) -> int | None:
        """Return the nesting that the name of a list style says ("List Bullet 2"), or None."""
        for name in self.names(value(properties, "pStyle")):
            match = _LIST.fullmatch(name)
            if match and name not in {"list paragraph", "list continue"}:
                return number(match[1], 1)
        return None

    def has_header_row(self, properties: _Element | None) -> bool:
        """Whether a table's style sets off the first row, and the table wants it to (17.4.55)."""
        wanted = properties.find(f"{W}tblLook") if properties is not None else None
        if wanted is None:
            return False
        old = wanted.get(VAL, "")  # a bit mask, in hexadecimal
        first = wanted.get(f"{W}firstRow") or (
            "1" if re.fullmatch(r"[0-9A-Fa-f]{1,2}[2367ABEFabef][0-9A-Fa-f]", old) else "0"
        )
        return first not in _OFF and any(
            s.find(f"{W}tblStylePr[@{W}type='firstRow']") is not None for s in self.chain(value(properties, "tblStyle"))
        )

    def is_coloured_table(self, properties: _Element | None) -> bool:
        """Whether a table or its style gives any of its cells a colour."""
        styles = self.chain(value(properties, "tblStyle")) if value(properties, "tblStyle") else ()
        inside = [shading.getparent() for s in styles for shading in s.iter(f"{W}shd")]
        return is_coloured(properties) or any(map(is_coloured, inside))
