"""Kept answers become searchable after a change; where that fails or takes long, the change stays."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Literal

from fastapi import Request

Outcome = Literal["now", "soon", "later", "failed"]
_PATIENCE = 8.0  # seconds that a page waits; an ingest that runs meanwhile may take minutes

_log = logging.getLogger(__name__)


def publish(request: Request) -> Outcome:
    """Bring the index in line with the kept answers, and say when they are searchable.

    "now": they are; "soon": an ingest runs, they follow it; "later": this server has nothing to do it with, so with the
    next ingest; "failed": the log says why. It waits for seconds, so not from the event loop.
    """
    bring: Callable[[], None] | None = getattr(request.app.state, "publish", None)
    if bring is None:
        return "later"
    failed: list[Exception] = []

    def work() -> None:
        try:
            bring()
        except Exception as error:  # whatever it is, what was kept stays kept
            _log.exception("The kept answers could not be made searchable: run 'assistant ingest'.")
            failed.append(error)

    worker = threading.Thread(target=work, name="publish", daemon=True)
    worker.start()
    worker.join(_PATIENCE)
    if worker.is_alive():
        return "soon"
    return "failed" if failed else "now"
