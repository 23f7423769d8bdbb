"""Whoever asks for a person reads when one is there, on holidays and at the turn of the year too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.opening import Opening, opening
from assistant.settings import Settings

HOURS = "Mo-Fr 09:00-12:30,13:30-17:00; PH off"
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(moment: str, language: str = "en", hours: str = HOURS, **values: Any) -> Opening:
    settings = Settings(_env_file=None, opening_hours=hours, var_dir=Path("/nowhere"), **values)
    found = opening(settings, language, datetime.fromisoformat(moment).replace(tzinfo=BRUSSELS))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("moment", "is_open", "en", "nl"),
    [
        ("2026-12-23 16:00", True, "Open now, until 17:00.", "Nu open, tot 17:00 uur."),
        ("2026-12-23 09:00", True, "Open now, until 12:30.", "Nu open, tot 12:30 uur."),
        (
            "2026-12-23 12:30", False,
            "Closed now; open again today at 13:30.", "Nu gesloten; vandaag weer open om 13:30 uur.",
        ),
        (
            "2026-12-23 17:00", False,
            "Closed now; open again on Thursday 24 December at 9:00.",
            "Nu gesloten; weer open op donderdag 24 december om 9:00 uur.",
        ),
        (
            "2026-12-24 18:00", False,
            "Closed now; open again on Monday 28 December at 9:00.",
            "Nu gesloten; weer open op maandag 28 december om 9:00 uur.",
        ),
        (
            "2026-12-25 10:00", False,
            "Closed now for a public holiday; open again on Monday 28 December at 9:00.",
            "Nu gesloten wegens een feestdag; weer open op maandag 28 december om 9:00 uur.",
        ),
        (
            "2026-12-31 20:00", False,
            "Closed now; open again on Monday 4 January 2027 at 9:00.",
            "Nu gesloten; weer open op maandag 4 januari 2027 om 9:00 uur.",
        ),
    ],
)  # fmt: skip
def test_hours_are_said(moment: str, is_open: bool, en: str, nl: str) -> None:
    assert (at(moment).open, at(moment).text, at(moment, "nl").text) == (is_open, en, nl)


def test_without_hours_nothing_is_said() -> None:
    assert opening(Settings(_env_file=None, opening_hours=""), "nl") is None


def test_now_is_now() -> None:
    found = opening(Settings(_env_file=None, opening_hours="24/7"), "en")
    assert found == Opening(open=True, text="Open now.", next=None)


def test_change_is_an_aware_moment_in_utc() -> None:
    summer, winter = at("2026-07-01 10:00").next, at("2026-12-23 10:00").next
    assert (summer, winter) == (datetime(2026, 7, 1, 10, 30, tzinfo=UTC), datetime(2026, 12, 23, 11, 30, tzinfo=UTC))
    assert summer
    assert summer.utcoffset() == timedelta(0)


def test_hours_stay_the_same_when_the_clock_changes() -> None:
    assert at("2026-03-28 12:00").next == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert at("2026-10-24 12:00").next == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_visitor_elsewhere_gets_the_hours_of_the_contact() -> None:
    settings = Settings(_env_file=None, opening_hours=HOURS)
    tokyo = datetime(2026, 12, 23, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = opening(settings, "en", tokyo)
    assert found
    assert found.text == "Open now, until 12:30."
    assert opening(settings, "en", datetime(2026, 12, 23, 11)) == found


@pytest.mark.parametrize(
    ("hours", "moment", "is_open", "said"),
    [
        ("24/7", "2026-12-23 10:00", True, "Open now."),
        ("24/7 off", "2026-12-23 10:00", False, "Closed now."),
        ("2020 Mo-Fr 09:00-17:00", "2026-12-23 10:00", False, "Closed now."),
        ("Mo-Su 18:00-24:00", "2026-12-23 20:00", True, "Open now, until 24:00."),
        ("We 20:00-26:00", "2026-12-23 22:00", True, "Open now, until Thursday 24 December at 2:00."),
        ("We 20:00-26:00", "2026-12-24 01:00", True, "Open now, until 2:00."),
        ("Mo-Fr 09:00-17:00 unknown", "2026-12-23 10:00", False, "Closed now."),
        ('Mo-Fr 09:00-12:00 "phone"; Mo-Fr 12:00-17:00 "desk"', "2026-12-23 13:00", True, "Open now, until 17:00."),
        ("Mo-Fr 09:00-12:00; PH off", "2026-12-25 08:00", False,
         "Closed now for a public holiday; open again on Monday 28 December at 9:00."),
        ("Mo-Fr 09:00-12:00", "2026-12-25 08:00", False, "Closed now; open again today at 9:00."),
    ],
)  # fmt: skip
def test_unusual_hours(hours: str, moment: str, is_open: bool, said: str) -> None:
    found = at(moment, hours=hours)
    assert (found.open, found.text) == (is_open, said)


def test_nobody_is_sent_to_a_door_that_may_be_closed() -> None:
    hours = "Mo-Fr 09:00-17:00; Sa 10:00-12:00 unknown"
    assert at("2026-12-18 18:00", hours=hours).text == "Closed now; open again on Monday 21 December at 9:00."


def test_holidays_of_another_country() -> None:
    assert at("2026-07-14 10:00", holidays="FR").text.startswith("Closed now for a public holiday")
    assert at("2026-07-14 10:00", holidays="BE").open


def test_holidays_of_no_country_at_all() -> None:
    assert at("2026-12-25 10:00", holidays="").open
