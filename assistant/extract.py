"""Extracting: which sentences of the candidate passages answer the question, each with a probability.

A softmax over all sentences that may be quoted, of a weighted sum of features that can be read off them. The weights
stand in `weights.toml`, with the command that fitted them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import kinds
from assistant.index import Passage, Sentence
from assistant.mentions import mentions
from assistant.query import Query
from assistant.weights import Weights, way

if TYPE_CHECKING:
    from assistant.retrieve import Candidate

_LONG = 400  # characters; a sentence this long has the feature `length` at 1


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence with its cosine similarity to the question, what speaks for it, and its probability to answer.

    The probabilities of all sentences of all candidates that may be quoted add up to 1.
    """

    sentence: Sentence
    similarity: float
    features: Mapping[str, float]
    probability: float = 0.0


FEATURES = (
    *("similarity", "coverage", "around", "behind", "kind", "numbers", "names", "new", "lead", "first", "length"),
    "passage_coverage",
)


def way_of(query: Query, passage: Passage) -> str:
    """Return the way from a question to a passage."""
    return way(query.language, passage.document.language, bool(passage.asked))


def extract(
    query: Query, candidates: Sequence[Candidate], vectors: Mapping[str, float], weights: Weights, quotable: int
) -> list[Candidate]:
    """Return the candidates, the first `quotable` of them with their sentences weighed, best first."""
    first = [replace(c, sentences=_featured(query, c, candidates[0], vectors, weights)) for c in candidates[:quotable]]
    scores = {id(s): weights.sentences[way_of(query, c.passage)].score(s.features) for c in first for s in c.sentences}
    highest = max(scores.values(), default=0.0)
    total = sum(math.exp(score - highest) for score in scores.values())

    def weighed(candidate: Candidate) -> Candidate:
        found = [replace(s, probability=math.exp(scores[id(s)] - highest) / total) for s in candidate.sentences]
        return replace(candidate, sentences=tuple(sorted(found, key=lambda s: -s.probability)))

    return [*map(weighed, first), *candidates[quotable:]]


def _featured(
    query: Query, candidate: Candidate, top: Candidate, vectors: Mapping[str, float], weights: Weights
) -> tuple[ScoredSentence, ...]:
    passage = candidate.passage
    behind = candidate.score - top.score
    return tuple(
        ScoredSentence(sentence, vectors.get(sentence.vector, 0.0), features)
        for sentence, features in zip(
            passage.sentences, _features(query, candidate, behind, vectors, weights), strict=True
        )
    )


def _features(
    query: Query, candidate: Candidate, behind: float, vectors: Mapping[str, float], weights: Weights
) -> list[dict[str, float]]:
    passage, language = candidate.passage, candidate.passage.document.language
    covered = [query.coverage(v, language) for v in passage.sentence_vocabularies]
    return [
        {
            "similarity": weights.scale(vectors.get(sentence.vector, 0.0)),
            "coverage": covered[i],
            "around": max([*covered[max(i - 1, 0) : i], *covered[i + 1 : i + 2]], default=0.0),
            "behind": behind,
            "kind": kinds.match(query.kinds, sentence.text, language, query.mentions),
            "numbers": _share(query.mentions.numbers | query.mentions.dates, sentence, language),
            "names": _named(query, passage, i),
            "new": _new(query, passage, i),
            "lead": float(sentence.text.rstrip().endswith(":")),
            "first": float(i == 0),
            "length": min(len(sentence.text) / _LONG, 1.0),
            "passage_coverage": candidate.signals.coverage,
        }
        for i, sentence in enumerate(passage.sentences)
    ]


def _share(numbers: frozenset[str], sentence: Sentence, language: str) -> float:
    """Return the share of the question's numbers and years that the sentence gives; 0 where it has none."""
    if not numbers:
        return 0.0
    there = mentions(sentence.text, language)
    return len(numbers & (there.numbers | there.dates)) / len(numbers)


def _named(query: Query, passage: Passage, i: int) -> float:
    """Return the share of the question's names that the sentence says; 0 where it has none."""
    names = [term for term in query.terms if term.name]
    if not names:
        return 0.0
    language, vocabulary = passage.document.language, passage.sentence_vocabularies[i]
    return sum(term.inside(vocabulary, language) for term in names) / len(names)


def _new(query: Query, passage: Passage, i: int) -> float:
    """Return how much the sentence says that the question does not: who only repeats it answers nothing."""
    stems = passage.sentence_vocabularies[i].stems
    language = passage.document.language
    asked = {stem for term in query.terms for stem in term.stems.get(language, ())}
    return min(len(stems - asked) / 12.0, 1.0)
