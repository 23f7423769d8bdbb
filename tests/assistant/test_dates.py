"""Days are read off a quotation, and a month without a day is over on its last."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import asks_for_time, dates, said


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("The call closed on 9 June 2023.", "en", [date(2023, 6, 9)]),
        ("The call closed on 9th June 2023.", "en", [date(2023, 6, 9)]),
        ("The call closed on June 9, 2023.", "en", [date(2023, 6, 9)]),
        ("De oproep sloot op 9 juni 2023.", "nl", [date(2023, 6, 9)]),
        ("Gesloten op 2023-06-09.", "nl", [date(2023, 6, 9)]),
        ("The call closes in February 2024.", "en", [date(2024, 2, 29)]),
        ("De oproep sluit in februari 2025.", "nl", [date(2025, 2, 28)]),
        ("From 5 April to 9 June 2023.", "en", [date(2023, 6, 9)]),
        ("It opened on 1 May 2022 and closed on 31 May 2022.", "en", [date(2022, 5, 1), date(2022, 5, 31)]),
        ("On 31 June 2023 nothing happened.", "en", []),
        ("The rate is 80% in 2021-2027.", "en", []),
        ("Niets in 2023.", "nl", []),
    ],
)
def test_days_of_a_text(text: str, language: str, days: list[date]) -> None:
    assert dates(text, language) == days


@pytest.mark.parametrize(
    ("question", "language", "asks"),
    [
        ("Is the third call still open?", "en", True),
        ("What is the deadline?", "en", True),
        ("Can we apply?", "en", True),
        ("How long does a project last?", "en", False),
        ("Is de derde oproep nog open?", "nl", True),
        ("Tot wanneer kan ik indienen?", "nl", True),
        ("Hoe lang duurt een project?", "nl", False),
    ],
)
def test_who_asks_whether_there_is_still_time(question: str, language: str, asks: bool) -> None:
    assert asks_for_time(question, language) is asks


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["nl", "en"]))
def test_a_date_that_is_said_can_be_read_again(day: date, language: str) -> None:
    assert dates(f"({said(day, language)})", language) == [day]
