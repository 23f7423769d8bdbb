"""Reading the dates in a sentence."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from assistant.index.sparse import fold
from assistant.texts import catalogue
from ingest.contradictions.places import blanked, folded, said_before
from ingest.contradictions.quantities import Quantity
from ingest.contradictions.words import ROLES, SINCE_YEAR

PERIOD = re.compile(r"\b((?:19|20)\d\d)\s?[-–/]\s?((?:19|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!\s*%)")
_SINCE = re.compile(rf"\b(?:{SINCE_YEAR})\s*$")
_SKIPPED = re.compile(r"(?:\s+(?:on|op|in|the|de|rond|around|is|was))*\s*$")


@cache
def _months(language: str) -> tuple[str, ...]:
    return tuple(fold(month) for month in catalogue(language)["web"]["months"])


@cache
def _pattern(language: str) -> re.Pattern[str]:
    months = "|".join(_months(language))
    day = r"\d{1,2}(?:st|nd|rd|th|e|ste|de)?"
    joint = r"(?:\s*,\s*|\s*[-–&]\s*|\s+(?:and|en|to|tot|tot en met)\s+)"
    return re.compile(
        rf"\b(?:(?P<days>{day}(?:{joint}{day})*)\s+(?:(?<=[dht] )of\s+)?)?(?P<month>{months})\b"
        rf"(?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?,)?(?:,?\s+(?P<year>(?:19|20)\d\d))?\b"
        rf"|\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
    )


def periods(text: str) -> frozenset[str]:
    """Return the programme periods that a text names, as "2021-2027"."""
    return frozenset(f"{first}-{last}" for first, last in PERIOD.findall(text))


def read(text: str, language: str) -> tuple[list[Quantity], str]:
    """Return the dates of a text without periods, in its order, and the text without them and without years.

    A day without a year takes that of the next date ("from 5 April to 31 May 2022"). A year alone is a date only where
    something began or ended then.
    """
    pattern = _pattern(language)
    found: list[Quantity] = []
    year: str | None = None
    for match in reversed(list(pattern.finditer(folded(text)))):
        year = match["year"] or year
        found.extend(reversed(list(_named(match, year, text, language))))
    plain = blanked(pattern, text)
    for match in _YEAR.finditer(plain):
        if _SINCE.search(folded(plain[: match.start()])):
            found.extend(_moment([match[0]], match, text, language))
    return found[::-1], blanked(_YEAR, plain)


def _named(match: re.Match[str], year: str | None, text: str, language: str) -> Iterator[Quantity]:
    """Yield the days, or the month, that one match names."""
    days = match["days"] or match["after"]
    if match["iso"]:
        yield from _moment(match["iso"].split("-"), match, text, language)
    elif year and (days or match["year"]):
        month = str(_months(language).index(match["month"]) + 1)
        for day in re.findall(r"\d+", days) if days else [""]:
            yield from _moment([year, month, day], match, text, language)


def _moment(parts: Sequence[str], match: re.Match[str], text: str, language: str) -> Iterator[Quantity]:
    """Yield the year, month or day, where there is such a one."""
    year, month, day = (*(int(part or 0) for part in parts), 0, 0)[:3]
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except (ValueError, calendar.IllegalMonthError):
        return
    ends = float(first.toordinal()), float(last.toordinal())
    role = said_before(text[: match.start()], ROLES.get(language, ROLES["en"]), _SKIPPED)
    yield Quantity("date", *ends, frozenset(), 1.0, text[match.start() : match.end()].strip(), role=role)
