"""How the assistant behaves in a channel, as `/interreg settings` tells and changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.index import AUDIENCES
from assistant.texts import LANGUAGES
from bots.slack.asking import both
from bots.slack.blocks import Message
from bots.slack.channels import MODES
from bots.slack.staff import Staff

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor


async def change(door: SlackDoor, command: Mapping[str, Any], value: str) -> Message:
    """Set one thing in the channel of a command; return what is told of it, or how things stand where none is named."""
    channel, user = str(command["channel_id"]), str(command["user_id"])
    if channel.startswith("D"):
        return both("settings_in_channel")
    if not value:
        return await _state(door, channel)
    if value in AUDIENCES:
        return await _open_documents(door, channel, user, value)
    if value not in (*MODES, *LANGUAGES, "auto"):
        return both("settings_unknown")
    return await _set(door, channel, user, value)


async def _state(door: SlackDoor, channel: str) -> Message:
    found = await door.run(door.channels.get, channel)
    documents = "staff" if found.staff or channel == door.settings.slack_staff_channel else "public"
    return both("settings_state", mode=found.mode, spoken=found.language or "auto", documents=documents)


async def _set(door: SlackDoor, channel: str, user: str, value: str) -> Message:
    """Set when the assistant answers in a channel, or in which language; that is for members."""
    if not await door.audiences.is_member(user):
        return both("settings_staff_only")
    if value in MODES:
        await door.run(door.channels.set_mode, channel, value, user)
        return both(f"mode_{value}")
    await door.run(door.channels.set_language, channel, None if value == "auto" else value, user)
    return both(f"language_{value}")


async def _open_documents(door: SlackDoor, channel: str, user: str, value: str) -> Message:
    """Set whether documents for staff are quoted in a channel; that is for those who may read them."""
    is_staff = await Staff(door).name(user, channel) is not None
    if not is_staff or (value == "staff" and not await door.audiences.is_own(channel)):
        return both("settings_no_staff")
    await door.run(door.channels.set_staff, channel, value == "staff", user)
    return both(f"documents_{value}")
