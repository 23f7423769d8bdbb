"""Every sentence that a reader of a report reads: one TOML file a language, looked up by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

LANGUAGES = ("nl", "en")
_FOLDER = Path(__file__).parent
_COMMA = str.maketrans(".,", ",.")


@runtime_checkable
class Sayable(Protocol):
    """Something that reads differently in each language."""

    def say(self, language: str) -> str:
        """Return it in `nl` or `en`."""


@dataclass(frozen=True)
class Number:
    """A number with so many digits after the point, or the comma."""

    value: float
    digits: int = 0

    def say(self, language: str) -> str:
        """Return it as the language writes numbers: 1,234.5 or 1.234,5."""
        shown = f"{self.value:,.{self.digits}f}"
        return shown.translate(_COMMA) if language == "nl" else shown


@dataclass(frozen=True)
class Percent:
    """A share of 0 to 1, shown as a percentage."""

    share: float
    digits: int = 0

    def say(self, language: str) -> str:
        """Return it as the language writes percentages: 87.5% or 87,5 %."""
        sign = "\u00a0%" if language == "nl" else "%"
        return Number(100 * self.share, self.digits).say(language) + sign


@dataclass(frozen=True)
class Day:
    """A day, from an ISO 8601 date that begins with it."""

    date: str

    def say(self, language: str) -> str:
        """Return it as people write it: 25 November 2026."""
        year, month, day = self.date[:10].split("-")
        return f"{int(day)} {text(language, 'figures.months').split()[int(month) - 1]} {year}"


@dataclass(frozen=True)
class Sentence:
    """A text of the catalogue with its values, which may be in two languages themselves."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return the sentence in `nl` or `en`."""
        return text(language, self.key, **self.values)


@dataclass(frozen=True)
class Listed:
    """Some texts after each other, with commas between them."""

    parts: tuple[Sayable, ...]

    def say(self, language: str) -> str:
        """Return them in `nl` or `en`."""
        return ", ".join(part.say(language) for part in self.parts)


def sentence(key: str, **values: Any) -> Sentence:
    """Return the sentence at a dotted `key`, to be said in either language."""
    return Sentence(key, values)


def spread(n: int, low: Sayable | None = None, high: Sayable | None = None) -> Sentence:
    """Return what stands behind a figure: its interval, where it has one, and how many questions it judged."""
    if low is None or high is None:
        return sentence("page.spread_n", n=n)
    return sentence("page.spread", low=low, high=high, n=n)


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Return the texts of `nl` or `en`, as nested tables."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def knows(key: str) -> bool:
    """Whether there is a text at a dotted `key`."""
    try:
        return isinstance(_find("en", key), str | dict)
    except KeyError:
        return False


def text(language: str, key: str, **values: Any) -> str:
    """Return the text at a dotted `key`, with its placeholders filled.

    A text with the forms `one` and `other` is chosen by the value of `n`.

    Raises:
        KeyError: there is no such key, or a placeholder has no value.

    """
    found = _find(language, key)
    if isinstance(found, dict):
        found = found["one" if values["n"] == 1 else "other"]
    said = {name: value.say(language) if isinstance(value, Sayable) else value for name, value in values.items()}
    return str(found).strip().format(**said)


def _find(language: str, key: str) -> Any:
    node: Any = catalogue(language)
    for part in key.split("."):
        node = node[part]
    return node
