"""What is decided by numbers: the weights in `weights.toml`, one set for each way from a question to a text."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).parent / "weights.toml"
PAIRS = ("nl-nl", "en-en", "nl-en", "en-nl")
CONVERSATIONS = ("conversation", "conversation-plain")
WAYS = tuple(pair + kind for kind in ("", "-plain") for pair in PAIRS)


def way(question: str, text: str, phrased: bool) -> str:
    """Return the name of a way: `nl-en-plain` is a Dutch question over an English text that nobody wrote phrasings for.

    The scores of each way are distributed otherwise, so each has weights of its own, fitted together. A text in a third
    language is as far from the question as one in the other of the two.
    """
    foreign = next(pair for pair in PAIRS if pair in {"nl-en", "en-nl"} and pair.startswith(question))
    pair = f"{question}-{text}"
    return (pair if pair in PAIRS else foreign) + ("" if phrased else "-plain")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Linear(_Frozen):
    """A weighted sum: intercept + Σ coefficient · value."""

    intercept: float = 0.0
    coefficients: dict[str, float]

    def score(self, values: Mapping[str, float]) -> float:
        """Return the weighted sum; every coefficient needs its value."""
        return self.intercept + sum(w * values[name] for name, w in self.coefficients.items())

    def probability(self, values: Mapping[str, float]) -> float:
        """Return the weighted sum as a logistic regression's probability, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-max(min(self.score(values), 60.0), -60.0)))


class ComposeWeights(_Frozen):
    """How much is quoted: sentences are added until their probabilities add up to `enough`.

    None is added whose probability is less than `near` times that of the best one.
    """

    enough: float
    near: float


class AskedBefore(_Frozen):
    """From which signal on a question counts as the one that a kept answer answers: 0 to 1, as `Weights.scale` gives.

    `wording` is for the nearest of its wordings, `text` for question and answer together.
    """

    wording: float
    text: float


class Weights(_Frozen):
    """Everything in `weights.toml`.

    `floor` is the cosine of a question and a passage that have nothing to do with each other, for the encoder in use.
    `retrieval` orders passages, `sentences` the sentences in them, `support` judges whether they answer; each by way,
    `support` also for conversations.
    `conversation` orders passages for a question that others came before. `topic` tells whether a question is about
    the documents' subject, from `topic_threshold` on; `asked_before` whether it is the one that a kept answer answers.
    """

    floor: float
    retrieval: dict[str, Linear]
    conversation: Linear
    sentences: dict[str, Linear]
    support: dict[str, Linear]
    topic: Linear
    topic_threshold: float
    asked_before: AskedBefore
    compose: ComposeWeights

    def scale(self, cosine: float) -> float:
        """Return a cosine as a signal: 0 at the floor and below, 1 for equal texts."""
        return max(cosine - self.floor, 0.0) / (1.0 - self.floor)


@cache
def load_weights() -> Weights:
    """Read the weights that the package ships."""
    return Weights.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
