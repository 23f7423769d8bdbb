"""Bytes to text."""

from __future__ import annotations

from ingest.blocks import Unreadable


def decode(data: bytes) -> str:
    """Return UTF-8 text with line ends as newlines.

    Raises:
        Unreadable: the bytes are not UTF-8, or hold NUL characters.

    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise Unreadable("the file holds NUL characters, so it is no text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")
