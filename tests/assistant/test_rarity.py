"""Rare words tell questions apart: how much a word says among these documents, and in the language at large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.sparse import SparseIndex, terms
from assistant.rarity import general, weight

TEXTS = [(number, f"The grant of rule {number} is paid.") for number in range(1, 9)] + [(9, "The grant for a gazebo.")]


@pytest.fixture(scope="module")
def index() -> SparseIndex:
    return SparseIndex.build("en", TEXTS)


def weigh(word: str, *indexes: SparseIndex) -> float:
    return weight(word, next(iter(terms(word, "en"))), "en", indexes)


@pytest.mark.parametrize(
    ("common", "rare", "language"),
    [("the", "money", "en"), ("money", "gazebo", "en"), ("de", "geld", "nl"), ("geld", "prieel", "nl")],
)
def test_rarer_words_say_more(common: str, rare: str, language: str) -> None:
    assert 0.0 <= general(common, language) < general(rare, language) <= 1.0


@pytest.mark.parametrize("language", ["nl", "en"])
def test_word_that_nobody_knows_is_as_rare_as_can_be(language: str) -> None:
    assert general("kwartelei7781", language) == 1.0


def test_what_every_document_says_tells_none_apart(index: SparseIndex) -> None:
    assert weigh("grant", index) < weigh("grant")
    assert weigh("grant", index) < weigh("gazebo", index)


def test_word_that_the_documents_lack_is_judged_by_the_language(index: SparseIndex) -> None:
    assert weigh("take", index) == general("take", "en")
    assert weigh("take", index) < 0.5 < weigh("Zwevegem", index)


@given(st.text(min_size=1, max_size=20), st.sampled_from(["nl", "en"]))
def test_every_word_weighs_between_nothing_and_one(word: str, language: str) -> None:
    built = SparseIndex.build(language, [(1, "a rule"), (2, "een regel")])
    for stem in terms(word, language):
        assert 0.0 <= weight(word, stem, language, (built,)) <= 1.0
        assert 0.0 <= weight(word, stem, language, ()) <= 1.0
