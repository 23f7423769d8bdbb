"""What a PDF repeats on its pages and nobody quotes: running heads and feet, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.loaders.pdf import notes as pdf_notes
from ingest.loaders.pdf import running as pdf_running
from ingest.loaders.pdf.columns import Piece
from ingest.loaders.pdf.headings import Entry
from ingest.loaders.pdf.lines import Line
from ingest.loaders.pdf.page import Page
from ingest.loaders.pdf.paragraphs import pitches
from ingest.loaders.pdf.tables import Table

_EDGE = 0.13  # of the page's height, at the top and at the bottom, where running heads and feet stand
_LONE = 0.2  # of the page's height, at the bottom, where a page number may stand alone
_DIGITS = re.compile(r"\d+")
_ROMAN = r"(?=[ivxlc])(?:x[cl]|l?x{0,3})(?:ix|iv|v?i{0,3})"
_PAGE_NUMBER = re.compile(
    rf"[-–|\[(\s]*(?:(?:page|pagina|p\.|pag\.|blz\.?)\s*)?(?:\d{{1,4}}|{_ROMAN})(?:\s*(?:/|of|van|\|)\s*\d{{1,4}})?[-–|\])\s]*",
    re.IGNORECASE,
)


class _Key(NamedTuple):
    """What is the same of a line that pages repeat: its text, how far it stands from the edge, and its size."""

    text: str
    place: int
    size: int


def remove(pages: Sequence[Page], outline: Sequence[Entry]) -> None:
    """Take running heads, running feet and page numbers off all pages.

    A line is one if it stands at the same height near the edge of three pages or more (of two, if there are no more
    than four) and differs in its digits only, or stands where other pages have such lines, as a chapter's title does
    above its few pages, or is a title of the outline that stands elsewhere. Lines in bold or larger type must be the
    same in their digits too, since "Article 3" may head a page as "Article 4" heads the next. Nor is a footnote one,
    or a line of a text.
    """
    usual = body_size(pages)
    keys = {id(piece): key for page in pages for piece in page.pieces if (key := _key(piece, page, usual))}
    keys |= {id(line): _sideways_key(line) for page in pages for part in page.sideways for line in part}
    counts = Counter(key for page in pages for key in {keys[id(one)] for one in _all(page) if id(one) in keys})
    repeated = {key for key, count in counts.items() if count >= (2 if len(pages) <= 4 else 3)}
    places = _places(counts, repeated, usual)
    titles = pdf_running.heads(pages, outline, keys.keys(), usual)
    pitch = _pitch(pages)

    removed: set[int] = set()
    for page in pages:
        marks = pdf_notes.marks([piece for piece in page.pieces if isinstance(piece, Line)])
        found = [
            piece
            for piece in _all(page)
            if (
                ((key := keys.get(id(piece))) and (key in repeated or key[1:] in places or _is_page_number(piece)))
                or id(piece) in titles
                or _is_lone_number(piece, page)
            )
            and not (isinstance(piece, Line) and (_is_note(piece, page, marks) or _is_entered(piece)))
        ]
        removed |= {id(piece) for piece in found} - _in_text(found, page, pitch)
    # Where pages hold nothing else ("Page 1 of the test"), it is what somebody wrote on them.
    if any(id(piece) not in removed for page in pages for piece in _all(page)):
        _take_off(pages, removed)


def _take_off(pages: Sequence[Page], removed: set[int]) -> None:
    for page in pages:
        page.pieces = [piece for piece in page.pieces if id(piece) not in removed]
        sideways = [[line for line in part if id(line) not in removed] for part in page.sideways]
        page.sideways = [part for part in sideways if part]


def _all(page: Page) -> list[Piece]:
    return [*page.pieces, *(line for part in page.sideways for line in part)]


def _is_note(line: Line, page: Page, marks: set[str]) -> bool:
    return line.top > (page.top + page.bottom) / 2 and pdf_notes.is_one(line, marks)


def _is_entered(line: Line) -> bool:
    return any(word.entered for word in line.words)


def _pitch(pages: Sequence[Page]) -> dict[float, float]:
    columns = [[piece for piece in page.pieces if isinstance(piece, Line)] for page in pages]
    return pitches(sorted(column, key=lambda line: (round(line.x0 / 10), line.base)) for column in columns)


def _in_text(found: Sequence[Piece], page: Page, pitch: dict[float, float]) -> set[int]:
    """Return, by `id`, which of the lines begin or end a text: the next one of it stands right beside them."""
    middle = (page.top + page.bottom) / 2
    out = {id(piece) for piece in found}
    for piece in sorted(found, key=lambda piece: abs(piece.top - middle)):
        if any(id(other) not in out and _adjoin(piece, other, pitch) for other in page.pieces):
            out.discard(id(piece))
    return {id(piece) for piece in found} - out


def _adjoin(one: Piece, other: Piece, pitch: dict[float, float]) -> bool:
    if not (isinstance(one, Line) and isinstance(other, Line)) or abs(one.size - other.size) > 0.5:
        return False
    usual = min(pitch.get(round(one.size * 2) / 2, 0.0), 2 * one.size)
    near = max(1.5 * one.size, 1.1 * usual)
    return other.x0 < one.x1 and one.x0 < other.x1 and 0 < abs(one.base - other.base) <= near


def _places(counts: Counter[_Key], repeated: set[_Key], usual: float) -> set[tuple[int, int]]:
    """Return the heights and sizes at which lines are mostly repeated.

    Four lines in ten do, on four pages at least; of lines in large type, which may be titles, six in ten on six pages.
    """
    found, all_there = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for key, count in counts.items():
        all_there[key[1:]] += count
        found[key[1:]] += count if key in repeated else 0
    places = set()
    for place, count in found.items():
        least, share = (6, 0.6) if place[1] > _step(8.8 * usual) else (4, 0.4)
        if count >= max(least, share * all_there[place]):
            places.add(place)
    return places


def body_size(pages: Sequence[Page]) -> float:
    """Return the font size, in points, of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            if isinstance(piece, Line):
                sizes[round(piece.size * 2) / 2] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _key(piece: Piece, page: Page, usual: float) -> _Key | None:
    margin = _EDGE * (page.bottom - page.top)
    if piece.bottom <= page.top + margin:
        place = _step(piece.top - page.top)
    elif piece.top >= page.bottom - margin:
        place = -_step(page.bottom - piece.bottom) - 1
    else:
        return None
    if isinstance(piece, Table):
        return _Key(_DIGITS.sub("#", "\n".join(line.text for line in piece.lines())), place, 0)
    title = piece.size > 1.1 * usual or (piece.bold and not _is_page_number(piece))
    text = piece.text if title else _DIGITS.sub("#", piece.text)
    return _Key(text.casefold(), place, _step(piece.size * 8))


def _sideways_key(line: Line) -> _Key:
    place = _step(line.base) * 10_000 + _step(line.x0)
    return _Key(_DIGITS.sub("#", line.text).casefold(), place, 0)


def _step(points: float) -> int:
    return round((points + 0.3) / 4)  # 0.3, since whole points are common and must not fall on a border


def _is_page_number(piece: Piece) -> bool:
    return isinstance(piece, Line) and bool(_PAGE_NUMBER.fullmatch(piece.text))


def _is_lone_number(piece: Piece, page: Page) -> bool:
    """Whether a page number stands below everything else, further from the edge than most do."""
    low = page.bottom - piece.bottom < _LONE * (page.bottom - page.top)
    if not low or not _is_page_number(piece):
        return False
    others = [other.bottom for other in page.pieces if other is not piece]
    return piece.top - max(others, default=page.top) > 2.5 * (piece.bottom - piece.top)
