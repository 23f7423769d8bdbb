"""The weights of what tells a contradiction, fitted to the dev sets: `python -m evals.contradictions.fit`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression

from assistant.settings import load
from evals.contradictions.measure import opened
from evals.contradictions.planted import SETS, Planted, read
from ingest.contradictions.finding import current
from ingest.contradictions.pairs import Pair, pairs
from ingest.contradictions.weights import Features


def main() -> int:
    """Fit, print the weights as they stand in ingest/contradictions/weights.py, and return the exit code."""
    examples = _examples()
    told = np.asarray([astuple(pair.features) for pair, _ in examples])
    spread = told.std(axis=0)
    model = LogisticRegression().fit(told / spread, [is_one for _, is_one in examples])
    weights = model.coef_[0] / spread
    said = ", ".join(f"{f.name}={weight:.2f}" for f, weight in zip(fields(Features), weights, strict=True))
    positive = sum(is_one for _, is_one in examples)
    console = Console(highlight=False)
    console.print(f"# {positive} contradictions, {len(examples) - positive} other pairs", markup=False)
    console.print(f"BIAS = {model.intercept_[0]:.2f}\nWEIGHTS = Features({said})", soft_wrap=True, markup=False)
    return 0


def _examples() -> list[tuple[Pair, bool]]:
    """Return the pairs to learn from: the likest one of each planted contradiction, and what else is near.

    What a planted document contradicts elsewhere is neither.
    """
    dev, near = read("dev"), read("dev_near")
    kept = ({name for each in SETS for name in read(each)} - set(dev)) - set(near)
    index = opened(load())
    best: dict[str, Pair] = {}
    others: list[Pair] = []
    for pair in pairs(index, [p for p in current(index) if p.document.id not in kept]):
        ours = [claim.document_id for claim in (pair.one, pair.other) if claim.document_id in dev]
        target = _target(pair, dev)
        if target and (target not in best or best[target].features.margin < pair.features.margin):
            best[target] = pair
        elif not ours and not {pair.one.document_id, pair.other.document_id} <= set(near):
            others.append(pair)
    return [*((pair, True) for pair in best.values()), *((pair, False) for pair in others)]


def _target(pair: Pair, dev: Mapping[str, Planted]) -> str | None:
    sides: Sequence[tuple[str, str, str]] = (
        (pair.one.document_id, pair.other.document_id, pair.other.passage.slug),
        (pair.other.document_id, pair.one.document_id, pair.one.passage.slug),
    )
    return next((d for d, there, slug in sides if d in dev and (dev[d].document, dev[d].slug) == (there, slug)), None)


if __name__ == "__main__":
    sys.exit(main())
