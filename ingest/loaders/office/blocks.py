"""The blocks of a document in the making: notes wait for the end of what refers to them, cells are gathered apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingest.blocks import Block


@dataclass
class Blocks:
    """What was found so far; `depth` is how many cells or notes lie around the place that is being read."""

    found: list[Block] = field(default_factory=list)
    depth: int = 0
    _waiting: list[Block] = field(default_factory=list)

    def add(self, block: Block) -> None:
        """Add a block; notes that wait come before it, unless it goes on with the list or table that they belong to."""
        goes_on = self.found and self.found[-1].kind == block.kind and block.kind in {"item", "row"}
        if not goes_on:
            self.flush()
        self.found.append(block)

    def add_note(self, text: str) -> None:
        """Let a note's text wait."""
        if text:
            self._waiting.append(Block("paragraph", text))

    def flush(self) -> None:
        """Add the notes that wait, outside of cells."""
        if not self.depth:
            self.found += self._waiting
            self._waiting = []

    def inside(self, fill: Callable[[], None]) -> list[Block]:
        """Return the blocks that `fill` adds, apart from the others."""
        outer, self.found = self.found, []
        self.depth += 1
        try:
            fill()
            return self.found
        finally:
            self.found = outer
            self.depth -= 1


def joined(blocks: Iterable[Block]) -> str:
    """Return the paragraphs of a cell or note as one text."""
    text = ""
    for block in blocks:
        text += ("" if not text else " " if text[-1] in ".,:;!?" else ", ") + block.text
    return text
