"""What became of a question: right or wrong, and in which way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from evals import metrics

Row = Mapping[str, Any]
Outcome = Literal["right_answer", "right_refusal", "incomplete", "wrong_refusal", "wrong_answer", "error", "unjudged"]
OUTCOMES: tuple[Outcome, ...] = (
    "right_answer",
    "right_refusal",
    "incomplete",
    "wrong_refusal",
    "wrong_answer",
    "error",
    "unjudged",
)


def right(row: Row) -> bool | None:
    """Return whether a question went as it should (`evals.metrics.right`); None where nothing was expected of it."""
    return metrics.right(row["metrics"])


def outcome(row: Row) -> Outcome:
    """Return what became of a question, one of `OUTCOMES`; `right` and this never disagree."""
    found, well = row["metrics"], right(row)
    if found.get("error"):
        return "error"
    if well is None:
        return "unjudged"
    answerable = row.get("answerable") is not False
    if well:
        return "right_answer" if answerable else "right_refusal"
    if not answerable:
        return "wrong_answer"
    if not found.get("answered"):
        return "wrong_refusal"
    return "wrong_answer" if found.get("wrong_answer", not found.get("facts")) else "incomplete"


def outcomes(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many questions came to each outcome, those of which there are any."""
    counts = Counter(outcome(row) for row in rows)
    return {name: counts[name] for name in OUTCOMES if counts[name]}
