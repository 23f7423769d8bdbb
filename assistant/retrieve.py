"""Retrieval: dense, phrasings and BM25 find candidate passages; measured weights order them.

Reciprocal rank fusion was measured and was worse than dense retrieval alone, so the scores themselves are weighed. The
weights stand in `weights.toml`, with the command that fitted them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.asked_before import lead
from assistant.encoder import Encoder, Vectors
from assistant.extract import ScoredSentence, extract, way_of
from assistant.index import Index, Passage
from assistant.index.vectors import Kind
from assistant.language import detect
from assistant.query import Query, read_queries, topic
from assistant.standalone import Leaning, completed
from assistant.weights import Weights, load_weights

_NEAREST: dict[Kind, int] = {"sentence": 40, "passage": 30, "phrasing": 120}
_SPARSE = 15
_QUOTABLE = 6  # passages whose sentences are weighed
_POOL, _GAPS = 30, 8  # passages that are scored in full, and those beside them that name a gap
_POOL_OF_EACH = 18  # the first for each of several texts that complete one question
_TOPIC, _BETWEEN = 5, 1  # words that a follow-up takes over from the question before it, and from the last follow-up
_BM25_CEILING = 2.2  # what a term's rarity is multiplied by at most, with bm25s' k1 of 1.5


Nearest = Mapping[Kind, Mapping[str, float]]
"""The nearest vectors of each kind, by hash, with their cosine similarity."""


@dataclass(frozen=True)
class Signals:
    """What speaks for a passage, each about 0 to 1; their weighted sum is its score."""

    sentence: float = 0.0
    passage: float = 0.0
    phrasing: float = 0.0
    bm25: float = 0.0
    coverage: float = 0.0
    asked_coverage: float = 0.0
    other_period: float = 0.0
    superseded: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """A passage with the signals that speak for it, and its sentences, best first.

    The sentences are there for the first few candidates only, those that may be quoted; `leaning` holds what a score
    in a conversation is made of. `asked_before` is set on a kept answer that leads: how near the question is to
    the one that it answers.
    """

    passage: Passage
    signals: Signals
    score: float
    sentences: tuple[ScoredSentence, ...] = ()
    leaning: Mapping[str, float] | None = None
    asked_before: float | None = None


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
    span and score. The chain itself calls `query`, `find` and `weighed`, which keep the signals.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Any
    encoder: Any
    weights: Weights = Field(default_factory=load_weights)
    reranker: Any = None
    k: int = 8

    def query(self, text: str, language: str) -> Query:
        """Embed a standalone question and read off it what else retrieval needs."""
        return self.queries([text], language)[0]

    def queries(self, texts: Sequence[str], language: str, asked: str | None = None) -> list[Query]:
        """Read several texts that complete the question `asked`, in less time than one by one."""
        encoder: Encoder = self.encoder
        return read_queries(texts, language, self.index, encoder, asked)

    def completed(self, asked: str, leaning: Leaning, language: str) -> str:
        """Return a question of a conversation, a follow-up put into the question that it leans on.

        Where nothing can take a word's place there, it is completed with that question's topic.
        """
        if not leaning.follow_up:
            return asked
        if leaning.replaced:
            return leaning.replaced
        words = topic(leaning.before, language, self.index, _TOPIC)
        if leaning.last != leaning.before:
            words = (*words, *topic(leaning.last, language, self.index, _BETWEEN))
        return completed(asked, dict.fromkeys(words))

    def search(self, query: Query) -> list[Candidate]:
        """Return candidates, best first; passages of one language only where the other has nothing as good."""
        return self.weighed(query, self.find(query))

    def find(self, query: Query) -> list[Candidate]:
        """Return candidates, best first; their sentences are not looked at yet."""
        return self.find_all([query])[0]

    def find_all(self, queries: Sequence[Query], also: Sequence[int] = ()) -> list[list[Candidate]]:
        """Return candidates for each query, the passages `also` among them, in less time than one by one."""
        index: Index = self.index
        index.refresh()
        nearest = index.search([query.vector.tolist() for query in queries], _NEAREST)
        size = _POOL if len(queries) == 1 else _POOL_OF_EACH
        found = [self._find(index, query, hits) for query, hits in zip(queries, nearest, strict=True)]
        pools = [[*self._pool(index, one, size), *also] for one in found]
        return [self._ranked(index, *one) for one in zip(queries, found, pools, strict=True)]

    def _ranked(self, index: Index, query: Query, found: _Found, ids: Sequence[int]) -> list[Candidate]:
        pool = index.passages(dict.fromkeys(ids))
        passages = list({p.id: p for p in _in_own_language(index, query, pool)}.values())
        self._complete(index, query, found, passages)
        candidates = sorted((self._score(query, passage, found) for passage in passages), key=lambda c: -c.score)
        if self.reranker is not None:
            candidates = reordered(candidates, self.reranker.scores(query.text, [c.passage.text for c in candidates]))
        return candidates

    def weighed(self, query: Query, candidates: Sequence[Candidate], count: int = _QUOTABLE) -> list[Candidate]:
        """Weigh the sentences of the first `count` that may be quoted; a passage that names a gap never is.

        A kept answer to this very question comes first, and alone is quoted; other kept answers are left out.
        """
        gaps = [c for c in candidates if c.passage.unanswered]
        real = [replace(c, sentences=()) for c in candidates if not c.passage.unanswered]
        real = lead(real, self.weights.asked_before)
        count = 1 if real and real[0].asked_before is not None else count
        stored = self.index.vectors("sentence", [s.vector for c in real[:count] for s in c.passage.sentences])
        quoted = extract(query, real, _similarities(stored, query.vector), self.weights, count)
        return sorted([*quoted, *gaps], key=lambda c: (c.asked_before is None, -c.score))

    def _find(self, index: Index, query: Query, nearest: Nearest) -> _Found:
        found = _Found()
        found.vectors.update(nearest["sentence"])
        into = {"sentence": found.sentence, "passage": found.passage, "phrasing": found.phrasing}
        for kind, hits in nearest.items():
            for key, similarity in hits.items():
                for passage_id in index.passages_of(kind, key):
                    into[kind][passage_id] = max(into[kind].get(passage_id, 0.0), similarity)
        _credit_twins(index, found)
        for language in index.languages:
            stems = query.stems(language)
            for sparse in index.sparse(language):
                best = sum(sparse.rarity(stem) for stem in stems) * _BM25_CEILING or 1.0
                for passage_id, score in sparse.search(stems, _SPARSE).items():
                    found.bm25[passage_id] = min(score / best, 1.0)
        return found

    def _pool(self, index: Index, found: _Found, size: int) -> list[int]:
        rough: dict[int, float] = defaultdict(float)
        for scores, weight in ((found.sentence, 1.0), (found.passage, 1.0), (found.phrasing, 1.5)):
            for passage_id, score in scores.items():
                rough[passage_id] += weight * self.weights.scale(score)
        for passage_id, score in found.bm25.items():
            rough[passage_id] += 1.2 * score
        best = sorted(rough, key=lambda i: -rough[i])
        gaps = [i for i in best if i in index.gaps][:_GAPS]
        return [*[i for i in best if i not in index.gaps][:size], *gaps]

    def _complete(self, index: Index, query: Query, found: _Found, passages: list[Passage]) -> None:
        """Look up what the searches did not bring for the passages of the pool."""
        hashes = [s.vector for p in passages for s in p.sentences if s.vector not in found.vectors]
        found.vectors.update(_similarities(index.vectors("sentence", hashes), query.vector))
        unseen = [p.vector for p in passages if p.id not in found.passage]
        by_hash = _similarities(index.vectors("passage", unseen), query.vector)
        for passage in passages:
            found.passage.setdefault(passage.id, by_hash.get(passage.vector, 0.0))
        # A phrasing that is not among the nearest is at most as near as the last of them.
        farthest = min(found.phrasing.values(), default=0.0)
        for passage_id in index.with_phrasings(passage.id for passage in passages):
            found.phrasing.setdefault(passage_id, farthest)

    def _score(self, query: Query, passage: Passage, found: _Found) -> Candidate:
        document, scale = passage.document, self.weights.scale
        similarity = max((found.vectors.get(s.vector, 0.0) for s in passage.sentences), default=0.0)
        signals = Signals(
            sentence=scale(similarity),
            passage=scale(found.passage.get(passage.id, 0.0)),
            # Who has no phrasings is judged by the text alone, not put behind those that have.
            phrasing=scale(found.phrasing.get(passage.id, similarity)),
            bm25=found.bm25.get(passage.id, 0.0),
            coverage=query.coverage(passage.vocabulary, document.language),
            asked_coverage=query.coverage(passage.asked_vocabulary, document.language),
            other_period=float(_other_period(document.period, query.period)),
            superseded=float(not self.index.in_force(passage) and not query.session),
        )
        ranking = self.weights.retrieval[way_of(query, passage)]
        return Candidate(passage, signals, ranking.score(signals.__dict__))

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain hands it in by name
    ) -> list[LangChainDocument]:
        found = self.search(self.query(query, detect(query).language))
        return [_as_langchain(candidate) for candidate in found[: self.k]]


def reordered(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[Candidate]:
    """Return candidates in the order of a reranker's scores; the scores that support is judged by stay the same."""
    order = sorted(range(len(candidates)), key=lambda i: -scores[i])
    return [replace(candidates[i], score=candidates[place].score) for place, i in enumerate(order)]


def _in_own_language(index: Index, query: Query, passages: list[Passage]) -> list[Passage]:
    """Return the passages, each that has a translation in the asker's language replaced by it."""
    other = [p.id for p in passages if p.document.language != query.language]
    twins = {i: twin for i in other if (twin := index.twin(i)) is not None}
    return index.passages(twins.get(p.id, p.id) for p in passages) if twins else passages


def _credit_twins(index: Index, found: _Found) -> None:
    """Let the other language's phrasings lead to the same passage in this one: twice as many ways in."""
    for passage_id, similarity in list(found.phrasing.items()):
        twin = index.twin(passage_id)
        if twin is not None:
            found.phrasing[twin] = max(found.phrasing.get(twin, 0.0), similarity)


def _similarities(vectors: dict[str, Vectors], query: Vectors) -> dict[str, float]:
    return {key: float(vector @ query) for key, vector in vectors.items()}


def _other_period(period: str | None, asked: str | None) -> bool:
    if period is None:
        return False
    if asked is None:
        return period < "2021"
    return period != asked


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
