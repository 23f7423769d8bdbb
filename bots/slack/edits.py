"""Questions that were edited or deleted after they were answered: the answer follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assistant.index.schema import outbox
from assistant.question import visible
from bots.slack import asking
from bots.slack.blocks import UNPARSED
from bots.slack.said import Said, said

if TYPE_CHECKING:
    from assistant.service import Assistant
    from bots.slack.door import SlackDoor


async def changed(door: SlackDoor, event: Mapping[str, Any], body: Mapping[str, Any], bot: str | None) -> None:
    """Put the answer to what a question says now in the place of the answer that it got."""
    after, before = event.get("message") or {}, event.get("previous_message") or {}
    if not after.get("user") or after.get("text") == before.get("text"):
        return
    now, then = (said(each, body, bot, event["channel"]) for each in (after, {**after, **before}))
    if not await door.run(_was_answered, door, now):
        return
    thread = await door.threads.enter(now.channel, now.thread, now.user, shared=now.shared)
    assistant = await door.assistant(thread.audience)
    history = await door.run(_before, assistant, thread.conversation_id, then.text)
    version = str((after.get("edited") or {}).get("ts") or event["ts"])
    made, _ = await asking.answered(door, now, thread, history=history, version=version)
    await door.run(
        door.outbox.put,
        None,
        method="chat.update",
        channel=now.channel,
        payload=made | UNPARSED,
        key=f"edit:{now.channel}:{now.ts}:{version}",
        refers=now.refers,
    )


async def deleted(door: SlackDoor, event: Mapping[str, Any]) -> None:
    """Delete the answer to a question that was deleted; what was said stays in the record, by its retention."""
    gone = Said(event["channel"], str(event["deleted_ts"]), "", "", "")
    if await door.run(_was_answered, door, gone):
        await door.run(
            door.outbox.put,
            None,
            method="chat.delete",
            channel=gone.channel,
            payload={},
            key=f"delete:{gone.channel}:{gone.ts}",
            refers=gone.refers,
        )


def _was_answered(door: SlackDoor, question: Said) -> bool:
    """Whether a message got an answer, also one that still has to be sent."""
    with door.engine.connect() as connection:
        found = connection.execute(select(outbox.c.id).where(outbox.c.key == question.answer_key)).first()
    return found is not None or bool(door.outbox.messages(question.refers))


def _before(assistant: Assistant, conversation_id: str | None, edited: str) -> list[str] | None:
    """Return what was asked in a conversation before a question that was edited since."""
    if conversation_id is None:
        return None
    history = assistant.record.history(conversation_id)
    question = " ".join(visible(edited).split())
    return history[: history.index(question)] if question in history else history
