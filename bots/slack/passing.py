"""The way from an answer to a person: the button under a refusal, and the menu of any answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from assistant.answer import Answer
from assistant.texts import text
from bots.slack import asking
from bots.slack.blocks import HAND_OVER, message, posted

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor


def register(door: SlackDoor) -> None:
    """Hand the question of an answer to a person when somebody asks for that."""

    async def chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _pass_on(door, body, action, respond)

    door.app.action(HAND_OVER)(chosen)


async def _pass_on(door: SlackDoor, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
    """Open the question for a person, and say where the answer will come: in the thread, or directly."""
    answer_id = str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
    found = await asking.given(door, answer_id)
    if found is None:
        await respond(**asking.both("gone"), response_type="ephemeral", replace_original=False)
        return
    assistant, answer = found
    handover = await door.run(
        assistant.handovers.open,
        answer.question,
        conversation_id=str(answer.conversation_id),
        language=answer.language,
        door="slack",
        answer_id=answer.id,
    )
    container = body.get("container") or {}
    channel = str(container.get("channel_id") or body["channel"]["id"])
    thread = str(container.get("thread_ts") or container.get("message_ts"))
    if container.get("is_ephemeral") or not await door.run(_is_answered_in, door, channel, thread, answer):
        told = message(text(answer.language, "slack.passed_on_direct"))
        await respond(**told, response_type="ephemeral", replace_original=False)
        return
    await door.run(
        door.outbox.put,
        None,
        method="chat.postMessage",
        channel=channel,
        payload=posted(message(text(answer.language, "slack.passed_on")), thread),
        key=f"passed:{handover.id}",
    )


def _is_answered_in(door: SlackDoor, channel: str, thread: str, answer: Answer) -> bool:
    """Whether a person's reply goes to a thread; that of an answer which was shared becomes its conversation's."""
    conversation = str(answer.conversation_id)
    return door.threads.join(channel, thread, conversation) == conversation
