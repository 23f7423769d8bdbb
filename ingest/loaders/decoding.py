"""Bytes to text."""

from __future__ import annotations

import re

from ingest.blocks import Unreadable

_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f]")  # but tab and newline


def decode(data: bytes) -> str:
    """Return UTF-8 text with line ends as newlines and without control characters.

    Raises:
        Unreadable: the bytes are not UTF-8, or hold NUL characters.

    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise Unreadable("the file holds NUL characters, so it is no text file")
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
