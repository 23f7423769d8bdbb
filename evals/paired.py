"""Dutch against English over the same facts: each question beside its twin in the other language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evals.catalogue import METRICS
from evals.metrics import right
from evals.statistics import paired_difference, randomisation

Row = Mapping[str, Any]

_FEWEST = 2  # pairs that have an interval


def paired_languages(rows: Sequence[Row]) -> dict[str, Any]:
    """Return, by metric, the mean difference Dutch − English over the facts that are asked in both; {} where none is.

    Questions belong together that share their `pair`, else their `fact_numbers`; several of one language count as their
    mean. Each difference has its interval and the p of the randomisation test, which for yes and no is McNemar's. A
    metric of fewer than two pairs is absent. `n` is how many facts are asked in both languages.
    """
    asked: dict[Any, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if (key := _key(row)) and row.get("language") in {"nl", "en"}:
            asked[key][row["language"]].append(row)
    pairs = [(found["nl"], found["en"]) for found in asked.values() if len(found) == 2]
    if not pairs:
        return {}
    metrics = {name: made for name in METRICS if (made := _difference(name, pairs))}
    return {"n": len(pairs), "metrics": metrics}


def _key(row: Row) -> Any:
    if row.get("pair"):
        return str(row["pair"])
    # A follow-up leans on its history, and is no twin of a question that stands alone.
    return (tuple(sorted(row["fact_numbers"])), bool(row.get("history"))) if row.get("fact_numbers") else None


def _difference(name: str, pairs: Sequence[tuple[Sequence[Row], Sequence[Row]]]) -> dict[str, Any]:
    means = [(value_of(english, name), value_of(dutch, name)) for dutch, english in pairs]
    judged = [(a, b) for a, b in means if a is not None and b is not None]
    if len(judged) < _FEWEST:
        return {}
    figure, p = paired_difference(judged), randomisation([b - a for a, b in judged])
    bounds = {key: figure[key] for key in ("low", "high")}
    return {"difference": figure["value"], **bounds, "n": figure["n"], "p": round(p, 4)}


def value_of(rows: Sequence[Row], name: str) -> float | None:
    """Return a metric's mean over rows, None where none was judged; `right` is derived."""
    found = [right(row["metrics"]) if name == "right" else row["metrics"].get(name) for row in rows]
    values = [float(value) for value in found if value is not None]
    return float(np.mean(values)) if values else None
