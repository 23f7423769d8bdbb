"""Gates: what a version must reach, and what cannot be asked of it."""

from __future__ import annotations

import pytest

from assistant.errors import InvalidInput
from evals.gates import Gate, check, complaint

SUMMARY = {"metrics": {"facts": {"value": 0.9, "n": 10}}, "refusal": {"recall": {"value": 0.5, "n": 4}}}


def test_figure_that_reaches_its_gate_passes():
    checked = check(SUMMARY, [Gate("facts", 0.9), Gate("recall", 0.5)])
    assert checked[0] == {"metric": "facts", "wanted": 0.9, "value": 0.9, "passed": True}
    assert complaint(checked) is None


def test_every_gate_that_fails_is_named():
    said = complaint(check(SUMMARY, [Gate("facts", 0.95), Gate("recall", 0.8), Gate("recall", 0.1)]))
    assert said == "The gate is not passed: facts is 0.9000, below 0.95; recall is 0.5000, below 0.8."


def test_figure_that_was_not_measured_is_not_passed():
    checked = check({"metrics": {}}, [Gate("verbatim", 0.0)])
    assert checked == [{"metric": "verbatim", "wanted": 0.0, "value": None, "passed": False}]
    assert "no question judges verbatim" in (complaint(checked) or "")


@pytest.mark.parametrize(
    ("metric", "wanted", "named"),
    [
        ("fact", 0.9, "facts"),
        ("wrong_answer", 0.1, "lower"),
        ("facts", 90, "0 to 1"),
        ("facts", float("nan"), "0 to 1"),
    ],
)
def test_gate_that_cannot_be_meant_is_refused(metric, wanted, named):
    with pytest.raises(InvalidInput, match=named):
        Gate(metric, wanted)
