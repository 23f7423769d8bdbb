"""What an OLE container holds, told from its directory ([MS-CFB] 2), without reading a stream."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # 2.2

_ENTRY = 128  # bytes (2.6.1)
_IN_HEADER = 109  # sectors of the allocation table that the header names (2.5)
_ROOT = 5
_NONE = 0xFFFFFFFA  # this and what is higher is no sector and no entry
_MOST = 100_000  # sectors or entries that are followed


def names(data: bytes) -> set[str]:
    """Return the names, in lower case, of what stands at the root of a container, not in a document embedded in it.

    Empty where the directory is damaged.
    """
    try:
        entries = _entries(data)
        return set(_siblings(entries)) if entries and entries[0][66] == _ROOT else set()
    except (struct.error, IndexError, UnicodeDecodeError):
        return set()


def _entries(data: bytes) -> list[bytes]:
    size = 1 << min(max(_number(data, 30, "<H"), 9), 12)
    found: list[bytes] = []
    for sector in _chain(data, size, _number(data, 48)):
        block = data[(sector + 1) * size : (sector + 2) * size]
        found += [block[i : i + _ENTRY] for i in range(0, len(block) - _ENTRY + 1, _ENTRY)]
    return found


def _chain(data: bytes, size: int, sector: int) -> Iterator[int]:
    """Yield a sector and those that follow it by the allocation table (2.3)."""
    tables = _tables(data, size)
    seen: set[int] = set()
    while sector < _NONE and sector not in seen and len(seen) < _MOST:
        seen.add(sector)
        yield sector
        table = tables[sector // (size // 4)]
        sector = _number(data, (table + 1) * size + sector % (size // 4) * 4)


def _tables(data: bytes, size: int) -> list[int]:
    """Return the sectors of the allocation table, those that only its extension names (2.5) included."""
    found = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    more = _number(data, 68)
    while more < _NONE and len(found) < _MOST:
        *sectors, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        found += sectors
    return found


def _siblings(entries: list[bytes]) -> Iterator[str]:
    """Yield the names in the tree of entries right below the root (2.6.4)."""
    waiting, seen = [_number(entries[0], 76)], set()
    while waiting:
        at = waiting.pop()
        if at >= len(entries) or at in seen:
            continue
        seen.add(at)
        entry = entries[at]
        length = max(_number(entry, 64, "<H") - 2, 0)
        yield entry[:length].decode("utf-16-le").lower()
        waiting += [_number(entry, 68), _number(entry, 72)]


def _number(data: bytes, at: int, how: str = "<I") -> int:
    return int(struct.unpack_from(how, data, at)[0])
