"""Abbreviations and lay names, spelled out for retrieval: only insiders know what a "PLP" is."""

from __future__ import annotations

import re

from assistant.index.sparse import fold
from assistant.kinds import mentioned
from assistant.texts import lexicon

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def spell_out(text: str, language: str) -> str:
    """Return the text with the meaning behind each abbreviation, once: "PLP" → "PLP (Policy Learning Platform)".

    An abbreviation that is a common word too ("ma", "pi") counts only in capitals.
    """
    known = lexicon(language)
    done: set[str] = set()

    def expand(match: re.Match[str]) -> str:
        word = match[0]
        meaning = known.abbreviations.get(word) or known.abbreviations.get(word.lower())
        if not meaning or meaning in done or meaning.lower() in text.lower():
            return word
        done.add(meaning)
        return f"{word} ({meaning})"

    expanded = _TOKEN.sub(expand, text)
    folded = f" {fold(text)} "
    meant = [meaning for saying, meaning in known.sayings.items() if mentioned(folded, saying) and meaning not in done]
    return f"{expanded} ({', '.join(meant)})" if meant else expanded
