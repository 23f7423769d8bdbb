"""Fit the weights in `assistant/weights.toml` on the dev sets: `python -m evals.calibrate`.

Retrieval: a softmax over each question's candidates, pulled towards the present weights. Support and topic: logistic
regressions. Everything is fitted on the dev sets alone, over three views of them: as they are, with the phrasings
taken away (documents that nobody wrote phrasings for), and with the right passages taken away (near misses).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant import encoder, weights
from assistant.index import Index
from assistant.retrieve import Candidate, HybridRetriever, Query
from assistant.settings import Settings, load
from assistant.standalone import standalone
from assistant.support import features
from assistant.weights import Logistic, RetrievalWeights
from evals.corpora import settings_for
from evals.dataset import SETS, Item, read
from evals.matching import facts_found

OTHER = SETS / "other-documents"
_SHARPNESS = 10.0
_PULL = 0.02
_DRAWN = 200  # questions, and passages, that the floor is taken over
_EARLIER, _LATER = {"other_period", "superseded"}, -0.3
# Shares of answerable questions that the thresholds may cost: a wrong refusal hands a person over to a person, and
# a wrong answer misleads, but beyond these shares the assistant would be of little use.
_REFUSED, _OFF_TOPIC = 0.06, 0.03


@dataclass(frozen=True)
class Case:
    """A question with its candidates and which of them are right."""

    item: Item
    query: Query
    candidates: list[Candidate]
    right: list[bool]
    index: Index
    gap: Candidate | None = None
    view: str = "as it is"

    @property
    def group(self) -> str:
        """Both languages' wordings of one fact stay in the same part."""
        return self.item.id.removeprefix("dev-nl-").removeprefix("dev-en-")


def starting_point(settings: Settings, items: Sequence[Item], index: Index) -> RetrievalWeights:
    """Return the present weights over the encoder's floor: the mean cosine of random questions and passages."""
    loaded, chance = encoder.load(settings), random.Random(0)  # noqa: S311 - a seed, no secret
    passages = [p for document_id in sorted(index.documents) for p in index.passages_in(document_id)]
    drawn = chance.sample(passages, min(_DRAWN, len(passages)))
    texts = loaded.encode_passages([" – ".join(p.headings) + "\n" + p.text for p in drawn])
    asked = np.array([loaded.embed_query(i.question) for i in chance.sample(list(items), min(_DRAWN, len(items)))])
    floor = round(float((asked @ texts.T).mean()), 3)
    return weights.load_weights().retrieval.model_copy(update={"floor": floor})


def collect(settings: Settings, items: Sequence[Item], index: Index, retrieval: RetrievalWeights) -> list[Case]:
    """Retrieve candidates for each question, wide enough to be scored anew."""
    retriever = HybridRetriever(index=index, encoder=encoder.load(settings), weights=retrieval)
    cases = []
    for item in items:
        language = item.language or "en"
        query = retriever.query(standalone(item.question, item.history, language), language, item.question)
        found = retriever.search(query)
        candidates = [c for c in found if not c.passage.unanswered]
        gap = None if query.period else next((c for c in found if c.passage.unanswered), None)
        cases.append(Case(item, query, candidates, [_right(item, c) for c in candidates], index, gap))
    return cases


def _right(item: Item, candidate: Candidate) -> bool:
    document, slug = candidate.passage.document.id, candidate.passage.slug
    if f"{document}#{slug}" in (item.sources or ()):
        return True
    return document in (item.sources or ()) and facts_found(candidate.passage.text, item.facts or ()) > 0


def without_phrasings(case: Case) -> Case:
    """Return the case as if the documents had no phrasings."""
    plain = [replace(c, signals=replace(c.signals, phrasing=c.signals.sentence)) for c in case.candidates]
    return replace(case, candidates=plain, view="without phrasings")


def without_answer(case: Case) -> Case:
    """Return the case with every passage taken away that holds a fact of the answer: a near miss."""
    facts = case.item.facts or ()
    kept = [
        c for c, r in zip(case.candidates, case.right, strict=True) if not r and not facts_found(c.passage.text, facts)
    ]
    return replace(case, candidates=kept, right=[False] * len(kept), view="answer removed")


def rescore(case: Case, retrieval: RetrievalWeights) -> Case:
    """Order the candidates by other weights."""
    pairs = [
        (replace(c, score=retrieval.score(c.signals.__dict__)), r)
        for c, r in zip(case.candidates, case.right, strict=True)
    ]
    pairs.sort(key=lambda pair: -pair[0].score)
    gap = replace(case.gap, score=retrieval.score(case.gap.signals.__dict__)) if case.gap else None
    return replace(case, gap=gap, candidates=[c for c, _ in pairs], right=[r for _, r in pairs])


def fit_retrieval(cases: Sequence[Case], start: RetrievalWeights) -> RetrievalWeights:
    """Fit the signals' weights so that right passages come first."""
    names = list(start.signals)
    origin = np.array([start.signals[name] for name in names])
    usable = [c for c in cases if any(c.right) and not all(c.right)]
    tables = [
        (np.array([[getattr(c.signals, n) for n in names] for c in case.candidates]), np.array(case.right))
        for case in usable
    ]

    def loss(w: NDArray[np.float64]) -> float:
        total = 0.0
        for values, right in tables:
            scores = values @ w * _SHARPNESS
            likelihood = np.exp(scores - scores.max())
            total -= float(np.log(max(likelihood[right].sum() / likelihood.sum(), 1e-9)))
        return total / len(tables) + _PULL * float(((w - origin) ** 2).sum())

    # What speaks for a passage may not speak against it, and today's rule comes before an earlier one in any case.
    bounds = [(None, _LATER) if name in _EARLIER else (0.0, None) for name in names]
    fitted = minimize(loss, origin, method="L-BFGS-B", bounds=bounds).x
    signals = {name: round(float(value), 3) for name, value in zip(names, fitted, strict=True)}
    # The dev sets are monolingual and have twins, so they cannot tell what another language costs.
    signals["other_language"] = start.signals["other_language"]
    return start.model_copy(update={"signals": signals})


def first_places(cases: Sequence[Case]) -> str:
    """Say how often a right passage is at first place and in three."""
    ranks = np.array([case.right.index(True) if any(case.right) else 99 for case in cases])
    return f"first {np.mean(ranks < 1):.3f}, in three {np.mean(ranks < 3):.3f} of {len(ranks)}"


def fit_logistic(
    cases: Sequence[Case], label: Callable[[Case], bool], refused: float, report: Console, title: str
) -> Logistic:
    """Fit a logistic regression; `refused` of the real questions that it should let through fall below its threshold.

    The threshold is a quantile of cross-validated probabilities, both languages' wordings of a fact in the same fold.
    """
    names = list(features(cases[0].query, [], None, cases[0].index))
    values = np.array([list(features(c.query, c.candidates, c.gap, c.index).values()) for c in cases])
    labels = np.array([label(case) for case in cases])
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=5000)
    groups = np.array([case.group for case in cases])
    held_out = cross_val_predict(model, values, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    real = np.array([case.view == "as it is" for case in cases])
    threshold = round(float(np.quantile(held_out[real & labels], refused)), 2)
    below = held_out[real] < threshold
    recall = (below & ~labels[real]).sum() / max((~labels[real]).sum(), 1)
    precision = (below & ~labels[real]).sum() / max(below.sum(), 1)
    report.print(f"{title}: held out, at {threshold:.2f}: refusals' precision {precision:.2f}, recall {recall:.2f}")
    model.fit(values, labels)
    coefficients = {name: round(float(c), 3) for name, c in zip(names, model.coef_[0], strict=True)}
    return Logistic(intercept=round(float(model.intercept_[0]), 3), coefficients=coefficients, threshold=threshold)


def main() -> None:
    """Fit and write the weights."""
    report = Console()
    settings = load()
    index = Index(settings)
    items = [item for name in ("dev-en", "dev-nl") for item in read(SETS / f"{name}.jsonl")]
    start = starting_point(settings, items, index)
    dev = collect(settings, items, index, start)
    apart = settings_for(settings, OTHER / "corpus")
    other_index = Index(apart)
    other = [c for name in ("en", "nl") for c in collect(apart, read(OTHER / f"{name}.jsonl"), other_index, start)]
    plain = [without_phrasings(case) for case in dev]
    answerable = [c for c in [*dev, *plain, *other] if c.item.answerable]
    retrieval = fit_retrieval(answerable, start)
    dev, plain, other = ([rescore(c, retrieval) for c in cases] for cases in (dev, plain, other))
    for title, cases in (("dev", dev), ("dev without phrasings", plain), ("other documents", other)):
        report.print(f"{title}: {first_places([c for c in cases if c.item.answerable])}")
    everything = [*dev, *plain, *other]
    missing = [without_answer(c) for c in [*dev, *other] if c.item.answerable]
    near = [case for case in missing if case.candidates]
    training = [*everything, *near]
    support = fit_logistic(
        training, lambda c: bool(c.item.answerable) and c.view != "answer removed", _REFUSED, report, "support"
    )
    topic = fit_logistic(everything, lambda c: c.item.reason != "off_topic", _OFF_TOPIC, report, "topic")
    _write(weights.load_weights().model_copy(update={"retrieval": retrieval, "support": support, "topic": topic}))


def _write(fitted: weights.Weights) -> None:
    lines = [
        "# Fitted by `python -m evals.calibrate` on the dev sets in evals/sets; compose by hand on the same sets.",
        "",
    ]
    lines += [
        "[retrieval]",
        f"floor = {fitted.retrieval.floor}",
        f"sentence_coverage = {fitted.retrieval.sentence_coverage}",
        f"sentence_kind = {fitted.retrieval.sentence_kind}",
        "",
        "[retrieval.signals]",
    ]
    lines += [f"{name} = {value}" for name, value in fitted.retrieval.signals.items()]
    for name in ("support", "topic"):
        model: Logistic = getattr(fitted, name)
        lines += [
            "",
            f"[{name}]",
            f"intercept = {model.intercept}",
            f"threshold = {model.threshold}",
            "",
            f"[{name}.coefficients]",
        ]
        lines += [f"{key} = {value}" for key, value in model.coefficients.items()]
    lines += ["", "[compose]", *(f"{key} = {value}" for key, value in fitted.compose.model_dump().items()), ""]
    Path(weights.__file__).with_name("weights.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
