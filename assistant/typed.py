"""What people type beside a question: a reply, a comment, a name, an address; cleaned as a question is, and bounded."""

from __future__ import annotations

import re

from assistant.errors import InvalidInput
from assistant.question import visible

# RFC 5321, 4.5.3.1: 64 octets before the at sign, 254 in all. Whether an address exists only sending to it would show.
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\s@<>()\[\],;:\"\\.]{1,63}\.)+[^\W\d_][\w-]{1,62}")
_LONGEST_EMAIL = 254


def line(raw: str, what: str, limit: int) -> str:
    """Return a text of one line, 1 to `limit` characters.

    Raises:
        InvalidInput: nothing readable is left, or too much; the message names it as `what`.

    """
    return _bounded(" ".join(visible(raw).split()), what, limit)


def paragraphs(raw: str, what: str, limit: int) -> str:
    """Return a text with its line breaks, at most one empty line in a row, 1 to `limit` characters.

    Raises:
        InvalidInput: nothing readable is left, or too much; the message names it as `what`.

    """
    broken = re.sub("\r\n?|[\u2028\u2029]", "\n", raw)
    lines = [" ".join(part.split()) for part in visible(broken, keep="\n").split("\n")]
    return _bounded(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), what, limit)


def lines(raw: str, what: str, limit: int, most: int) -> list[str]:
    """Return the lines of a text that are not empty: at most `most`, of at most `limit` characters each.

    Raises:
        InvalidInput: a line is too long, or there are too many; the message names one as `what`.

    """
    broken = re.split("\r\n?|[\n\u2028\u2029]", raw)
    found = [line(each, what, limit) for each in broken if visible(each).strip()]
    if len(found) > most:
        raise InvalidInput(f"There are {len(found)} lines; at most {most} are possible, each a {what}: leave some out.")
    return found


def optional(raw: str | None, what: str, limit: int) -> str | None:
    """Return a text with its line breaks, at most `limit` characters; None where nothing was typed."""
    return paragraphs(raw, what, limit) if raw and visible(raw).strip() else None


def address(raw: str | None) -> str | None:
    """Return an e-mail address; None where nothing was typed.

    Raises:
        InvalidInput: it cannot be one.

    """
    if not raw or not visible(raw).strip():
        return None
    given = visible(raw).strip()
    if len(given) > _LONGEST_EMAIL or not _EMAIL.fullmatch(given):
        raise InvalidInput("The e-mail address cannot be used: write it as name@example.org, or leave it out.")
    return given


def _bounded(text: str, what: str, limit: int) -> str:
    if not text:
        raise InvalidInput(f"The {what} is empty: write 1 to {limit:,} characters.")
    if len(text) > limit:
        raise InvalidInput(f"The {what} has {len(text):,} characters; at most {limit:,} are possible: shorten it.")
    return text
