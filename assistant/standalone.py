"""A follow-up is completed from the conversation: "En voor Noorse partners?" gets the subject that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.index.sparse import fold, terms, words
from assistant.texts import lexicon

_OWN = 3  # content words with which a follow-up may also be understood alone
_SHORT = 3  # content words; a question with fewer may be leaning on an earlier one


def readings(question: str, history: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the ways in which a question can be read, at most two: completed from `history`, and as it is.

    Only a follow-up is completed, and only one with little content of its own has no other reading.
    """
    complete = standalone(question, history, language)
    if complete == question or len(set(terms(question, language))) < _OWN:
        return (complete,)
    return (complete, question)


def standalone(question: str, history: Sequence[str], language: str) -> str:
    """Return the question with what it takes over from the last whole question of `history`, or as it is.

    A follow-up that names another member of a group (a country, a kind of partner, a call, a phase) takes the place
    of the one named before; any other follow-up is read together with the question before it.
    """
    if not history or not is_follow_up(question, language):
        return question
    # Of a row of follow-ups only the last counts, beside the question that they all lean on.
    before = next((q for q in reversed(history) if not is_follow_up(q, language)), history[0])
    replaced = _replace(before, question, language)
    return replaced or f"{before} {question}"


def is_follow_up(question: str, language: str) -> bool:
    """Whether a question leans on what was asked before it."""
    known = lexicon(language)
    said = " ".join(words(question))
    tokens = said.split()
    content = terms(question, language)
    if any(f"{said} ".startswith(fold(opening).replace("?", " ")) for opening in known.follow_up):
        return len(tokens) <= 14
    if len(tokens) <= 12 and any(token in known.anaphora for token in tokens):
        return len(content) <= _SHORT
    return len(content) < 2


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
