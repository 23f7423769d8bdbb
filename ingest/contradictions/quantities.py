"""Quantities: what numbers and dates measure, and when two of them cannot both be true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["percentage", "amount", "duration", "count", "date"]
Bound = Literal["least", "most", "about"]
Role = Literal["begin", "end"]

_MANY, _LITTLE = 10, 0.4  # counts of things with other names are compared if so large, and so little apart
_FAR, _YEARS = 1.2, 3.0  # how far apart two quantities, and two dates, may be and still measure one thing
_ROUNDED = 0.05  # share by which rounding may change a number
_ROUGH = 0.1  # share by which a length of time in weeks and one in months may differ
_COMPOUND = 5  # letters from which a stem may be looked for inside another
_NOTHING = 1e-9


@dataclass(frozen=True)
class Quantity:
    """A number or date as a text states it.

    `low` and `high` are its ends, equal where it is no range: percent, units of a currency, days, things, or for a date
    the ordinals of its first and last day. `unit` holds the currency, the stems of what is counted, or whether a length
    of time is told in "days" or "months". `step` is what the last digit that counts is worth, `said` how it is written.
    `role` says whether something begins or ends on a date, `part` that it is some of a whole ("four of the five").
    """

    kind: Kind
    low: float
    high: float
    unit: frozenset[str]
    step: float
    said: str
    bound: Bound | None = None
    role: Role | None = None
    part: bool = False

    def agrees(self, other: Quantity) -> bool:
        """Whether both can be true of one thing: the same when rounded, one inside the other, or inside its bound."""
        return (
            self.same(other) or self._holds(other) or other._holds(self) or self._allows(other) or other._allows(self)
        )

    def same(self, other: Quantity) -> bool:
        """Whether both say the same number, as exact as they are; of dates, whether they share a day."""
        if self.kind == "date":
            return self.low <= other.high and other.low <= self.high
        slack = min(max(self.step, other.step) / 2, _ROUNDED * self.high)
        if self.kind == "duration" and self.unit != other.unit:
            slack = max(slack, _ROUGH * self.high)
        return abs(self.low - other.low) <= slack and abs(self.high - other.high) <= slack

    def _holds(self, other: Quantity) -> bool:
        return self.low <= other.low and other.high <= self.high

    def _allows(self, other: Quantity) -> bool:
        """Whether the other one is a plain number on the right side of this one's bound."""
        if other.bound in {"least", "most"}:
            return False
        return (self.bound == "least" and other.low >= self.low) or (self.bound == "most" and other.high <= self.high)


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities measure one kind of thing: percentages, amounts of one currency, the same things."""
    if one.kind != other.kind or {one.role, other.role} == {"begin", "end"}:
        return False
    if one.kind == "count":
        return any(_alike(name, there) for name in one.unit for there in other.unit)
    return one.kind != "amount" or one.unit == other.unit


def _alike(one: str, other: str) -> bool:
    """Whether two stems are one word, or one is a part of the other: "categorie" in "kostencategorie"."""
    return one == other or (min(len(one), len(other)) >= _COMPOUND and (one in other or other in one))


def apart(one: Quantity, other: Quantity) -> float:
    """Return how far two quantities of one kind lie apart: years for dates, else the logarithm of their ratio."""
    if one.kind == "date":
        return abs(one.low - other.low) / 365.25
    return abs(math.log(max(one.low + one.high, _NOTHING) / max(other.low + other.high, _NOTHING)))


def differences(mine: Sequence[Quantity], yours: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Return the pairs that measure one kind of thing and disagree, where neither agrees with another one over there.

    So "80% or 70%" and "80%" differ in nothing, and "5 April to 31 May" and "5 April to 3 June" in the end.
    """
    in_parts = any(q.part for q in mine) and any(q.part for q in yours)
    pairs = [
        (one, other)
        for one in _lonely(mine, yours)
        for other in _lonely(yours, mine)
        if one.kind == other.kind and _within_reach(one, other) and not (in_parts and one.part != other.part)
    ]
    # "143 consortia" and "134 applications" may count one thing by two names, if nothing else there is comparable.
    return [pair for pair in pairs if comparable(*pair)] or [pair for pair in pairs if _one_crowd(*pair)]


def rivals(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities could be said of one thing: comparable, and not too far apart."""
    return comparable(one, other) and _within_reach(one, other)


def _within_reach(one: Quantity, other: Quantity) -> bool:
    return apart(one, other) <= (_YEARS if one.kind == "date" else _FAR)


def _lonely(own: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    return [q for q in own if not any(comparable(q, other) and q.agrees(other) for other in others)]


def _one_crowd(one: Quantity, other: Quantity) -> bool:
    near = min(one.low, other.low) >= _MANY and apart(one, other) < _LITTLE
    return one.kind == "count" and near and not one.agrees(other)
