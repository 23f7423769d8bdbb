"""A word with one slip in it is read as the word that was meant; names and words of the documents stay."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.sparse import SparseIndex
from assistant.spelling import corrected

NONE: Sequence[SparseIndex] = ()


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [
        ("hoevel krijgt een gemente?", "nl", "hoeveel krijgt een gemeente?"),
        ("how much does a municpality recieve?", "en", "how much does a municipality receive?"),
        ("how much does a municipality receive?", "en", "how much does a municipality receive?"),
    ],
)
def test_slip_is_read_as_what_was_meant(typed: str, language: str, read: str) -> None:
    assert corrected(typed, language, NONE) == read


@pytest.mark.parametrize("name", ["Gemente", "CECI", "Rousseau", "KMO"])
def test_name_is_never_corrected(name: str) -> None:
    assert corrected(f"wie is {name}?", "nl", NONE) == f"wie is {name}?"


def test_word_of_the_documents_is_never_corrected() -> None:
    index = SparseIndex.build("en", [(1, "The zorblat of a gizmont is green."), (2, "Another text about nothing.")])
    assert corrected("what is a gizmont", "en", [index]) == "what is a gizmont"


def test_stem_of_another_word_does_not_hide_a_slip() -> None:
    index = SparseIndex.build("nl", [(1, "De hoeveelheid telt mee."), (2, "Nog een tekst.")])
    assert corrected("hoevel krijgt een gemeente", "nl", [index]) == "hoeveel krijgt een gemeente"


@given(st.text(max_size=80), st.sampled_from(["nl", "en"]))
def test_nothing_is_lost_but_letters_of_a_word(text: str, language: str) -> None:
    assert len(corrected(text, language, NONE).split()) == len(text.split())
