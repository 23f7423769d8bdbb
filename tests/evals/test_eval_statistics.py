"""Intervals and tests: against published examples, other libraries, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evals import statistics
from evals.statistics import mcnemar, mean, paired_difference, paired_shares, percentiles, randomisation, share


def test_wilson_interval_agrees_with_a_published_example():
    # Newcombe 1998, table I: 81 of 263.
    assert share(81, 263) == {"value": 0.308, "n": 263, "low": 0.2553, "high": 0.3662, "interval": "wilson"}


def test_mean_of_yes_and_no_is_a_share_and_a_full_house_is_not_certain():
    figure = mean([1.0] * 20)
    assert (figure["value"], figure["high"], figure["interval"]) == (1.0, 1.0, "wilson")
    assert figure["low"] < 0.9


def test_mean_has_the_same_bootstrap_interval_every_time():
    values = [0.0, 0.5, 1.0, 1.0, 0.5, 1.0]
    assert mean(values) == mean(values)
    assert mean(values)["low"] < mean(values)["value"] < mean(values)["high"]
    assert mean([0.5]) == {"value": 0.5, "n": 1}


def test_bootstrap_agrees_with_scipy():
    values = np.random.default_rng(3).beta(2, 1, 60)
    other = stats.bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(0)).confidence_interval
    figure = mean(values.tolist())
    assert (figure["low"], figure["high"]) == pytest.approx((other.low, other.high), abs=0.01)


def test_percentiles_with_exact_intervals_where_there_are_enough_values():
    found = percentiles([float(value) for value in range(1, 101)])
    assert (found["n"], found["p50"], found["p95"], found["max"]) == (100, 50.5, 95.0, 100.0)
    # Conover 1999: ranks 40 and 61 of 100 enclose the median with 95 % confidence.
    assert found["intervals"]["p50"] == [40.0, 61.0]
    assert "p99" not in found["intervals"]
    assert percentiles([]) == {"n": 0}
    assert "intervals" not in percentiles([1.0])


@pytest.mark.parametrize(
    ("only_a", "only_b", "p"),
    [(0, 0, 1.0), (0, 6, 0.03125), (3, 3, 1.0), (1, 9, 2 * 11 / 1024), (2, 8, 2 * 56 / 1024)],
)
def test_mcnemar_is_the_sign_test_on_what_changed(only_a, only_b, p):
    assert mcnemar(only_a, only_b) == pytest.approx(p)


def test_randomisation_agrees_with_scipy_and_with_mcnemar():
    differences = np.random.default_rng(1).normal(0.15, 1.0, 120)
    other = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=2000, rng=np.random.default_rng(0)
    )
    assert randomisation(differences.tolist()) == pytest.approx(other.pvalue, abs=0.03)
    assert randomisation([1.0] * 9 + [-1.0] + [0.0] * 50) == pytest.approx(mcnemar(1, 9), abs=0.005)


def test_randomisation_of_nothing_is_never_significant():
    assert randomisation([0.0] * 30) == 1.0
    assert randomisation([]) == 1.0
    assert randomisation([0.2] * 3) > 0.2


def test_difference_of_shares_is_uncertain_even_where_nothing_changed():
    figure = paired_shares(0, 0, 50)
    assert (figure["value"], figure["low"], figure["high"]) == (0.0, -0.0377, 0.0377)
    figure = paired_shares(10, 2, 100)
    middle, spread = -8 / 102, np.sqrt(13 - 64 / 102) / 102
    assert figure["low"] == pytest.approx(middle - 1.96 * spread, abs=1e-4)
    assert figure["high"] == pytest.approx(middle + 1.96 * spread, abs=1e-4)


def test_difference_of_graded_values_is_bootstrapped_and_of_yes_and_no_is_not():
    assert paired_difference([(0.0, 1.0), (1.0, 1.0)])["interval"] == "agresti-min"
    graded = paired_difference([(0.2, 0.4), (0.5, 0.5), (0.1, 0.3)])
    assert graded["interval"] == "bootstrap"
    assert graded["value"] == pytest.approx(0.1333, abs=1e-4)
    assert paired_difference([(0.2, 0.4)]) == {"value": 0.2, "n": 1}


def test_number_of_questions_shows_a_difference_of_shares_in_about_eighty_of_a_hundred_repetitions():
    needed = statistics.questions_for_shares(12, 24, 200)
    assert needed == pytest.approx(392, abs=2)  # (1.96 √0.18 + 0.8416 √(0.18 - 0.06²))² / 0.06², by hand
    drawn = np.random.default_rng(5).multinomial(needed, [0.06, 0.12, 0.82], size=4000)
    less, changed = drawn[:, :2].min(axis=1), drawn[:, :2].sum(axis=1)
    power = (2 * stats.binom.cdf(less, changed, 0.5) < 0.05).mean()
    assert 0.74 < power < 0.84


def test_number_of_questions_shows_a_difference_of_means_in_about_eighty_of_a_hundred_repetitions():
    seen = np.random.default_rng(2).normal(0.05, 0.3, 80)
    needed = statistics.questions_for_means(seen.tolist())
    drawn = np.random.default_rng(4).normal(seen.mean(), seen.std(ddof=1), size=(2000, needed))
    power = (stats.ttest_1samp(drawn, 0.0, axis=1).pvalue < 0.05).mean()
    assert power == pytest.approx(0.8, abs=0.04)


def test_no_number_of_questions_shows_no_difference():
    assert statistics.questions_for_shares(3, 3, 40) is None
    assert statistics.questions_for_means([0.0, 0.0]) is None
    assert statistics.questions_for_means([0.5]) is None
