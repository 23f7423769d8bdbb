"""Plain text: paragraphs are separated by empty lines; lines that begin with a bullet are a list."""

from __future__ import annotations

import re

from ingest.blocks import Block, Parsed
from ingest.loaders.decoding import decode

_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+(.*)")


def load(data: bytes) -> Parsed:
    """Read a plain text file.

    Raises:
        Unreadable: the bytes are not UTF-8 text.

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
            blocks.append(Block("item", " ".join(bullet[1].split())))
        elif blocks:
            last = blocks.pop()
            blocks.append(Block(last.kind, f"{last.text} {' '.join(line.split())}".strip()))
        elif line.strip():
            blocks.append(Block("paragraph", " ".join(line.split())))
    return [block for block in blocks if block.text]
