"""Small plots as inline SVG: colours and lettering come from the page's style, by class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil, log10
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

if TYPE_CHECKING:
    from assistant.asked import Day

_WIDTH, _HEIGHT = 480, 200
_LEFT, _TOP, _BOTTOM = 52, 10, 172  # where the bars stand
_BAR = 100


def days_plot(days: Sequence[Day], statuses: Sequence[str], named: Callable[[date], str], label: str) -> Markup:
    """Draw a bar a day, the statuses stacked in it; `label` is what it is called for those who do not see it."""
    root = ET.Element(
        "svg", {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img", "aria-label": label, "class": "days"}
    )
    top = nice(max((day.total for day in days), default=0))
    for value in sorted({0, top // 2, top}):
        _grid(root, _BOTTOM - value / top * (_BOTTOM - _TOP), f"{value}")
    step = (_WIDTH - _LEFT) / max(1, len(days))
    for number, day in enumerate(days):
        _stack(root, _LEFT + number * step, step, [(status, day.counts.get(status, 0) / top) for status in statuses])
    for number in sorted({0, len(days) // 2, len(days) - 1} if days else ()):
        _date(root, _LEFT + (number + 0.5) * step, named(days[number].day), number, len(days))
    return _markup(root)


def nice(most: int) -> int:
    """Return the end of an axis on which `most` fits: 1, 2 or 5 times a power of ten.

    >>> nice(0), nice(7), nice(130)
    (2, 10, 200)
    """
    power = 10 ** int(log10(most)) if most > 0 else 1
    return max(2, next(power * lead for lead in (1, 2, 5, 10) if power * lead >= most))


def bar(count: int, most: int) -> Markup:
    """Draw a bar for a count beside which the count stands; it says nothing more, so it is hidden from readers."""
    root = ET.Element("svg", {"viewBox": f"0 0 {_BAR} 8", "preserveAspectRatio": "none", "class": "bar"})
    root.set("aria-hidden", "true")
    width = max(1, ceil(_BAR * count / max(1, most)))
    ET.SubElement(root, "rect", {"width": f"{width}", "height": "8", "class": "filled"})
    return _markup(root)


def _grid(root: ET.Element, y: float, words: str) -> None:
    ET.SubElement(root, "line", {"x1": f"{_LEFT}", "x2": f"{_WIDTH}", "y1": f"{y:g}", "y2": f"{y:g}", "class": "grid"})
    place = {"x": f"{_LEFT - 6}", "y": f"{y + 5:g}", "text-anchor": "end", "class": "tick"}
    ET.SubElement(root, "text", place).text = words


def _stack(root: ET.Element, left: float, step: float, shares: Sequence[tuple[str, float]]) -> None:
    base = float(_BOTTOM)
    for status, share in shares:
        height = share * (_BOTTOM - _TOP)
        if height > 0:
            size = {"width": f"{step * 0.8:.2f}", "height": f"{height:.2f}"}
            place = {"x": f"{left + step * 0.1:.2f}", "y": f"{base - height:.2f}"}
            ET.SubElement(root, "rect", {**place, **size, "class": f"bar-{status}"})
            base -= height


def _date(root: ET.Element, x: float, words: str, number: int, count: int) -> None:
    anchor, at = "middle", x
    if number == 0 and count > 2:
        anchor, at = "start", float(_LEFT)
    elif number == count - 1 and count > 2:
        anchor, at = "end", float(_WIDTH)
    place = {"x": f"{at:g}", "y": f"{_BOTTOM + 21}", "text-anchor": anchor, "class": "tick"}
    ET.SubElement(root, "text", place).text = words


def _markup(root: ET.Element) -> Markup:
    # ElementTree escapes whatever words are in it.
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704
