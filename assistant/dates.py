"""Dates in a quotation, and whether they have passed: a deadline of last year is not quoted as if it were to come."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from assistant.index.sparse import fold
from assistant.texts import catalogue, lexicon

_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")


def dates(text: str, language: str) -> list[date]:
    """Return the days that a text names, in any order; of a month without a day, its last day.

    >>> dates("The call closed on 9 June 2023.", "en")
    [datetime.date(2023, 6, 9)]
    """
    return [found for found in _found(fold(text), language) if found is not None]


def _found(folded: str, language: str) -> Iterator[date | None]:
    months = [fold(month) for month in catalogue(language)["web"]["months"]]
    names = "|".join(months)
    for match in re.finditer(rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)? )?\b({names})(?: (\d{{1,2}}),)? (20\d\d)\b", folded):
        day = match[1] or match[3]
        yield _date(int(match[4]), months.index(match[2]) + 1, int(day) if day else None)
    for match in _ISO.finditer(folded):
        yield _date(int(match[1]), int(match[2]), int(match[3]))


def _date(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        return None


def said(day: date, language: str) -> str:
    """Return a date as it is written in a language.

    >>> said(date(2023, 6, 9), "nl")
    '9 juni 2023'
    """
    return f"{day.day} {catalogue(language)['web']['months'][day.month - 1]} {day.year}"


def asks_for_time(question: str, language: str) -> bool:
    """Whether a question asks if there is still time: whether a call is open, when it closes."""
    folded = f" {fold(question)} "
    return any(f" {word} " in re.sub(r"[^\w ]", " ", folded) for word in lexicon(language).closing)
