"""Which pairs are fitted on and which are only measured: by subject, fixed in `split.toml`."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.dataset import SETS, read
from evals.fit.pairs import Pair, refuse
from evals.matching import normalise

FILE = Path(__file__).with_name("split.toml")
Part = Literal["train", "test", "neither"]
_ONE_IN = 5


@dataclass(frozen=True)
class Divided:
    """Pairs to fit on, pairs to measure with, and those whose passages are searched: all but what was left out."""

    train: list[Pair]
    test: list[Pair]
    searched: list[Pair]


@dataclass(frozen=True)
class Split:
    """Subjects measured on, subjects fitted on, and groups left out because they repeat what is measured."""

    test: frozenset[str]
    train: frozenset[str]
    neither: frozenset[str]

    @classmethod
    def load(cls, path: Path = FILE) -> Split:
        """Read the split."""
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(*(frozenset(values[name]) for name in ("test", "train", "neither")))

    def part(self, pair: Pair) -> Part:
        """Return where a pair belongs; of subjects that the file does not know, one in five is measured on."""
        if pair.group in self.neither:
            return "neither"
        if pair.topic in self.test:
            return "test"
        if pair.topic in self.train:
            return "train"
        return "test" if zlib.crc32(pair.topic.encode()) % _ONE_IN == 0 else "train"

    def divide(self, pairs: Sequence[Pair]) -> Divided:
        """Divide pairs into those to fit on and those to measure with.

        Raises:
            InvalidPairs: a passage or a question is in both, or a question is one of the test or dev sets.

        """
        parts: dict[Part, list[Pair]] = {"train": [], "test": [], "neither": []}
        for pair in pairs:
            parts[self.part(pair)].append(pair)
        train, test = parts["train"], parts["test"]
        passages = {normalise(pair.passage): pair for pair in test}
        questions = {normalise(pair.question): pair for pair in test}
        problems = []
        for pair in train:
            if (twin := passages.get(normalise(pair.passage))) is not None:
                problems.append(f"{pair.where}: its passage is fitted on here and measured on in {twin.where}")
            if (twin := questions.get(normalise(pair.question))) is not None:
                problems.append(f"{pair.where}: its question is fitted on here and measured on in {twin.where}")
        asked = asked_in_sets()
        problems += [f"{p.where}: its question is one of evals/sets" for p in pairs if normalise(p.question) in asked]
        refuse(problems)
        return Divided(train, test, [pair for pair in pairs if self.part(pair) != "neither"])


def asked_in_sets() -> frozenset[str]:
    """Return every question of the test and dev sets, normalised."""
    items = [item for path in sorted(SETS.rglob("*.jsonl")) for item in read(path)]
    return frozenset(normalise(question) for item in items for question in (item.question, *item.history))
