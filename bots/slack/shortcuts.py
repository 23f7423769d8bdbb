"""The shortcut "Answer this" of a message: it is answered in its thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bots.slack import asking
from bots.slack.audience import UNREACHABLE
from bots.slack.said import Said, said

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

ANSWER_THIS = "answer_this"


def register(door: SlackDoor) -> None:
    """Answer the message that somebody chooses, whoever wrote it."""

    async def chosen(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _answer(door, body, context.get("bot_user_id"), respond)

    door.app.shortcut(ANSWER_THIS)(chosen)


async def _answer(door: SlackDoor, body: dict[str, Any], bot: str | None, respond: AsyncRespond) -> None:
    """Answer a message for whoever asks for that: who may read what is decided by them and the channel."""
    message = {**body["message"], "user": body["user"]["id"]}
    question = said(message, body, bot, body["channel"]["id"])
    problem = await _problem(door, question, is_ours=body["message"].get("user") == bot)
    if problem:
        await respond(**asking.both(problem), response_type="ephemeral", replace_original=False)
        return
    await asking.answer_in_thread(door, question)


async def _problem(door: SlackDoor, question: Said, *, is_ours: bool) -> str | None:
    """Return what to say instead of an answer, by its key in the catalogue."""
    if is_ours or not question.text:
        return "no_text"
    if await door.run(asking.was_answered, door, question):
        return "answered_already"
    return None if await is_in(door, question.channel) else "invite"


async def is_in(door: SlackDoor, channel: str) -> bool:
    """Whether the assistant may post in a channel: it is a member of it, or the channel is its own with a person."""
    try:
        found = (await door.app.client.conversations_info(channel=channel))["channel"]
    except UNREACHABLE:
        return False
    return bool(found.get("is_im") or found.get("is_member"))
