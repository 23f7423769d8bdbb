"""What a text mentions that a question may ask for: names, numbers, dates, places, contact details."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from assistant.index.sparse import fold
from assistant.rarity import general
from assistant.texts import lexicon

_PERIOD = re.compile(r"\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d\b")
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’]\d+)*(?:['’][^\W_]+)?")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_CONTACT = re.compile(r"@|www\.|(?:\+|\b0)\d[\d /.()-]{6,}\d")
_SENTENCE_END = '.!?:;\n"“”(•–—'
_UNKNOWN = 0.95  # rarity of a word that hardly anybody uses but as a name


@dataclass(frozen=True)
class Mentions:
    """The folded words of a text that are names or numbers, and whether it tells dates or how to reach somebody."""

    names: frozenset[str]
    numbers: frozenset[str]
    dates: frozenset[str]
    contact: bool


@lru_cache(maxsize=16_384)  # the same sentences are looked at for every question
def mentions(text: str, language: str) -> Mentions:
    """Return what a text mentions; a programme period such as 2021-2027 is neither a date nor a number."""
    plain = _PERIOD.sub(lambda match: " " * len(match[0]), text)
    known = lexicon(language)
    names, numbers, dates = set[str](), set[str](), set[str]()
    tokens = list(_TOKEN.finditer(plain))
    for match, following in zip_longest(tokens, tokens[1:]):
        word, folded = match[0], fold(match[0])
        if word[0].isdigit():
            of_a_month = following is not None and fold(following[0]) in known.months
            (dates if of_a_month or _YEAR.fullmatch(word) else numbers).add(folded)
        elif folded in known.months:
            dates.add(folded)
        elif folded in known.number_words:
            numbers.add(folded)
        elif word[0].isupper() and _is_name(plain, match.start(), word, language):
            names.add(folded.removesuffix("'s").removesuffix("’s"))
    return Mentions(frozenset(names), frozenset(numbers), frozenset(dates), bool(_CONTACT.search(plain)))


def _is_name(text: str, at: int, word: str, language: str) -> bool:
    """Whether a capitalised word is a name; at the beginning of a sentence only a rare word or an acronym is."""
    if len(word) > 1 and word.isupper():
        return True
    before = text[:at].rstrip()
    if before and before[-1] not in _SENTENCE_END:
        return True
    return general(fold(word), language) >= _UNKNOWN
