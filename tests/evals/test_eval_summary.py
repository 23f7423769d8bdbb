"""Figures: each with how many it judged; nothing where there is nothing."""

from __future__ import annotations

import pytest

from evals.risk import Costs
from evals.summary import as_text, reasons, refusal, summarise


def row(language="en", tags=(), answerable=True, **metrics):
    return {"id": "a", "language": language, "tags": list(tags), "answerable": answerable, "metrics": metrics}


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
    assert cells["f1"]["low"] < 2 / 3 < cells["f1"]["high"]
    assert cells["f1"]["interval"] == "bootstrap"


def test_costs_of_the_errors_stand_beside_the_refusals():
    rows = [row(answered=True, wrong_answer=True), row(answered=False), row(answerable=False, answered=False)]
    cost = refusal(rows, Costs(wrong_answer=4, wrong_refusal=1))["cost"]
    assert (cost["total"], cost["n"]) == (5, 3)


def test_precision_is_absent_where_nothing_was_refused():
    assert "precision" not in refusal([row(answerable=True, answered=True)])
    assert refusal([row(answerable=None, answered=True)]) == {}


def test_every_figure_by_language_and_by_tag():
    rows = [
        {
            **row(tags=["lay"], facts=1.0, correct=True, answered=True, wrong_answer=False, latency_ms=5.0),
            "probability": 1,
        },
        {**row(tags=["lay", "typo"], facts=0.0, correct=False, answered=False, mrr=0.5), "probability": 0.2},
    ]
    summary = summarise(rows)
    lay = summary["by_tag"]["lay"]
    assert lay["metrics"]["facts"]["value"] == lay["metrics"]["right"]["value"] == 0.5
    assert set(summary["by_language"]["en"]) == set(lay) >= {"metrics", "refusal", "risk_coverage", "calibration"}
    assert summary["by_tag"]["typo"]["questions"] == 1
    assert summary["by_tag"]["typo"]["latency_ms"] == {"n": 0}
    assert lay["calibration"]["ece"] == summary["calibration"]["ece"]
    assert "bins" in summary["calibration"]
    assert "bins" not in lay["calibration"]


def test_right_is_derived_and_an_error_is_wrong():
    rows = [row(correct=True), row(error=True, correct=False), row(error=True), row(refusal_correct=True), row()]
    assert summarise(rows)["metrics"]["right"] | {"value": 0.5, "n": 4} == summarise(rows)["metrics"]["right"]


def test_reasons_expected_and_given():
    def refused(expected, status, given=None, answered=False):
        answer = {"status": status, "reason": given}
        return {**row(answerable=False, answered=answered), "reason": expected, "answer": answer}

    rows = [
        refused("judgement", "unsupported", "judgement"),
        refused("judgement", "off_topic"),
        refused("judgement", "answered", answered=True),
        {**refused("judgement", "answered"), "answer": None},
    ]
    assert reasons(rows) == {"judgement": {"answered": 1, "judgement": 1, "off_topic": 1}}


def test_table_names_figures_languages_and_errors():
    rows = [
        row(facts=1.0, answered=True, latency_ms=12.0),
        {**row("nl", answerable=False, answered=False, latency_ms=20.0), "probability": 0.1, "pair": "x"},
        {**row("nl", correct=True, answered=True, wrong_answer=True), "probability": 0.9, "pair": "y"},
        {**row("en", correct=False), "pair": "y"},
        {**row("nl", correct=True), "pair": "z"},
        {**row("en", correct=False), "pair": "z"},
    ]
    summary = summarise(rows, None, 0.5)
    summary["gates"] = [{"metric": "facts", "wanted": 0.5, "value": 1.0, "passed": True}]
    shown = as_text(summary)
    assert "at the threshold 0.5 50 % is answered, 100.0 % of that wrong" in shown
    assert "over the same 2 facts, share right: +100.0 points" in shown
    assert "cost 5 in all" in shown
    assert "gate facts >= 0.5: 1.0000, passed" in shown
    assert "facts found" in shown
    assert "100.0 %" in shown
    assert "refusals: recall" in shown
    assert "median 16.0 ms" in shown
    assert "0 errors" in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_empty_run_of_figures_is_no_crash():
    assert "1 questions" in as_text(summarise([{"id": "a", "metrics": {"error": True}}]))
