"""Who acts in Slack: the name of a full member of this workspace, by which colleagues know each other."""

from __future__ import annotations

import logging
import time

from assistant.errors import InvalidInput
from assistant.handover import NAME_LIMIT
from assistant.typed import line
from bots.slack.audience import UNREACHABLE
from bots.slack.door import SlackDoor

_log = logging.getLogger(__name__)
_REMEMBERED, _MOST = 300.0, 5000  # seconds that a name is kept; names that are


class Colleagues:
    """Names of members, as Slack gives them (docs.slack.dev/reference/methods/users.info)."""

    def __init__(self, door: SlackDoor) -> None:
        self._door = door
        self._known: dict[str, tuple[float, str]] = {}

    async def name(self, user: str) -> str | None:
        """Return a member's real name, 1 to 100 characters; None for guests, strangers, bots and the unknown."""
        if not user or not await self._door.audiences.is_member(user):
            return None
        until, known = self._known.get(user, (0.0, ""))
        if time.monotonic() < until:
            return known
        try:
            said = (await self._door.app.client.users_info(user=user))["user"]
            named = (said.get("profile") or {}).get("real_name") or said.get("real_name") or said.get("name") or user
            name = line(str(named)[:NAME_LIMIT], "name", NAME_LIMIT)
        except (*UNREACHABLE, InvalidInput) as error:
            _log.warning("Slack did not say who %s is: %s", user, error)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[user] = (time.monotonic() + _REMEMBERED, name)
        return name
