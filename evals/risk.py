"""What refusing costs and saves: costs of errors, risk against coverage, and whether the probabilities are true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.errors import InvalidInput
from evals.statistics import Values, bootstrap, share

Row = Mapping[str, Any]

BINS = 10


@dataclass(frozen=True)
class Costs:
    """What one error of a kind costs, 0 or more, in units of the evaluator's own.

    `wrong_answer`: something was answered that holds no expected fact, or that should have been refused.
    `wrong_refusal`: a question that the documents answer was refused.
    """

    wrong_answer: float = 5.0
    wrong_refusal: float = 1.0

    @classmethod
    def of(cls, given: Mapping[str, float]) -> Costs:
        """Return costs of which some are given by name, and the others as they are.

        Raises:
            InvalidInput: there is no such error, or a cost is not a number of 0 or more.

        """
        for name, value in given.items():
            if name not in {"wrong_answer", "wrong_refusal"}:
                raise InvalidInput(f"There is no error {name!r} to set a cost on: use wrong_answer or wrong_refusal.")
            if not (math.isfinite(value) and value >= 0):
                raise InvalidInput(f"The cost {name}={value:g} cannot be used: give a number of 0 or more.")
        return cls(**given)


def cost(rows: Sequence[Row], costs: Costs) -> dict[str, Any]:
    """Return what the errors cost in all and a question, with the bootstrap interval of the latter; {} if none judged.

    A question with an error instead of an answer is not judged.
    """
    paid = np.array([_paid(row, costs) for row in rows if _is_judged(row)])
    if not len(paid):
        return {}
    made = {"costs": asdict(costs), "total": round(float(paid.sum()), 4), "per_question": round(float(paid.mean()), 4)}
    low, high = bootstrap([paid], lambda sample: sample.mean(axis=-1))
    return {**made, "n": len(paid), "low": round(low, 4), "high": round(high, 4)}


def _is_judged(row: Row) -> bool:
    return "answered" in row["metrics"] and (row.get("answerable") is not None or "wrong_answer" in row["metrics"])


def _paid(row: Row, costs: Costs) -> float:
    metrics = row["metrics"]
    if metrics["answered"]:
        return costs.wrong_answer * bool(metrics.get("wrong_answer"))
    return costs.wrong_refusal * bool(row.get("answerable"))


def would_be_wrong(row: Row) -> bool | None:
    """Whether an answer from what was found for a question is wrong, or would be, had it not been refused.

    Of a refused question that has an answer it is taken from the passage that came first, since that is what would be
    quoted. None where it cannot be told.
    """
    metrics = row["metrics"]
    if row.get("probability") is None:
        return None
    if row.get("answerable") is False:
        return True
    if metrics.get("answered"):
        return bool(metrics["wrong_answer"]) if "wrong_answer" in metrics else None
    return bool(metrics["mrr"] < 1) if "mrr" in metrics else None


def risk_coverage(rows: Sequence[Row], threshold: float | None, costs: Costs) -> dict[str, Any]:
    """Return the share of wrong answers (risk) against the share of questions answered (coverage), by threshold.

    A question is answered from `threshold` on, a probability of support between 0 and 1 (El-Yaniv & Wiener 2010).
    `points` go from the strictest threshold to the loosest; `aurc` is the mean risk over all coverages, lower is better
    (Geifman & El-Yaniv 2017), wrong answers first among equals; `best_threshold` is the one with the lowest cost on
    these very questions. `threshold` is the one in use, absent where it is not known. {} where no question has a
    probability.
    """
    probabilities, wrong, answerable = _told(rows)
    if not len(probabilities):
        return {}
    found: dict[str, Any] = {"threshold": threshold} if threshold is not None else {}
    cuts = sorted({*probabilities.tolist(), *([threshold] if threshold is not None else [])}, reverse=True)
    found["points"] = [p for cut in cuts if (p := _point(cut, probabilities, wrong))["n"]]
    low, high = bootstrap([probabilities, wrong], aurc)
    found |= {"aurc": round(float(aurc(probabilities, wrong)), 4), "aurc_low": round(low, 4)}
    found |= {"aurc_high": round(high, 4), "n": len(wrong)}
    return {**found, "best_threshold": _cheapest(probabilities, wrong, answerable, costs)}


def _told(rows: Sequence[Row]) -> tuple[Values, Values, Values]:
    """Return probability, wrong and answerable, a value a question of which all three can be told."""
    known = [(row, wrong) for row in rows if (wrong := would_be_wrong(row)) is not None]
    columns = [(row["probability"], wrong, row.get("answerable") is not False) for row, wrong in known]
    made = np.array(columns, dtype=np.float64).reshape(-1, 3)
    return made[:, 0], made[:, 1], made[:, 2]


def _point(cut: float, probabilities: Values, wrong: Values) -> dict[str, Any]:
    answered = probabilities >= cut
    n = int(answered.sum())
    risk = float(wrong[answered].mean()) if n else 0.0
    return {"threshold": round(cut, 4), "coverage": round(n / len(wrong), 4), "risk": round(risk, 4), "n": n}


def aurc(probabilities: Values, wrong: Values) -> Values:
    """Return the area under the risk-coverage curve, 0 to 1, of questions along the last axis."""
    order = np.argsort(-(probabilities + 1e-9 * wrong), axis=-1)
    errors = np.take_along_axis(wrong, order, axis=-1).cumsum(axis=-1)
    risks: Values = errors / np.arange(1, wrong.shape[-1] + 1)
    return np.asarray(risks.mean(axis=-1))


def _cheapest(probabilities: Values, wrong: Values, answerable: Values, costs: Costs) -> float:
    nothing = min(float(probabilities.max()) + 1e-4, 1.0)
    cuts = np.unique([*probabilities, nothing])
    answered = probabilities[None, :] >= cuts[:, None]
    paid = costs.wrong_answer * (answered * wrong).sum(axis=1)
    paid = paid + costs.wrong_refusal * (~answered * answerable).sum(axis=1)
    return round(float(cuts[int(paid.argmin())]), 4)


def calibration(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how far the probabilities of support are from what came true; {} where no question has one.

    What is predicted is that an answer from what was found is right. `ece` is the expected calibration error over ten
    bins of equal width, 0 to 1 (Guo et al. 2017), `brier` the mean squared error (Brier 1950). `bins` are those that
    hold questions: their bounds, the mean probability `predicted`, and the share `observed` with its Wilson interval.
    """
    probabilities, wrong, _ = _told(rows)
    if not len(probabilities):
        return {}
    made: dict[str, Any] = {"n": len(wrong)}
    for name, statistic in (("ece", _ece), ("brier", _brier)):
        low, high = bootstrap([probabilities, 1 - wrong], statistic)
        value = float(statistic(probabilities, 1 - wrong))
        made |= {name: round(value, 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}
    return {**made, "bins": [b for i in range(BINS) if (b := _bin(i, probabilities, 1 - wrong))]}


def _bin(place: int, probabilities: Values, true: Values) -> dict[str, Any]:
    inside = _places(probabilities) == place
    n = int(inside.sum())
    if not n:
        return {}
    observed = share(int(true[inside].sum()), n)
    return {
        "low": place / BINS,
        "high": (place + 1) / BINS,
        "n": n,
        "predicted": round(float(probabilities[inside].mean()), 4),
        "observed": observed["value"],
        "observed_low": observed["low"],
        "observed_high": observed["high"],
    }


def _places(probabilities: Values) -> Values:
    # 0.7 × 10 is a hair below 7 in floating point.
    return np.minimum(np.floor(probabilities * BINS + 1e-9), BINS - 1)


def _ece(probabilities: Values, true: Values) -> Values:
    places, gap = _places(probabilities), probabilities - true
    gaps = [np.abs(np.where(places == place, gap, 0.0).sum(axis=-1)) for place in range(BINS)]
    return np.asarray(sum(gaps) / true.shape[-1])


def _brier(probabilities: Values, true: Values) -> Values:
    return np.asarray(((probabilities - true) ** 2).mean(axis=-1))
