"""Where a quote stands among the characters of a page, however the page breaks its lines and joins its letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

Range = tuple[int, int]

_LONGEST_QUOTE = 4_000  # characters; a page holds about as many
_SURE, _PIECE = 12, 4  # letters that a run needs to be the quote's, and that a piece near one needs
_VALUES = re.compile(r"(?:^|;)\s*[^:;]+:\s*([^;]*)")


@dataclass(frozen=True)
class Letters:
    """A text without all that differs between a page and what was read from it, with where each letter stood."""

    text: str
    places: tuple[int, ...]


def plain(text: str) -> str:
    """Keep the letters and digits of a text: no spaces, hyphens, accents, ligatures, capitals.

    >>> plain("eﬃ-\ncient")
    'efficient'
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def letters(text: str) -> Letters:
    """Return the same letters, with the place of each."""
    kept = [(letter, place) for place, character in enumerate(text) for letter in plain(character)]
    return Letters("".join(letter for letter, _ in kept), tuple(place for _, place in kept))


def forms(quote: str) -> list[str]:
    """Return the letters of a quote as a page may have them.

    A row of a table ("Country: Belgium; Rate: 80%") stands there by its values, side by side.
    """
    quote = quote[:_LONGEST_QUOTE]
    return [form for form in (plain(quote), plain(" ".join(_VALUES.findall(quote)))) if form]


def find(quote: str, page: str) -> list[Range]:
    """Return where a quote stands on a page, as ranges of the page's characters, end excluded; none where it does not.

    Whole, where it stands there whole; otherwise the longest run that quote and page have in common counts, with the
    pieces around it that something interrupts, such as the number of a footnote.
    """
    there = letters(page)
    for form in forms(quote):
        at = there.text.find(form)
        if at >= 0:
            start, end = _range(there, at, len(form))
            return [(start, _tail(quote, page, end))]
    return [_range(there, at, size) for at, size in _pieces(plain(quote[:_LONGEST_QUOTE]), there.text)]


def continues(quote: str, page: str) -> list[Range]:
    """Return where the end of a quote stands that began on the page before."""
    there = letters(page)
    wanted = plain(quote[:_LONGEST_QUOTE])
    run = _matcher(wanted, there.text).find_longest_match()
    ends = run.size >= _SURE and run.a + run.size == len(wanted)
    if not ends:
        return []
    start, end = _range(there, run.b, run.size)
    return [(start, _tail(quote, page, end))]


def _range(there: Letters, at: int, size: int) -> Range:
    return there.places[at], there.places[at + size - 1] + 1


def _tail(quote: str, page: str, end: int) -> int:
    """Return where the quote ends with what follows its last letter: a full stop, a percent sign, a bracket."""
    closing = re.search(r"[\W_]*\Z", quote)
    for character in closing.group().strip() if closing else "":
        if page[end : end + 1] != character:
            break
        end += 1
    return end


def _matcher(wanted: str, page: str) -> SequenceMatcher[str]:
    # "Junk" would be any letter that a page has often: all of them.
    return SequenceMatcher(None, wanted, page, autojunk=False)


def _pieces(wanted: str, page: str) -> list[tuple[int, int]]:
    """Return the longest common run and what belongs to it within about a quote's length around it."""
    run = _matcher(wanted, page).find_longest_match()
    if run.size < _SURE:
        return []
    slack = len(wanted) // 5 + _PIECE
    left = max(run.b - run.a - slack, 0)
    right = run.b + len(wanted) - run.a + slack
    around = _matcher(wanted, page[left:right]).get_matching_blocks()
    return [(left + piece.b, piece.size) for piece in around if piece.size >= _PIECE]
