"""Fitting what judges: whether the passages answer a question, and whether it is about the documents' subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from assistant.support import features
from assistant.weights import CONVERSATIONS, WAYS, Linear
from evals.calibrate.cases import Case, without_answer
from evals.calibrate.fitting import Judged, fit_logistic, held_out

_STRENGTH = 1.0
# Where the corpus lost its answer, what is left is nearer to it than near misses of real questions are.
_REMOVED = 0.25
# Questions without an answer for each with one: where somebody wrote phrasings most have one (of real questions to
# information sessions five of six), about any other text nothing is known.
_UNANSWERED = {"phrased": 0.3, "plain": 0.7}
_CORPUS = "corpus"

Label = Callable[[Case], bool]


def training(cases: Sequence[Case]) -> list[Case]:
    """Return the cases, and each that has an answer once more without it."""
    missing = [without_answer(case) for case in cases if case.item.answerable]
    return [case for case in [*cases, *missing] if case.candidates]


def is_answerable(case: Case) -> bool:
    """Whether the documents hold the answer: support is the probability of this."""
    return bool(case.item.answerable) and case.view == "as it is"


def is_on_topic(case: Case) -> bool:
    """Whether the question is about the documents' subject."""
    return case.item.reason != "off_topic"


def fit_support(cases: Sequence[Case]) -> dict[str, Linear]:
    """Fit the probability that the passages answer, for each way and for conversations.

    One without both outcomes gets all cases' model.
    """
    everything, names = table(cases, is_answerable)
    pooled = fit_logistic(everything, names, _STRENGTH)
    fitted = {}
    for way in (*WAYS, *CONVERSATIONS):
        own = [case for case in cases if case.kind == way]
        data = table(own, is_answerable)[0] if own else None
        enough = data is not None and len(set(data.labels.tolist())) == 2
        prior = _UNANSWERED["plain" if way.endswith("plain") else "phrased"]
        fitted[way] = (
            fit_logistic(_with_prior(data, prior), names, _STRENGTH) if data is not None and enough else pooled
        )
    return fitted


def _with_prior(data: Judged, ratio: float) -> Judged:
    """Weigh the questions without an answer so that there are `ratio` of them for each with one."""
    there, missing = data.weights[data.labels].sum(), data.weights[~data.labels].sum()
    return replace(data, weights=np.where(data.labels, data.weights, data.weights * ratio * there / missing))


def fit_topic(cases: Sequence[Case], let_through: float) -> tuple[Linear, float]:
    """Fit whether a question is about the subject, and the threshold that `let_through` of those that are pass."""
    own = [case for case in cases if case.group.startswith(_CORPUS) and case.view == "as it is"]
    data, names = table(own, is_on_topic)
    threshold = float(np.quantile(held_out(data, _STRENGTH)[data.labels], 1.0 - let_through))
    return fit_logistic(data, names, _STRENGTH), round(threshold, 2)


def table(cases: Sequence[Case], label: Label) -> tuple[Judged, list[str]]:
    """Return the features of the cases with their labels, and the features' names."""
    rows = [features(case.query, case.candidates, case.gap) for case in cases]
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    labels = np.array([label(case) for case in cases])
    weights = np.array([_REMOVED if c.view != "as it is" and c.group.startswith(_CORPUS) else 1.0 for c in cases])
    return Judged(values, labels, [case.fact for case in cases], weights), names
