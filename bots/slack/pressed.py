"""A button of a card that a colleague pressed, and what only that colleague is told."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from typing import Any

from assistant.handover import Handover, Handovers
from assistant.texts import text
from bots.slack.audience import UNREACHABLE
from bots.slack.door import SlackDoor
from bots.slack.escape import escaped

_log = logging.getLogger(__name__)


class Press:
    """A button of a card that a colleague pressed: `value` after the question's id, and whose name it was."""

    def __init__(self, door: SlackDoor, body: Mapping[str, Any], name: str) -> None:
        self.door, self.body, self.name = door, body, name
        self.id, _, self.value = str(body["actions"][0].get("value") or "").partition("\n")
        self.handovers = Handovers(door.engine)

    async def found(self) -> Handover:
        """Return the question; raises NotFound where it is gone."""
        return await self.door.run(self.handovers.get, self.id)

    def tell(self, sentence: str) -> Awaitable[None]:
        """Tell only whoever pressed."""
        return tell(self.door, self.body, sentence)


async def tell(door: SlackDoor, body: Mapping[str, Any], sentence: str) -> None:
    """Tell only whoever acted; that it arrives is not certain."""
    channel, user = (body.get("channel") or {}).get("id"), (body.get("user") or {}).get("id")
    try:
        await door.app.client.chat_postEphemeral(channel=str(channel), user=str(user), text=escaped(sentence))
    except UNREACHABLE as error:
        _log.warning("Slack did not take a word for one person: %s", error)


def conflict(found: Handover, language: str) -> str:
    """Say why a change no longer fits: who was first, for colleagues."""
    return text(language, f"staff.conflicts.{found.state}", who=found.claimed_by or "–")
