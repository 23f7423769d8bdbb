"""How often an encoder finds the right passage among all passages, for subjects that it was never fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.encoder import Encoder
from evals.fit.pairs import Pair

DEPTHS = (1, 3, 10)
_RESAMPLES, _SEED = 2000, 0

Ranks = NDArray[np.int64]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Task:
    """Questions of one kind and language, asked over all passages of one language.

    `right[i]` is the place in `passages` of question i's answer; `groups[i]` what it says.
    """

    kind: str
    question_language: str
    passage_language: str
    questions: list[str]
    right: NDArray[np.int64]
    groups: list[str]

    @property
    def name(self) -> str:
        """Such as `other: nl → en`."""
        return f"{self.kind}: {self.question_language} → {self.passage_language}"


def kind_of(pair: Pair) -> str:
    """Return the first word of the file that a pair stands in: `corpus`, `other`, `long`."""
    return pair.where.split(".jsonl", maxsplit=1)[0].split("-", maxsplit=1)[0]


def tasks(pairs: Sequence[Pair], test: Sequence[Pair]) -> tuple[list[Task], dict[str, list[str]]]:
    """Return what is asked, and all passages by language.

    Every question of the test side is asked over each language that its passage is there in, whichever of them the
    pairs name: `nl → en` is a Dutch question over English passages.
    """
    places: dict[tuple[str, str], int] = {}
    passages: dict[str, list[str]] = {}
    for pair in pairs:
        key = pair.family, pair.passage_language
        if key not in places:
            inside = passages.setdefault(pair.passage_language, [])
            places[key] = len(inside)
            inside.append(pair.passage)
    asked: dict[tuple[str, str, str], dict[str, str]] = {}
    for pair in test:
        for language in sorted(passages):
            if (pair.family, language) in places:
                key3 = kind_of(pair), pair.question_language, language
                asked.setdefault(key3, {})[pair.question] = pair.family
    made = [
        Task(*key3, list(found), np.array([places[g, key3[2]] for g in found.values()]), list(found.values()))
        for key3, found in sorted(asked.items())
    ]
    return made, passages


def ranks(encoder: Encoder, made: Sequence[Task], passages: dict[str, list[str]], progress: Progress) -> list[Ranks]:
    """Return, for each task, how many passages score above the right one, by question; 0 is the first place."""
    stored = {language: encoder.encode_passages(texts, progress) for language, texts in passages.items()}
    known: dict[str, Any] = {}
    found = []
    for task in made:
        for question in task.questions:
            if question not in known:
                known[question] = np.array(encoder.embed_query(question), dtype=np.float32)
                progress(1)
        scores = np.array([known[question] for question in task.questions]) @ stored[task.passage_language].T
        own = scores[np.arange(len(scores)), task.right]
        found.append((scores > own[:, None]).sum(axis=1))
    return found


def size(made: Sequence[Task], passages: dict[str, list[str]]) -> int:
    """Return how many texts `ranks` embeds."""
    return sum(map(len, passages.values())) + len({question for task in made for question in task.questions})


@dataclass(frozen=True)
class Compared:
    """Shares at a depth before and after, and the share of misses that went, with a 95 % interval."""

    depth: int
    n: int
    before: float
    after: float
    fewer: float
    low: float
    high: float


def compare(before: Ranks, after: Ranks, groups: Sequence[str], depth: int) -> Compared:
    """Compare two encoders on the same questions.

    The interval is a bootstrap over passages, not questions: questions about one passage stand and fall together.
    `fewer` is 0.4 where two in five misses went, negative where there are more.
    """
    missed_before, missed_after = before >= depth, after >= depth
    names, of = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.stack([np.bincount(of, weights=m, minlength=len(names)) for m in (missed_before, missed_after)])
    chosen = np.random.default_rng(_SEED).integers(0, len(names), (_RESAMPLES, len(names)))
    drawn = sums[:, chosen].sum(axis=2)
    fewer = 1 - drawn[1] / np.maximum(drawn[0], 1)
    low, high = np.quantile(fewer, [0.025, 0.975])
    return Compared(
        depth=depth,
        n=len(before),
        before=float(1 - missed_before.mean()),
        after=float(1 - missed_after.mean()),
        fewer=float(1 - missed_after.sum() / max(missed_before.sum(), 1)),
        low=float(low),
        high=float(high),
    )
