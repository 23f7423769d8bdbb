"""Numbers and dates of an answer stand in what it cites, however either is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Part
from evals.grounding import numbers, of_quotes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("80 % of EUR 1.508.765, at most 79,5%", {"80", "1508765", "79.5"}),
        ("on 7 March 2025", {"2025-3-7"}),
        ("op 7 maart 2025", {"2025-3-7"}),
        ("March 7th, 2025", {"2025-3-7"}),
        ("7/03/2025 or 2025-03-07", {"2025-3-7"}),
        ("on the 20th of March", {"3-20"}),
        ("in March 2025", {"2025"}),
        ("1 mei en 2 oktober", {"5-1", "10-2"}),
        ("between 2021-2027", {"2021", "2027"}),
        ("four years", set()),
    ],
)
def test_numbers_and_dates_have_one_spelling(text, found):
    assert numbers(text) == found


@given(st.text())
def test_numbers_of_any_text_can_be_read(text):
    assert all(any(c.isdigit() for c in number) for number in numbers(text))


def judged(answer, stored):
    return dict(of_quotes(answer, stored)).get("numbers")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Not in 2021-2027. [1]", True),
        ("Not in 2021 – 2027. [1]", True),
        ("Since 2014 not. [1]", False),
        ("1. Not in 2021-2027. [1]\n2. Never. [1]", True),
        ("Companies cannot. [1]", None),
    ],
)
def test_number_that_no_quote_holds_is_noticed(answer, stored, text, right):
    assert judged(answer(text=text), stored) is right


def test_each_stretch_is_held_to_the_quotes_that_it_cites(answer, citation, stored):
    cited = (citation(1, "It is 80%."), citation(2, "It is 70%."))
    assert judged(answer(text="80% for some [1], 70% for others [2].", citations=cited), stored) is True
    assert judged(answer(text="80% for some [1], 80% for others [2].", citations=cited), stored) is False
    assert judged(answer(text="80% for some, 70% for others [1][2].", citations=cited), stored) is True
    assert judged(answer(text="It may be 70%.", citations=cited), stored) is True


def test_brackets_in_a_quote_are_no_citation(answer, citation, stored):
    cited = (citation(1, "See article [12] of 2021."),)
    assert judged(answer(text="See article [12] of 2021. [1]", citations=cited), stored) is True
    assert judged(answer(text="See article [13] of 2021. [1]", citations=cited), stored) is False


def test_refused_part_cites_nothing_and_is_not_judged(answer, citation, stored):
    parts = (
        Part(question="a", status="answered", text="80% [1]", citations=(citation(1, "It is 80%."),)),
        Part(question="b", status="unsupported", text="Not in the documents of 2014-2020."),
    )
    assert judged(answer("partial", text="80% [1] Not in the documents of 2014-2020.", parts=parts), stored) is True


def test_answer_without_citations_is_not_judged(answer, stored):
    assert judged(answer("unsupported", text="Ask 112."), stored) is None
