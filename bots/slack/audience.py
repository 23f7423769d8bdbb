"""Who may read what in Slack: colleagues and guests, own channels and shared ones.

A reply in a channel is read by everyone in it, so both the asker and the channel count. What Slack does not say clearly
counts as a stranger and as a shared channel.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, cast

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from assistant.settings import Settings
from bots.slack.channels import Channels

Audience = Literal["public", "staff"]

_log = logging.getLogger(__name__)
_REMEMBERED = 300.0  # seconds that Slack's word on a person or a channel is kept
_MOST = 5000  # people and channels that are remembered
_GUEST = ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot")
_SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_shared", "is_org_shared")
UNREACHABLE = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError, AttributeError, ValueError)


class Audiences:
    """Decides whose documents a reply may quote, by what Slack says of the channel and of the asker."""

    def __init__(self, client: AsyncWebClient, settings: Settings, channels: Channels) -> None:
        self._client, self._settings, self._channels = client, settings, channels
        self._known: dict[str, tuple[float, bool]] = {}

    async def of(self, channel: str, user: str, *, shared: bool = False) -> Audience:
        """Return whose documents may be quoted to `user` in `channel`.

        `shared` is what the event says itself: `is_ext_shared_channel`.
        """
        if shared or not await self._is_for_staff(channel):
            return "public"
        member, own = await asyncio.gather(self.is_member(user), self.is_own(channel))
        return "staff" if member and own else "public"

    async def is_member(self, user: str) -> bool:
        """Whether a person is a full member of this workspace: no guest, no bot, nobody from elsewhere."""
        return await self._remembered(f"user {user}", lambda: self._member(user))

    async def is_own(self, channel: str) -> bool:
        """Whether a channel is shared with no other organisation or workspace."""
        return await self._remembered(f"channel {channel}", lambda: self._own(channel))

    async def _is_for_staff(self, channel: str) -> bool:
        if channel and channel == self._settings.slack_staff_channel:
            return True
        return (await asyncio.to_thread(self._channels.get, channel)).staff

    async def _remembered(self, what: str, ask: Callable[[], Awaitable[bool]]) -> bool:
        until, known = self._known.get(what, (0.0, False))
        if time.monotonic() < until:
            return known
        try:
            known = await ask()
        except UNREACHABLE as error:
            _log.warning("Slack did not say about %s (%s): public documents only", what, error)
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[what] = (time.monotonic() + _REMEMBERED, known)
        return known

    async def _member(self, user: str) -> bool:
        person, own = await asyncio.gather(self._client.users_info(user=user), self._client.auth_test())
        said = cast("Mapping[str, Any]", person["user"])
        at_home = bool(own["team_id"]) and own["team_id"] in _teams(said)
        return at_home and "is_restricted" in said and not any(said.get(flag) for flag in _GUEST)

    async def _own(self, channel: str) -> bool:
        said = (await self._client.conversations_info(channel=channel))["channel"]
        return bool(said.get("id")) and not any(said.get(flag) for flag in _SHARED)


def _teams(user: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the workspaces that a person belongs to; on Enterprise Grid a person may be in several."""
    return (user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ()))
