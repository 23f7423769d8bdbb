"""The App Home: shown to whoever opens it, as things stand then, in the language of their Slack."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck

from bots.slack.audience import UNREACHABLE
from bots.slack.door import SlackDoor
from bots.slack.home_blocks import guest_home, overview, staff_home
from bots.slack.staff import Staff

_log = logging.getLogger(__name__)


def register(door: SlackDoor) -> None:
    """Show the Home to whoever opens it, and anew at the press of its button."""
    app, staff = door.app, Staff(door)

    async def is_home(event: dict[str, Any]) -> bool:
        return event.get("tab") == "home"

    async def opened(event: dict[str, Any]) -> None:
        await publish(door, event["user"])

    async def refreshed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await publish(door, body["user"]["id"])

    async def followed(ack: AsyncAck) -> None:
        await ack()

    async def pressed(body: dict[str, Any], context: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
        user = _handling(body)
        if user and await staff.name(user, "") is not None:
            # The Home belongs to no channel; its buttons do what those of the cards in the staff channel do.
            body["channel"] = {"id": door.settings.slack_staff_channel}
            door.spawn(_anew(door, user, door.events.held.get(context["delivery"])))
        await next_()

    app.middleware(pressed)
    app.event("app_home_opened", matchers=[is_home])(opened)
    app.action("home_refresh")(refreshed)
    app.action(re.compile("^home_link_"))(followed)


def _handling(body: dict[str, Any]) -> str | None:
    """Return who pressed a button of a question for a person on their Home, or None where it was something else."""
    first: dict[str, Any] = next(iter(body.get("actions") or ()), {})
    handled = str(first.get("action_id") or "").startswith("handover_")
    if handled and (body.get("view") or {}).get("type") == "home":
        return str((body.get("user") or {}).get("id") or "") or None
    return None


async def _anew(door: SlackDoor, user: str, handled: asyncio.Event | None) -> None:
    """Show a person their Home once their press has had its effect."""
    if handled is not None:
        await handled.wait()
    await publish(door, user)


async def publish(door: SlackDoor, user: str) -> None:
    """Show a person their Home as things stand now; where Slack cannot be reached, they open it again later."""
    language = await _language(door, user)
    view = guest_home(language)
    if await Staff(door).name(user, "") is not None:
        view = staff_home(await door.run(overview, door.engine, door.settings), door.settings, language)
    try:
        await door.app.client.views_publish(user_id=user, view=view)
    except UNREACHABLE as error:
        _log.warning("The Home of %s could not be shown: %s", user, error)


async def _language(door: SlackDoor, user: str) -> str:
    """Return `nl` for a person whose Slack speaks Dutch, else `en`."""
    try:
        said = await door.app.client.users_info(user=user, include_locale=True)
    except UNREACHABLE:
        return "en"
    locale = str((said.get("user") or {}).get("locale") or "")
    return "nl" if locale.lower().startswith("nl") else "en"
