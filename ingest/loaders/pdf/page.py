"""A PDF page as it was read: its lines and tables with their places, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest.loaders.pdf import drawing as pdf_drawing
from ingest.loaders.pdf import forms as pdf_forms
from ingest.loaders.pdf import rules as pdf_rules
from ingest.loaders.pdf import tables as pdf_tables
from ingest.loaders.pdf import unruled as pdf_unruled
from ingest.loaders.pdf import words as pdf_words
from ingest.loaders.pdf.columns import Piece
from ingest.loaders.pdf.covers import Box
from ingest.loaders.pdf.lines import Line, segments
from ingest.loaders.pdf.rules import Rule

_FEW_EDGES = 5  # fewer lines than this make no table


@dataclass
class Page:
    """A page, numbered from 1; `pieces` stand in no order, from `top` to `bottom` of the page.

    `sideways` is text turned by a quarter or more against most text of the page. `drawn` says that something besides
    text is on it, and `rules` are its level lines; `unnamed` counts the signs whose meaning the font does not tell.
    """

    number: int
    pieces: list[Piece] = field(default_factory=list)
    sideways: list[list[Line]] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0
    hidden: int = 0
    unnamed: int = 0
    garbled: bool = False
    drawn: bool = False
    rules: list[Rule] = field(default_factory=list)

    def is_printed(self) -> bool:
        """Whether text stands on it besides what was typed into the fields of a form."""
        lines = (line for piece in self.pieces for line in ([piece] if isinstance(piece, Line) else piece.lines()))
        return any(not word.entered for line in lines for word in line.words)


def read(page: Any, number: int) -> Page:
    """Read a page of a pypdfium2 document."""
    drawing = pdf_drawing.read(page)
    crop = page.get_cropbox()
    media = page.get_mediabox()
    crop = (max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3]))
    text_page = page.get_textpage()
    try:
        words = pdf_words.read(text_page, crop, drawing)
    finally:
        text_page.close()
    drawn = bool(drawing.pictures or drawing.edges or drawing.backings)
    found = Page(number, hidden=words.hidden, unnamed=words.unnamed, drawn=drawn)
    found.garbled = words.unnamed * 2 > words.signs
    if found.garbled:
        words.seen.clear()
    fields = pdf_forms.read(page, crop)
    turn = max(words.seen, key=lambda turn: sum(len(word.text) for word in words.seen[turn]), default=0)
    words.seen.setdefault(turn, []).extend(word for field in fields for word in pdf_forms.words(field, turn))
    if any(words.seen.values()):
        _place(found, words, turn, drawing, crop)
    return found


def _place(found: Page, words: pdf_words.Words, turn: int, drawing: pdf_drawing.Drawing, crop: Box) -> None:
    _, found.top, _, found.bottom = pdf_words.turned(turn, crop)
    upright = words.seen[turn]
    tables: list[pdf_tables.Table] = []
    edges = [pdf_words.turned(turn, edge) for edge in drawing.edges]
    found.rules = pdf_rules.read(edges)
    if len(edges) >= _FEW_EDGES:
        tables, upright = pdf_tables.find(edges, upright, found.number)
    banded, parts = pdf_unruled.find(segments(upright, found.number), found.rules, found.number, banded=True)
    found.pieces = [*tables, *banded, *parts]
    found.sideways = [segments(words.seen[other], found.number) for other in sorted(words.seen) if other != turn]
