"""Intervals and tests: how sure a figure is, whether two versions differ, and how many questions would tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Figure = dict[str, Any]
"""A `value` with `n`, how many questions it judged, and, where n allows, `low` and `high` of the 95 % `interval`."""

Values = NDArray[np.float64]

LEVEL = 0.95
POWER = 0.8
SIGN_FLIPS = 10_000
RESAMPLES = 1_000
SEED = 20_211_027
_Z_LEVEL = float(stats.norm.ppf(1 - (1 - LEVEL) / 2))
_Z_POWER = float(stats.norm.ppf(POWER))


def share(hits: int, n: int) -> Figure:
    """Return a share of `n` > 0 with its Wilson interval (Wilson 1927)."""
    interval = stats.binomtest(hits, n).proportion_ci(confidence_level=LEVEL, method="wilson")
    return _figure(hits / n, n, interval.low, interval.high, "wilson")


def mean(values: Sequence[float]) -> Figure:
    """Return a mean with its interval: of yes and no a share, of anything between by the percentile bootstrap."""
    if all(value in (0.0, 1.0) for value in values):
        return share(int(sum(values)), len(values))
    if len(values) < 2:
        return {"value": round(float(values[0]), 4), "n": 1}
    low, high = bootstrap([np.asarray(values, dtype=np.float64)], lambda sample: sample.mean(axis=-1))
    return _figure(float(np.mean(values)), len(values), low, high, "bootstrap")


def bootstrap(columns: Sequence[Values], statistic: Callable[..., Values]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic over questions (Efron & Tibshirani 1993, chapter 13).

    `columns` are values by question, drawn together; `statistic` takes as many arrays of samples × questions and
    returns a value a sample. Samples for which it is not defined (NaN) do not count.
    """
    n = len(columns[0])
    drawn = np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))
    values = statistic(*(np.asarray(column)[drawn] for column in columns))
    low, high = np.nanpercentile(values, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def percentiles(values: Sequence[float]) -> dict[str, Any]:
    """Return `n`, the percentiles p50, p90, p95, p99 and the largest, with exact intervals where n allows.

    `intervals` holds [low, high] by percentile, from the order statistics (Conover 1999, section 3.2).
    """
    if not values:
        return {"n": 0}
    ordered = np.asarray(values, dtype=np.float64)
    made: dict[str, Any] = {"n": len(values)}
    intervals: dict[str, list[float]] = {}
    for q in (50, 90, 95, 99):
        made[f"p{q}"] = round(float(np.percentile(ordered, q)), 1)
        found = stats.quantile_test(ordered, q=made[f"p{q}"], p=q / 100).confidence_interval(LEVEL)
        if math.isfinite(found.low) and math.isfinite(found.high):
            intervals[f"p{q}"] = [round(float(found.low), 1), round(float(found.high), 1)]
    return {**made, "max": round(float(ordered.max()), 1), **({"intervals": intervals} if intervals else {})}


def mcnemar(only_a: int, only_b: int) -> float:
    """Return the exact two-sided p of McNemar's test: `only_a` questions are right in A alone, `only_b` in B alone."""
    changed = only_a + only_b
    return float(stats.binomtest(only_a, changed).pvalue) if changed else 1.0


def paired_shares(only_a: int, only_b: int, n: int) -> Figure:
    """Return the difference of two shares over the same `n` questions, B − A, with its interval (Agresti & Min 2005).

    Half a question is added to each of the four cells, so that the interval is wide where few questions changed.
    """
    a, b, whole = only_a + 0.5, only_b + 0.5, n + 2.0
    middle = (b - a) / whole
    half = _Z_LEVEL * math.sqrt((a + b) - (b - a) ** 2 / whole) / whole
    return _figure((only_b - only_a) / n, n, max(middle - half, -1.0), min(middle + half, 1.0), "agresti-min")


def randomisation(differences: Sequence[float]) -> float:
    """Return the two-sided p of the paired randomisation test of a mean difference of nothing (Fisher 1935).

    If the versions were the same, each difference could as well have the other sign: 10,000 random choices of signs
    show how often a mean as far from 0 comes by chance. The choice that was observed counts too (Phipson & Smyth 2010).
    """
    values = np.asarray(differences, dtype=np.float64)
    values = values[values != 0]
    if not len(values):
        return 1.0
    signs = np.random.default_rng(SEED).choice(np.array([-1.0, 1.0]), size=(SIGN_FLIPS, len(values)))
    observed = abs(values.sum())
    as_far = int((np.abs(signs @ values) >= observed * (1 - 1e-9)).sum())
    return (1 + as_far) / (1 + SIGN_FLIPS)


def paired_difference(pairs: Sequence[tuple[float, float]]) -> Figure:
    """Return the mean of B − A over (A, B) pairs with its interval: of yes and no as shares, else bootstrapped."""
    if all(value in (0.0, 1.0) for pair in pairs for value in pair):
        return paired_shares(sum(a > b for a, b in pairs), sum(b > a for a, b in pairs), len(pairs))
    values = np.array([b - a for a, b in pairs], dtype=np.float64)
    if len(values) < 2:
        return {"value": round(float(values.mean()), 4), "n": len(values)}
    low, high = bootstrap([values], lambda sample: sample.mean(axis=-1))
    return _figure(float(values.mean()), len(values), low, high, "bootstrap")


def questions_for_shares(only_a: int, only_b: int, n: int) -> int | None:
    """Return how many questions would show the observed difference of right answers with 80 % power, at 5 %.

    n = (z₀.₉₇₅ √ψ + z₀.₈ √(ψ - d²))² / d², where ψ is the share of questions that changed and d the difference of the
    shares (Connor 1987, Biometrics 43, 207-211). None where no difference is seen: no number would show it.
    """
    changed, difference = (only_a + only_b) / n, abs(only_a - only_b) / n
    if not difference:
        return None
    root = _Z_LEVEL * math.sqrt(changed) + _Z_POWER * math.sqrt(max(changed - difference**2, 0.0))
    return math.ceil((root / difference) ** 2)


def questions_for_means(differences: Sequence[float]) -> int | None:
    """Return how many questions would show the observed mean difference with 80 % power, at 5 %.

    n = ((z₀.₉₇₅ + z₀.₈) s / d)², for a mean d and a standard deviation s of the differences (Lachin 1981). None where
    no difference is seen, or where fewer than two questions were judged.
    """
    values = np.asarray(differences, dtype=np.float64)
    if len(values) < 2 or not values.mean():
        return None
    return math.ceil(((_Z_LEVEL + _Z_POWER) * float(values.std(ddof=1)) / abs(float(values.mean()))) ** 2)


def _figure(value: float, n: int, low: float, high: float, method: str) -> Figure:
    rounded = {"value": round(value, 4), "n": n, "low": round(float(low), 4), "high": round(float(high), 4)}
    return {**rounded, "interval": method}
