"""Judges are optional: without a model or the package the error says what to do, and one failure is no end."""

from __future__ import annotations

import sys

import pytest

from assistant.errors import ConfigurationError
from assistant.settings import Settings
from evals.judges import judge_rows, means, open_judge


def test_without_a_model_the_error_names_the_setting(monkeypatch):
    monkeypatch.delenv("ASSISTANT_LLM_MODEL", raising=False)
    with pytest.raises(ConfigurationError, match="set ASSISTANT_LLM_MODEL"):
        open_judge(Settings(_env_file=None))


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM_MODEL", "openai:x")
    monkeypatch.setitem(sys.modules, "deepeval.metrics", None)
    with pytest.raises(ConfigurationError, match=r"\.\[judges\]"):
        open_judge(Settings(_env_file=None))


def test_only_answers_are_judged_and_one_failure_is_no_end(answer):
    def judge(case):
        if case["input"].endswith("broken"):
            raise RuntimeError("no answer from the model")
        return {"relevancy": 0.5, "correctness": 1.0} if case["expected_output"] else {"relevancy": 1.0}

    given = answer().model_dump(mode="json")
    rows = [
        {"id": "a", "question": "Q?", "facts": [["x", "y"]], "answer": given, "metrics": {"answered": True}},
        {"id": "b", "question": "R?", "history": ["Q?"], "answer": given, "metrics": {"answered": True}},
        {"id": "c", "question": "broken", "answer": given, "metrics": {"answered": True}},
        {"id": "d", "question": "S?", "answer": given, "metrics": {"answered": False}},
        {"id": "e", "question": "T?", "answer": None, "metrics": {"error": True}},
    ]
    judged = judge_rows(judge, rows)
    assert [row["id"] for row in judged] == ["a", "b", "c"]
    assert judged[2] == {"id": "c", "error": "RuntimeError: no answer from the model"}
    assert (means(judged)["relevancy"]["value"], means(judged)["correctness"]["n"]) == (0.75, 1)
