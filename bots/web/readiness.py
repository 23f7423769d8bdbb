"""Opening the assistant behind a running server: in the background, and again until it succeeds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, IndexUnavailable

if TYPE_CHECKING:
    from assistant.service import Assistant

_log = logging.getLogger(__name__)
_PAUSE = 1.0  # seconds between two attempts, so that a busy server without an index does not open it at every request


class Starting(IndexUnavailable):
    """The index and the model are still being opened."""

    slug = "starting"
    title = "Still starting"


class Readiness:
    """Holds the assistant once it is open, and the reason why not until then."""

    def __init__(self, opener: Callable[[], Assistant]) -> None:
        self._opener = opener
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None
        self._error: AssistantError | None = None
        self._tried = float("-inf")
        self._opened = threading.Event()
        self._opening = False

    def begin(self) -> None:
        """Start opening in a thread, unless it is open, being opened, or failed a moment ago."""
        with self._lock:
            if self._assistant or self._opening or time.monotonic() - self._tried < _PAUSE:
                return
            self._opening = True
            self._opened.clear()
            threading.Thread(target=self._open, name="open-assistant", daemon=True).start()

    def _open(self) -> None:
        error: AssistantError | None = None
        try:
            self._assistant = self._opener()
        except AssistantError as failed:
            error = failed
        except Exception:
            _log.exception("The assistant could not be opened")
            error = AssistantError("The assistant could not be opened: the server's log says why.")
            error.status = 503
        with self._lock:
            self._error, self._tried, self._opening = error, time.monotonic(), False
            self._opened.set()  # before anybody can begin anew, whose wait it would end

    def assistant(self, patience: float = 5.0) -> Assistant:
        """Return the assistant, waiting up to `patience` seconds for an opening that is under way.

        Raises:
            AssistantError: it cannot be opened, or not yet; a later call tries again.

        """
        if self._assistant is None:
            self.begin()
            self._opened.wait(patience)
        if self._assistant is not None:
            return self._assistant
        with self._lock:
            waiting = Starting("The index and the model are being opened: try again in a few seconds.")
            raise self._error if self._error and not self._opening else waiting
