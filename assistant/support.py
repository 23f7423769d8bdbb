"""Support: can these passages answer this question? A calibrated probability, and the reason where they cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import cast

from assistant import kinds
from assistant.answer import Reason
from assistant.extract import way_of
from assistant.index import Passage
from assistant.index.sparse import fold, terms
from assistant.mentions import mentions
from assistant.query import Query, Term
from assistant.retrieve import Candidate
from assistant.texts import lexicon
from assistant.weights import CONVERSATIONS, Weights, load_weights

Features = dict[str, float]

_LONG = 20  # content words; a long question tells a story, of which no passage covers all
_YEAR = re.compile(r"\b20\d\d\b")
_OWN_NAME = "interreg europ"
_BRIEF, _SAID = 2, 0.75  # content words of a brief question; share of a phrasing that it says
_ROOT = 4  # letters that the name of a country shares with its adjective
_FAR_OFF = 0.5  # share of the topic's threshold below which nothing is answered
_LAST_YEAR = 2027  # of the programme period
_HINTS = ("other_programme", "national_rule", "judgement", "future_period")


@dataclass(frozen=True)
class Support:
    """`probability` that the candidates answer the question; `on_topic` that it is about the documents' subject.

    `reachable` says whether any document of this kind could answer, `supported` whether these do.
    """

    probability: float
    on_topic: float
    supported: bool
    related: bool
    reachable: bool = True


def features(query: Query, candidates: Sequence[Candidate], gap: Candidate | None) -> Features:
    """Return what support is judged by, each about -1 to 1; the candidates are at least one."""
    top = candidates[0]
    return {
        **_matching(query, top),
        **_standing_out(candidates),
        **_missing(query, candidates),
        **_asking(query, top, gap),
    }


def _matching(query: Query, top: Candidate) -> Features:
    """Return how well the best passage and its best sentence match the question."""
    signals, best = top.signals, top.sentences[0]
    phrased = float(bool(top.passage.asked))
    return {
        "sentence": signals.sentence,
        "passage": signals.passage,
        "phrased": phrased,
        "phrasing": phrased * signals.phrasing,
        "bm25": signals.bm25,
        "coverage": signals.coverage,
        "asked_coverage": phrased * signals.asked_coverage,
        "quote_similarity": best.features["similarity"],
        "quote_coverage": best.features["coverage"],
        "quote_around": best.features["around"],
        "quote_kind": best.features["kind"],
        "quote_probability": best.probability,
        **_phrased(query, top.passage),
        "other_period": signals.other_period,
    }


def _phrased(query: Query, passage: Passage) -> Features:
    """Return how much of the question the likest phrasing says, and how much of that phrasing the question says."""
    language = passage.document.language
    asked = set(query.stems(language))
    both = [
        (query.coverage(said, language), len(said.stems & asked) / max(len(said.stems), 1))
        for said in passage.phrasing_vocabularies
    ]
    forth, back = max(both, key=sum, default=(0.0, 0.0))
    return {"phrasing_coverage": forth, "phrasing_covered": back}


def _standing_out(candidates: Sequence[Candidate]) -> Features:
    """Return how far the best passage is ahead of the others."""
    top, rest = candidates[0], candidates[1:]
    others = [c.signals for c in candidates[5:25]]
    return {
        "runner_up": min(top.score - rest[0].score, 2.0) if rest else 1.0,
        "margin": min(top.score - rest[4].score, 3.0) if len(rest) > 4 else 1.0,
        "ahead_passage": top.signals.passage - fmean(s.passage for s in others) if others else 0.3,
        "ahead_sentence": top.signals.sentence - fmean(s.sentence for s in others) if others else 0.3,
        "ahead_coverage": top.signals.coverage - fmean(s.coverage for s in others) if others else 0.3,
    }


def _missing(query: Query, candidates: Sequence[Candidate]) -> Features:
    """Return how much of what the question says is nowhere in the best passage, or in no document at all."""
    passage = candidates[0].passage
    language, text = passage.document.language, passage.vocabulary
    said = [term for term in query.terms if term.stems.get(language)]
    total = sum(term.weight for term in said) or 1.0
    absent = [term for term in said if not term.inside(text, language)]
    unasked = [term for term in said if not term.inside(passage.asked_vocabulary, language)]
    nearest = [c.passage for c in candidates[:3]]
    unknown = sum(term.weight for term in query.terms if not term.known)
    numbers, there = query.mentions.numbers | query.mentions.dates, mentions(passage.text, language)
    return {
        "coverage_top3": sum(
            t.weight for t in said if any(t.inside(p.vocabulary, p.document.language) for p in nearest)
        )
        / total,
        "missing_names": sum(term.weight for term in absent if term.name) / total,
        "missing_rarest": max((term.weight for term in absent), default=0.0),
        "unasked_rarest": max((term.weight for term in unasked), default=0.0),
        "missing_numbers": len(numbers - there.numbers - there.dates) / len(numbers) if numbers else 0.0,
        "missing_focus": max((term.weight for term in query.focus if term in unasked), default=0.0),
        "missing_place": float(_place_missing(query, passage)),
        "uncovered_short": sum(term.weight for term in unasked) / total * max(1.0 - len(said) / 8, 0.0),
        "unknown": unknown / (sum(term.weight for term in query.terms) or 1.0),
    }


def _asking(query: Query, top: Candidate, gap: Candidate | None) -> Features:
    """Return what is asked for, and whether the best passage lacks anything of that kind."""
    language = top.passage.document.language
    there = kinds.held(top.passage.text, language, query.mentions)
    return {
        **{name: float(kinds.hinted(query.text, query.language, name)) for name in _HINTS},
        "elsewhere": float(bool(_named_elsewhere(query, top))),
        "gap": max(-3.0, min(gap.score - top.score, 3.0)) / 3.0 if gap else -1.0,
        "gap_nearer": float(gap is not None and gap.score > top.score),
        "length": min(len(query.terms) / _LONG, 1.0),
        "short": float(len(query.terms) <= 1),
        **{f"asks_{kind}": float(kind in query.kinds) for kind in kinds.KINDS},
        **{f"no_{kind}": float(kind in query.kinds and kind not in there) for kind in kinds.KINDS},
    }


def _place_missing(query: Query, passage: Passage) -> bool:
    """Whether the question names a country or region that the passage does not."""
    return any(not _placed(term, passage) for term in _places(query))


def _other_place(query: Query, passage: Passage) -> bool:
    """Whether the passage is about other countries or regions than those that the question names."""
    asked, said = _places(query), f" {fold(passage.text)} "
    if not asked or any(_placed(term, passage) for term in asked):
        return False
    return any(kinds.mentioned(said, place) for place in lexicon(passage.document.language).groups[0])


def _places(query: Query) -> list[Term]:
    """Return the words of the question that name a country or region."""
    folded = f" {fold(query.text)} "
    places = lexicon(query.language).groups[0]
    named = {stem for place in places if kinds.mentioned(folded, place) for stem in terms(place, query.language)}
    return [term for term in query.terms if term.stem in named]


def _placed(term: Term, passage: Passage) -> bool:
    """Whether a passage or a phrasing of it names a place, or who or what is from there: "België", "Belgische"."""
    language, vocabulary = passage.document.language, passage.asked_vocabulary
    beginnings = tuple(stem[:_ROOT] for stem in term.stems.get(language, ()))
    return term.inside(vocabulary, language) or any(stem.startswith(beginnings) for stem in vocabulary.stems)


def _named_elsewhere(query: Query, top: Candidate) -> list[str]:
    """Return the other programmes that the question names and the best passage does not."""
    folded, said = f" {fold(query.text)} ", f" {fold(' '.join(top.passage.headings) + ' ' + top.passage.text)} "
    return [
        hint
        for hint in lexicon(query.language).hints["other_programme"]
        if kinds.mentioned(folded, hint) and not kinds.mentioned(said, hint)
    ]


def nearest_gap(query: Query, found: Sequence[Candidate]) -> Candidate | None:
    """Return the best candidate that names a gap, of the period that the question asks for where it names one.

    Gaps are details: a question of a word or two is about one only where it says most of what people ask it with ("how
    many partners do I need" is not about advisory ones).
    """
    gaps = (c for c in found if c.passage.unanswered)
    gap = next((c for c in gaps if query.period in {None, c.passage.document.period}), None)
    if gap is None or len(query.terms) > _BRIEF:
        return gap
    return gap if _phrased(query, gap.passage)["phrasing_covered"] >= _SAID else None


def support(query: Query, candidates: Sequence[Candidate], gap: Candidate | None, threshold: float) -> Support:
    """Judge whether the candidates answer the question; `gap` is the nearest passage that names something unsaid."""
    if not candidates:
        return Support(0.0, 0.0, supported=False, related=False)
    if candidates[0].asked_before is not None:
        return Support(candidates[0].asked_before, 1.0, supported=True, related=True)
    weights: Weights = load_weights()
    values = features(query, candidates, gap)
    probability = weights.support[kind_of(query, candidates[0])].probability(values)
    on_topic = weights.topic.probability(values)
    related = on_topic >= weights.topic_threshold
    reachable = not out_of_reach(query, candidates[0])
    far_off = on_topic < weights.topic_threshold * _FAR_OFF
    return Support(probability, on_topic, probability >= threshold and reachable and not far_off, related, reachable)


def kind_of(query: Query, top: Candidate) -> str:
    """Return which coefficients judge: those of conversations, or those of the way from the question to the text."""
    return way_of(query, top.passage) if top.leaning is None else CONVERSATIONS[not top.passage.asked]


def out_of_reach(query: Query, top: Candidate) -> bool:
    """Whether no document of this kind can answer.

    A verdict on one's own plans; another programme's rule; what the text says of another country; how to reach somebody
    whose number or address is not there; a period to come that the passage does not name.
    """
    if kinds.hinted(query.text, query.language, "verdict"):
        return True
    if _named_elsewhere(query, top) and _OWN_NAME not in fold(query.text):
        return True
    if _other_place(query, top.passage):
        return True
    if "contact" in query.kinds and "contact" not in kinds.held(top.passage.text, top.passage.document.language):
        return True
    future = {year for year in _YEAR.findall(query.text) if int(year) > _LAST_YEAR}
    return bool(future) and future.isdisjoint(_YEAR.findall(top.passage.text))


def reason(query: Query, gap: Candidate | None, foreign: bool) -> Reason:
    """Say why a question on the subject is not answered, as far as its own words or a known gap tell."""
    if foreign:
        return "other_language"
    if gap is not None:
        return cast(Reason, gap.passage.unanswered)
    if kinds.hinted(query.text, query.language, "verdict"):
        return "judgement"
    for name in ("other_programme", "judgement", "national_rule"):
        if kinds.hinted(query.text, query.language, name):
            return name
    if query.period or kinds.hinted(query.text, query.language, "future_period"):
        return "other_period"
    return "not_in_documentation"
