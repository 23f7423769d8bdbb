"""The programme's terms in both languages: how a question meets a text in the other language, or in other words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from assistant.index.sparse import terms
from assistant.texts import LANGUAGES

Stems = frozenset[str]


Meaning = dict[str, tuple[Stems, ...]]
"""What one thing is called in each language, each name as a set of stems."""


@cache
def _meanings() -> dict[str, dict[Stems, tuple[Meaning, ...]]]:
    """Return by language the meanings of each set of stems that is typed for them."""
    rows = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))["terms"]
    found: dict[str, dict[Stems, tuple[Meaning, ...]]] = {language: {} for language in LANGUAGES}
    for row in rows:
        meaning = {language: _stems(row[language], language) for language in LANGUAGES}
        for language in LANGUAGES:
            for stems in (*meaning[language], *_stems(row.get("either", ()), language)):
                found[language][stems] = (*found[language].get(stems, ()), meaning)
    return found


def _stems(names: Iterable[str], language: str) -> tuple[Stems, ...]:
    return tuple(dict.fromkeys(frozenset(terms(name, language)) for name in names if terms(name, language)))


def meant(question: Stems, language: str) -> list[tuple[Stems, Meaning]]:
    """Return the meanings that a question's stems name, each with the stems that name it, the longest names only."""
    known = _meanings()[language]
    hits = [(stems, meaning) for stems, found in known.items() if stems <= question for meaning in found]
    longer = [stems for stems, _ in hits]
    return [(stems, meaning) for stems, meaning in hits if not any(stems < other for other in longer)]


def translations(question: Stems, language: str, to: str) -> dict[str, Stems]:
    """Return for each stem of the question that is part of a known term the stems that say it in another language.

    >>> sorted(translations(frozenset({"subsidie"}), "nl", "en")["subsidie"])
    ['fund', 'grant']
    """
    found: dict[str, set[str]] = {}
    for stems, meaning in meant(question, language):
        said = {stem for name in meaning[to] for stem in name}
        for stem in stems:
            found.setdefault(stem, set()).update(said)
    return {stem: frozenset(said) for stem, said in found.items()}
