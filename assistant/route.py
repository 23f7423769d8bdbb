"""The first step: small talk is answered at once, and several questions in one message are taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant import kinds
from assistant.index.sparse import fold, terms, words
from assistant.texts import LANGUAGES, lexicon

SmallTalk = Literal["greeting", "thanks", "goodbye", "identity", "help", "wellbeing"]

_SAID_AGAIN = 3  # times that one word may be said: "test test test test" asks nothing
_CHATTY = 14  # words; who says more wants more than small talk
_ABOUT: tuple[SmallTalk, ...] = ("identity", "help", "wellbeing")
_POLITE: tuple[SmallTalk, ...] = ("thanks", "goodbye", "greeting")
_PIECE = re.compile(r"(?<=[?!\n])\s+|(?<=[^\W\d_]{3}\.)\s+(?=[A-Z])")
_AND = re.compile(r"(?P<comma>[,;]?)\s+(?:en|and|&|\+)\s+(?:(?:ook|also)\b:?\s*)?(?=\S+)", re.IGNORECASE)
# The marks of a list: "1) … 2) …", "- … - …".
_LISTED = re.compile(r"(?:(?<=\s)|^)(?:\d{1,2}[).]|[a-d]\)|[-*•])\s+(?=\w)")
# Whoever asks with these asks a question of its own: "who leads, and where is the secretariat".
_ASKING = {
    "nl": {"wie", "wat", "waar", "wanneer", "waarom", "hoe", "hoeveel", "welke", "welk", "waarvoor", "hoelang"},
    "en": {"who", "what", "where", "when", "why", "how", "which"},
}
# Whoever begins with these asks too, where what came before was a question of its own.
_VERBS = {
    "nl": {
        "mag",
        "mogen",
        "kan",
        "kunnen",
        "moet",
        "moeten",
        "krijgt",
        "krijgen",
        "is",
        "zijn",
        "wordt",
        "komt",
        "telt",
    },
    "en": {"can", "could", "may", "must", "is", "are", "does", "do", "should", "will", "has", "have"},
}
# Who or what a verb at the beginning of a question is about: "en mag dat", and not "mogen en kunnen meedoen".
_SUBJECTS = {
    "nl": {"dat", "dit", "die", "ik", "je", "u", "we", "wij", "er", "het", "de", "een", "daar", "hier"},
    "en": {"that", "this", "it", "i", "we", "you", "they", "there", "the", "a", "an"},
}
_PREPOSITIONS = {
    "nl": {"op", "in", "met", "tegen", "voor", "uit", "van", "aan", "bij", "door", "na", "vanaf", "tot"},
    "en": {"in", "by", "for", "to", "from", "with", "on", "at", "until", "since"},
}


@dataclass(frozen=True)
class Route:
    """Where a message goes: to a short reply, or on as one or more questions.

    `unclear` where it says nothing, `aside` where it tells the assistant what to be or do and asks nothing.
    """

    small_talk: SmallTalk | None = None
    language: str | None = None
    unclear: bool = False
    aside: bool = False
    questions: tuple[str, ...] = ()


def route(text: str, language: str) -> Route:
    """Decide what a cleaned message is; `language` is the detected one."""
    tokens = words(text)
    if sum(len(token) for token in tokens) < 2 or (len(tokens) > _SAID_AGAIN and len(set(tokens)) == 1):
        return Route(unclear=True)
    for name in (language, *(other for other in LANGUAGES if other != language)):
        kind = _small_talk(tokens, name)
        if kind is not None:
            return Route(small_talk=kind, language=name)
    questions = split(text, language)
    return Route(questions=questions, aside=all(_is_aside(question, language) for question in questions))


def is_small_talk(text: str, language: str) -> bool:
    """Whether an earlier message was none of the questions of the conversation: a greeting, thanks."""
    return _small_talk(words(text), language) is not None


def _small_talk(tokens: list[str], language: str) -> SmallTalk | None:
    known = lexicon(language)
    said = " ".join(tokens)
    if len(tokens) > _CHATTY:
        return None
    for kind in _ABOUT:
        for phrase in known.small_talk[kind]:
            rest = _without(tokens, fold(phrase).replace("'", " ").split())
            if rest is not None and all(token in known.small_talk_words for token in rest):
                return kind
    if not all(token in known.small_talk_words for token in tokens):
        return None
    for kind in _POLITE:
        if any(f" {fold(phrase)} " in f" {said} " for phrase in known.small_talk[kind]):
            return kind
    return None


def _without(tokens: list[str], phrase: list[str]) -> list[str] | None:
    """Return the tokens around a phrase, or None where it does not occur."""
    for start in range(len(tokens) - len(phrase) + 1):
        if tokens[start : start + len(phrase)] == phrase:
            return tokens[:start] + tokens[start + len(phrase) :]
    return None


def split(text: str, language: str) -> tuple[str, ...]:
    """Return the questions in a message, at most four; statements stay with the question that follows them.

    Greetings, thanks and what is said to the assistant itself are left out, and what follows a question without being
    one of its own ("by mail?", "correct?") belongs to it.
    """
    items = _listed(text, language)
    if len(items) > 1:
        return (*items[:3], " ".join(items[3:])) if len(items) > 4 else tuple(items)
    polite = lexicon(language).small_talk_words
    said = [piece for piece in _PIECE.split(text) if any(word not in polite for word in words(piece))]
    spoken = [piece for piece in said if not _is_aside(piece, language)] or said
    pieces = [part for piece in spoken for part in _conjoined(piece.strip(), language)]
    questions: list[str] = []
    waiting: list[str] = []
    for piece in pieces:
        if _asks(piece, language):
            questions.append(" ".join([*waiting, piece]))
            waiting = []
        elif questions and piece.rstrip().endswith("?") and not waiting:
            questions[-1] += f" {piece}"
        else:
            waiting.append(piece)
    if not questions:
        return (" ".join(pieces) or text,)
    if waiting:
        questions[-1] = " ".join([questions[-1], *waiting])
    return (*questions[:3], " ".join(questions[3:])) if len(questions) > 4 else tuple(questions)


def _is_aside(piece: str, language: str) -> bool:
    """Whether a piece only tells the assistant what to be or do, or abuses it: not obeyed, and not searched for."""
    return "?" not in piece and kinds.hinted(piece, language, "aside")


def _asks(piece: str, language: str) -> bool:
    """Whether a piece is a question with content of its own, and not "right?" or "by mail?"."""
    said, content = words(piece), terms(piece, language)
    if not content:
        return False
    if said[0] in {"en", "and"} and len(said) > 1:
        return piece.rstrip().endswith("?") or _opens_question(said[1:], language)
    if len(said) < 4:
        return False
    if not piece.rstrip().endswith("?"):
        return _opens_question(said, language)
    return len(content) > 1 or any(word in lexicon(language).question_words for word in said)


def _opens_question(said: list[str], language: str) -> bool:
    """Whether words begin like a question: "who", "by what"."""
    asking = _ASKING.get(language, set())
    if said[0] in asking:
        return True
    return len(said) > 1 and said[0] in _PREPOSITIONS.get(language, set()) and said[1] in asking


def _listed(text: str, language: str) -> list[str]:
    """Split "about CECI: 1) … 2) …" into its items, each with what stands before the list.

    A dash may stand inside a sentence too: it makes a list only after a colon, at the beginning, or before questions.
    """
    marks = list(_LISTED.finditer(text))
    if len(marks) < 2:
        return [text]
    before = text[: marks[0].start()].strip()
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    items = [item for item in items if words(item)]
    numbered = any(mark[0][0].isalnum() for mark in marks)
    if len(items) < 2 or not (
        numbered or not before or before.endswith(":") or all(_opens_question(words(i), language) for i in items)
    ):
        return [text]
    return [" ".join([before, item] if before else [item]).rstrip("?;, ") + "?" for item in items]


def _conjoined(sentence: str, language: str) -> list[str]:
    """Split "who …, and where …?" before the second question, where both halves have content."""
    for match in _AND.finditer(sentence):
        after, before = words(sentence[match.end() :]), sentence[: match.start()]
        if len(after) < 3 or not _continues(after, bool(match["comma"]), language):
            continue
        said = words(before)
        if len(said) > 2 and terms(before, language) and any(w in lexicon(language).question_words for w in said):
            return [before.strip() + "?", *_conjoined(sentence[match.end() :].strip(), language)]
    return [sentence]


def _continues(after: list[str], comma: bool, language: str) -> bool:
    """Whether what follows "and" is a question: a verb begins one after a comma, or before its subject."""
    if _opens_question(after, language):
        return True
    return after[0] in _VERBS.get(language, set()) and (comma or after[1] in _SUBJECTS.get(language, set()))
