"""Reading the quantities in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.index.sparse import fold, terms
from assistant.texts import lexicon
from ingest.contradictions import dates
from ingest.contradictions.places import blanked, folded, said_before
from ingest.contradictions.quantities import Bound, Kind, Quantity
from ingest.contradictions.words import (
    BETWEEN,
    BOUNDS,
    CURRENCIES,
    DAYS,
    DETERMINERS,
    FRACTIONS,
    LABELS,
    LENGTHS,
    LONG,
    PERCENT,
    SCALES,
    number_words,
)

_TOKEN = re.compile(
    r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[^\W\d_]+(?:[-'’][^\W\d_]+)*|[^\s\w]"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+")
# Addresses, telephone numbers, numbers of laws and sections, codes and times of day count nothing.
_IDENTIFIER = re.compile(
    r"\S+@\S+|(?:https?://|www\.)\S+|\+\d[\d ]{7,}|\b\d{4}/\d+(?:/\w+)?|\w*\(\d{4}\)\s?\d+|\b\d+(?:\.\d+){2,}"
    r"|[^\W\d_]-?\d[\w.]*\b|\bnuts ?\d|\b\d{1,2}:\d\d\b|\b\d{1,2}[:.]\d\d\s?(?:uur|h\b|cet\b|paris|\(|am\b|pm\b)"
)
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th|e|ste|de)\b")
_SKIPPED = re.compile(r"(?:\s+(?:the|de|of|een|a))*(?:\s*(?:eur|€|\$|£))?\s*$")
_EXACT, _VAGUE = 0.01, 0.2  # worth of the last digit of "a year" and of "about a year", as a share of it
_THINGS = 3  # content words after a number that may say what it counts


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return fold(self.text)


@dataclass(frozen=True)
class _Number:
    """A number with its scale: its ends, the worth of its last digit, and the token after it."""

    low: float
    high: float
    step: float
    after: int

    def times(self, factor: float) -> _Number:
        return replace(self, low=self.low * factor, high=self.high * factor, step=self.step * factor)


@dataclass(frozen=True)
class _Unit:
    kind: Kind
    names: frozenset[str]
    factor: float
    after: int


@lru_cache(maxsize=16_384)  # a passage's sentences are read again for every pair that it is in
def quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """Return the percentages, amounts, lengths of time, counts and dates that a sentence states, each once.

    Programme periods such as 2021-2027, years alone, ordinals, numbers of versions and articles are none.

    >>> [(q.kind, q.low, q.high) for q in quantities("EUR 1 to 2 million for 48 months", "en")]
    [('amount', 1000000.0, 2000000.0), ('duration', 1461.0, 1461.0)]
    """
    plain = blanked(_IDENTIFIER, blanked(dates.PERIOD, text))
    days, plain = dates.read(plain, language)
    written, plain = _written_out(blanked(_ORDINAL, plain), language)
    found: dict[object, Quantity] = {}
    for quantity in (*written, *_Reader(plain, language).quantities(), *days):
        key = (quantity.kind, quantity.low, quantity.high, quantity.unit)
        if key not in found or not found[key].bound:
            found[key] = quantity
    return tuple(found.values())


def _written_out(text: str, language: str) -> tuple[list[Quantity], str]:
    """Return the fractions and half years of a text, and the text without them."""
    found: list[Quantity] = []
    known: tuple[tuple[Kind, tuple[tuple[float, str], ...]], ...] = (("duration", LENGTHS), ("percentage", FRACTIONS))
    for kind, rows in known:
        for value, words in rows:
            pattern = re.compile(rf"\b(?:{words})\b")
            for match in pattern.finditer(folded(text)):
                said, bound = text[match.start() : match.end()], _bound(text[: match.start()], language)
                unit = frozenset(("months",) if kind == "duration" else ())
                step = value * (_VAGUE if bound else _EXACT) if kind == "duration" else 1.0
                found.append(Quantity(kind, value, value, unit, step, said, bound, part=kind == "percentage"))
            text = blanked(pattern, text)
    return found, text


def _bound(before: str, language: str) -> Bound | None:
    return said_before(before, BOUNDS.get(language, BOUNDS["en"]), _SKIPPED)


class _Reader:
    """A walk over the tokens of a text."""

    def __init__(self, text: str, language: str) -> None:
        self._text, self._language = text, language
        self._tokens = [_Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
        self._stopwords = lexicon(language).stopwords

    def quantities(self) -> Iterator[Quantity]:
        """Yield those that are written with a number and a unit."""
        at = 0
        while at < len(self._tokens):
            number = self._range(at)
            if number is None:
                at += 1
                continue
            unit = self._unit(at, number.after)
            if unit is not None:
                yield self._quantity(at, number, unit)
            at = unit.after if unit else number.after

    def _quantity(self, at: int, number: _Number, unit: _Unit) -> Quantity:
        bound = _bound(self._text[: self._tokens[at].start], self._language)
        value, step = number.times(unit.factor), number.step * unit.factor
        if bound and unit.kind in {"amount", "count"}:
            step = max(step, _roundness(number.high))
        if unit.kind == "duration":
            step = value.high * (_VAGUE if bound == "about" else _EXACT)
        first = at - 1 if self._word(at - 1) in CURRENCIES else at
        last = (number.after if unit.kind == "count" else unit.after) - 1  # how much of what follows is its name?
        said = self._text[self._tokens[first].start : self._tokens[last].end]
        part = self._word(number.after) in {"of", "van"} and self._value(self._skip(number.after + 1)) is not None
        return Quantity(unit.kind, value.low, value.high, unit.names, step, said, bound, part=part)

    def _word(self, at: int) -> str:
        return self._tokens[at].word if 0 <= at < len(self._tokens) else ""

    def _skip(self, at: int) -> int:
        while self._word(at) in DETERMINERS:
            at += 1
        return at

    def _value(self, at: int) -> tuple[float, float] | None:
        """Return a token's value and the worth of its last digit, or None where it is no number."""
        word = self._word(at)
        # The token as it is written: "²" and "½" are folded to digits, and belong to words.
        if not word or not self._tokens[at].text[0].isdecimal():
            value = number_words(self._language).get(word)
            return None if value is None else (float(value), 1.0)
        whole = _GROUPED.match(word)
        if whole:
            head, tail = re.sub(r"\D", "", whole[0]), word[whole.end() + 1 :]
        else:
            head, _, tail = word.replace(",", ".").partition(".")
        return float(f"{head}.{tail or 0}"), 10.0 ** -len(tail)

    def _number(self, at: int) -> _Number | None:
        found = self._value(at)
        if found is None:
            return None
        value, step = found
        scale = SCALES.get(self._word(at + 1))
        return _Number(value, value, step, at + 1 + (scale is not None)).times(scale or 1.0)

    def _range(self, at: int) -> _Number | None:
        """Return the number at a token with the upper end that may follow: "EUR 1 to 2 million", "5 tot 16"."""
        low = self._number(at)
        if low is None:
            return None
        between = low.after + (self._word(low.after) in PERCENT or self._word(low.after) in CURRENCIES)
        if self._word(between) not in BETWEEN:
            return low
        high = self._number(between + 1 + (self._word(between + 1) in CURRENCIES))
        if high is None:
            return low
        scale = SCALES.get(self._word(high.after - 1), 1.0)
        if low.after == at + 1 and low.low * scale <= high.high:
            low = low.times(scale)
        return _Number(low.low, high.high, max(low.step, high.step), high.after) if low.low <= high.high else low

    def _unit(self, at: int, after: int) -> _Unit | None:
        """Return what a number measures, or None where it only names something, or nothing says."""
        word, before = self._word(after), self._word(at - 1)
        if word in PERCENT:
            return _Unit("percentage", frozenset(), 1.0, after + 1)
        if word == "per" and self._word(after + 1) == "cent":
            return _Unit("percentage", frozenset(), 1.0, after + 2)
        currency = CURRENCIES.get(word) or CURRENCIES.get(before)
        if currency:
            return _Unit("amount", frozenset((currency,)), 1.0, after + (word in CURRENCIES))
        if word in DAYS:
            counted = "months" if DAYS[word] >= LONG else "days"
            return _Unit("duration", frozenset((counted,)), DAYS[word], after + 1)
        if before in LABELS or self._word(at) in {"one", "een"}:
            return None
        return self._things(after)

    def _things(self, at: int) -> _Unit | None:
        """Return what is counted: the words after a number up to a stopword, or those after "of the six"."""
        if self._word(at) in {"of", "van"}:
            at = self._skip(at + 1)
            at += self._value(at) is not None
        stems: list[str] = []
        after = at
        while at < len(self._tokens) and len(stems) < _THINGS:
            word = self._word(at)
            if not word[0].isalpha() or (word in self._stopwords and word not in {"interreg", "europe"}):
                break
            if word not in self._stopwords:
                stems.append(max(terms(word, self._language), key=len, default=word))
                after = at + 1
            at += 1
        return _Unit("count", frozenset(stems), 1.0, after) if stems else None


def _roundness(value: float) -> float:
    """Return the worth of the last digit that is not 0, a tenth of the value at most: 100 for 3,500, 1 for 10."""
    digits = str(int(value)) if value >= 1 else "1"
    return min(float(10 ** (len(digits) - len(digits.rstrip("0")))), value / 10)
