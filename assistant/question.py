"""A question as it comes in: cleaned of what nobody can see, and refused where nothing can be read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.errors import InvalidQuestion
from assistant.texts import text

LIMIT = 2000  # characters

# Tags, zero-width marks and direction overrides carry instructions that the asker does not see.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class Question:
    """A question with the earlier questions of its conversation, oldest first.

    `language` is the language of the page or conversation, `nl` or `en`, where it is known.
    """

    text: str
    history: tuple[str, ...] = ()
    language: str | None = None
    first: bool = True


def clean(raw: str, language: str = "en") -> str:
    """Return the readable text of a question: NFC, no control, invisible or unpaired surrogate characters.

    Raises:
        InvalidQuestion: nothing is left, most of it was not text, or over 2,000 characters are left.

    """
    seen = _INVISIBLE.sub("", raw)
    kept = _printable(seen)
    broken = sum(c == "\ufffd" or (k == " " and c not in " \t\r\n") for c, k in zip(seen, kept, strict=True))
    result = " ".join(unicodedata.normalize("NFC", kept).split())
    if not result:
        raise InvalidQuestion(text(language, "errors.question_empty", limit=LIMIT))
    if broken > len(seen) * 0.3:
        raise InvalidQuestion(text(language, "errors.question_binary"))
    if len(result) > LIMIT:
        raise InvalidQuestion(text(language, "errors.question_too_long", length=len(result), limit=LIMIT))
    return result


def visible(raw: str, keep: str = "") -> str:
    """Return the NFC of a text without invisible characters; a space for each control character not in `keep`."""
    return unicodedata.normalize("NFC", _printable(_INVISIBLE.sub("", raw), keep))


def _printable(text: str, keep: str = "") -> str:
    hidden = {"Cc", "Cs", "Co", "Cn"}
    return "".join(c if c in keep or unicodedata.category(c) not in hidden else " " for c in text)
