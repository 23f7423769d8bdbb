"""Housekeeping while the server runs: conversations past their retention go, every hour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.concurrency import run_in_threadpool

from assistant.errors import AssistantError
from bots.web.readiness import Readiness

_log = logging.getLogger(__name__)

FIRST, AGAIN, PAUSE = 10.0, 60.0, 3600.0  # seconds: after the start, after a run that failed, after one that did not


@asynccontextmanager
async def housekeeping(readiness: Readiness) -> AsyncIterator[None]:
    """Keep house for as long as the context lasts; several processes may do so over one database."""
    task = asyncio.create_task(_keep(readiness), name="housekeeping")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep(readiness: Readiness) -> None:
    wait = FIRST
    while True:
        await asyncio.sleep(wait)
        wait = PAUSE if await run_in_threadpool(_purged, readiness) else AGAIN


def _purged(readiness: Readiness) -> bool:
    """Remove what is past its retention; whether that was possible."""
    try:
        removed = readiness.assistant(patience=0).transcripts.purge()
    except AssistantError as error:
        _log.debug("Conversations past their retention wait: %s", error)
        return False
    except Exception:
        _log.exception("Conversations past their retention could not be removed")
        return False
    if removed:
        _log.info("%s conversations were past their retention and are removed", removed)
    return True
