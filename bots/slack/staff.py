"""Who is staff in Slack, wherever they are: full members of the workspace who belong to the staff channel."""

from __future__ import annotations

import logging

from bots.slack.audience import UNREACHABLE
from bots.slack.colleagues import Colleagues
from bots.slack.door import SlackDoor

_log = logging.getLogger(__name__)


class Staff:
    """Members of the staff channel, asked of Slack each time, since people come and go."""

    def __init__(self, door: SlackDoor) -> None:
        self._door, self._names = door, Colleagues(door)

    async def name(self, user: str, channel: str) -> str | None:
        """Return the name of a member of staff who is in `channel` now; None for whoever is none, and every guest."""
        name, staff = await self._names.name(user), self._door.settings.slack_staff_channel
        if name is None or not staff:
            return None
        return name if channel == staff or await self._belongs(user, staff) else None

    async def _belongs(self, user: str, channel: str) -> bool:
        """Whether somebody is a member of a channel (docs.slack.dev/reference/methods/conversations.members)."""
        cursor = ""
        try:
            while True:
                page = await self._door.app.client.conversations_members(channel=channel, limit=1000, cursor=cursor)
                if user in (page.get("members") or ()):
                    return True
                cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return False
        except UNREACHABLE as error:
            _log.warning("Slack did not say who is in the staff channel: %s", error)
            return False
