"""What the figures of a fitting are made of, against cases that can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from evals.fit.measure import compare, ranks, tasks
from evals.fit.pairs import Pair


class Letters:
    """An encoder that sees only which of the letters a, b and c a text has."""

    identity, dimensions, max_tokens = "letters", 3, 512

    def count_tokens(self, text: str) -> int:
        return len(text)

    def embed_query(self, text: str) -> list[float]:
        found = np.array([text.count(letter) for letter in "abc"], dtype=float)
        return list(found / max(np.linalg.norm(found), 1e-9))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return np.array(self.embed_documents(list(texts)), dtype=np.float32)


def pair(question: str, passage: str, group: str, languages: str = "nlnl", file: str = "other-x.jsonl") -> Pair:
    return Pair(
        question=question,
        question_language=languages[:2],
        passage=passage,
        passage_language=languages[2:],
        group=group,
        where=f"{file}, line 1",
    )


def test_rank_is_how_many_passages_score_above_the_right_one() -> None:
    pairs = [pair("a", "aa", "1"), pair("b", "bbb", "2"), pair("ab", "cc", "3"), pair("x", "c b", "4")]
    made, passages = tasks(pairs, pairs[:3])
    assert [task.name for task in made] == ["other: nl → nl"]
    assert passages == {"nl": ["aa", "bbb", "cc", "c b"]}
    assert ranks(Letters(), made, passages, lambda _n: None)[0].tolist() == [0, 0, 3]


def test_question_is_asked_over_every_language_of_its_passage() -> None:
    pairs = [pair("a", "aa", "1"), pair("b", "ab", "1", "nlen"), pair("c", "cc", "2", "enen", "corpus-y.jsonl")]
    made, passages = tasks(pairs, pairs)
    assert {task.name: len(task.questions) for task in made} == {
        "other: nl → nl": 2,
        "other: nl → en": 2,
        "corpus: en → en": 1,
    }
    assert passages == {"nl": ["aa"], "en": ["ab", "cc"]}


def test_fewer_misses_is_the_share_that_went() -> None:
    before, after = np.array([0, 5, 2, 1, 0]), np.array([0, 0, 0, 3, 0])
    first = compare(before, after, ["a", "b", "c", "d", "e"], 1)
    assert (first.n, first.before, first.after) == (5, 0.4, 0.8)
    assert first.fewer == pytest.approx(2 / 3)
    assert first.low <= first.fewer <= first.high
    assert compare(before, after, ["a"] * 5, 10).before == 1.0


def test_interval_is_over_passages_not_questions() -> None:
    many = np.repeat([1, 1, 0, 1], 50), np.repeat([0, 1, 0, 0], 50)
    by_question = compare(*many, [str(i) for i in range(200)], 1)
    by_passage = compare(*many, [str(i // 50) for i in range(200)], 1)
    assert by_passage.high - by_passage.low > 3 * (by_question.high - by_question.low)
