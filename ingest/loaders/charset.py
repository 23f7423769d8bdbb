"""Bytes of which nobody said the encoding, to text."""

from __future__ import annotations

import codecs

from ingest.blocks import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Dutch and English files come in, tried before the others: more would make short ones ambiguous.
_NARROW = ["cp1252", "cp850", "mac_roman"]
_WIDE = ["utf_16_le", "utf_16_be"]
_UNKNOWN = "the encoding of the file's letters cannot be told: save it as UTF-8"


def decode(data: bytes, declared: str = "") -> str:
    """Return text with line ends as newlines; a byte order mark counts most, then UTF-8 where it fits, then `declared`.

    Raises:
        Unreadable: no encoding fits, or the bytes are no text.

    """
    text = _marked(data)
    if text is None:
        text = _utf8(data) if b"\0" not in data[:4096] else None
    if text is None:
        text = _as_declared(data, declared)
    if text is None:
        text = _guessed(data)
    if "\0" in text:
        raise Unreadable("the file holds NUL characters, so it is no text file: save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(_UNKNOWN) from error
    return None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        name = codecs.lookup(declared).name
        # As browsers do (WHATWG Encoding Standard, 4.2): what calls itself Latin-1 is Windows'.
        return data.decode("cp1252" if name in {"iso8859-1", "ascii"} else name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _guessed(data: bytes) -> str:
    """Return text in a Western encoding where one fits, else in the likeliest other one.

    UTF-16 without a mark shows itself by NUL bytes; without any, pairs of letters would pass for Chinese signs.
    """
    from charset_normalizer import from_bytes

    sample = data[:200_000]
    known = _WIDE if b"\0" in sample else _NARROW
    best = from_bytes(sample, cp_isolation=known).best()
    if best is None and known is _NARROW:
        best = from_bytes(sample, cp_exclusion=[*_WIDE, "utf_16", "utf_32", "utf_7"]).best()
    encoding = best.encoding if best else "cp1252"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(_UNKNOWN) from error
