"""Measuring a variant: its weights are fitted on the train part, then its ranking of each question is judged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from assistant.index import Index
from assistant.question import clean
from assistant.retrieve import Candidate, HybridRetriever
from assistant.weights import Weights
from evals import matching
from evals.ablation.grounds import Asked, Grounds
from evals.ablation.variants import Patch, Variant, patched
from evals.calibrate.cases import CachedEncoder, Case, collect, reweighed
from evals.calibrate.ordering import fit_retrieval, fit_sentences
from evals.dataset import Item
from evals.matching import facts_found
from evals.retrieval import Held, of_retrieval

# The facts, and the sentences that they are looked for in, are the same for every variant.
_REMEMBERED = Patch(matching, "contains", cache(matching.contains))


class Score(NamedTuple):
    """How well one question went: a right passage first, or in five; nDCG; a fact in the likeliest sentence."""

    hit_1: float
    hit_5: float
    ndcg_10: float
    first_sentence: float


Scores = dict[str, dict[str, Score]]
"""By ground and question."""


def measure(variant: Variant, grounds: Grounds, part: str, encoder: CachedEncoder, start: Weights) -> Scores:
    """Fit a variant's weights, and judge it on every ground."""
    with patched((*variant.patches, _REMEMBERED)):
        weights = fitted(grounds.train(variant.phrased), encoder, start)
        scores: Scores = {}
        for asked in grounds.measured(part, variant.phrased):
            retriever = HybridRetriever(index=asked.index, encoder=encoder, weights=weights)
            judged = {item.id: judge(item, retriever) for item in asked.items}
            scores.setdefault(asked.name, {}).update({key: score for key, score in judged.items() if score})
    return scores


def fitted(train: Sequence[Asked], encoder: CachedEncoder, start: Weights) -> Weights:
    """Fit the weights of passages, and then of the sentences in them."""
    cases: list[Case] = []
    for asked in train:
        retriever = HybridRetriever(index=asked.index, encoder=encoder, weights=start)
        cases.extend(collect(asked.items, retriever, asked.name))
    weights = start.model_copy(update={"retrieval": fit_retrieval(cases, start.retrieval)})
    ordered = [reweighed(case, weights) for case in cases]
    return weights.model_copy(update={"sentences": fit_sentences(ordered, start.sentences)})


def judge(item: Item, retriever: HybridRetriever) -> Score | None:
    """Ask a question and judge what was found; None where the documents hold no source of it.

    Where there are sources in the asker's language, only their passages are right.
    """
    index: Index = retriever.index
    language = item.language or "en"
    there = [s for s in item.sources or () if s.partition("#")[0] in index.documents]
    own = [s for s in there if index.documents[s.partition("#")[0]].language == language]
    if not there:
        return None
    query = retriever.query(clean(item.question), language)
    candidates = [c for c in retriever.search(query) if not c.passage.unanswered]
    names = [f"{c.passage.document.id}#{c.passage.slug}" for c in candidates]
    expected = item.model_copy(update={"sources": tuple(own or there)})
    found = of_retrieval(expected, names, lambda document: _held(index, document))
    return Score(float(found["mrr"] == 1), float(found["hit_5"]), found["ndcg_10"], _first_sentence(item, candidates))


def _first_sentence(item: Item, candidates: Sequence[Candidate]) -> float:
    sentences = (s for c in candidates for s in c.sentences)
    best = max(sentences, key=lambda s: s.probability, default=None)
    return float(best is not None and facts_found(best.sentence.text, item.facts or ()) > 0)


@cache
def _held(index: Index, document: str) -> tuple[Held, ...]:
    return tuple(Held(p.slug, p.locator, p.text) for p in index.passages_in(document))
