"""Cases: questions with what retrieval brings for them, and which passages and sentences of it are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from assistant.extract import extract, way_of
from assistant.index import Passage
from assistant.query import Query
from assistant.question import clean
from assistant.retrieve import Candidate, HybridRetriever
from assistant.standalone import lean
from assistant.weights import Weights, way
from evals.dataset import Item
from evals.matching import facts_found

QUOTABLE = (
    10  # passages whose sentences are weighed, a few more than when answering: other weights order them otherwise
)


class CachedEncoder:
    """An encoder that embeds a question once, however many indexes it is asked over."""

    def __init__(self, encoder: Any) -> None:
        self.embed_query: Callable[[str], list[float]] = lru_cache(maxsize=None)(encoder.embed_query)


@dataclass(frozen=True)
class Case:
    """A question with its candidates, best first; `right` says of each whether it holds the answer.

    `group` names the documents that were asked, `view` what was taken away from them, `fact` what ties the wordings of
    one fact together; `added` is what a follow-up's scores hold beside the weighted signals, by passage id.
    """

    item: Item
    query: Query
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    gap: Candidate | None
    group: str
    view: str = "as it is"
    added: Mapping[int, float] = field(default_factory=dict)

    @property
    def fact(self) -> str:
        """What is asked for: wordings of it never stand on both sides of a fold."""
        numbers = (self.item.model_extra or {}).get("fact_numbers")
        return str(self.item.pair or (numbers[0] if numbers else self.item.id))

    @property
    def way(self) -> str:
        """The way from the question to the best passage."""
        if not self.candidates:
            return way(self.query.language, self.query.language, False)
        return way_of(self.query, self.candidates[0].passage)


def collect(items: Iterable[Item], retriever: HybridRetriever, group: str) -> list[Case]:
    """Ask every question but those of several parts, and keep what was found; a follow-up as it is and written out."""
    return [case for item in items if "parts" not in item.tags for case in _collect(item, retriever, group)]


def _collect(item: Item, retriever: HybridRetriever, group: str) -> Iterator[Case]:
    language = item.language or "en"
    if item.standalone or not item.history:
        query = retriever.query(clean(item.standalone or item.question), language)
        yield _case(item, query, retriever.search(query), retriever, group)
    if item.history:
        yield _case(item, *_follow_up(item, language, retriever), retriever, group)


def _follow_up(item: Item, language: str, retriever: HybridRetriever) -> tuple[Query, list[Candidate]]:
    """Retrieve for a follow-up as the chain does."""
    leaning = lean(item.question, item.history, language)
    query = retriever.query(clean(leaning.replaced if leaning and leaning.replaced else item.question), language)
    if leaning is None or leaning.replaced:
        return query, retriever.search(query)
    before = retriever.query(clean(leaning.before), language)
    whole = retriever.complete(item.question, leaning, language)
    return whole, retriever.follow_up(query, whole, retriever.search(before))


def _case(item: Item, query: Query, candidates: list[Candidate], retriever: HybridRetriever, group: str) -> Case:
    real = [replace(c, sentences=()) for c in candidates if not c.passage.unanswered]
    hashes = [s.vector for c in real[:QUOTABLE] for s in c.passage.sentences]
    stored = retriever.index.vectors("sentence", hashes)
    vectors = {key: float(vector @ query.vector) for key, vector in stored.items()}
    found = tuple(extract(query, real, vectors, retriever.weights, QUOTABLE))
    gap = None if query.period else next((c for c in candidates if c.passage.unanswered), None)
    right = tuple(is_right(item, c.passage) for c in found)
    added = {c.passage.id: c.score - _weighed(c, query, retriever.weights) for c in found} if item.history else {}
    return Case(item, query, found, right, gap, group, added=added)


def _weighed(candidate: Candidate, query: Query, weights: Weights) -> float:
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

    def scored(candidate: Candidate) -> Candidate:
        added = case.added.get(candidate.passage.id, 0.0)
        return replace(candidate, score=_weighed(candidate, case.query, weights) + added)

    pairs = sorted(
        ((scored(c), r) for c, r in zip(case.candidates, case.right, strict=True)), key=lambda both: -both[0].score
    )
    vectors = {s.sentence.vector: s.similarity for c in case.candidates for s in c.sentences}
    first = [c for c, _ in pairs if c.sentences][:6]
    if not first:
        return replace(case, candidates=(), right=())
    rest = [replace(c, sentences=()) for c, _ in pairs if all(c.passage.id != f.passage.id for f in first)]
    ordered = extract(case.query, [*first, *rest], vectors, weights, len(first))
    rights = {c.passage.id: r for c, r in pairs}
    gap = scored(case.gap) if case.gap else None
    return replace(case, candidates=tuple(ordered), right=tuple(rights[c.passage.id] for c in ordered), gap=gap)
