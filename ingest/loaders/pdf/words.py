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

from ingest.loaders.pdf.covers import Box
from ingest.loaders.pdf.drawing import Drawing

Ink = Literal["seen", "white", "none"]

_MIN_SIZE = 2.0  # points; nobody reads smaller text
_PAGE_PICTURE = 0.5  # of the page's area, from which invisible text is a scan's text layer
_HYPHENS = {2: "-", 0xFFFE: "-", 0x2010: "-", 0x2011: "-"}
_SPACES = frozenset((0x20, 0xA0, 9, 10, 13))
_OBJECT_AT = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_BOLD = re.compile(r"bold|black|heavy|semibd|demi", re.IGNORECASE)
_LIGATURES = re.compile("[\ufb00-\ufb06]")


@dataclass(slots=True)
class Word:
    """A word, with how it stands behind the one before.

    `glued` where no space parts them, `spaced` where both are of one text with a space in it, however wide that is
    drawn; `raised` where it stands above the line as a note's number does; `entered` in a field of a form.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    glued: bool = False
    raised: bool = False
    spaced: bool = False
    entered: bool = False


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
    named: bool  # whether the font says which characters its signs are
    covers: tuple[Box, ...] = ()  # what was painted over it


_NO_STYLE = _Style(0.0, False, 0, "seen", 0, True)


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
        self.page = text_page.raw
        self.crop = crop
        self.drawing = drawing
        shown = sum(_area(_common(picture, crop)) for picture in drawing.pictures)
        self.scan = shown >= _PAGE_PICTURE * _area(crop)
        self.words = Words()
        self.styles: dict[int, _Style] = {}
        self.word: Word | None = None
        self.style = _NO_STYLE
        self.point = (0.0, 0.0)
        self.last_x0 = 0.0
        self.covered = self.thought = False
        self.before: Word | None = None
        self.space: _Style | None = None

    def run(self) -> None:
        c, page, rectangle = self.c, self.page, self.c.FS_RECTF()
        # As plain numbers, which are much faster to compare than ctypes pointers.
        object_at = ctypes.cast(c.FPDFText_GetTextObject, _OBJECT_AT)
        handle = ctypes.cast(page, ctypes.c_void_p).value
        last, style = 0, _NO_STYLE
        for index in range(c.FPDFText_CountChars(page)):
            code, item = c.FPDFText_GetUnicode(page, index), object_at(handle, index)
            if not item:  # a space or a line's end of which pdfium thinks that it belongs here
                self.end()
                self.thought = True
                continue
            if code in _SPACES:
                self.end()
                self.before, self.space = None, self.styles.get(item)
                continue
            if item != last:
                last, style = item, self.style_of(item, index)
            self.words.signs += 1
            if not style.named or code in (0, 0xFFFD):
                self.words.unnamed += 1
                self.end()
            elif style.turn is None:  # askew: a stamp such as "DRAFT" across the page
                self.end()
            else:
                c.FPDFText_GetLooseCharBox(page, index, rectangle)
                self.sign(_HYPHENS.get(code) or chr(code), index, style, rectangle)
        self.end()

    def sign(self, sign: str, index: int, style: _Style, box: Any) -> None:
        x0, x1 = _along(style.turn, box)
        word, before = self.word, self.style
        covered = bool(style.covers) and self.is_covered(style, box)
        near = word is not None and x0 > self.last_x0 - 0.2 * style.size and x0 - word.x1 < 0.25 * style.size
        self.last_x0 = x0
        if word is not None and near and style is before:
            word.text += sign
            word.x1 = max(word.x1, x1)
            self.covered |= covered
            return
        base = self.baseline(index, style.turn)
        alike = near and (style.turn, style.ink) == (before.turn, before.ink)
        if word is not None and alike and _is_level(word, base, style.size):
            word.text += sign
            word.x1, self.style = max(word.x1, x1), style
            self.covered |= covered
            return
        self.end()
        self.covered = covered
        self.word = _beside(self.before, Word(sign, x0, x1, base, style.size, style.bold), self.thought)
        self.thought = False
        self.word.spaced, self.space = self.space is style, None
        self.style, self.point = style, ((box.left + box.right) / 2, (box.bottom + box.top) / 2)

    def end(self) -> None:
        """Put the word away that is being made."""
        word, self.word = self.word, None
        if word is None:
            return
        self.before = word
        word.text = cleaned(word.text)
        if word.text and not self.covered and self.visible(self.style):
            self.words.seen.setdefault(self.style.turn or 0, []).append(word)
        elif word.text:
            self.words.hidden += 1

    def visible(self, style: _Style) -> bool:
        if style.size < _MIN_SIZE or not _holds(self.crop, *self.point):
            return False
        if style.ink == "white":
            return any(order < style.order and _holds(box, *self.point) for order, box in self.drawing.backings)
        return style.ink == "seen" or self.scan

    def is_covered(self, style: _Style, box: Any) -> bool:
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        return any(left < x < right and bottom < y < top for left, bottom, right, top in style.covers)

    def baseline(self, index: int, turn: int | None) -> float:
        x, y = ctypes.c_double(), ctypes.c_double()
        self.c.FPDFText_GetCharOrigin(self.page, index, x, y)
        return (-y.value, x.value, y.value, -x.value)[turn or 0]

    def style_of(self, key: int, index: int) -> _Style:
        if key not in self.styles:
            self.styles[key] = self.style_at(key, index)
        return self.styles[key]

    def style_at(self, key: int, index: int) -> _Style:
        c, item, matrix = self.c, self.c.FPDFText_GetTextObject(self.page, index), self.c.FS_MATRIX()
        c.FPDFText_GetMatrix(self.page, index, matrix)
        size = abs(c.FPDFText_GetFontSize(self.page, index)) * math.hypot(matrix.c, matrix.d)
        degrees = math.degrees(math.atan2(matrix.b, matrix.a))
        turn = round(degrees / 90)
        straight = abs(degrees - turn * 90) < 5
        mode = c.FPDFTextObj_GetTextRenderMode(item)
        order = self.drawing.order.get(key, 1 << 30)
        return _Style(
            size=size,
            bold=mode == c.FPDF_TEXTRENDERMODE_FILL_STROKE or _is_bold(c, c.FPDFTextObj_GetFont(item)),
            turn=turn % 4 if straight else None,
            ink=_ink(c, item, mode),
            order=order,
            # A line through a word, or a frame's edge, is lower than its letters.
            covers=tuple(
                box
                for place, box in self.drawing.covers
                if place > order and min(box[2] - box[0], box[3] - box[1]) > 0.6 * size
            ),
            named=c.FPDFText_HasUnicodeMapError(self.page, index) != 1,
        )


def _is_level(word: Word, base: float, size: float) -> bool:
    return abs(base - word.base) < 0.2 * word.size and size > 0.85 * word.size


def _beside(before: Word | None, word: Word, parted: bool) -> Word:
    """Return a word that says whether it stands against the one before it, as a raised number does.

    `parted` says that pdfium sees a space between them, which it also does where one of them is raised.
    """
    if before is None:
        return word
    gap = (word.x0 - before.x1) / word.size
    alike = abs(word.base - before.base) < 0.05 * word.size and abs(word.size - before.size) < 0.05 * word.size
    if (0.04 if parted and alike else 0.1) > gap > -0.2:
        word.glued = abs(word.base - before.base) < 0.7 * before.size
        word.raised = word.glued and word.base < before.base - 0.15 * before.size and word.size < before.size
    return word


def _along(turn: int | None, box: Any) -> tuple[float, float]:
    """Return where a character begins and ends along its line."""
    if turn == 0:
        return box.left, box.right
    x0, _, x1, _ = turned(turn or 0, (box.left, box.bottom, box.right, box.top))
    return x0, x1


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


def cleaned(text: str) -> str:
    """Return a word without ligatures and without signs that only a program reads."""
    text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), unicodedata.normalize("NFC", text))
    # The soft hyphen matters at a line's end; format signs such as the zero-width space never do.
    inner = text[:-1].replace("\xad", "") + text[-1:]
    return "".join(sign for sign in inner if sign == "\xad" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})


def _common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
