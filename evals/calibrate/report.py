"""What a calibration says about itself, on questions kept apart: places of right passages and sentences, refusals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.support import features
from assistant.weights import load_weights
from evals.calibrate.cases import Case
from evals.calibrate.judging import is_answerable
from evals.matching import facts_found


def places(cases: Sequence[Case]) -> Iterator[str]:
    """Yield for each set of documents and language how often a right passage or sentence is among the first."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for case in cases:
        if is_answerable(case):
            passage = case.right.index(True) if any(case.right) else 99
            found[case.group, case.query.language].append((passage, _sentence(case)))
    for (group, language), ranks in found.items():
        passage, sentence = np.array(ranks).T
        yield (
            f"{group}, asked in {language} ({len(ranks)}): passage first {np.mean(passage < 1):.3f}, "
            f"in five {np.mean(passage < 5):.3f}; sentence first {np.mean(sentence < 1):.3f}, "
            f"in three {np.mean(sentence < 3):.3f}"
        )


def _sentence(case: Case) -> int:
    """Return the place of the first sentence that holds a fact."""
    ordered = sorted(
        ((s, right) for c, right in zip(case.candidates, case.right, strict=True) for s in c.sentences),
        key=lambda both: -both[0].probability,
    )
    facts = case.item.facts or ()
    hits = (i for i, (s, right) in enumerate(ordered) if right and facts_found(s.sentence.text, facts))
    return next(hits, 99)


def refusals(cases: Sequence[Case], threshold: float) -> Iterator[str]:
    """Yield for each set of documents how well the threshold tells questions with an answer from those without."""
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    weights = load_weights()
    for case in cases:
        values = features(case.query, case.candidates, case.gap)
        refused = weights.support[case.kind].probability(values) < threshold
        found[f"{case.group}, {case.view}"].append((refused, is_answerable(case)))
    for group, pairs in found.items():
        refused, answerable = np.array(pairs).T
        hits, wrong = int((refused & ~answerable).sum()), int((refused & answerable).sum())
        missed = int((~refused & ~answerable).sum())
        f1 = 2 * hits / (2 * hits + wrong + missed) if hits else 0.0
        there = int(answerable.sum())
        yield f"{group}: refused rightly {hits}, wrongly {wrong} of {there}, missed {missed}; F1 {f1:.3f}"
