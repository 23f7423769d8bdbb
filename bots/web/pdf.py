"""What is done with an original that is a PDF: a page found, measured, marked and drawn.

Nobody vouches for the file, so these functions run in a child process; `bots.web.sheets` calls them there.
"""

from __future__ import annotations

import ctypes
import io
import math
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bots.web.marking import continues, find, forms, plain

DPI = 110
MOST_PIXELS = 4_000  # of the longer side
_MEMORY = 1_500_000_000  # bytes of address space
_MOST_CHARACTERS = 60_000  # of a page; what comes after them is not searched
_MOST_BOXES = 200
_BEGINNING = 30  # letters by which a quote is known that ends on the page after
_SEARCHING = 4.0  # seconds that pages may be looked through for a quote
_FINE = 1_000_000  # steps of a page's side in which pdfium says where something is


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in percent of its width and height from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Survey:
    """A page of an original: its number (from 1), how many there are, its size in pixels, and where the quote is.

    `home` is the number of the page that the quote is from, None where that is not known.
    """

    number: int
    pages: int
    width: int
    height: int
    home: int | None = None
    marks: tuple[Box, ...] = ()


def confine() -> None:
    """Take from the process what drawing pages does not need: most memory, writing files, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(1_000)


def survey(path: str, wanted: int | None, home: int | None, quote: str) -> Survey | None:
    """Measure a page of a PDF and find a quote on it.

    Args:
        path: where the file lies.
        wanted: the number of the page to look at; None for the one where the quote stands, or else the first.
        home: the number of the page from which the quote was taken, where that is known.
        quote: the quoted text; empty for none.

    Returns:
        What was found, or None where there is no such page.

    """
    with _opened(path) as document:
        pages = len(document)
        home = home if home and home <= pages else None
        if quote and home is None:
            home = _search(document, quote)
        number = wanted or home or 1
        if not 1 <= number <= pages:
            return None
        page = document[number - 1]
        scale = _scale(page)
        width, height = (math.ceil(side * scale) for side in page.get_size())
        marks = _marks(page, quote, number - home) if quote and home else ()
        return Survey(number, pages, width, height, home, marks)


def draw(path: str, number: int) -> bytes | None:
    """Draw a page of a PDF as WebP at about 110 dpi, or return None where there is no such page."""
    with _opened(path) as document:
        if not 1 <= number <= len(document):
            return None
        page = document[number - 1]
        image = page.render(scale=_scale(page)).to_pil().convert("RGB")
        made = io.BytesIO()
        image.save(made, "WEBP", quality=82, method=3)
        return made.getvalue()


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


def _scale(page: Any) -> float:
    longer = max(page.get_size())
    return min(DPI / 72, MOST_PIXELS / longer) if longer > 0 else DPI / 72


def _search(document: Any, quote: str) -> int | None:
    """Return the first page on which a quote stands, whole or else its beginning, as far as there is time to look."""
    until = time.monotonic() + _SEARCHING
    wanted = forms(quote)
    begins = None
    for index in range(len(document)):
        if time.monotonic() > until:
            break
        text = plain(document[index].get_textpage().get_text_range()[:_MOST_CHARACTERS])
        if any(form in text for form in wanted):
            return index + 1
        if begins is None and any(len(form) > _BEGINNING and form[:_BEGINNING] in text for form in wanted):
            begins = index + 1
    return begins


def _marks(page: Any, quote: str, beyond: int) -> tuple[Box, ...]:
    """Return the boxes of a quote on its own page (`beyond` 0), or of its end on the page after (1)."""
    if beyond not in {0, 1}:
        return ()
    text = page.get_textpage()
    characters = _characters(text)
    ranges = find(quote, characters) if beyond == 0 else continues(quote, characters)
    corners = [text.get_rect(index) for start, end in ranges for index in range(text.count_rects(start, end - start))]
    return tuple(_box(page, *rectangle) for rectangle in corners[:_MOST_BOXES])


def _characters(text: Any) -> str:
    """Return the characters of a page, each at pdfium's own index, which `get_text_range` does not keep to."""
    import pypdfium2.raw as pdfium

    count = min(text.count_chars(), _MOST_CHARACTERS)
    codes = (pdfium.FPDFText_GetUnicode(text, index) for index in range(count))
    return "".join(chr(code) if code <= sys.maxunicode else " " for code in codes)


def _box(page: Any, left: float, bottom: float, right: float, top: float) -> Box:
    """Turn a rectangle in the page's own coordinates (ISO 32000-1, 8.3.2.3) into one of the page as it is shown."""
    import pypdfium2.raw as pdfium

    corners = []
    for x, y in ((left, bottom), (right, top)):
        to_right, to_bottom = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, to_right, to_bottom)
        corners.append((to_right.value, to_bottom.value))
    (x1, x2), (y1, y2) = (sorted(min(max(value, 0), _FINE) for value in axis) for axis in zip(*corners, strict=True))
    across, down = max(x2 - x1, _FINE // 1000), max(y2 - y1, _FINE // 500)
    # pdfium's rectangles touch the letters; what marks them shows a little around.
    around = min(across, down) // 6
    shape = (x1 - around, y1 - around, across + 2 * around, down + 2 * around)
    return Box(*(round(side * 100 / _FINE, 2) for side in shape))
