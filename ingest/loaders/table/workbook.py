"""What every reader of a spreadsheet format gives: the sheets that a person sees, and what was left out of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.loaders.office.text import Hidden
from ingest.loaders.table.rows import Line, Room

# A yes and a no whose language is not known yet; no text of a cell has this sign.
YES, NO = "\0yes", "\0no"


@dataclass(frozen=True)
class Sheet:
    """A visible sheet with its filled lines."""

    name: str
    lines: Sequence[Line]


@dataclass
class Workbook:
    """The visible sheets in order, the file's properties, the hidden words by place, and formulas without a result."""

    sheets: list[Sheet] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    hidden: Hidden = field(default_factory=Hidden)
    uncomputed: int = 0
    room: Room = field(default_factory=Room)

    def leave_out(self, sheet: str, what: str, texts: Iterable[str]) -> None:
        """Count the words of a sheet that no reader can see; `what` says where, such as "hidden rows"."""
        self.hidden.place = f"sheet {sheet!r}, {what}"
        self.hidden.add(" ".join(texts))
