"""Where a word may be broken at the end of a line, by a small rule that does for Dutch and English prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARGIN = 2  # letters that stay together at either end
# A consonant between vowels goes to the next syllable; of several, the last one does, with its partner.
_BREAK = re.compile(
    r"(?<=[aeiouyà-ü])(?=(?:[bcdfgkptv][lr]|ch|sh|th|ph|qu|[b-df-hj-np-tv-xz])[aeiouyà-ü])"
    r"|(?<=[aeiouyà-ü][b-df-hj-np-tv-xz])(?=(?:[bcdfgkptv][lr]|sch|ch|sh|th|ph|qu|[b-df-hj-np-tv-xz])[aeiouyà-ü])",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"ch|sh|th|ph|ck|qu|ij", re.IGNORECASE)


def breaks(word: str) -> Iterator[tuple[str, str]]:
    """Return (head, tail) for each place at which `word` may be broken, the longest head first.

    The form in which reportlab's `hyphenationLang` takes a rule. Neither a sound that two letters write nor the first
    or last two letters of a word are taken apart.

    >>> list(breaks("timber")), list(breaks("aanvraag"))
    ([('tim', 'ber')], [('aan', 'vraag')])
    """
    places = [match.start() for match in _BREAK.finditer(word)]
    for place in reversed(places):
        kept = _MARGIN <= place <= len(word) - _MARGIN - 1
        if kept and not _WHOLE.fullmatch(word[place - 1 : place + 1]):
            yield word[:place], word[place:]
