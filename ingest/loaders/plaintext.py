"""Plain text: paragraphs are separated by empty lines; lines that begin with a bullet are a list."""

from __future__ import annotations

import re

from ingest.blocks import Block, Parsed
from ingest.loaders.charset import decode
from ingest.loaders.office.text import plain

_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+(.*)")


def load(data: bytes) -> Parsed:
    """Read a plain text file.

    Raises:
        Unreadable: the bytes are no text in any encoding that can be told.

    """
    blocks: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", decode(data)):
        blocks.extend(_paragraph(paragraph))
    return Parsed({}, blocks)


def _paragraph(paragraph: str) -> list[Block]:
    blocks: list[Block] = []
    for line in paragraph.splitlines():
        bullet = _BULLET.match(line)
        if bullet:
            blocks.append(Block("item", plain(bullet[1])))
        elif blocks:
            last = blocks.pop()
            blocks.append(Block(last.kind, f"{last.text} {plain(line)}".strip()))
        elif line.strip():
            blocks.append(Block("paragraph", plain(line)))
    return [block for block in blocks if block.text]
