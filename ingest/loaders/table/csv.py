"""Tables as text: values between commas, semicolons, tabs or bars (RFC 4180, and what programs make of it)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import suppress
from itertools import islice

from ingest.blocks import Parsed, Unreadable
from ingest.loaders.charset import decode
from ingest.loaders.office.text import plain
from ingest.loaders.table.rows import Line, Room, blocks

# In order of preference where several fit: a comma may be a decimal one.
_DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE = 200  # records


def load(data: bytes) -> Parsed:
    """Read a table; rows are numbered as a spreadsheet program shows them, the empty ones included.

    Raises:
        Unreadable: no text, a quotation mark without its twin, or more rows than can be read.

    """
    text = decode(data)
    delimiter = ""
    if text[:4].lower() == "sep=" and text[5:6] == "\n":
        # Excel's own first line, which it does not show.
        delimiter, text = text[4], text[6:]
    return Parsed({}, blocks(_lines(text, delimiter or _delimiter(text))))


def _lines(text: str, delimiter: str) -> list[Line]:
    room = Room()
    lines = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for number, record in enumerate(reader, 1):
            cells = {column: value for column, value in enumerate(map(plain, record)) if value}
            if cells:
                room.take(len(cells))
                lines.append(Line(number, cells))
    except csv.Error as error:
        raise Unreadable(
            f"line {reader.line_num} of the table cannot be read: look for a quotation mark without its twin, "
            "or save it from a spreadsheet program again"
        ) from error
    return lines


def _delimiter(text: str) -> str:
    """Return the sign that cuts most records into equally many values."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        share = _evenness(text, delimiter)
        if share > most + 0.05:
            best, most = delimiter, share
    return best


def _evenness(text: str, delimiter: str) -> float:
    """Return the share of the first records that have the usual number of values, 0 where that is one."""
    reader = csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=delimiter, skipinitialspace=True)
    sizes: Counter[int] = Counter()
    with suppress(csv.Error):  # said when the whole is read
        sizes.update(len(record) for record in islice(reader, _SAMPLE) if any(record))
    wide = Counter({size: count for size, count in sizes.items() if size > 1})
    return wide.most_common(1)[0][1] / sizes.total() if wide else 0.0
