"""What decides whether two claims contradict each other; made by `python -m evals.contradictions.fit`."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

REPORTED = 0.3  # certainty from which a pair is reported: one false alarm over the corpus, on the dev sets
BIAS = -2.12


@dataclass(frozen=True)
class Features:
    """What tells a contradiction from two claims about different things.

    `margin` is how much liker the two sentences and their passages are than each is to what else is like it, `words`
    the share of their words that both have, `agreement` whether they agree on another number, `narrower` whether one
    holds for less than the other, `apart` how far the numbers lie apart.
    """

    margin: float
    words: float
    agreement: float
    narrower: float
    apart: float


WEIGHTS = Features(margin=6.75, words=8.93, agreement=2.28, narrower=-3.41, apart=-2.47)


def certainty(features: Features) -> float:
    """Return how sure it is that two claims contradict each other, 0 to 1: the logistic function of a weighted sum."""
    weighed = (getattr(WEIGHTS, field.name) * getattr(features, field.name) for field in fields(Features))
    return 1 / (1 + math.exp(-(BIAS + sum(weighed))))
