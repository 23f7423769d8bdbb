"""Fitting what judges: whether the passages answer a question, and whether it is about the documents' subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assistant.compose import compose
from assistant.support import features
from evals.calibrate.cases import Case, without_answer
from evals.calibrate.fitting import Judged
from evals.matching import facts_found

STRENGTH = 1.0
Label = Callable[[Case], bool]


def training(cases: Sequence[Case]) -> list[Case]:
    """Return the cases, and each that has an answer once more without it."""
    missing = [without_answer(case) for case in cases if case.item.answerable]
    return [case for case in [*cases, *missing] if case.candidates]


def is_answered(case: Case) -> bool:
    """Whether what would be quoted holds the answer: support is the probability of this."""
    if not case.item.answerable or case.view != "as it is":
        return False
    said = " ".join(quote.text for quote in compose(case.candidates, case.index))
    return facts_found(said, case.item.facts or ()) > 0


def table(cases: Sequence[Case], label: Label) -> tuple[Judged, list[str]]:
    """Return the features of the cases with their labels, and the features' names."""
    rows = [features(case.query, case.candidates, case.gap, case.index) for case in cases]
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    labels = np.array([label(case) for case in cases])
    return Judged(values, labels, [case.fact for case in cases], np.ones(len(cases))), names
