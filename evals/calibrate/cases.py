"""Cases: questions with what retrieval brings for them, and which passages and sentences of it are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from assistant.extract import extract, way_of
from assistant.index import Index, Passage
from assistant.query import Query
from assistant.retrieve import Candidate, HybridRetriever
from assistant.question import clean
from assistant.standalone import standalone
from assistant.weights import Weights, way
from evals.dataset import Item
from evals.matching import facts_found

QUOTABLE = 10  # passages whose sentences are weighed, a few more than when answering: other weights order them otherwise


class CachedEncoder:
    """An encoder that embeds a question once, however many indexes it is asked over."""

    def __init__(self, encoder: Any) -> None:
        self.embed_query: Callable[[str], list[float]] = lru_cache(maxsize=None)(encoder.embed_query)


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
    index: Index
    gap: Candidate | None
    group: str
    view: str = "as it is"

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
    """Ask every question but those of several parts, each follow-up written out, and keep what was found."""
    return [_collect(item, retriever, group) for item in items if "parts" not in item.tags]


def _collect(item: Item, retriever: HybridRetriever, group: str) -> Case:
    language = item.language or "en"
    written_out = item.standalone
    text = clean(written_out or standalone(item.question, item.history, language))
    query = retriever.query(text, language, None if written_out else item.question)
    candidates = retriever.search(query)
    hashes = [s.vector for c in candidates[:QUOTABLE] for s in c.passage.sentences]
    stored = retriever.index.vectors("sentence", hashes)
    vectors = {key: float(vector @ query.vector) for key, vector in stored.items()}
    found = extract(query, [replace(c, sentences=()) for c in candidates], vectors, retriever.weights, QUOTABLE)
    real = tuple(c for c in found if not c.passage.unanswered)
    gap = None if query.period else next((c for c in found if c.passage.unanswered), None)
    right = tuple(is_right(item, c.passage) for c in real)
    return Case(item, query, real, right, retriever.index, gap, group)


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
        ranking = weights.retrieval[way_of(case.query, candidate.passage)]
        return replace(candidate, score=ranking.score(candidate.signals.__dict__))

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
