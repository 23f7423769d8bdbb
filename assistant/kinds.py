"""Which kinds of answer a question asks for (an amount, a date, a person), and which kinds a text holds."""

from __future__ import annotations

from assistant.index.sparse import fold
from assistant.mentions import Mentions, mentions
from assistant.texts import lexicon

KINDS = ("amount", "date", "contact", "name", "place")


def mentioned(folded: str, hint: str) -> bool:
    """Whether a hint stands in a folded text as words of its own; the text begins and ends with a space."""
    at = folded.find(hint)
    while at >= 0:
        before, after = folded[at - 1 : at], folded[at + len(hint) : at + len(hint) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = folded.find(hint, at + 1)
    return False


def hinted(text: str, language: str, name: str) -> bool:
    """Whether a text has one of the hints that the language's lexicon lists under a name."""
    folded = f" {fold(text)} "
    return any(mentioned(folded, hint) for hint in lexicon(language).hints[name])


def asked(text: str, language: str) -> frozenset[str]:
    """Return the kinds of answer that a question asks for; often none."""
    folded = f" {fold(text)} "
    return frozenset(k for k, hints in lexicon(language).asks.items() if any(mentioned(folded, h) for h in hints))


def held(text: str, language: str, question: Mentions | None = None) -> frozenset[str]:
    """Return the kinds that a text holds, apart from what the `question` mentions itself."""
    there = mentions(text, language)
    names, numbers, dates = there.names, there.numbers, there.dates
    if question is not None:
        names, numbers, dates = names - question.names, numbers - question.numbers, dates - question.dates
    found = {
        "amount": bool(numbers),
        "date": bool(dates),
        "contact": there.contact,
        "name": bool(names),
        "place": bool(names),
    }
    return frozenset(kind for kind, is_there in found.items() if is_there)


def match(wanted: frozenset[str], text: str, language: str, question: Mentions | None = None) -> float:
    """Return the share of the wanted kinds that a text holds, less the share that it lacks: -1 to 1."""
    if not wanted:
        return 0.0
    there = len(wanted & held(text, language, question)) / len(wanted)
    return 2.0 * there - 1.0
