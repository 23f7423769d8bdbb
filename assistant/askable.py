"""Phrasings that read well as a suggestion: one short question, well spelled, that says itself what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from assistant import rarity
from assistant.index import Passage
from assistant.index.sparse import stemmed, terms, words
from assistant.premise import premises
from assistant.standalone import is_follow_up
from assistant.texts import lexicon

LONGEST = 90  # characters
_CLOSE = 0.7  # share of a question's content words that a section says
_SAME = 0.6  # share of two questions' content words that both have, from which they ask the same
_QUESTION = re.compile(r"[^\W\d_][^?!:;\"“„()]*[^\s?!:;]\?")
_LAST_STOP = re.compile(r"[.!]\s")
_TAG = re.compile(r",\s*\w+\?$")  # "the more the better, right?" says something
_IN_CAPITALS = re.compile(r"\b[A-Z]{2,}s?\b")


def askable(passages: Sequence[Passage], around: Sequence[Passage]) -> list[str]:
    """Return the phrasings of a section that can stand alone, best first.

    Best is what leans on nothing, asks openly, and says it in the words of the section; `around` are the passages of
    its document, whose words count as well spelled. What asks for yes or no often takes something wrong for granted, so
    that the section has to have most of its words.
    """
    language = passages[0].document.language
    known = frozenset(word for passage in around for word in words("\n".join([*passage.headings, passage.text])))
    said = "\n".join(passage.text for passage in passages)
    asked = dict.fromkeys(question for passage in passages for question in passage.asked)
    whole = [q for q in asked if _stands_alone(q, language, said) and _well_spelled(q, language, known)]
    close = {q: _closeness(q, language, passages) for q in whole}
    kept = [q for q in whole if _asks_openly(q, language) or close[q] >= _CLOSE]
    return sorted(kept, key=lambda q: (_leans(q, language), not _asks_openly(q, language), -close[q], len(q)))


def _stands_alone(question: str, language: str, said: str) -> bool:
    """Whether it is one question, short and whole, without shorthand that the section does not use itself."""
    if len(question) > LONGEST or not _QUESTION.fullmatch(question) or _LAST_STOP.search(question):
        return False
    if not question[0].isupper() or _TAG.search(question) or not _begins(question, language):
        return False
    shorthand = lexicon(language).abbreviations
    if any(found in shorthand and found not in said for found in _IN_CAPITALS.findall(question)):
        return False
    return not (premises(question, language) or is_follow_up(question, language))


def _begins(question: str, language: str) -> bool:
    """Whether it begins as questions do, "who …", "can …", "in which …", and not with "can it …"."""
    if any(word in lexicon(language).anaphora for word in words(question)[1:2]):
        return False
    return words(question)[0] in lexicon(language).question_words or _asks_openly(question, language)


def _asks_openly(question: str, language: str) -> bool:
    return any(word in _openers(language) for word in words(question)[:2])


@cache
def _openers(language: str) -> frozenset[str]:
    """Return the words that ask for something, and not for yes or no, which may take something wrong for granted."""
    known = lexicon(language)
    kinds = {opening.split()[0] for openings in known.asks.values() for opening in openings}
    return known.asks_for | (kinds & known.question_words)


def _well_spelled(question: str, language: str, known: frozenset[str]) -> bool:
    """Whether the language at large or the document has every word, as it is written or without a plural's s."""
    unknown = (word for word, _ in stemmed(question, language) if rarity.is_unknown(word, language))
    return all(word in known or word.removesuffix("s") in known for word in unknown)


def _leans(question: str, language: str) -> bool:
    return any(word in lexicon(language).anaphora for word in words(question))


def _closeness(question: str, language: str, passages: Sequence[Passage]) -> float:
    """Return the share of the content words that the section says."""
    content = set(terms(question, language))
    said = sum(any(passage.vocabulary.has(term) for passage in passages) for term in content)
    return said / max(len(content), 1)


def alike(question: str, others: Iterable[str], language: str) -> bool:
    """Whether a question asks in about the same words as one of the others, their order and endings apart."""
    mine = frozenset(terms(question, language))
    for other in others:
        theirs = frozenset(terms(other, language))
        if words(question) == words(other) or len(mine & theirs) >= _SAME * max(len(mine | theirs), 1):
            return True
    return False
