"""Names, numbers, dates and contact details are told from ordinary words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.mentions import mentions


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("The secretariat is in Lille.", "en", {"lille"}),
        ("Het secretariaat is in Rijsel.", "nl", {"rijsel"}),
        ("Lille is far away.", "en", {"lille"}),
        ("Money is far away.", "en", set()),
        ("Geld is ver weg.", "nl", set()),
        ("VLAIO helps.", "en", {"vlaio"}),
        ("We read Lille's rules.", "en", {"lille"}),
        ("who pays the controller", "en", set()),
    ],
)
def test_names(text: str, language: str, names: set[str]) -> None:
    assert mentions(text, language).names == names


@pytest.mark.parametrize(
    ("text", "language", "numbers", "dates"),
    [
        ("The rate is 80%.", "en", {"80"}, set()),
        ("Het budget is 1.508.765 euro.", "nl", {"1.508.765"}, set()),
        ("It takes four years.", "en", {"four"}, set()),
        ("Het duurt vier jaar.", "nl", {"vier"}, set()),
        ("It closed in June 2023.", "en", set(), {"june", "2023"}),
        ("De oproep sloot in juni 2023.", "nl", set(), {"juni", "2023"}),
        ("In 2021-2027 companies cannot get money.", "en", set(), set()),
        ("In 2014 – 2020 was dat anders.", "nl", set(), set()),
    ],
)
def test_numbers_and_dates(text: str, language: str, numbers: set[str], dates: set[str]) -> None:
    found = mentions(text, language)
    assert (found.numbers, found.dates) == (numbers, dates)


@pytest.mark.parametrize(
    ("text", "reachable"),
    [
        ("Write to interreg@vlaio.be.", True),
        ("Call +32 2 555 11 22.", True),
        ("See www.interregeurope.eu.", True),
        ("The rate is 85%.", False),
        pytest.param("The rate was 85% in 2014-2020.", False),
        pytest.param("The budget is 1.508.765 euro.", False),
        ("The budget is 379 million euro.", False),
    ],
)
def test_how_to_reach_somebody(text: str, reachable: bool) -> None:
    assert mentions(text, "en").contact is reachable


@given(st.text(max_size=120), st.sampled_from(["nl", "en"]))
def test_whatever_is_read_the_kinds_do_not_mix(text: str, language: str) -> None:
    found = mentions(text, language)
    assert not found.numbers & found.dates
    assert all(word == word.casefold() for word in found.names)
