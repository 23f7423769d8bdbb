"""Small pictures as inline SVG: no script, no font, nothing from elsewhere."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup

from evals.texts import Percent

Point = tuple[float, float]


class Drawing:
    """A picture of `width` × `height` units, with a title and a description for those who do not see it.

    Colours and lettering come from the page's style, by class.
    """

    def __init__(self, width: float, height: float, title: str = "", description: str = "") -> None:
        self.root = ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}"})
        if not title:
            self.root.set("aria-hidden", "true")
            return
        name = f"picture-{zlib.crc32(f'{title} {description}'.encode()):08x}"
        self.root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
        for tag, words in (("title", title), ("desc", description)):
            ET.SubElement(self.root, tag, {"id": f"{name}-{tag}"}).text = words

    def add(self, tag: str, style: str = "", **attributes: float | str) -> ET.Element:
        """Add an element; `style` is its class, numbers are rounded to a tenth."""
        made = ET.SubElement(self.root, tag, {"class": style} if style else {})
        for name, value in attributes.items():
            shown = value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
            made.set(name.strip("_").replace("_", "-"), shown)
        return made

    def line(self, start: Point, end: Point, style: str) -> None:
        """Add a straight line."""
        self.add("line", style, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def path(self, points: Iterable[Point], style: str) -> None:
        """Add a line through points."""
        self.add("polyline", style, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))

    def dot(self, at: Point, radius: float, style: str) -> None:
        """Add a dot."""
        self.add("circle", style, cx=at[0], cy=at[1], r=radius)

    def words(self, at: Point, text: str, style: str = "", anchor: str = "start") -> None:
        """Add a line of text whose baseline starts, is centred or ends at a point."""
        self.add("text", style, x=at[0], y=at[1], text_anchor=anchor).text = text

    def markup(self) -> Markup:
        """Return the picture as HTML."""
        return Markup(ET.tostring(self.root, encoding="unicode", short_empty_elements=True))  # noqa: S704


@dataclass(frozen=True)
class Frame:
    """The area in which values are drawn: where it lies in the picture, and the values at its edges."""

    left: float
    top: float
    right: float
    bottom: float
    x: Point = (0, 1)
    y: Point = (0, 1)

    def at(self, x: float, y: float) -> Point:
        """Return where a pair of values lies in the picture; what is outside lies on the edge."""
        across = min(max((x - self.x[0]) / (self.x[1] - self.x[0]), 0), 1)
        up = min(max((y - self.y[0]) / (self.y[1] - self.y[0]), 0), 1)
        return (self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top))


def axes(
    drawing: Drawing,
    frame: Frame,
    ticks: tuple[Sequence[float], Sequence[float]],
    names: tuple[str, str],
    say: tuple[Callable[[float], str], Callable[[float], str]],
) -> None:
    """Draw the grid, the ticks' figures and the names of a horizontal and a vertical axis."""
    for value in ticks[1]:
        left, y = frame.at(frame.x[0], value)
        drawing.line((left, y), (frame.right, y), "grid")
        drawing.words((left - 6, y + 4), say[1](value), "tick", "end")
    for value in ticks[0]:
        x, bottom = frame.at(value, frame.y[0])
        drawing.line((x, bottom), (x, bottom + 4), "axis")
        drawing.words((x, bottom + 18), say[0](value), "tick", "middle")
    drawing.line((frame.left, frame.bottom), (frame.right, frame.bottom), "axis")
    drawing.words((frame.right, frame.bottom + 36), names[0], "name", "end")
    drawing.words((2, frame.top - 12), names[1], "name")


def percents(language: str) -> Callable[[float], str]:
    """Return how a language writes the percentages at an axis."""
    return lambda value: Percent(value).say(language)
