"""A run's results as lines for a terminal: the verdict in words, and every question that failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InvalidInput
from evals.explain import reasons
from evals.report import verdict
from evals.texts import text
from evals.verdict import outcome, right

Row = Mapping[str, Any]


def summary_of(run: Path) -> dict[str, Any]:
    """Return the figures of a run.

    Raises:
        InvalidInput: the folder holds no run.

    """
    try:
        found = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{str(run)!r} holds no run: name a folder that 'assistant eval run' wrote.") from error
    return found  # type: ignore[no-any-return]


def told(run: Path, summary: Mapping[str, Any], rows: Sequence[Row], language: str) -> dict[str, Any]:
    """Return the verdict and the failures of a run, in `nl` or `en`: sentences, and for each question why it failed."""
    threshold = summary.get("risk_coverage", {}).get("threshold")
    failed = [row for row in rows if right(row) is False or outcome(row) == "error"]
    return {
        "verdict": [said.say(language) for said in verdict(summary, rows)],
        "failures": [
            {
                "id": row["id"],
                "outcome": outcome(row),
                "history": list(row.get("history", ())),
                "question": row["question"],
                "answer": (row["answer"] or {}).get("text"),
                "why": [said.say(language) for weight, said in reasons(row, threshold) if weight != "good"],
            }
            for row in failed
        ],
        "report": str(run / "report.html"),
    }


def lines(found: Mapping[str, Any], language: str) -> Iterator[str]:
    """Return what `told` found, line by line."""
    yield from found["verdict"]
    yield ""
    failures = found["failures"]
    yield text(language, "show.failures", n=len(failures)) if failures else text(language, "show.no_failures")
    for failure in failures:
        yield ""
        yield f"{failure['id']}  {text(language, 'outcomes.' + failure['outcome'])}"
        yield from (f"  {text(language, 'questions.earlier')}: {earlier}" for earlier in failure["history"])
        yield f"  {text(language, 'questions.asked')}: {failure['question']}"
        if failure["answer"]:
            yield f"  {text(language, 'questions.answer')}: {failure['answer']}"
        yield from (f"  - {said}" for said in failure["why"])
    yield ""
    yield text(language, "show.report", path=found["report"])
