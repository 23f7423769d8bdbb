"""What a question takes for granted: "now that the UK takes part", "omdat we 85 % krijgen", "klopt het dat …".

Such a clause is looked up like a question of its own; where the documentation says otherwise, the answer begins there.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.index.sparse import fold, terms, words
from assistant.mentions import mentions
from assistant.texts import LANGUAGES, lexicon

_SHORT = 2  # content words; a clause with fewer takes nothing for granted that could be looked up


@cache
def _pattern(language: str) -> re.Pattern[str]:
    openings = "|".join(map(re.escape, sorted(lexicon(language).premise, key=len, reverse=True)))
    return re.compile(rf"(?:^|[\s,;(])(?:{openings})\s+([^,;?!.]+(?:\.\d[^,;?!.]*)*)", re.IGNORECASE)


def premises(text: str, language: str) -> tuple[str, ...]:
    """Return the clauses that a question takes for granted, as they stand in it; often none.

    >>> premises("Now that the UK takes part again, can a Welsh council lead?", "en")
    ('the UK takes part again',)
    """
    name = language if language in LANGUAGES else "en"
    found = (match[1].strip() for match in _pattern(name).finditer(text))
    return tuple(clause for clause in found if len(set(terms(clause, name))) >= _SHORT)


def contradicts(quote: str, quote_language: str, clause: str, language: str) -> bool:
    """Whether a quote about the same thing says otherwise: another number where the clause has one, or a denial."""
    said, claimed = mentions(quote, quote_language), mentions(clause, language)
    numbers = claimed.numbers - _years(claimed.numbers)
    if numbers and said.numbers and numbers.isdisjoint(said.numbers):
        return True
    return _denies(quote, quote_language) != _denies(clause, language)


def _years(numbers: frozenset[str]) -> frozenset[str]:
    return frozenset(number for number in numbers if re.fullmatch(r"(?:19|20)\d\d", number))


def _denies(text: str, language: str) -> bool:
    denials = lexicon(language).denials
    said = words(fold(text))
    return any(word in denials for word in said)
