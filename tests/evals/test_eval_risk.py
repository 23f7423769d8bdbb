"""Costs, risk against coverage, and calibration: against examples worked by hand and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from assistant.errors import InvalidInput
from evals.risk import Costs, aurc, calibration, cost, risk_coverage, would_be_wrong


def row(probability=None, answerable=True, **metrics):
    return {"id": "a", "answerable": answerable, "probability": probability, "metrics": metrics}


def answered(probability, wrong, answerable=True):
    return row(probability, answerable, answered=True, wrong_answer=wrong)


def refused(probability, answerable, mrr=1.0):
    return row(probability, answerable, answered=False, **({"mrr": mrr, "wrong_answer": False} if answerable else {}))


ROWS = [answered(0.9, False), answered(0.8, True), answered(0.7, False), refused(0.2, True), refused(0.1, False)]


def test_each_kind_of_error_has_its_cost():
    rows = [answered(0.9, True), answered(0.9, True, answerable=False), answered(0.9, False), refused(0.1, True)]
    found = cost([*rows, refused(0.1, False), row(error=True)], Costs(wrong_answer=5, wrong_refusal=2))
    assert found["costs"] == {"wrong_answer": 5, "wrong_refusal": 2}
    assert (found["total"], found["n"], found["per_question"]) == (12, 5, 2.4)
    assert found["low"] < 2.4 < found["high"]
    assert cost([row(error=True)], Costs()) == {}


def test_costs_that_cannot_be_meant_are_refused():
    assert Costs.of({"wrong_answer": 2}) == Costs(wrong_answer=2, wrong_refusal=1)
    for given, named in (
        ({"wrong": 1.0}, "'wrong'"),
        ({"wrong_answer": -1.0}, "-1"),
        ({"wrong_refusal": np.nan}, "nan"),
    ):
        with pytest.raises(InvalidInput, match=named):
            Costs.of(given)


def test_answer_that_was_not_given_is_judged_by_the_passage_that_came_first():
    assert would_be_wrong(refused(0.1, True, mrr=1.0)) is False
    assert would_be_wrong(refused(0.1, True, mrr=0.5)) is True
    assert would_be_wrong(refused(0.1, False)) is True
    assert would_be_wrong(row(0.1, None, answered=False)) is None
    assert would_be_wrong(row(None, True, answered=True, wrong_answer=True)) is None


def test_risk_at_each_coverage_with_the_threshold_in_use():
    found = risk_coverage(ROWS, 0.5, Costs())
    by_threshold = {point["threshold"]: point for point in found["points"]}
    assert by_threshold[0.9] == {"threshold": 0.9, "coverage": 0.2, "risk": 0.0, "n": 1}
    assert by_threshold[0.5] == {"threshold": 0.5, "coverage": 0.6, "risk": 0.3333, "n": 3}
    assert by_threshold[0.1]["coverage"] == 1.0
    assert by_threshold[0.1]["risk"] == 0.4
    assert found["threshold"] == 0.5
    assert found["n"] == 5
    # Risks 0, 1/2, 1/3, 1/4, 2/5.
    assert found["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4 + 2 / 5) / 5, abs=1e-4)
    assert "threshold" not in risk_coverage(ROWS, None, Costs())


def test_ties_count_wrong_answers_first():
    assert aurc(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == aurc(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == 0.75


@pytest.mark.parametrize(
    ("costs", "best"), [(Costs(1, 1), 0.2), (Costs(5, 1), 0.9), (Costs(0, 1), 0.1), (Costs(1, 0), 0.9)]
)
def test_best_threshold_follows_the_costs(costs, best):
    assert risk_coverage(ROWS, None, costs)["best_threshold"] == best


def test_refusing_everything_may_be_cheapest():
    assert risk_coverage([answered(0.6, True), answered(0.4, True)], None, Costs())["best_threshold"] == 0.6001


def test_calibration_error_by_hand_and_brier_as_in_scikit_learn():
    rows = [
        answered(0.95, False),
        answered(0.95, True),
        answered(0.55, False),
        answered(0.3, True),
        answered(0.7, False),
    ]
    found = calibration(rows)
    gaps = 2 * abs(0.95 - 0.5) + abs(0.55 - 1) + 0.3 + abs(0.7 - 1)
    assert found["ece"] == pytest.approx(gaps / 5, abs=1e-4)
    assert found["brier"] == pytest.approx(brier_score_loss([1, 0, 1, 0, 1], [0.95, 0.95, 0.55, 0.3, 0.7]), abs=1e-4)
    assert [(b["low"], b["n"]) for b in found["bins"]] == [(0.3, 1), (0.5, 1), (0.7, 1), (0.9, 2)]
    last = found["bins"][-1]
    assert (last["predicted"], last["observed"]) == (0.95, 0.5)
    assert last["observed_low"] < 0.5 < last["observed_high"]


def test_certainty_falls_into_the_last_bin():
    assert calibration([answered(1.0, False)])["bins"][0]["high"] == 1.0


def test_nothing_is_said_where_no_question_has_a_probability():
    assert risk_coverage([row(None, True, answered=True, wrong_answer=False)], 0.5, Costs()) == {}
    assert calibration([]) == {}
