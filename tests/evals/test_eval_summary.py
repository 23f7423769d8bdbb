"""Figures: each with how many it judged; nothing where there is nothing."""

from __future__ import annotations

import pytest

from evals.summary import as_text, mean, refusal, share, summarise


def row(language="en", tags=(), answerable=True, **metrics):
    return {"id": "a", "language": language, "tags": list(tags), "answerable": answerable, "metrics": metrics}


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


def test_metrics_count_only_the_questions_that_they_judged():
    summary = summarise([row(facts=1.0, correct=True), row(facts=0.5, correct=False), row("nl", answered=True)])
    assert summary["metrics"]["facts"]["n"] == 2
    assert summary["metrics"]["facts"]["value"] == 0.75
    assert "verbatim" not in summary["metrics"]
    assert "facts" not in summary["by_language"]["nl"]["metrics"]
    assert summary["latency_ms"] == {"n": 0}


def test_refusals_two_by_two():
    rows = [
        *[row(answerable=False, answered=False)] * 3,
        row(answerable=True, answered=False),
        *[row(answerable=False, answered=True)] * 2,
        *[row(answerable=True, answered=True)] * 4,
        row(answerable=None, answered=False),
        {**row(answerable=False), "metrics": {"error": True, "refusal_correct": False}},
    ]
    cells = refusal(rows)
    assert [cells[k] for k in ("right_refusals", "wrong_refusals", "missed_refusals", "right_to_answer")] == [
        3,
        1,
        2,
        4,
    ]
    assert cells["precision"]["value"] == 0.75
    assert cells["recall"]["value"] == 0.6
    assert cells["f1"]["value"] == pytest.approx(2 / 3, abs=1e-4)


def test_precision_is_absent_where_nothing_was_refused():
    assert "precision" not in refusal([row(answerable=True, answered=True)])
    assert refusal([row(answerable=None, answered=True)]) == {}


def test_figures_by_tag():
    summary = summarise([row(tags=["lay"], facts=1.0), row(tags=["lay", "typo"], facts=0.0)])
    assert summary["by_tag"]["lay"]["metrics"]["facts"]["value"] == 0.5
    assert summary["by_tag"]["typo"]["questions"] == 1


def test_table_names_figures_languages_and_errors():
    rows = [
        row(facts=1.0, answered=True, latency_ms=12.0),
        row("nl", answerable=False, answered=False, latency_ms=20.0),
    ]
    shown = as_text(summarise(rows))
    assert "facts found" in shown
    assert "100.0 %" in shown
    assert "refusals: recall" in shown
    assert "median 16.0 ms" in shown
    assert "0 errors" in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_empty_run_of_figures_is_no_crash():
    assert "1 questions" in as_text(summarise([{"id": "a", "metrics": {"error": True}}]))
