"""Abbreviations and lay names, spelled out for retrieval: only insiders know what a "PLP" is."""

from __future__ import annotations

import re

from assistant.texts import lexicon

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def spell_out(text: str, language: str) -> str:
    """Return the text with the meaning behind each abbreviation, once: "PLP" → "PLP (Policy Learning Platform)".

    An abbreviation that is a common word too ("ma", "pi") counts only in capitals.
    """
    known = lexicon(language).abbreviations
    done: set[str] = set()

    def expand(match: re.Match[str]) -> str:
        word = match[0]
        meaning = known.get(word) or known.get(word.lower())
        if not meaning or meaning in done or meaning.lower() in text.lower():
            return word
        done.add(meaning)
        return f"{word} ({meaning})"

    return _TOKEN.sub(expand, text)
