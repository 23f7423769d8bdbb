"""Where shapes stand on a slide: the order in which they are read, what lies off it, and where white can be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ingest.loaders.office.look import is_light

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_DEEPEST = 10  # groups in groups
_STANDARD = 10  # placeholders of the standard layouts have lower indices, in the order of reading


@dataclass(frozen=True)
class Placed:
    """A shape with its absolute place, in English Metric Units from the slide's top left corner."""

    shape: Any
    left: float
    top: float
    width: float
    height: float

    def meets(self, other: Placed) -> bool:
        """Whether two shapes overlap."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    def is_off(self, width: int, height: int) -> bool:
        """Whether no part of the shape lies on a slide of this size."""
        beside = self.left >= width or self.left + self.width < 0
        return beside or self.top >= height or self.top + self.height < 0


@dataclass(frozen=True)
class _Frame:
    """The coordinates inside a group: absolute = offset + scale * own (ECMA-376 part 1, 20.1.7.5)."""

    left: float = 0
    top: float = 0
    across: float = 1
    down: float = 1

    def place(self, shape: Any) -> Placed:
        left, top, width, height = (float(v or 0) for v in (shape.left, shape.top, shape.width, shape.height))
        return Placed(
            shape,
            self.left + self.across * left,
            self.top + self.down * top,
            self.across * width,
            self.down * height,
        )

    def inside(self, group: Any) -> _Frame:
        own = self.place(group)
        transform = group._element.grpSpPr.find(f"{A}xfrm")
        offset, extent = (
            transform.find(f"{A}{name}") if transform is not None else None for name in ("chOff", "chExt")
        )
        if offset is None or extent is None:
            return self
        across = own.width / (int(extent.get("cx", "0")) or 1)
        down = own.height / (int(extent.get("cy", "0")) or 1)
        return _Frame(
            own.left - across * int(offset.get("x", "0")), own.top - down * int(offset.get("y", "0")), across, down
        )


def in_reading_order(shapes: Iterable[Any], line: float) -> list[Placed]:
    """Return shapes from top to bottom, and from left to right where their tops differ by less than `line`.

    A group stays together, and standard placeholders keep the order of their index: a column before the next.
    """
    return _ordered(shapes, line, _Frame(), 0)


def _ordered(shapes: Iterable[Any], line: float, frame: _Frame, depth: int) -> list[Placed]:
    placed = [frame.place(shape) for shape in shapes]
    fixed = sorted((p for p in placed if _index(p.shape) < _STANDARD), key=lambda p: _index(p.shape))
    free = _by_place([p for p in placed if _index(p.shape) >= _STANDARD], line)
    found: list[Placed] = []
    for one in _merged(fixed, free):
        if hasattr(one.shape, "shapes"):
            if depth < _DEEPEST:
                found += _ordered(one.shape.shapes, line, frame.inside(one.shape), depth + 1)
        else:
            found.append(one)
    return found


def _index(shape: Any) -> int:
    return int(shape.placeholder_format.idx) if shape.is_placeholder else _STANDARD


def _by_place(placed: list[Placed], line: float) -> list[Placed]:
    lines: list[list[Placed]] = []
    for one in sorted(placed, key=lambda p: p.top):
        if lines and one.top - lines[-1][0].top < line:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [one for same in lines for one in sorted(same, key=lambda p: p.left)]


def _merged(fixed: Sequence[Placed], free: Sequence[Placed]) -> list[Placed]:
    """Put each free shape before the first of the fixed ones that begins lower."""
    waiting, merged = list(free), []
    for one in fixed:
        while waiting and waiting[0].top < one.top:
            merged.append(waiting.pop(0))
        merged.append(one)
    return merged + waiting


class Colours:
    """What is not white on a slide."""

    def __init__(self, slide: Any, placed: Sequence[Placed]) -> None:
        self._slide = slide
        self._placed = placed
        self._layout = slide.slide_layout
        self._master = self._layout.slide_master
        mapping = self._master._element.find(f"{P}clrMap")
        self._map = dict(mapping.attrib) if mapping is not None else {}

    def lie_under(self, placed: Placed) -> bool:
        """Whether a shape stands on a colour or picture, of its own or of something else."""
        if not self._has_white_page or self._is_filled(placed.shape):
            return True
        return any(other.meets(placed) for other in self._painted if other.shape is not placed.shape)

    @cached_property
    def _painted(self) -> list[Placed]:
        below = [placed for owner in (self._master, self._layout) for placed in in_reading_order(owner.shapes, 1)]
        every = (*below, *self._placed)
        return [p for p in every if p.shape._element.tag == f"{P}pic" or self._is_filled(p.shape)]

    def is_white(self, fill: _Element | None) -> bool:
        """Whether a solid fill is white, or as good as white."""
        for colour in fill if fill is not None else ():
            value = colour.get("val", "")
            changed = any(_thousandths(e) < 94_000 for e in colour.iterfind(f"{A}lumMod"))
            if colour.tag == f"{A}srgbClr":
                return is_light(value)
            if colour.tag == f"{A}schemeClr":
                return self._map.get(value, value) in {"lt1", "bg1"} and not changed
            if colour.tag == f"{A}prstClr":
                return value == "white"
        return False

    @cached_property
    def _has_white_page(self) -> bool:
        for owner in (self._slide, self._layout, self._master):
            background = owner._element.find(f"{P}cSld/{P}bg")
            if background is not None:
                reference = background.find(f"{P}bgRef")
                if reference is not None:
                    return reference.get("idx") in {"1001", "0", "1000"} and self.is_white(reference)
                solid = background.find(f"{P}bgPr/{A}solidFill")
                return solid is not None and self.is_white(solid)
        return True

    def _is_filled(self, shape: Any) -> bool:
        """Whether a shape has a colour, by itself, by the layout's shape that it fills, or by its style."""
        base = getattr(shape, "_base_placeholder", None) if shape.is_placeholder else None
        for one in (shape, base):
            properties = one._element.find(f"{P}spPr") if one is not None else None
            for fill in properties if properties is not None else ():
                if fill.tag == f"{A}noFill":
                    return False
                if fill.tag == f"{A}solidFill":
                    return not self.is_white(fill)
                if fill.tag in {f"{A}gradFill", f"{A}blipFill", f"{A}pattFill", f"{A}grpFill"}:
                    return True
        reference = shape._element.find(f"{P}style/{A}fillRef")
        return reference is not None and reference.get("idx", "0") != "0" and not self.is_white(reference)


def _thousandths(element: _Element) -> int:
    value = element.get("val", "")
    return int(value) if value.isdecimal() else 0
