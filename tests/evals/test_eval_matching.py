"""Whether a fact stands in a text: the same whatever separators, accents or spaces were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.matching import contains, facts_found, normalise


@pytest.mark.parametrize(
    "written", ["1.508.765", "1,508,765", "1 508 765", "1\u00a0508\u202f765", "1'508'765", "1508765"]
)
def test_thousands_separators_make_no_difference(written):
    assert contains(f"Het kost EUR {written} in totaal.", "1508765")
    assert contains("EUR 1.508.765", written)


@pytest.mark.parametrize(
    ("text", "spelling", "found"),
    [
        ("at most 180% of it", "80%", False),
        ("80% for public bodies", "80%", True),
        ("in 2021-2027", "2021", True),
        ("version 1.4", "4", False),
        ("version 1.4", "1", False),
        ("four partners, 4.", "4", True),
        ("the fourth call", "four", False),
        ("Slovenië en Réunion", "reunion", True),
        ("één  prioriteit", "één prioriteit", True),
        ("op 1 à 2 M€", "1 a 2 m€", True),
        ("2021–2027", "2021-2027", True),
        ("(80 %)", "80 %", True),
        ("anything", "", False),
    ],
)
def test_spelling_counts_at_word_boundaries_only(text, spelling, found):
    assert contains(text, spelling) is found


def test_years_in_a_list_are_not_one_number():
    assert contains("in 2014, 2020 and 2021", "2020")


def test_any_spelling_of_a_fact_counts_once():
    assert facts_found("four years, that is 4 years", [["4 years", "four years"], ["80%"]]) == 1


@given(st.text())
def test_any_text_can_be_normalised_and_holds_itself(text):
    assert normalise(text) == " ".join(normalise(text).split())


words = st.text(alphabet="abcdefgéèïñ", min_size=1, max_size=8)


@given(st.lists(words, max_size=5), words, st.lists(words, max_size=5))
def test_word_is_found_wherever_it_stands(before, word, after):
    assert contains(" ".join([*before, word.upper(), *after]), word)


@given(st.integers(1_000, 999_999_999), st.sampled_from([".", ",", " ", "\u00a0", "\u202f"]))
def test_number_is_found_however_it_is_grouped(number, separator):
    assert contains(f"It was {number:,} euro".replace(",", separator), str(number))
