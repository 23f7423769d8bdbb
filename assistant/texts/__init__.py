"""Every sentence that a user reads, and the words that routing knows: one TOML file a language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bm25s.stopwords import STOPWORDS_DUTCH, STOPWORDS_EN_PLUS

LANGUAGES = ("nl", "en")
_STOPWORDS = {"nl": STOPWORDS_DUTCH, "en": STOPWORDS_EN_PLUS}


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Return the texts of a language, as nested tables; an unknown language gets English."""
    name = language if language in LANGUAGES else "en"
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def text(language: str, key: str, **values: object) -> str:
    """Return the sentence at a dotted `key`, with its placeholders filled.

    Raises:
        KeyError: there is no such key, or a placeholder has no value.

    """
    node: Any = catalogue(language)
    for part in key.split("."):
        node = node[part]
    return str(node).strip().format(**values)


@dataclass(frozen=True)
class Lexicon:
    """The words of a language that the steps on the way of a question look at, all lower-case."""

    stopwords: frozenset[str]
    small_talk: dict[str, list[str]]
    small_talk_words: frozenset[str]
    question_words: frozenset[str]
    function_words: frozenset[str]
    follow_up: list[str]
    anaphora: frozenset[str]
    groups: list[list[str]]
    hints: dict[str, list[str]]
    abbreviations: dict[str, str]
    sayings: dict[str, str]
    asks: dict[str, list[str]]
    number_words: frozenset[str]
    months: frozenset[str]
    refers_back: list[str]
    limits: list[str]
    asks_for: frozenset[str]
    premise: list[str]
    denials: frozenset[str]
    closing: list[str]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language; an unknown language gets English."""
    name = language if language in LANGUAGES else "en"
    words = catalogue(name)["lexicon"]
    stop = {w.casefold() for w in _STOPWORDS[name]} | set(words["stopwords"])
    return Lexicon(
        frozenset(stop - set(words["content_words"])),
        words["small_talk"],
        frozenset(words["small_talk_words"]),
        frozenset(words["question_words"]),
        frozenset(words["function_words"]),
        words["follow_up"],
        frozenset(words["anaphora"]),
        words["groups"],
        words["hints"],
        words["abbreviations"],
        words["sayings"],
        words["asks"],
        frozenset(words["number_words"]),
        frozenset(words["months"]),
        words["refers_back"],
        words["limits"],
        frozenset(words["asks_for"]),
        words["premise"],
        frozenset(words["denials"]),
        words["closing"],
    )
