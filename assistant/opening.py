"""Opening hours: whether somebody is there to answer now, and else when, holidays counted in."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from assistant import clock
from assistant.settings import Settings
from assistant.texts import catalogue, text

if TYPE_CHECKING:
    from opening_hours import OpeningHours

_AHEAD = timedelta(days=366)  # further away nobody waits


class Opening(BaseModel):
    """Whether it is open now, in words, and when that changes: aware, in UTC; None where not within a year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: bool
    text: str
    next: datetime | None


def opening(settings: Settings, language: str, now: datetime | None = None) -> Opening | None:
    """Return whether the contact point is open; None where ASSISTANT_OPENING_HOURS is empty.

    The hours are written as OpenStreetMap does (wiki.openstreetmap.org/wiki/Key:opening_hours/specification); what is
    not known to be open counts as closed.
    """
    if not settings.opening_hours:
        return None
    here = clock.utc(now or clock.now()).astimezone(ZoneInfo(settings.timezone))
    hours = _hours(settings.opening_hours, settings.timezone, settings.holidays)
    is_open, change = hours.is_open(here), _change(hours, here)
    return Opening(
        open=is_open,
        text=_open(language, here, change) if is_open else _closed(settings, language, here, change),
        next=clock.utc(change) if change else None,
    )


@lru_cache(maxsize=8)
def _hours(written: str, zone: str, country: str) -> OpeningHours:
    from opening_hours import OpeningHours

    return OpeningHours(
        written, timezone=ZoneInfo(zone), country=country or None, auto_country=False, auto_timezone=False
    )


def _change(hours: OpeningHours, here: datetime) -> datetime | None:
    """Return when it opens or closes next; spans that only differ in their comment are one."""
    is_open, end = hours.is_open(here), here + _AHEAD
    for start, _, _, _ in hours.intervals(here, end):
        if start > here and hours.is_open(start) != is_open:
            return start
    return None


def _open(language: str, here: datetime, until: datetime | None) -> str:
    if until is None:
        return text(language, "opening.open")
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if until.date() == here.date() or until == midnight:
        return text(language, "opening.open_until", time="24:00" if until == midnight else _time(until))
    return text(language, "opening.open_until_day", day=_day(language, here, until), time=_time(until))


def _closed(settings: Settings, language: str, here: datetime, again: datetime | None) -> str:
    closed = text(language, "opening.closed_on_holiday" if _on_holiday(settings, here) else "opening.closed")
    if again is None:
        return f"{closed}."
    if again.date() == here.date():
        return text(language, "opening.again_today", closed=closed, time=_time(again))
    return text(language, "opening.again", closed=closed, day=_day(language, here, again), time=_time(again))


def _on_holiday(settings: Settings, here: datetime) -> bool:
    """Whether today is one of the public holidays that the hours speak of."""
    known = "PH" in settings.opening_hours and settings.holidays
    return bool(known) and _hours("PH", settings.timezone, settings.holidays).is_open(here)


def _day(language: str, here: datetime, day: datetime) -> str:
    """Return a day as it is said: with its year only where that is another one."""
    named = catalogue(language)["opening"]["weekdays"][day.weekday()]
    month = catalogue(language)["web"]["months"][day.month - 1]
    year = f" {day.year}" if day.year != here.year else ""
    return f"{named} {day.day} {month}{year}"


def _time(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"
