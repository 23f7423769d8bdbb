"""What is fitted finds the weights that made the data, keeps within its bounds, and is not led by one odd list."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.calibrate.fitting import Judged, Ranked, fit_logistic, fit_ranking, held_out

NAMES = ("near", "long", "noise")
TRUE = np.array([3.0, -2.0, 0.0])


def lists(count: int = 1500, members: int = 6) -> list[Ranked]:
    """Lists in which one member is right, drawn by a softmax of the true weights."""
    chance = np.random.default_rng(7)
    made = []
    for _ in range(count):
        values = chance.normal(size=(members, len(NAMES)))
        likelihood = np.exp(values @ TRUE)
        right = np.zeros(members, dtype=bool)
        right[chance.choice(members, p=likelihood / likelihood.sum())] = True
        made.append(Ranked(values, right))
    return made


def rows(count: int = 4000) -> Judged:
    chance = np.random.default_rng(7)
    values = chance.normal(size=(count, len(NAMES)))
    labels = chance.random(count) < 1.0 / (1.0 + np.exp(-(values @ TRUE + 0.5)))
    return Judged(values, labels, [str(i % 40) for i in range(count)], np.ones(count))


def test_ranking_recovers_the_weights_that_made_it() -> None:
    fitted = fit_ranking(lists(), NAMES, {}, pull=0.0)
    assert [fitted.coefficients[name] for name in NAMES] == pytest.approx(TRUE, abs=0.35)


def test_worked_example_of_two_members() -> None:
    # Three of four lists want the first member: its odds are 3, so its weight is ln 3.
    values = np.array([[1.0], [0.0]])
    wanted = [Ranked(values, np.array([True, False]))] * 3 + [Ranked(values, np.array([False, True]))]
    assert fit_ranking(wanted, ["first"], {}, pull=0.0).coefficients["first"] == pytest.approx(math.log(3), abs=0.002)


def test_weight_of_a_list_counts() -> None:
    values = np.array([[1.0], [0.0]])
    wanted = [Ranked(values, np.array([True, False]), 3.0), Ranked(values, np.array([False, True]), 1.0)]
    assert fit_ranking(wanted, ["first"], {}, pull=0.0).coefficients["first"] == pytest.approx(math.log(3), abs=0.002)


def test_bounds_are_kept() -> None:
    fitted = fit_ranking(lists(300), NAMES, {"long": 0.0}, {"near": (None, 1.0), "long": (0.0, None)})
    assert fitted.coefficients["near"] <= 1.0
    assert fitted.coefficients["long"] >= 0.0


def test_lists_that_say_nothing_leave_the_start_as_it_is() -> None:
    values = np.ones((3, 1))
    nothing = [Ranked(values, np.zeros(3, dtype=bool)), Ranked(values, np.ones(3, dtype=bool))]
    assert fit_ranking(nothing, ["one"], {"one": 1.25}).coefficients == {"one": 1.25}


def test_pull_draws_towards_the_start() -> None:
    free, held = (fit_ranking(lists(100), NAMES, {}, pull=pull).coefficients["near"] for pull in (0.0, 1.0))
    assert 0.0 < held < free


def test_logistic_recovers_the_weights_that_made_it() -> None:
    fitted = fit_logistic(rows(), NAMES, strength=100.0)
    assert [fitted.coefficients[name] for name in NAMES] == pytest.approx(TRUE, abs=0.35)
    assert fitted.intercept == pytest.approx(0.5, abs=0.25)


def test_logistic_weighs_its_rows() -> None:
    # At the same place three say yes and one no: a probability of 3/4, whether by rows or by weight.
    labels, groups = np.array([True, False]), ["a", "b"]
    fitted = fit_logistic(Judged(np.zeros((2, 1)), labels, groups, np.array([3.0, 1.0])), ["one"], 1.0)
    assert fitted.probability({"one": 0.0}) == pytest.approx(0.75, abs=0.01)


def test_probability_of_a_row_never_comes_from_its_own_group() -> None:
    # Each group has a label of its own that nothing but the group tells: who saw it would know it by heart.
    groups = [str(i) for i in range(10) for _ in range(4)]
    values = np.eye(10)[np.repeat(np.arange(10), 4)]
    labels = np.array([int(group) % 2 == 0 for group in groups])
    found = held_out(Judged(values, labels, groups, np.ones(40)), strength=1000.0)
    assert np.abs(found - 0.5).max() < 0.45
