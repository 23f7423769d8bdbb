"""Retrieval: dense, phrasings and BM25 find candidate passages; measured weights order them.

Reciprocal rank fusion was measured and was worse than dense retrieval alone, so the scores themselves are weighed. The
weights stand in `weights.toml`, with the command that fitted them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant import kinds
from assistant.abbreviations import spell_out
from assistant.encoder import Encoder, Vectors
from assistant.index import Index, Passage, Sentence
from assistant.index.sparse import SparseIndex, Vocabulary, fold, terms
from assistant.index.vectors import Kind
from assistant.language import detect
from assistant.texts import lexicon
from assistant.weights import RetrievalWeights, load_weights

_NEAREST: dict[Kind, int] = {"sentence": 40, "passage": 30, "phrasing": 100}
_SPARSE = 15
_QUOTABLE = 6  # passages whose sentences are weighed
_POOL = 30  # passages that are scored in full


@dataclass(frozen=True)
class Query:
    """A standalone question, as retrieval looks at it.

    `terms` are its content stems, spelling corrected; `period` is the programme period that it asks for, where it names
    an earlier one; `session` says that it asks about the slides of the information session themselves; `kinds` are the
    kinds of answer that it asks for.
    """

    text: str
    language: str
    vector: Vectors
    terms: tuple[str, ...]
    period: str | None = None
    session: bool = False
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Signals:
    """What speaks for a passage, each about 0 to 1; their weighted sum is its score."""

    sentence: float = 0.0
    passage: float = 0.0
    phrasing: float = 0.0
    bm25: float = 0.0
    other_language: float = 0.0
    other_period: float = 0.0
    superseded: float = 0.0


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence of a candidate with its similarity to the question and the share of the question's terms in it."""

    sentence: Sentence
    similarity: float
    coverage: float
    score: float


@dataclass(frozen=True)
class Candidate:
    """A passage with the signals that speak for it, and its sentences, best first."""

    passage: Passage
    signals: Signals
    score: float
    sentences: tuple[ScoredSentence, ...]


@dataclass
class _Found:
    """Passage ids by what found them."""

    sentence: dict[int, float] = field(default_factory=dict)
    passage: dict[int, float] = field(default_factory=dict)
    phrasing: dict[int, float] = field(default_factory=dict)
    bm25: dict[int, float] = field(default_factory=dict)
    vectors: dict[str, float] = field(default_factory=dict)  # sentence hash → cosine


class HybridRetriever(BaseRetriever):
    """Finds the passages that answer a question; a LangChain retriever like any other.

    `invoke(question)` returns LangChain documents, best first, whose metadata names the document, revision, locator,
    span and score. The chain itself calls `query` and `search`, which keep the signals.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Any
    encoder: Any
    weights: RetrievalWeights = Field(default_factory=lambda: load_weights().retrieval)
    k: int = 8

    def query(self, text: str, language: str, asked: str | None = None) -> Query:
        """Embed a standalone question and read off it what else retrieval needs.

        `asked` is the question as it was put, where `text` completes it from the conversation.
        """
        encoder: Encoder = self.encoder
        spelled = spell_out(text, language)
        wanted = kinds.asked(asked or text, language)
        vector = np.asarray(encoder.embed_query(spelled), dtype=np.float32)
        folded = f" {fold(text)} "
        hints = lexicon(language).hints
        earlier = any(kinds.mentions(folded, hint) for hint in hints["earlier_period"])
        session = any(kinds.mentions(folded, hint) for hint in hints["session"])
        period = ("2007-2013" if "ivc" in folded or "2007" in folded else "2014-2020") if earlier else None
        return Query(text, language, vector, self._terms(spelled, language), period, session, wanted)

    def _terms(self, text: str, language: str) -> tuple[str, ...]:
        found = dict.fromkeys(terms(text, language))
        indexes = self.index.sparse(language)
        return tuple(indexes[0].correct(term) if indexes else term for term in found)

    def search(self, query: Query) -> list[Candidate]:
        """Return candidates, best first; passages of one language only where the other has nothing as good."""
        index: Index = self.index
        index.refresh()
        found = self._find(index, query)
        pool = self._pool(found)
        passages = index.passages(pool)
        hashes = [s.vector for p in passages for s in p.sentences if s.vector not in found.vectors]
        found.vectors.update(_similarities(index.vectors("sentence", hashes), query.vector))
        unseen = [p.vector for p in passages if p.id not in found.passage]
        by_hash = _similarities(index.vectors("passage", unseen), query.vector)
        for p in passages:
            found.passage.setdefault(p.id, by_hash.get(p.vector, 0.0))
        # A phrasing that is not among the nearest is at most as near as the last of them.
        farthest = min(found.phrasing.values(), default=0.0)
        for passage_id in index.with_phrasings(pool):
            found.phrasing.setdefault(passage_id, farthest)
        rarity = rarities(query, index)
        candidates = sorted((self._score(query, passage, found) for passage in passages), key=lambda c: -c.score)
        # Only what may be quoted has its sentences looked at word by word.
        return [self._weigh_sentences(query, c, rarity) for c in candidates[:_QUOTABLE]] + candidates[_QUOTABLE:]

    def _find(self, index: Index, query: Query) -> _Found:
        found = _Found()
        nearest = index.search(query.vector.tolist(), _NEAREST)
        found.vectors.update(nearest["sentence"])
        into = {"sentence": found.sentence, "passage": found.passage, "phrasing": found.phrasing}
        for kind, hits in nearest.items():
            for key, similarity in hits.items():
                for passage_id in index.passages_of(kind, key):
                    into[kind][passage_id] = max(into[kind].get(passage_id, 0.0), similarity)
        self._credit_twins(index, found)
        for sparse in index.sparse(query.language):
            best = sum(sparse.rarity(term) for term in query.terms) * 2.2 or 1.0
            for passage_id, score in sparse.search(query.terms, _SPARSE).items():
                found.bm25[passage_id] = min(score / best, 1.0)
        return found

    def _credit_twins(self, index: Index, found: _Found) -> None:
        """Let the other language's phrasings lead to the same passage in this one: twice as many ways in."""
        for passage_id, similarity in list(found.phrasing.items()):
            twin = index.twin(passage_id)
            if twin is not None:
                found.phrasing[twin] = max(found.phrasing.get(twin, 0.0), similarity)

    def _pool(self, found: _Found) -> list[int]:
        rough: dict[int, float] = defaultdict(float)
        for scores, weight in ((found.sentence, 1.0), (found.passage, 1.0), (found.phrasing, 1.5)):
            for passage_id, score in scores.items():
                rough[passage_id] += weight * self.weights.scale(score)
        for passage_id, score in found.bm25.items():
            rough[passage_id] += 1.2 * score
        return sorted(rough, key=lambda i: -rough[i])[:_POOL]

    def _score(self, query: Query, passage: Passage, found: _Found) -> Candidate:
        period = passage.document.period
        sentences = tuple(
            ScoredSentence(s, similarity, 0.0, similarity)
            for s, similarity in ((s, found.vectors.get(s.vector, 0.0)) for s in passage.sentences)
        )
        similarity = max((s.similarity for s in sentences), default=0.0)
        signals = Signals(
            sentence=self.weights.scale(similarity),
            passage=self.weights.scale(found.passage.get(passage.id, 0.0)),
            # Who has no phrasings is judged by the text alone, not put behind those that have.
            phrasing=self.weights.scale(found.phrasing.get(passage.id, similarity)),
            bm25=found.bm25.get(passage.id, 0.0),
            other_language=float(passage.document.language != query.language),
            other_period=float(_other_period(period, query.period)),
            superseded=float(passage.superseded and not query.session),
        )
        return Candidate(passage, signals, self.weights.score(signals.__dict__), sentences)

    def _weigh_sentences(self, query: Query, candidate: Candidate, rarity: dict[str, float]) -> Candidate:
        passage, weights = candidate.passage, self.weights
        language = passage.document.language
        words = query.terms if language == query.language else ()

        def weighed(scored: ScoredSentence, inside: Vocabulary) -> ScoredSentence:
            covered = coverage(words, inside, rarity)
            kind = kinds.match(query.kinds, scored.sentence.text, language)
            score = (
                weights.scale(scored.similarity) + weights.sentence_coverage * covered + weights.sentence_kind * kind
            )
            return ScoredSentence(scored.sentence, scored.similarity, covered, score)

        sentences = map(weighed, candidate.sentences, passage.sentence_vocabularies)
        return replace(candidate, sentences=tuple(sorted(sentences, key=lambda s: -s.score)))

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain hands it in by name
    ) -> list[LangChainDocument]:
        found = self.search(self.query(query, detect(query).language))
        return [_as_langchain(candidate) for candidate in found[: self.k]]


def _similarities(vectors: dict[str, Vectors], query: Vectors) -> dict[str, float]:
    return {key: float(vector @ query) for key, vector in vectors.items()}


def _other_period(period: str | None, asked: str | None) -> bool:
    if period is None:
        return False
    if asked is None:
        return period < "2021"
    return period != asked


def rarities(query: Query, index: Index) -> dict[str, float]:
    """Return how rare each of the question's terms is among the passages of its language."""
    indexes: list[SparseIndex] = index.sparse(query.language)
    return {term: indexes[0].rarity(term) if indexes else 1.0 for term in query.terms}


def coverage(query_terms: Sequence[str], inside: Vocabulary, rarity: dict[str, float]) -> float:
    """Return the share of the question's terms that stand in a text, each weighed by its rarity."""
    if not query_terms:
        return 0.0
    total = sum(rarity[t] for t in query_terms)
    return sum(rarity[t] for t in query_terms if inside.has(t)) / total if total else 0.0


def _as_langchain(candidate: Candidate) -> LangChainDocument:
    passage = candidate.passage
    metadata = {
        "document_id": passage.document.id,
        "revision": passage.document.revision,
        "title": passage.document.title,
        "locator": passage.locator,
        "language": passage.document.language,
        "start": passage.start,
        "end": passage.end,
        "score": candidate.score,
    }
    return LangChainDocument(id=str(passage.id), page_content=passage.text, metadata=metadata)
