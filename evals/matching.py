"""Whether a fact stands in a text, as the test sets define it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_DASHES = str.maketrans({"–": "-", "—": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,'\u2009\u202f\u00a0 ]\d{3})+(?![\d])")


def normalise(text: str) -> str:
    """Return text lower-cased, without accents, thousands separators, non-breaking or repeated spaces.

    >>> normalise("EUR 1.508.765 – Één")
    'eur 1508765 - een'
    """
    decomposed = unicodedata.normalize("NFKD", _THOUSANDS.sub(_digits, text).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.translate(_DASHES).split())


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match[0])


def contains(text: str, spelling: str) -> bool:
    """Whether `spelling` stands in `text` at word boundaries, both normalised.

    >>> contains("at most 180%", "80%"), contains("80% for public bodies", "80%")
    (False, True)
    """
    wanted = normalise(spelling)
    if not wanted:
        return False
    left = r"(?<!\w)" if wanted[0].isalnum() else ""
    right = r"(?!\w)" if wanted[-1].isalnum() else ""
    # "4" is not in "1.4", nor "1" in "1.4": a separator between digits is no word boundary.
    if wanted[0].isdigit():
        left += r"(?<!\d[.,])"
    if wanted[-1].isdigit():
        right += r"(?![.,]\d)"
    return re.search(left + re.escape(wanted) + right, normalise(text)) is not None


def facts_found(text: str, facts: Sequence[Sequence[str]]) -> int:
    """Return how many facts have at least one of their spellings in the text."""
    return sum(any(contains(text, spelling) for spelling in spellings) for spellings in facts)
