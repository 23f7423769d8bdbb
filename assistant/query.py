"""A standalone question as retrieval looks at it: its vector, its words, and what it mentions and asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant import dictionary, kinds, rarity
from assistant.abbreviations import spell_out
from assistant.encoder import Encoder, Vectors
from assistant.glossary import translations
from assistant.index import Index
from assistant.index.sparse import SparseIndex, Vocabulary, fold, stemmed, terms, words
from assistant.mentions import Mentions, mentions
from assistant.spelling import corrected
from assistant.texts import LANGUAGES, lexicon

_LENT = 0.55  # rarity from which a word that its own language hardly knows may be one of the other language


@dataclass(frozen=True)
class Term:
    """A word of the question: how much it says (0 to 1), and its stems in each language.

    `name` says whether it is one, `known` whether any document in the question's language has it.

    In a language in which there is no known word for it, it has no stems, and a text in that language neither covers it
    nor lacks it.
    """

    word: str
    stem: str
    weight: float
    name: bool
    known: bool
    stems: Mapping[str, tuple[str, ...]]

    def inside(self, vocabulary: Vocabulary, language: str) -> bool:
        """Whether a text in `language` with this vocabulary says it."""
        return any(vocabulary.has(stem) for stem in self.stems.get(language, ()))


@dataclass(frozen=True)
class Query:
    """A standalone question, as retrieval looks at it.

    `period` is the programme period that it asks for, where it names another than today's; `session` says that it asks
    about the slides of the information session themselves; `kinds` are the kinds of answer that it asks for, `focus`
    the words that say what is asked for ("which browser", "hoeveel mensen").
    """

    text: str
    language: str
    vector: Vectors
    terms: tuple[Term, ...]
    mentions: Mentions
    kinds: frozenset[str] = frozenset()
    focus: tuple[Term, ...] = ()
    period: str | None = None
    session: bool = False

    def stems(self, language: str) -> tuple[str, ...]:
        """Return the stems to look for in texts of a language."""
        return tuple(dict.fromkeys(stem for term in self.terms for stem in term.stems.get(language, ())))

    def coverage(self, vocabulary: Vocabulary, language: str) -> float:
        """Return the share of the question's words that a text says, each weighed by how much it says."""
        sayable = [term for term in self.terms if term.stems.get(language)]
        total = sum(term.weight for term in sayable)
        if not total:
            return 0.0
        return sum(term.weight for term in sayable if term.inside(vocabulary, language)) / total


def read_queries(
    texts: Sequence[str], language: str, index: Index, encoder: Encoder, asked: str | None = None
) -> list[Query]:
    """Embed standalone questions and read off each what else retrieval needs.

    `asked` is the question as it was put, where the texts complete it from the conversation.
    """
    texts = [corrected(text, language, index.sparse(language)) for text in texts]
    asked = corrected(asked, language, index.sparse(language)) if asked else None
    spelled = [spell_out(text, language) for text in texts]
    vectors = np.asarray(encoder.embed_queries(spelled), dtype=np.float32)
    return [
        _read(text, asked or text, vector, tuple(_terms(said, language, index)), language)
        for text, said, vector in zip(texts, spelled, vectors, strict=True)
    ]


def _read(text: str, asked: str, vector: Vectors, found: tuple[Term, ...], language: str) -> Query:
    return Query(
        text,
        language,
        vector,
        found,
        mentions(text, language),
        kinds.asked(asked, language),
        _focus(asked, found, language),
        period_named(text, language),
        kinds.hinted(text, language, "session"),
    )


def topic(text: str, language: str, index: Index, size: int) -> tuple[str, ...]:
    """Return the words of a question that say most, in their order: what a follow-up to it is about.

    Words that no document knows say nothing about what is in them, unless they are names.
    """
    found = tuple(_terms(text, language, index))
    telling = [term for term in found if term.known or term.name] or found
    best = sorted(telling, key=lambda term: -term.weight)[:size]
    return tuple(term.word for term in found if term in best)


def _terms(text: str, language: str, index: Index) -> Iterator[Term]:
    indexes = {name: index.sparse(name) for name in LANGUAGES}
    own = indexes[language]
    content = stemmed(text, language)
    spoken = {stem: word for word, stem in reversed(content)}
    found = mentions(text, language).names
    stems = {
        stem: own[0].correct(stem) if own and rarity.is_unknown(word, language) else stem
        for stem, word in spoken.items()
    }
    said = {other: translations(frozenset(stems.values()), language, other) for other in LANGUAGES if other != language}
    for stem in dict.fromkeys(stem for _, stem in content):
        word, known = spoken[stem], stems[stem]
        in_each = {language: tuple(dict.fromkeys((known, stem)))}
        for other, meant in said.items():
            in_each[other] = (
                tuple(meant.get(known, ()))
                or dictionary.translations(known, language, other)
                or _lent(word, language, other, indexes[other])
            )
        yield Term(
            word,
            known,
            rarity.weight(word, known, language, own),
            word in found,
            bool(own) and own[0].has(known),
            in_each,
        )


def _focus(text: str, found: Sequence[Term], language: str) -> tuple[Term, ...]:
    """Return the first content word after each word that asks for a thing: "which browser", "how many people"."""
    asking, stop = lexicon(language).asks_for, lexicon(language).stopwords
    said = words(text)
    heads = []
    for at, word in enumerate(said):
        if word in asking:
            heads.extend([w for w in said[at + 1 : at + 4] if w not in stop][:1])
    stems = {stem for word in heads for stem in terms(word, language)}
    return tuple(term for term in found if not stems.isdisjoint(term.stems.get(language, ())))


def _lent(word: str, language: str, other: str, indexes: Sequence[SparseIndex]) -> tuple[str, ...]:
    """Return the stem of a number, a name, or a word that is taken over from the other language."""
    if not indexes:
        return ()
    stem = next(iter(terms(word, other)), "")
    if not stem or (not word[0].isdigit() and rarity.general(word, language) < _LENT):
        return ()
    return (stem,) if word[0].isdigit() or stem in indexes[0].document_frequency else ()


def period_named(text: str, language: str) -> str | None:
    """Return the earlier programme period that a question names, by itself or by a year of it."""
    if not kinds.hinted(text, language, "earlier_period"):
        return None
    folded = fold(text)
    return "2007-2013" if "ivc" in folded or "2007" in folded else "2014-2020"


def names_today(text: str, language: str) -> bool:
    """Whether a question asks for today's rules: "en nu?"."""
    return kinds.hinted(text, language, "today")
