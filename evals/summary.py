"""The figures over all questions, each with how many it judged and a 95 % interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evals.catalogue import METRICS
from evals.paired import paired_languages, value_of
from evals.risk import Costs, calibration, cost, risk_coverage
from evals.statistics import Values, bootstrap, mean, percentiles, share
from evals.table import as_text

__all__ = ["as_text", "mean", "metrics", "reasons", "refusal", "share", "summarise"]

Row = Mapping[str, Any]


def summarise(rows: Sequence[Row], costs: Costs | None = None, threshold: float | None = None) -> dict[str, Any]:
    """Return the figures over `results.jsonl`'s rows: overall, by language and by tag; what does not apply is absent.

    `threshold` is the probability of support from which the assistant answers, where it is known.
    """
    languages = sorted({row["language"] for row in rows if row.get("language")})
    tags = sorted({tag for row in rows for tag in row.get("tags", ())})
    paid = costs or Costs()
    pairs = paired_languages(rows)
    return {
        "counts": {
            "questions": len(rows),
            "answerable": sum(row.get("answerable") is True for row in rows),
            "unanswerable": sum(row.get("answerable") is False for row in rows),
            "errors": sum("error" in row["metrics"] for row in rows),
        },
        **_part(rows, paid, threshold),
        "by_language": {x: _small([r for r in rows if r.get("language") == x], paid, threshold) for x in languages},
        "by_tag": {tag: _small([r for r in rows if tag in r.get("tags", ())], paid, threshold) for tag in tags},
        **({"paired_languages": pairs} if pairs else {}),
    }


def _part(rows: Sequence[Row], costs: Costs, threshold: float | None) -> dict[str, Any]:
    optional = {
        "refusal": refusal(rows, costs),
        "risk_coverage": risk_coverage(rows, threshold, costs),
        "calibration": calibration(rows),
        "reasons": reasons(rows),
    }
    return {
        "questions": len(rows),
        "metrics": metrics(rows),
        **{name: found for name, found in optional.items() if found},
        "latency_ms": percentiles(_values(rows, "latency_ms")),
        "length": percentiles(_values(rows, "length")),
    }


def _small(rows: Sequence[Row], costs: Costs, threshold: float | None) -> dict[str, Any]:
    """Return the figures of a part of the questions, without the many points of its plots."""
    part = _part(rows, costs, threshold)
    for name, points in (("risk_coverage", "points"), ("calibration", "bins")):
        part.get(name, {}).pop(points, None)
    return part


def metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Return each metric's figure over the questions that it judged; one that judged none is absent."""
    found = {}
    for name in METRICS:
        values = [value for row in rows if (value := value_of([row], name)) is not None]
        if values:
            found[name] = mean(values)
    return found


def refusal(rows: Sequence[Row], costs: Costs | None = None) -> dict[str, Any]:
    """Return refusals against what was expected; a refusal is the positive class, an error is in no cell.

    Precision and recall have Wilson's interval, F1 the bootstrap's. `cost` is what the errors cost.
    """
    judged = [r for r in rows if r.get("answerable") is not None and "answered" in r["metrics"]]
    if not judged:
        return {}
    expected = np.array([not r["answerable"] for r in judged], dtype=np.float64)
    given = np.array([not r["metrics"]["answered"] for r in judged], dtype=np.float64)
    hits, wrong = int((expected * given).sum()), int(((1 - expected) * given).sum())
    missed = int((expected * (1 - given)).sum())
    figures: dict[str, Any] = {
        "right_refusals": hits,
        "wrong_refusals": wrong,
        "missed_refusals": missed,
        "right_to_answer": len(judged) - hits - wrong - missed,
    }
    if hits + wrong:
        figures["precision"] = share(hits, hits + wrong)
    if hits + missed:
        figures["recall"] = share(hits, hits + missed)
        low, high = bootstrap([expected, given], _f1)
        f1 = round(2 * hits / (2 * hits + wrong + missed), 4)
        bounds = {"low": round(low, 4), "high": round(high, 4), "interval": "bootstrap"}
        figures["f1"] = {"value": f1, "n": len(judged), **bounds}
    return {**figures, "cost": cost(rows, costs or Costs())}


def _f1(expected: Values, given: Values) -> Values:
    either = (expected + given).sum(axis=-1)
    return np.asarray(2 * (expected * given).sum(axis=-1) / np.where(either, either, np.nan))


def reasons(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Return, by expected reason of refusal, how often which one was given; `answered` where nothing was refused."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        answer = row.get("answer")
        if answer and row.get("reason") and row.get("answerable") is False:
            given = "answered" if row["metrics"]["answered"] else answer.get("reason") or answer["status"]
            found[row["reason"]][given] += 1
    return {expected: dict(sorted(given.items())) for expected, given in sorted(found.items())}


def _values(rows: Sequence[Row], name: str) -> list[float]:
    return [float(row["metrics"][name]) for row in rows if name in row["metrics"]]
