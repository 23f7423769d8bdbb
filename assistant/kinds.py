"""Which kinds of answer a question asks for (an amount, a date, a contact), and which kinds a text holds."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.index.sparse import fold, words
from assistant.texts import lexicon

KINDS = ("amount", "date", "contact")

_PERIOD = re.compile(r"\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATE = re.compile(r"\b(?:\d{1,2} \w+ )?(?:19|20)\d\d\b")
_CONTACT = re.compile(r"@|\d(?:[\d /.()-]{6,})\d|www\.")


def mentions(folded: str, hint: str) -> bool:
    """Whether a hint stands in a folded text as words of its own; the text begins and ends with a space."""
    at = folded.find(hint)
    while at >= 0:
        before, after = folded[at - 1 : at], folded[at + len(hint) : at + len(hint) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = folded.find(hint, at + 1)
    return False


def asked(text: str, language: str) -> frozenset[str]:
    """Return the kinds of answer that a question asks for; often none."""
    folded = f" {fold(text)} "
    return frozenset(k for k, hints in lexicon(language).asks.items() if any(mentions(folded, h) for h in hints))


@lru_cache(maxsize=8192)  # the same sentences are looked at for every question
def held(text: str, language: str) -> frozenset[str]:
    """Return the kinds that a text holds; a programme period such as 2021-2027 is neither a date nor an amount."""
    known = lexicon(language)
    plain = _PERIOD.sub(" ", fold(text))
    tokens = set(words(plain))
    found = {
        "amount": any(c.isdigit() for c in _DATE.sub(" ", plain)) or not tokens.isdisjoint(known.number_words),
        "date": bool(_YEAR.search(plain)) or not tokens.isdisjoint(known.months),
        "contact": bool(_CONTACT.search(plain)),
    }
    return frozenset(kind for kind, there in found.items() if there)


def match(wanted: frozenset[str], text: str, language: str) -> float:
    """Return the share of the wanted kinds that a text holds; 0.5 where none is wanted."""
    return len(wanted & held(text, language)) / len(wanted) if wanted else 0.5
