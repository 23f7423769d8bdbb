"""Reading a text piece by piece: what was read is blanked, so that every character stays where it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from assistant.index.sparse import fold

Name = TypeVar("Name", bound=str)
_BEFORE = 40  # characters in which the words stand that change a number's meaning


def folded(text: str) -> str:
    """Return the folded text where that is as long, else the text in lower case where that is, else the text."""
    return next((made for made in (fold(text), text.lower()) if len(made) == len(text)), text)


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """Put spaces where a pattern is found in the folded text."""
    for match in pattern.finditer(folded(text)):
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def said_before(before: str, table: Mapping[Name, str], skipped: re.Pattern[str]) -> Name | None:
    """Return the first name in the table whose words a text ends with, apart from what is skipped at its end."""
    words = skipped.sub("", fold(before[-_BEFORE:]))
    return next((name for name, known in table.items() if re.search(rf"\b(?:{known})$", words)), None)
