"""How a run of text looks, as far as it decides whether a reader sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

_LIGHT = 0xF0  # of 255 in each of red, green and blue: on white, nobody reads it


@dataclass(frozen=True)
class Look:
    """What is said of a run; None where nothing is, and what it stands in or is based on decides."""

    vanish: bool | None = None
    white: bool | None = None
    tiny: bool | None = None  # under two points
    shaded: bool | None = None

    def over(self, base: Look) -> Look:
        """Return this look with what it leaves open taken from `base`."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}
        return replace(base, **said)

    def seen(self, on_colour: bool) -> bool:
        """Whether a reader sees the text; `on_colour` where what it stands on is not white."""
        return not (self.vanish or self.tiny or (self.white and not self.shaded and not on_colour))


def is_light(colour: str) -> bool:
    """Whether a colour, written as six hexadecimal digits, is white or as good as white."""
    return bool(re.fullmatch(r"[0-9A-Fa-f]{6}", colour)) and min(bytes.fromhex(colour)) >= _LIGHT
