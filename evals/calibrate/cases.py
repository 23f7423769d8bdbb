"""Cases: questions with what retrieval brings for them, and which passages and sentences of it are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from assistant.conversation import converse
from assistant.extract import extract, way_of
from assistant.index import Passage
from assistant.query import Query
from assistant.question import clean
from assistant.retrieve import Candidate, HybridRetriever
from assistant.standalone import lean
from assistant.support import kind_of, nearest_gap
from assistant.weights import Weights
from evals.dataset import Item
from evals.matching import facts_found

QUOTABLE = (
    10  # passages whose sentences are weighed, a few more than when answering: other weights order them otherwise
)


class CachedEncoder:
    """An encoder that embeds a question once, however many indexes it is asked over."""

    def __init__(self, encoder: Any) -> None:
        self.embed_query: Callable[[str], list[float]] = lru_cache(maxsize=None)(encoder.embed_query)

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the vectors of several questions."""
        return [self.embed_query(text) for text in texts]


@dataclass(frozen=True)
class Case:
    """A question with its candidates, best first; `right` says of each whether it holds the answer.

    `group` names the documents that were asked, `view` what was taken away from them, `fact` what ties the wordings of
    one fact together.
    """

    item: Item
    query: Query
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    gap: Candidate | None
    group: str
    view: str = "as it is"

    @property
    def fact(self) -> str:
        """What is asked for: wordings of it never stand on both sides of a fold."""
        numbers = (self.item.model_extra or {}).get("fact_numbers")
        return str(self.item.pair or (numbers[0] if numbers else self.item.id))

    @property
    def kind(self) -> str:
        """Which coefficients of support judge the case."""
        return kind_of(self.query, self.candidates[0])


def collect(items: Iterable[Item], retriever: HybridRetriever, group: str) -> list[Case]:
    """Ask every question but those of several parts, and keep what was found; a follow-up as it is and written out."""
    return [case for item in items if "parts" not in item.tags for case in _collect(item, retriever, group)]


def _collect(item: Item, retriever: HybridRetriever, group: str) -> Iterator[Case]:
    language = item.language or "en"
    if item.standalone or not item.history:
        query = retriever.query(clean(item.standalone or item.question), language)
        yield _case(item, query, retriever.find(query), retriever, group)
    if item.history:
        yield _case(item, *_follow_up(item, language, retriever), retriever, group)


def _follow_up(item: Item, language: str, retriever: HybridRetriever) -> tuple[Query, list[Candidate]]:
    """Retrieve for a question of a conversation as the chain does."""
    leaning = lean(item.question, [clean(said) for said in item.history], language)
    assert leaning is not None

    @cache
    def find(text: str) -> tuple[Query, list[Candidate]]:
        query = retriever.query(text, language)
        return query, retriever.find(query)

    return converse(retriever, clean(item.question), leaning, language, find)


def _case(item: Item, query: Query, candidates: list[Candidate], retriever: HybridRetriever, group: str) -> Case:
    found = tuple(c for c in retriever.weighed(query, candidates, QUOTABLE) if not c.passage.unanswered)
    right = tuple(is_right(item, c.passage) for c in found)
    return Case(item, query, found, right, nearest_gap(query, candidates), group)


def scored(candidate: Candidate, query: Query, weights: Weights) -> float:
    """Return the score that weights give a candidate."""
    if candidate.leaning is not None:
        return weights.conversation.score(candidate.leaning)
    return weights.retrieval[way_of(query, candidate.passage)].score(candidate.signals.__dict__)


def is_right(item: Item, passage: Passage) -> bool:
    """Whether a passage is one of the item's sources, or of a source's document and holds one of its facts."""
    if item.answerable is False:
        return False
    document, sources = passage.document.id, item.sources or ()
    if f"{document}#{passage.slug}" in sources:
        # The spellings of some facts are in the question's language only.
        other = passage.document.language != item.language
        return other or not item.facts or facts_found(passage.text, item.facts) > 0
    same = any(source.partition("#")[0] == document for source in sources)
    return same and facts_found(passage.text, item.facts or ()) > 0


def keep(case: Case, wanted: Callable[[Candidate, bool], bool], view: str) -> Case:
    """Return the case with only some of its candidates."""
    kept = [(c, r) for c, r in zip(case.candidates, case.right, strict=True) if wanted(c, r)]
    return replace(case, candidates=tuple(c for c, _ in kept), right=tuple(r for _, r in kept), view=view)


def without_answer(case: Case) -> Case:
    """Return the case with every passage taken away that holds a fact of the answer: a near miss."""
    facts = case.item.facts or ()
    return keep(case, lambda c, right: not right and not facts_found(c.passage.text, facts), "answer removed")


def reweighed(case: Case, weights: Weights) -> Case:
    """Return the case with candidates and sentences in the order that other weights give them."""
    if not case.candidates:
        return case

    def again(candidate: Candidate) -> Candidate:
        return replace(candidate, score=scored(candidate, case.query, weights))

    pairs = sorted(
        ((again(c), r) for c, r in zip(case.candidates, case.right, strict=True)), key=lambda both: -both[0].score
    )
    vectors = {s.sentence.vector: s.similarity for c in case.candidates for s in c.sentences}
    first = [c for c, _ in pairs if c.sentences][:6]
    if not first:
        return replace(case, candidates=(), right=())
    rest = [replace(c, sentences=()) for c, _ in pairs if all(c.passage.id != f.passage.id for f in first)]
    ordered = extract(case.query, [*first, *rest], vectors, weights, len(first))
    rights = {c.passage.id: r for c, r in pairs}
    gap = again(case.gap) if case.gap else None
    return replace(case, candidates=tuple(ordered), right=tuple(rights[c.passage.id] for c in ordered), gap=gap)
