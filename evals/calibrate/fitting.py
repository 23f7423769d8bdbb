"""Fitting: a softmax over lists for what orders, a logistic regression for what judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant.weights import Linear

Floats = NDArray[np.float64]
Bound = tuple[float | None, float | None]


@dataclass(frozen=True)
class Ranked:
    """One list: the features of its members, of shape (members, features), and which of them are right."""

    values: Floats
    right: NDArray[np.bool_]
    weight: float = 1.0


def fit_ranking(
    lists: Sequence[Ranked],
    names: Sequence[str],
    start: Mapping[str, float],
    bounds: Mapping[str, Bound] | None = None,
    pull: float = 0.002,
) -> Linear:
    """Fit a weighted sum whose softmax over each list falls on its right members; `pull` draws towards `start`.

    Source: the listwise loss of Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach (2007).
    """
    usable = [one for one in lists if one.right.any() and not one.right.all()]
    origin = np.array([start.get(name, 0.0) for name in names])
    total_weight = sum(one.weight for one in usable) or 1.0

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(w)
        for one in usable:
            scores = one.values @ w
            likelihood = np.exp(scores - scores.max())
            everything = likelihood / likelihood.sum()
            hits = likelihood * one.right
            wanted = hits / max(hits.sum(), 1e-12)
            total -= one.weight * float(np.log(max(everything[one.right].sum(), 1e-12)))
            slope -= one.weight * ((wanted - everything) @ one.values)
        away = w - origin
        return total / total_weight + pull * float(away @ away), slope / total_weight + 2 * pull * away

    limits = [(bounds or {}).get(name, (None, None)) for name in names]
    fitted = minimize(loss, origin, jac=True, method="L-BFGS-B", bounds=limits).x
    return Linear(coefficients={name: round(float(value), 3) for name, value in zip(names, fitted, strict=True)})


@dataclass(frozen=True)
class Judged:
    """Rows of features, of shape (rows, features), with their labels, groups and weights."""

    values: Floats
    labels: NDArray[np.bool_]
    groups: Sequence[str]
    weights: Floats


def fit_logistic(data: Judged, names: Sequence[str], strength: float) -> Linear:
    """Fit a logistic regression; `strength` is the inverse of its regularisation, scikit-learn's C."""
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(data.values, data.labels, sample_weight=data.weights)
    coefficients = {name: round(float(c), 3) for name, c in zip(names, model.coef_[0], strict=True)}
    return Linear(intercept=round(float(model.intercept_[0]), 3), coefficients=coefficients)


def held_out(data: Judged, strength: float, folds: int = 5) -> Floats:
    """Return each row's probability from a model that saw no row of the same group."""
    model = LogisticRegression(C=strength, max_iter=5000)
    found = cross_val_predict(
        model,
        data.values,
        data.labels,
        groups=np.asarray(data.groups),
        cv=GroupKFold(folds),
        method="predict_proba",
        params={"sample_weight": data.weights},
    )
    return np.asarray(found[:, 1], dtype=np.float64)
