"""The words of a PDF page with their places, and those that no reader can see kept apart (pdfium's text page).

Places are in points, turned so that text runs to the right and the next line stands below: `x0`, `x1`, and `base`, the
baseline, which grows downwards. `turn` is by how many quarters the text was turned on the page.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ingest.loaders.pdf_drawing import Box, Drawing, address

Ink = Literal["seen", "white", "none"]

_MIN_SIZE = 2.0  # points; nobody reads smaller text
_PAGE_PICTURE = 0.5  # of the page's area, from which invisible text is a scan's text layer
_HYPHENS = {2: "-", 0xFFFE: "-", 0x2010: "-", 0x2011: "-"}
_BOLD = re.compile(r"bold|black|heavy|semibd|demi", re.IGNORECASE)
_LIGATURES = re.compile("[\ufb00-\ufb06]")


@dataclass(slots=True)
class Word:
    """A word; `glued` where no space precedes it, `raised` where it stands above the line as a note's number does."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    glued: bool = False
    raised: bool = False


@dataclass
class Words:
    """A page's words in the order of the file, by turn; `hidden` and `unnamed` count the words and signs left out."""

    seen: dict[int, list[Word]] = field(default_factory=dict)
    hidden: int = 0
    unnamed: int = 0
    signs: int = 0


class _Style(NamedTuple):
    size: float
    bold: bool
    turn: int | None
    ink: Ink
    order: int


def turned(turn: int, box: Box) -> Box:
    """Return (x0, top, x1, bottom) of a (left, bottom, right, top) for text that is turned by `turn` quarters."""
    left, bottom, right, top = box
    return (
        (left, -top, right, -bottom),
        (bottom, left, top, right),
        (-right, bottom, -left, top),
        (-top, -right, -bottom, -left),
    )[turn]


def read(text_page: Any, crop: Box, drawing: Drawing) -> Words:
    """Return the words of a page; `crop` is the part of it that is shown."""
    reader = _Reader(text_page, crop, drawing)
    reader.run()
    return reader.words


class _Reader:
    """Goes over the characters of a page and makes words of them."""

    def __init__(self, text_page: Any, crop: Box, drawing: Drawing) -> None:
        import pypdfium2.raw as c

        self.c = c
        self.page = text_page
        self.crop = crop
        self.drawing = drawing
        area = (crop[2] - crop[0]) * (crop[3] - crop[1])
        self.scan = drawing.pictures >= _PAGE_PICTURE * area
        self.words = Words()
        self.styles: dict[int, _Style] = {}
        self.word: Word | None = None
        self.style: _Style | None = None
        self.box: Box = (0.0, 0.0, 0.0, 0.0)

    def run(self) -> None:
        c, page = self.c, self.page
        rectangle = c.FS_RECTF()
        for index in range(c.FPDFText_CountChars(page)):
            code = c.FPDFText_GetUnicode(page, index)
            item = c.FPDFText_GetTextObject(page, index)
            if not item or code in (0x20, 0xA0, 9, 10, 13):
                self.end()
                continue
            self.words.signs += 1
            if code in (0, 0xFFFD) or c.FPDFText_HasUnicodeMapError(page, index) == 1:
                self.words.unnamed += 1
                self.end()
                continue
            c.FPDFText_GetLooseCharBox(page, index, rectangle)
            box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            self.sign(_HYPHENS.get(code) or chr(code), index, self.style_of(item, index), box)
        self.end()

    def sign(self, sign: str, index: int, style: _Style, box: Box) -> None:
        if style.turn is None:  # askew: a stamp such as "DRAFT" across the page
            self.end()
            return
        x0, _, x1, _ = turned(style.turn, box)
        word, before = self.word, self.style
        base = word.base if word and style is before else self.baseline(index, style.turn)
        glued = raised = False
        if word and before:
            near = -0.5 < (x0 - word.x1) / max(style.size, word.size) < 0.25
            same = near and abs(base - word.base) < 0.2 * word.size and style.size > 0.85 * word.size
            if same and (style.ink, style.turn) == (before.ink, before.turn):
                word.text += sign
                word.x1 = max(word.x1, x1)
                self.style = style
                self.box = _around(self.box, box)
                return
            glued = near and abs(base - word.base) < 0.7 * word.size
            raised = glued and base < word.base - 0.15 * word.size and style.size < word.size
            self.end()
        self.word = Word(sign, x0, x1, base, style.size, style.bold, glued, raised)
        self.style, self.box = style, box

    def end(self) -> None:
        """Put the word away that is being made."""
        word, style = self.word, self.style
        self.word = None
        if word is None or style is None or style.turn is None:
            return
        word.text = _clean(word.text)
        if not word.text:
            return
        if self.visible(style):
            self.words.seen.setdefault(style.turn, []).append(word)
        else:
            self.words.hidden += 1

    def visible(self, style: _Style) -> bool:
        x, y = (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2
        if style.size < _MIN_SIZE or not _holds(self.crop, x, y):
            return False
        if style.ink == "white":
            return any(order < style.order and _holds(box, x, y) for order, box in self.drawing.backings)
        return style.ink == "seen" or self.scan

    def baseline(self, index: int, turn: int) -> float:
        x, y = ctypes.c_double(), ctypes.c_double()
        self.c.FPDFText_GetCharOrigin(self.page, index, x, y)
        return (-y.value, x.value, y.value, -x.value)[turn]

    def style_of(self, item: Any, index: int) -> _Style:
        key = address(item)
        style = self.styles.get(key)
        if style is None:
            style = self.styles[key] = self.style_at(item, index, key)
        return style

    def style_at(self, item: Any, index: int, key: int) -> _Style:
        c = self.c
        matrix = c.FS_MATRIX()
        c.FPDFText_GetMatrix(self.page, index, matrix)
        size = abs(c.FPDFText_GetFontSize(self.page, index)) * math.hypot(matrix.c, matrix.d)
        degrees = math.degrees(math.atan2(matrix.b, matrix.a))
        turn = round(degrees / 90)
        straight = abs(degrees - turn * 90) < 5
        mode = c.FPDFTextObj_GetTextRenderMode(item)
        order = self.drawing.order.get(key, 1 << 30)
        bold = mode == c.FPDF_TEXTRENDERMODE_FILL_STROKE or _is_bold(c, c.FPDFTextObj_GetFont(item))
        return _Style(size, bold, turn % 4 if straight else None, _ink(c, item, mode), order)


def _ink(c: Any, item: Any, mode: int) -> Ink:
    if mode == c.FPDF_TEXTRENDERMODE_INVISIBLE:
        return "none"
    if mode not in (c.FPDF_TEXTRENDERMODE_FILL, c.FPDF_TEXTRENDERMODE_FILL_CLIP):
        return "seen"
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return "seen"
    if alpha.value < 10:
        return "none"
    return "white" if min(red.value, green.value, blue.value) >= 250 else "seen"


def _is_bold(c: Any, font: Any) -> bool:
    buffer = ctypes.create_string_buffer(200)
    length = c.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    if 0 < length <= len(buffer) and _BOLD.search(buffer.value.decode("utf-8", "replace")):
        return True
    return bool(c.FPDFFont_GetFlags(font) & 1 << 18) or c.FPDFFont_GetWeight(font) >= 650


def _clean(text: str) -> str:
    text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), unicodedata.normalize("NFC", text))
    # The soft hyphen matters at a line's end; format signs such as the zero-width space never do.
    inner = text[:-1].replace("\xad", "") + text[-1:]
    return "".join(sign for sign in inner if sign == "\xad" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
