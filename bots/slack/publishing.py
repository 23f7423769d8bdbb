"""Kept answers become searchable after a change in Slack; where that fails or takes long, the change stays."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Literal

from bots.slack.door import SlackDoor

Outcome = Literal["now", "soon", "later", "failed"]
_PATIENCE = 8.0  # seconds; an ingest that runs meanwhile may take minutes

_log = logging.getLogger(__name__)


async def publish(door: SlackDoor) -> Outcome:
    """Bring the index in line with the kept answers, and say when they are searchable.

    "now": they are; "soon": an ingest runs, they follow it; "later": this door has nothing to do it with, so with the
    next ingest; "failed": the log says why.
    """
    if door.publish is None:
        return "later"
    work = asyncio.ensure_future(door.run(door.publish))
    try:
        await asyncio.wait_for(asyncio.shield(work), _PATIENCE)
    except TimeoutError:
        door.spawn(_awaited(work))
        return "soon"
    except Exception:  # whatever it is, what was kept stays kept
        _log.exception("The kept answers could not be made searchable: run 'assistant ingest'.")
        return "failed"
    return "now"


async def _awaited(work: asyncio.Future[Any]) -> None:
    await work
