"""The numbers that Word computes for paragraphs in lists (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.loaders.docx.styles import VAL, Styles, W, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class _Level:
    format: str
    text: str
    start: int
    restarts: bool
    decimal: bool
    style: str | None


@dataclass(frozen=True)
class Numbered:
    """A paragraph's place in a list: its level from 0, and the label in front of it ("3.2."; empty for a bullet)."""

    level: int
    label: str


class Numbering:
    """The lists of a document; ask for its paragraphs in their order, since that is what counts."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._nums: dict[str, _Element] = {}
        self._abstract: dict[str, _Element] = {}
        if root is not None:
            self._nums = {n.get(f"{W}numId", ""): n for n in root.iterfind(f"{W}num")}
            self._abstract = {a.get(f"{W}abstractNumId", ""): a for a in root.iterfind(f"{W}abstractNum")}
        self._levels: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def of(self, properties: _Element | None) -> Numbered | None:
        """Return the next number of the list that a paragraph stands in, or None where it stands in none."""
        found = self._place(properties)
        if found is None:
            return None
        num, level = found
        key, levels = self._list(num)
        if level not in levels or levels[level].format == "none":
            return None
        counters = self._counters.setdefault(key, {})
        self._count(num, level, levels, counters)
        return Numbered(level, _label(level, levels, counters))

    def _place(self, properties: _Element | None) -> tuple[str, int] | None:
        """Return list and level: the paragraph's own before its style's, where the level may name the style."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        num, level = value(own, "numId"), value(own, "ilvl")
        for style in self._styles.chain(value(properties, "pStyle")):
            if num is not None:
                break
            inherited = style.find(f"{W}pPr/{W}numPr")
            num = value(inherited, "numId")
            if num is not None and level is None:
                level = value(inherited, "ilvl") or self._linked(num, value(properties, "pStyle"))
        if num is None or num == "0" or num not in self._nums:
            return None
        return num, min(max(number(level), 0), 8)

    def _linked(self, num: str, style: str | None) -> str | None:
        names = [s.get(f"{W}styleId") for s in self._styles.chain(style)]
        levels = self._list(num)[1] if num in self._nums else {}
        return next((str(i) for name in names for i, level in levels.items() if level.style == name), None)

    def _list(self, num: str) -> tuple[str, dict[int, _Level]]:
        """Return the key under which a list counts, and its levels."""
        if num not in self._levels:
            key, abstract = self._definition(num)
            levels = (
                {number(e.get(f"{W}ilvl")): _level(e) for e in abstract.iterfind(f"{W}lvl")}
                if abstract is not None
                else {}
            )
            for override in self._nums[num].iterfind(f"{W}lvlOverride/{W}lvl"):
                levels[number(override.get(f"{W}ilvl"))] = _level(override)
            self._levels[num] = (key, levels)
        return self._levels[num]

    def _definition(self, num: str) -> tuple[str, _Element | None]:
        key = value(self._nums[num], "abstractNumId") or ""
        for _ in range(5):  # a definition may point to a list style, and that one to another definition (17.9.21)
            link = value(self._abstract.get(key), "numStyleLink")
            style = next(iter(self._styles.chain(link)), None) if link else None
            target = value(style.find(f"{W}pPr/{W}numPr"), "numId") if style is not None else None
            if target not in self._nums:
                break
            key = value(self._nums[target], "abstractNumId") or ""
        return key, self._abstract.get(key)

    def _count(self, num: str, level: int, levels: dict[int, _Level], counters: dict[int, int]) -> None:
        override = self._nums[num].find(f"{W}lvlOverride[@{W}ilvl='{level}']/{W}startOverride")
        if override is not None and (num, level) not in self._begun:
            counters[level] = number(override.get(VAL), 1)
        else:
            counters[level] = counters.get(level, levels[level].start - 1) + 1
        self._begun.add((num, level))
        for deeper in [i for i in counters if i > level and (i not in levels or levels[i].restarts)]:
            del counters[deeper]


def _level(element: _Element) -> _Level:
    return _Level(
        format=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        start=number(value(element, "start"), 0),
        restarts=value(element, "lvlRestart") != "0",
        decimal=element.find(f"{W}isLgl") is not None,
        style=value(element, "pStyle"),
    )


def _label(level: int, levels: dict[int, _Level], counters: dict[int, int]) -> str:
    if levels[level].format == "bullet":
        return ""

    def fill(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        if at not in levels:
            return ""
        format_ = "decimal" if levels[level].decimal else levels[at].format
        return _written(counters.get(at, levels[at].start), format_)

    return re.sub(r"%([1-9])", fill, levels[level].text)


def _written(count: int, format_: str) -> str:
    match format_:
        case "upperRoman" | "lowerRoman" if 0 < count < 4000:
            roman = ""
            for size, sign in _ROMAN:
                roman += sign * (count // size)
                count %= size
            return roman.upper() if format_ == "upperRoman" else roman
        case "upperLetter" | "lowerLetter" if 0 < count <= 780:
            letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letters.upper() if format_ == "upperLetter" else letters
        case "decimalZero":
            return f"{count:02d}"
        case "none" | "bullet":
            return ""
    return str(count)
