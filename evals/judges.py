"""Optional: a configured language model judges answers by meaning, with deepeval's metrics. Nothing else needs it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain.chat_models import init_chat_model

from assistant.errors import ConfigurationError
from assistant.settings import Settings
from evals.interchange.model import Row
from evals.statistics import Figure, mean

Judge = Callable[[Mapping[str, Any]], dict[str, float]]
"""Takes the fields of deepeval's `LLMTestCase`, gives scores of 0 to 1 by name."""

_STEPS = (
    "Compare what the actual output says with what the expected output demands.",
    "Other words are right; a missing or another number, date, period or condition is wrong.",
)


def open_judge(settings: Settings) -> Judge:
    """Return a judge that asks the configured language model.

    It scores whether an answer follows from what it quotes (`faithfulness`), is about the question (`relevancy`: Es et
    al. 2023), and says what is expected (`correctness`: G-Eval, Liu et al. 2023), where something is expected.

    Raises:
        ConfigurationError: no language model is configured, or deepeval or the model's package is not installed.

    """
    name = getattr(settings, "llm_model", "") or os.environ.get("ASSISTANT_LLM_MODEL", "")
    if not name:
        raise ConfigurationError(
            "Judging needs a language model: set ASSISTANT_LLM_MODEL, for example to openai:gpt-5-mini."
        )
    os.environ.setdefault("DEEPEVAL_TELEMETRY_OPT_OUT", "YES")
    try:
        metrics, cases, base = (
            importlib.import_module(f"deepeval.{module}") for module in ("metrics", "test_case", "models")
        )
    except ImportError as error:
        raise ConfigurationError("Judging needs deepeval: pip install '.[judges]'.") from error
    base_url = getattr(settings, "llm_base_url", "") or os.environ.get("ASSISTANT_LLM_BASE_URL")
    options: dict[str, Any] = {"temperature": 0} | ({"base_url": base_url} if base_url else {})
    try:
        chat = init_chat_model(name, **options)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(f"The language model {name!r} cannot be used: {error}") from error
    return _with_deepeval(metrics, cases, _adapter(base.DeepEvalBaseLLM, chat, name))


def _adapter(base: Any, chat: Any, name: str) -> Any:
    """Return a LangChain chat model as deepeval asks for one."""

    class LangChainModel(base):  # type: ignore[misc]
        def load_model(self) -> Any:
            return chat

        def generate(self, prompt: str) -> str:
            return str(chat.invoke(prompt).text)

        async def a_generate(self, prompt: str) -> str:
            return str((await chat.ainvoke(prompt)).text)

        def get_model_name(self) -> str:
            return name

    return LangChainModel(name)


def _with_deepeval(metrics: Any, cases: Any, model: Any) -> Judge:
    how = {"model": model, "async_mode": False}
    fields = cases.SingleTurnParams if hasattr(cases, "SingleTurnParams") else cases.LLMTestCaseParams
    compared = [fields.INPUT, fields.ACTUAL_OUTPUT, fields.EXPECTED_OUTPUT]

    def judge(case: Mapping[str, Any]) -> dict[str, float]:
        made = cases.LLMTestCase(**case)
        asked = {"relevancy": metrics.AnswerRelevancyMetric(include_reason=False, **how)}
        if case["retrieval_context"]:
            asked["faithfulness"] = metrics.FaithfulnessMetric(include_reason=False, **how)
        if case["expected_output"]:
            asked["correctness"] = metrics.GEval(
                name="Correctness", evaluation_steps=list(_STEPS), evaluation_params=compared, **how
            )
        return {name: float(metric.measure(made, _show_indicator=False)) for name, metric in asked.items()}

    return judge


def judge_rows(judge: Judge, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return a score of each kind for every question that was answered, or why there is none, in `error`."""
    judged = []
    for row in rows:
        if not row["metrics"].get("answered"):
            continue
        try:
            judged.append({"id": row["id"], **judge(_case(row))})
        except Exception as error:  # a model may fail on one question in many ways, and on no other
            judged.append({"id": row["id"], "error": f"{type(error).__name__}: {error}"})
    return judged


def _case(row: Row) -> dict[str, Any]:
    facts = "; ".join(fact[0] for fact in row.get("facts") or ())
    return {
        "input": "\n".join([*row.get("history", ()), row["question"]]),
        "actual_output": row["answer"]["text"],
        "expected_output": row.get("reference") or facts or None,
        "retrieval_context": [citation["quote"] for citation in row["answer"].get("citations", ())],
    }


def means(judged: Sequence[Mapping[str, Any]]) -> dict[str, Figure]:
    """Return the mean of each score with its 95 % interval."""
    names = sorted({name for row in judged for name in row if name not in {"id", "error"}})
    return {name: mean([row[name] for row in judged if name in row]) for name in names}
