"""A follow-up is completed from the conversation: "En voor Noorse partners?" gets the subject that it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.index.sparse import fold, terms
from assistant.index.sparse import words as spoken
from assistant.texts import lexicon

_OWN = 3  # content words with which a follow-up may also be understood alone
_SHORT = 3  # content words; a question with fewer may be leaning on an earlier one
_BARE = 4  # words; a shorter question with one word of content is one only with what was said before
_LONG = 14  # words; a longer question tells what it is about
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WHOLE = 5  # different content words; a question with so many stands by itself, however it begins


@dataclass(frozen=True)
class Leaning:
    """A question of a conversation with the last whole question before it, and the last question of any kind.

    `follow_up` says that it leans on them, `alone` that it may still be understood by itself; `replaced` is the whole
    question with the follow-up's word in it.
    """

    before: str
    last: str
    follow_up: bool = True
    alone: bool = True
    replaced: str | None = None


def lean(question: str, history: Sequence[str], language: str) -> Leaning | None:
    """Return what a question may lean on in `history` (earlier questions, oldest first), or None where it is the first.

    A follow-up that names another member of a group (a country, a kind of partner, a call, a phase) takes the place
    of the one named before; any other is completed with the topic of the question before it.
    """
    if not history:
        return None
    before = next((q for q in reversed(history) if not is_follow_up(q, language)), history[0])
    if not is_follow_up(question, language):
        return Leaning(before, history[-1], follow_up=False)
    core = asked_last(question)
    whole = len(set(terms(question, language))) >= _OWN and not _refers(core, language) and _asks(core, language)
    return Leaning(before, history[-1], alone=whole, replaced=_replace(before, question, language))


def asked_last(question: str) -> str:
    """Return the last sentence that asks, of a message that first says something: "Quite a job. How long is it?"."""
    sentences = [s for s in _SENTENCE.split(question.strip()) if s]
    return next((s for s in reversed(sentences) if s.endswith("?")), question) if len(sentences) > 1 else question


def completed(question: str, topic: Iterable[str]) -> str:
    """Return a follow-up with the topic that it leaves out.

    >>> completed("En de deadline?", ["pilootactie"])
    'En de deadline? (pilootactie)'
    """
    words = ", ".join(topic)
    return f"{question} ({words})" if words else question


def is_follow_up(question: str, language: str) -> bool:
    """Whether a question leans on what was asked before it."""
    known, core = lexicon(language), asked_last(question)
    said = " ".join(spoken(core))
    content = terms(core, language)
    if len(set(content)) >= _WHOLE:
        return False
    if any(f"{said} ".startswith(fold(opening).replace("?", " ")) for opening in known.follow_up):
        return len(said.split()) <= _LONG
    return _refers(core, language) or not content or (len(content) < 2 and len(said.split()) < _BARE)


def _asks(question: str, language: str) -> bool:
    """Whether a question has a word that asks, and is not only "and a non-profit organisation?"."""
    return any(token in lexicon(language).question_words for token in spoken(question))


def _refers(question: str, language: str) -> bool:
    """Whether a short question refers back: "how long does that take"."""
    tokens = spoken(question)
    refers = any(token in lexicon(language).anaphora for token in tokens)
    return refers and len(tokens) <= _LONG and len(terms(question, language)) <= _SHORT


def _replace(before: str, question: str, language: str) -> str | None:
    """Put the follow-up's member of a group in the place of the earlier question's, where both name one."""
    old, new = f" {fold(before)} ", f" {fold(question)} "
    if len(old) - 2 != len(before):
        return None
    for group in lexicon(language).groups:
        named = next((term for term in sorted(group, key=len, reverse=True) if _at(new, term) >= 0), None)
        replaced = next((term for term in sorted(group, key=len, reverse=True) if _at(old, term) >= 0), None)
        if named and replaced and named != replaced:
            rest = [term for term in terms(question, language) if term not in terms(named, language)]
            if len(rest) > 1:
                return None
            start = _at(old, replaced) - 1
            return before[:start] + named + before[start + len(replaced) :]
    return None


def _at(text: str, term: str) -> int:
    """Return where a term stands as words of its own, or -1."""
    at = text.find(term)
    while at > 0 and (text[at - 1].isalnum() or text[at + len(term)].isalnum()):
        at = text.find(term, at + 1)
    return at
