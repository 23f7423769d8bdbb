"""Spelling: words with one slip in them, as people type them, read as the words that were meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from wordfreq import top_n_list

from assistant import rarity
from assistant.index.sparse import SparseIndex, terms

_KNOWN = 20_000  # words of the language at large that may have been meant
_LETTERS = 6  # of a word that is long enough to be recognised with a slip in it
_ENDING = 4  # letters that a stem is shorter by at most
_WORD = re.compile(rf"\b[a-zà-ÿ]{{{_LETTERS},}}\b")


@cache
def _common(language: str) -> dict[int, list[str]]:
    """Return the language's common words by their length, the most common first."""
    found: dict[int, list[str]] = {}
    for word in top_n_list(language, _KNOWN, wordlist="small"):
        if word.isalpha():
            found.setdefault(len(word), []).append(word)
    return found


def _stem(word: str, language: str) -> str:
    return next(iter(terms(word, language)), "")


def _has(index: SparseIndex, word: str) -> bool:
    """Whether a document has the word, or another form of it; a misspelled word may have a known stem by accident."""
    stem = _stem(word, index.language)
    return len(stem) > len(word) - _ENDING and stem in index.document_frequency


@lru_cache(maxsize=4096)
def _meant(word: str, language: str) -> str:
    common = _common(language)
    near = [other for length in (len(word), len(word) + 1, len(word) - 1) for other in common.get(length, ())]
    near = [other for other in near if other[:1] == word[:1]]
    hits = process.extract(word, near, scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=None)
    return max((hit[0] for hit in hits), key=lambda other: -rarity.general(other, language), default=word)


def corrected(text: str, language: str, indexes: Sequence[SparseIndex]) -> str:
    """Return the text with each unknown small-letter word read as the common word that is one slip away.

    A word that the language or any document knows stays, and so does every name. That a document knows it counts for
    little where a function word was meant, or another form of the same stem: "hoevel" is what stemming leaves of
    "hoeveelheid".
    """

    def read(match: re.Match[str]) -> str:
        word = match[0]
        if not rarity.is_unknown(word, language):
            return word
        meant = _meant(word, language)
        known = any(_has(index, word) for index in indexes)
        return meant if not known or _stem(meant, language) in {"", _stem(word, language)} else word

    return _WORD.sub(read, text)
