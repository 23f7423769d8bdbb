"""What is decided by numbers: the weights and thresholds in `weights.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).parent / "weights.toml"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RetrievalWeights(_Frozen):
    """Weights of the signals that order passages and sentences.

    `floor` is the cosine of a question and a passage that have nothing to do with each other, for the encoder in use.
    """

    floor: float
    signals: dict[str, float]
    sentence_coverage: float
    sentence_kind: float

    def score(self, values: Mapping[str, float]) -> float:
        """Return the weighted sum of signals."""
        return sum(self.signals[name] * value for name, value in values.items())

    def scale(self, cosine: float) -> float:
        """Return a cosine as a signal: 0 at the floor and below, 1 for equal texts."""
        return max(cosine - self.floor, 0.0) / (1.0 - self.floor)


class Logistic(_Frozen):
    """A logistic regression: probability = 1 / (1 + exp(-(intercept + Σ coefficient · feature)))."""

    intercept: float
    coefficients: dict[str, float]
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability that the features speak for."""
        z = self.intercept + sum(self.coefficients[name] * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(min(z, 60.0), -60.0)))


class ComposeWeights(_Frozen):
    """How near to the best one a further sentence must be to be quoted beside it."""

    sentence_margin: float
    passage_margin: float


class Weights(_Frozen):
    """Everything in `weights.toml`."""

    retrieval: RetrievalWeights
    support: Logistic
    topic: Logistic
    compose: ComposeWeights


@cache
def load_weights() -> Weights:
    """Read the weights that the package ships."""
    return Weights.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
