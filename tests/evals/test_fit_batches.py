"""In a batch every other passage is a true negative, and near-twins meet."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evals.fit.batches import batches
from evals.fit.pairs import FOLDER, Pair, files, read


def pair(subject: int, group: int, length: int) -> Pair:
    text = "woord " * length
    return Pair(
        question="Hoeveel?",
        question_language="nl",
        passage=f"{text}{subject} {group}",
        passage_language="nl",
        subject=f"s{subject}",
        group=f"s{subject}-{group}",
    )


@given(
    st.lists(st.builds(pair, st.integers(0, 5), st.integers(0, 6), st.integers(1, 40)), max_size=120),
    st.integers(4, 40),
    st.integers(0, 3),
)
def test_every_pair_once_and_no_group_twice(pairs: list[Pair], size: int, seed: int) -> None:
    made = batches(pairs, size, seed)
    assert Counter(index for batch in made for index in batch) == Counter(range(len(pairs)))
    assert all(len(batch) <= size for batch in made)
    for batch in made:
        groups = [pairs[index].group for index in batch]
        assert len(groups) == len(set(groups))
    assert made == batches(pairs, size, seed)


def test_passages_of_one_subject_meet() -> None:
    pairs = read(files([FOLDER / "other-subjects.jsonl"]))
    made = batches(pairs, 32, 0)
    beside = [
        sum(pairs[other].subject == pairs[index].subject for other in batch) - 1 for batch in made for index in batch
    ]
    assert sum(count >= 3 for count in beside) / len(beside) > 0.9
    assert sum(len(batch) >= 28 for batch in made) / len(made) > 0.9
