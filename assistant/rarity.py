"""How much a word says: rare words tell questions apart, common ones hardly do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from wordfreq import zipf_frequency

from assistant.index.sparse import SparseIndex

_COMMONEST, _RAREST = 7.0, 2.5  # Zipf's scale: of "the", and of what the word list does not know


@lru_cache(maxsize=65_536)
def general(word: str, language: str) -> float:
    """Return how rare a word is in the language at large, 0 (as "the") to 1 (unknown, as most names).

    Source: word frequencies on the Zipf scale, van Heuven et al., SUBTLEX-UK (2014), as wordfreq has them.
    """
    zipf = float(zipf_frequency(word, language, wordlist="small", minimum=_RAREST))
    return min(max((_COMMONEST - zipf) / (_COMMONEST - _RAREST), 0.0), 1.0)


def is_unknown(word: str, language: str) -> bool:
    """Whether the language at large does not know a word: it is a name, a term of the trade, or misspelled."""
    return general(word, language) >= 1.0


def weight(word: str, term: str, language: str, indexes: Sequence[SparseIndex]) -> float:
    """Return how much a question's word says among these documents, 0 to 1.

    `term` is its stem. What is common in the documents says little there, however rare it is elsewhere; what they never
    say is judged by the language at large, so that an ordinary verb that they lack does not pass for a name.
    """
    large = general(word, language)
    if not indexes or not indexes[0].document_frequency.get(term):
        return large
    index = indexes[0]
    return 0.5 * (large + index.rarity(term) / index.rarity(""))
