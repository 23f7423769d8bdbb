"""Gaps that people run into: what was asked several times, and is not in the documentation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from assistant.asked import alike
from assistant.index.schema import answers
from assistant.personal import masked
from assistant.texts import LANGUAGES

_MISSING = ("not_in_documentation", "national_rule")  # what a person of the programme could answer once for all


@dataclass(frozen=True)
class Gap:
    """A question, without personal data, in the most frequent of its near-identical wordings; how often it came."""

    question: str
    language: str
    count: int


def gaps_asked(engine: Engine, since: datetime, until: datetime, least: int = 5) -> list[Gap]:
    """Return what was asked at least `least` times from `since` until before `until`, the most frequent first.

    A part of a question that had several counts as a question. Wordings are compared within one language.
    """
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for given in _answers(engine, since, until):
        language = given["language"] if given["language"] in LANGUAGES else "en"
        counted[language].update(masked(question) for question in _missing(given))
    found = [
        Gap(wording.question, language, wording.count)
        for language, questions in counted.items()
        for wording in alike(questions)
        if wording.count >= least
    ]
    return sorted(found, key=lambda gap: (-gap.count, gap.language, gap.question))


def _answers(engine: Engine, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    query = select(
        answers.c.question,
        answers.c.answer["language"].as_string().label("language"),
        answers.c.answer["reason"].as_string().label("reason"),
        answers.c.answer["parts"].label("parts"),
    ).where(answers.c.created_at >= since, answers.c.created_at < until)
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=500).execute(query).mappings():
            yield dict(row)


def _missing(given: dict[str, Any]) -> list[str]:
    """Return what of a question the documentation lacks: the parts of it, or else the whole."""
    if given["parts"]:
        return [part["question"] for part in given["parts"] if part["reason"] in _MISSING]
    return [given["question"]] if given["reason"] in _MISSING else []
