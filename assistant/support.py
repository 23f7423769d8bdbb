"""Support: can these passages answer this question? A calibrated probability, and the reason where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from assistant import kinds
from assistant.answer import Reason
from assistant.index import Index
from assistant.index.sparse import fold
from assistant.retrieve import Candidate, Query, coverage, rarities
from assistant.texts import lexicon
from assistant.weights import load_weights

Features = dict[str, float]

_MUCH = 30.0  # nats of rarity in the words that question and passage share
_LONG = 20  # content words; a long question tells a story, of which no passage covers all


@dataclass(frozen=True)
class Support:
    """`probability` that the candidates answer the question; `on_topic` that it is about the documents' subject."""

    probability: float
    on_topic: float
    supported: bool
    related: bool


def features(query: Query, candidates: Sequence[Candidate], gap: Candidate | None, index: Index) -> Features:
    """Return what support is judged by, each about 0 to 1; all zero where nothing was found."""
    if not candidates:
        return dict.fromkeys(_NAMES, 0.0)
    top, rest = candidates[0], candidates[1:]
    best = top.signals
    nearest = [c.passage.vocabulary for c in candidates[:3]]
    indexes = index.sparse(query.language)
    rarity = rarities(query, index)
    total = sum(rarity.values()) or 1.0
    words = query.terms if not best.other_language else ()
    asked = coverage(words, top.passage.asked_vocabulary, rarity)
    unknown = sum(rarity[t] for t in query.terms if not (indexes and _known(t, indexes[0].document_frequency)))
    return {
        "sentence": best.sentence,
        "passage": best.passage,
        "phrasing": best.phrasing,
        "bm25": best.bm25,
        "coverage": coverage(words, top.passage.vocabulary, rarity),
        "asked_coverage": asked,
        "coverage_top3": sum(rarity[t] for t in query.terms if any(v.has(t) for v in nearest)) / total,
        "margin": top.score - (rest[4].score if len(rest) > 4 else 0.0),
        "runner_up": top.score - (rest[0].score if rest else 0.0),
        "unknown": unknown / total,
        "other_language": best.other_language,
        "other_period": best.other_period,
        "other_programme": float(_hinted(query, "other_programme")),
        "judgement": float(_hinted(query, "judgement")),
        "national_rule": float(_hinted(query, "national_rule")),
        "gap": max(-0.5, min(gap.score - top.score, 0.5)) if gap else -0.5,
        "matched": min(asked * total / _MUCH, 1.0),
        "length": min(len(query.terms) / _LONG, 1.0),
        "short": float(len(query.terms) <= 1),
        **_kinds(query, top),
    }


_NAMES = (
    *("sentence", "passage", "phrasing", "bm25", "coverage", "asked_coverage", "coverage_top3", "margin", "runner_up"),
    *("unknown", "other_language", "other_period", "other_programme", "judgement", "national_rule"),
    *("gap", "matched", "length", "short", *(f"{prefix}_{kind}" for prefix in ("asks", "no") for kind in kinds.KINDS)),
)


def _kinds(query: Query, top: Candidate) -> Features:
    """Return which kind of answer is asked for, and whether the best passage lacks anything of that kind."""
    there = kinds.held(top.passage.text, top.passage.document.language)
    values = {f"asks_{kind}": float(kind in query.kinds) for kind in kinds.KINDS}
    return values | {f"no_{kind}": float(kind in query.kinds and kind not in there) for kind in kinds.KINDS}


def support(query: Query, candidates: Sequence[Candidate], gap: Candidate | None, index: Index) -> Support:
    """Judge whether the candidates answer the question; `gap` is the nearest passage that names something unsaid."""
    weights = load_weights()
    values = features(query, candidates, gap, index)
    probability = weights.support.probability(values)
    on_topic = weights.topic.probability(values)
    related = on_topic >= weights.topic.threshold
    supported = bool(candidates) and related and probability >= weights.support.threshold
    return Support(probability, on_topic, supported, related)


def reason(query: Query, gap: Candidate | None, foreign: bool) -> Reason:
    """Say why a question on the subject is not answered, as far as its own words or a known gap tell."""
    if foreign:
        return "other_language"
    if gap is not None:
        return cast(Reason, gap.passage.unanswered)
    for name in ("other_programme", "judgement", "national_rule"):
        if _hinted(query, name):
            return name
    if query.period:
        return "other_period"
    return "not_in_documentation"


def _hinted(query: Query, name: str) -> bool:
    folded = f" {fold(query.text)} "
    return any(kinds.mentions(folded, hint) for hint in lexicon(query.language).hints[name])


def _known(term: str, vocabulary: dict[str, int]) -> bool:
    return term in vocabulary or (len(term) >= 5 and any(term in word for word in vocabulary))
