"""Fitting what orders: the signals of passages, and the features of the sentences in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from assistant import extract
from assistant.conversation import FEATURES
from assistant.retrieve import Signals
from assistant.weights import WAYS, Linear
from evals.calibrate.cases import Case
from evals.calibrate.fitting import Bound, Ranked, fit_ranking
from evals.matching import facts_found

SIGNALS = tuple(field.name for field in fields(Signals))
_INTERCEPT = "intercept"
# What speaks for a passage may not speak against it, and today's rule comes before an earlier one in any case.
_SIGNAL_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(SIGNALS, (0.0, None)),
    "other_period": (None, -1.0),
    "superseded": (None, -1.0),
}
_SENTENCE_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("similarity", "coverage", "behind", "kind", "names"), (0.0, None)),
}


def fit_retrieval(cases: Sequence[Case], start: dict[str, Linear]) -> dict[str, Linear]:
    """Fit the signals' weights for each way so that right passages come first."""
    names = _names(SIGNALS)
    lists = [
        _passages(own_first(case), names)
        for case in cases
        if case.item.answerable and all(c.leaning is None for c in case.candidates)
    ]
    return _by_pair(fit_ranking(lists, names, _start(start, SIGNALS), _bounds(SIGNALS, _SIGNAL_BOUNDS)), SIGNALS)


def fit_conversation(cases: Sequence[Case], start: Linear) -> Linear:
    """Fit the weights of what a question in a conversation is ordered by."""
    lists = []
    for case in map(own_first, cases):
        values = [[c.leaning[name] for name in FEATURES] for c in case.candidates if c.leaning is not None]
        if values and case.item.answerable:
            lists.append(Ranked(np.array(values), np.array(case.right, dtype=bool)))
    return fit_ranking(lists, FEATURES, start.coefficients)


def fit_sentences(cases: Sequence[Case], start: dict[str, Linear]) -> dict[str, Linear]:
    """Fit the features' weights for each way so that sentences that hold the answer come first."""
    features = extract.FEATURES
    lists = [_sentences(own_first(case), names := _names(features)) for case in cases if case.item.answerable]
    return _by_pair(fit_ranking(lists, names, _start(start, features), _bounds(features, _SENTENCE_BOUNDS)), features)


def own_first(case: Case) -> Case:
    """Return the case with only the right passages in the asker's language right, where there are any."""
    mine = [c.passage.document.language == case.query.language for c in case.candidates]
    if not any(r and own for r, own in zip(case.right, mine, strict=True)):
        return case
    return replace(case, right=tuple(r and own for r, own in zip(case.right, mine, strict=True)))


def _passages(case: Case, names: Sequence[str]) -> Ranked:
    values = np.zeros((len(case.candidates), len(names)))
    for row, candidate in enumerate(case.candidates):
        _fill(values[row], names, extract.way_of(case.query, candidate.passage), candidate.signals.__dict__)
    return Ranked(values, np.array(case.right, dtype=bool))


def _sentences(case: Case, names: Sequence[str]) -> Ranked:
    rows, right = [], []
    for candidate, is_right in zip(case.candidates, case.right, strict=True):
        for scored in candidate.sentences:
            row = np.zeros(len(names))
            _fill(row, names, extract.way_of(case.query, candidate.passage), scored.features)
            rows.append(row)
            right.append(is_right and facts_found(scored.sentence.text, case.item.facts or ()) > 0)
    return Ranked(np.array(rows).reshape(len(rows), len(names)), np.array(right, dtype=bool))


def _fill(row: np.ndarray, names: Sequence[str], way: str, values: object) -> None:
    assert hasattr(values, "items")
    at = WAYS.index(way) * (len(names) // len(WAYS))
    numbers = [*values.values(), 1.0]  # type: ignore[attr-defined]
    row[at : at + len(numbers)] = numbers


def _names(features: Sequence[str]) -> list[str]:
    return [f"{name}:{feature}" for name in WAYS for feature in (*features, _INTERCEPT)]


def _start(start: dict[str, Linear], features: Sequence[str]) -> dict[str, float]:
    found = {f"{name}:{feature}": start[name].coefficients.get(feature, 0.0) for name in WAYS for feature in features}
    return found | {f"{name}:{_INTERCEPT}": start[name].intercept for name in WAYS}


def _bounds(features: Sequence[str], bounds: dict[str, Bound]) -> dict[str, Bound]:
    return {f"{name}:{f}": bounds[f] for name in WAYS for f in (*features, _INTERCEPT) if f in bounds}


def _by_pair(fitted: Linear, features: Sequence[str]) -> dict[str, Linear]:
    def part(name: str) -> Linear:
        return Linear(
            intercept=0.0 if name == WAYS[0] else fitted.coefficients[f"{name}:{_INTERCEPT}"],
            coefficients={feature: fitted.coefficients[f"{name}:{feature}"] for feature in features},
        )

    return {name: part(name) for name in WAYS}
