"""Reminders: a question that waits too long is brought up in the staff channel, once a period, while it is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant import clock
from assistant.handover import Handover, Handovers
from assistant.index.schema import handovers
from assistant.opening import opening
from assistant.texts import catalogue
from bots.slack.card import plain_section, said
from bots.slack.door import SlackDoor
from bots.slack.escape import escaped, shortened
from bots.slack.standing import posted, spoken

_PAUSE = 60.0  # seconds between two looks
_QUESTION = 600  # characters of a question that are shown


def register(door: SlackDoor) -> None:
    """Look now and again for what waits too long, while the door is open."""

    async def look() -> None:
        await door.run(remind, door)

    door.every(_PAUSE, look)


def remind(door: SlackDoor, at: datetime | None = None) -> int:
    """Put a reminder of each question that waits longer than `slack_reminder_hours`; return how many were put.

    Periods of that length are counted from when it was asked; in each it is brought up once, whichever process looks.
    Outside the opening hours nobody is reminded.
    """
    at = clock.utc(at or clock.now())
    hours = opening(door.settings, "en", at)
    if hours is not None and not hours.open:
        return 0
    period = timedelta(hours=door.settings.slack_reminder_hours)
    late = [h for h in Handovers(door.engine).list("waiting") if at - h.created_at >= period]
    return sum(_remind(door, found, at, (at - found.created_at) // period) for found in late)


def _remind(door: SlackDoor, found: Handover, at: datetime, number: int) -> bool:
    language = spoken(door, found)
    sentence = said(language, "reminder", age=_age(at - found.created_at, language), question=found.question)
    with door.engine.begin() as connection:
        card = posted(connection, f"handover:{found.id}") if _still_waits(connection, found) else None
        if card is None:
            return False
        payload: dict[str, Any] = {
            "text": escaped(shortened(sentence, _QUESTION)),
            "blocks": [plain_section(shortened(sentence, _QUESTION))],
            "thread_ts": card.ts,
            "reply_broadcast": True,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return door.outbox.put(
            connection,
            method="chat.postMessage",
            channel=card.channel,
            payload=payload,
            key=f"reminder:{found.id}:{number}",
            refers=f"reminder:{found.id}",
        )


def _still_waits(connection: Connection, found: Handover) -> bool:
    """Hold a question until the transaction ends; whether it waits as it did."""
    same = handovers.update().where(handovers.c.id == found.id, handovers.c.state == "waiting")
    return connection.execute(same.values(state="waiting")).rowcount > 0


def _age(waited: timedelta, language: str) -> str:
    """Return how long a question waited: in hours, from two days on in days."""
    unit, number = ("hours", int(waited // timedelta(hours=1)))
    if number >= 48:
        unit, number = "days", waited.days
    one, many = catalogue(language)["slack_handover"][unit]
    return str(one if number == 1 else many).format(number=number)
