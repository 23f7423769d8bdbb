"""Comparing two texts: no word is lost, what stands is found where it stands, what is near is shown with its words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.changes import SHOWN, Changes, compare, differences, find_quote

WORD = st.sampled_from(["de", "partner", "betaalt", "80%", "20%", "2021-2027", "niet", "project.", "een,", "(EU)"])
TEXT = st.lists(WORD, max_size=25).map(" ".join)
SENTENCE = st.lists(WORD, min_size=1, max_size=8).map(lambda words: " ".join(words).replace(".", "").strip(",") + "!")
QUOTE = "A lead partner pays 80% of the costs."


def sentences_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\s.!][^.!\n]*[.!]?", text)]


def compared(old: str, new: str, quote: str = "") -> Changes:
    span = (old.index(quote), old.index(quote) + len(quote)) if quote else None
    return compare(old, new, span, sentences_of(new))


def letters(text: str) -> str:
    return "".join(text.split())


@given(TEXT, TEXT)
def test_no_word_is_lost_or_made_up(old, new):
    pieces = differences(old, new)
    assert letters("".join(p.text for p in pieces if p.kind != "added")) == letters(old)
    assert letters("".join(p.text for p in pieces if p.kind != "removed")) == letters(new)
    assert all(a.kind != b.kind for a, b in pairwise(pieces))
    assert all(piece.text.strip() for piece in pieces if piece.kind != "same")


@given(TEXT)
def test_a_text_does_not_differ_from_itself(text):
    assert {piece.kind for piece in differences(text, text)} <= {"same"}
    assert compare(text, text, None, []) == Changes(same=True)


@given(st.lists(SENTENCE, min_size=1, max_size=6), st.lists(SENTENCE, max_size=6), st.data())
def test_what_stands_is_the_quote_word_for_word(old, new, data):
    quote = data.draw(st.sampled_from(old))
    before, after = "\n\n".join(old), "\n\n".join(new)
    found = compared(before, after, quote).standing
    assert (found is not None) == (quote in new)
    assert found is None or after[slice(*found)] == quote


@given(st.lists(TEXT, max_size=30), st.lists(TEXT, max_size=30))
def test_every_changed_paragraph_is_shown_or_counted(old, new):
    changes = compare("\n\n".join(old), "\n\n".join(new), None, [])
    assert len(changes.paragraphs) <= SHOWN
    assert changes.more == 0 or len(changes.paragraphs) == SHOWN
    lines_old, lines_new = ([line for line in side if line] for side in (old, new))
    assert (changes.count == 0) == (lines_old == lines_new)
    assert changes.count >= abs(len(lines_old) - len(lines_new))


def test_changed_word_is_marked_in_the_nearest_sentence():
    near = compared(
        f"Costs\n\n{QUOTE}", "Costs\n\nNobody pays more. A lead partner pays 70% of the costs.", QUOTE
    ).nearest
    assert [(piece.kind, piece.text) for piece in near.pieces if piece.kind != "same"] == [
        ("removed", "80%"),
        ("added", "70%"),
    ]


def test_quote_of_two_sentences_is_compared_with_two():
    quote = "A partner pays 80%. Norway pays 50%."
    new = "First things first. A partner pays 70%. Norway pays 40%. The end."
    near = compared(quote, new, quote).nearest
    assert new[slice(*near.span)] == "A partner pays 70%. Norway pays 40%."


def test_nothing_alike_is_nearest_to_nothing():
    changes = compared(QUOTE, "Zebras graze in the evening near a lake.", QUOTE)
    assert (changes.standing, changes.nearest) == (None, None)


def test_part_of_a_longer_sentence_does_not_stand():
    old, new = "Who may join: a municipality", "Who may join: a municipality that has more than 10000 inhabitants."
    changes = compared(old, new, "Who may join: a municipality")
    assert changes.standing is None
    assert changes.nearest is not None


def test_line_break_inside_a_quote_changes_nothing():
    old, new = "A partner\nmay join.", "A partner may join."
    assert find_quote(old, new, (0, len(old)), [(0, len(new))]) == (0, len(new))


def test_of_two_equal_sentences_the_one_in_the_same_place_counts():
    old = "Norway\n\nNorwegian partners get this.\n\nThe rate is 50%."
    new = f"Belgium\n\nBelgian partners get that.\n\nThe rate is 50%.\n\n{old}"
    found = compared(old, new, "The rate is 50%.").standing
    assert found[0] == new.rindex("The rate is 50%.")


def test_long_paragraph_is_shown_around_its_change():
    many = " ".join(f"word{number}" for number in range(300))
    (paragraph,) = compare(f"{many} eighty {many}", f"{many} seventy {many}", None, []).paragraphs
    shown = "".join(piece.text for piece in paragraph.pieces)
    assert "word299 eighty seventy word0" in shown
    assert len(shown.split()) < 40


@pytest.mark.parametrize("count", [9, 10, 11])
def test_ten_changed_paragraphs_are_shown(count):
    old = "\n\n".join(f"Paragraph {n} says that it is old." for n in range(count))
    changes = compare(old, old.replace("old", "new"), None, [])
    assert (len(changes.paragraphs), changes.more) == (min(count, 10), max(count - 10, 0))
    assert {paragraph.kind for paragraph in changes.paragraphs} == {"changed"}


def test_long_table_of_equal_rows_is_compared_at_once():
    old = "\n".join(["Rate: 80%"] * 20_000)
    assert compare(old, "Intro\n\n" + old + "\nRate: 70%", None, []).count >= 1
