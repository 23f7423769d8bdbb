"""What the pretended Slack has been told to do wrong: limit, fail, be late, drop connections, be down."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Trouble:
    """What happens to the next `times` calls of a method; `*` is any."""

    method: str
    times: int
    status: int = 200
    answer: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds before anything is done
    until: threading.Event | None = None  # nothing is done before it is set
    drop: bool = False  # close the connection without an answer
    done: bool = False  # whether what was asked is done all the same


class Troubles:
    """Those still to come, first come first served."""

    def __init__(self) -> None:
        self._coming: list[Trouble] = []
        self._lock = threading.Lock()
        self.down = False

    def add(self, trouble: Trouble) -> None:
        """Let it come."""
        with self._lock:
            self._coming.append(trouble)

    def next(self, method: str) -> Trouble | None:
        """Take the one that comes now, if any."""
        with self._lock:
            found = next((t for t in self._coming if t.method in (method, "*")), None)
            if found:
                found.times -= 1
                if found.times <= 0:
                    self._coming.remove(found)
            return found

    @property
    def idle(self) -> bool:
        """Whether none is still to come."""
        with self._lock:
            return not self._coming

    def clear(self) -> None:
        """Let everything be well again."""
        with self._lock:
            self._coming.clear()
        self.down = False
