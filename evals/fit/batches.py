"""Batches for in-batch negatives: near-twins together, a passage and its translation never."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Sequence

from evals.fit.pairs import Pair

_TOGETHER = 4  # passages of one subject in a batch: each other's hard negatives


def batches(pairs: Sequence[Pair], size: int, seed: int) -> list[list[int]]:
    """Return batches of indices into `pairs`; every pair stands in one of them.

    Within a batch no two pairs have the same group, so that another pair's passage is a true negative, and pairs of
    one subject stand in runs of up to four. Batches hold passages of like length, so that little is padded.
    """
    chance = random.Random(seed)  # noqa: S311 - a seed that gives the same batches again, no secret
    runs = _runs(pairs, chance)
    chance.shuffle(runs)
    made: list[list[int]] = []
    left: list[list[int]] = []
    stretch = max(1, 64 * size // _TOGETHER)
    for start in range(0, len(runs), stretch):
        piece = [*left, *sorted(runs[start : start + stretch], key=lambda run: max(len(pairs[i].passage) for i in run))]
        full, left = _fill(piece, pairs, size)
        made += full
    while left:
        full, left = _fill(left, pairs, size, whole=False)
        made += full
    chance.shuffle(made)
    return made


def _runs(pairs: Sequence[Pair], chance: random.Random) -> list[list[int]]:
    """Cut each subject's pairs into runs of different groups."""
    subjects: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, pair in enumerate(pairs):
        subjects[pair.topic][pair.family].append(index)
    runs = []
    for families in subjects.values():
        for indices in families.values():
            chance.shuffle(indices)
        waiting = list(families.values())
        while waiting:
            chance.shuffle(waiting)
            # The fullest first, so that no group is left over with nothing beside it.
            waiting.sort(key=len, reverse=True)
            runs.append([indices.pop() for indices in waiting[:_TOGETHER]])
            waiting = [indices for indices in waiting if indices]
    return runs


def _fill(
    runs: Sequence[list[int]], pairs: Sequence[Pair], size: int, *, whole: bool = True
) -> tuple[list[list[int]], list[list[int]]]:
    """Join runs into batches, and return them with the runs that are left; a batch that is not `whole` is left too."""
    made: list[list[int]] = []
    waiting = deque(runs)
    while waiting:
        chosen: list[list[int]] = []
        taken: set[str] = set()
        for _ in range(len(waiting)):
            run = waiting.popleft()
            families = {pairs[i].family for i in run}
            if sum(map(len, chosen)) + len(run) > size or not taken.isdisjoint(families):
                waiting.append(run)
            else:
                chosen.append(run)
                taken |= families
        if whole and sum(map(len, chosen)) <= size - _TOGETHER:
            return made, [*chosen, *waiting]
        made.append([index for run in chosen for index in run])
    return made, []
