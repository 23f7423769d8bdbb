"""Questions that were edited or deleted: the answer follows, also where it is still being looked for.

Slack keeps no order: it may tell of an edit or a deletion before the message itself, which it then brings again. So
whoever comes first takes the answer's key in the outbox, and what comes later under that key is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.question import visible
from bots.slack import asking
from bots.slack.blocks import UNPARSED
from bots.slack.said import Said, said

if TYPE_CHECKING:
    from assistant.service import Assistant
    from bots.slack.door import SlackDoor

_SOON = 60.0  # seconds for which a message without answer is taken to be waiting for one


async def changed(door: SlackDoor, event: Mapping[str, Any], body: Mapping[str, Any], bot: str | None) -> None:
    """Put the answer to what a question says now in the place of the answer that it got."""
    after, before = event.get("message") or {}, event.get("previous_message") or {}
    if not after.get("user") or after.get("text") == before.get("text"):
        return
    now, then = (said(each, body, bot, event["channel"]) for each in (after, {**after, **before}))
    is_answered = await door.run(asking.was_answered, door, now)
    version = str((after.get("edited") or {}).get("ts") or event["ts"])
    if not is_answered and not await _is_awaited(door, then, version):
        return
    thread = await door.threads.enter(now.channel, now.thread, now.user, shared=now.shared)
    assistant = await door.assistant(thread.audience)
    history = await door.run(_before, assistant, thread.conversation_id, then.text)
    made, _ = await asking.answered(door, now, thread, history=history, version=version)
    if not is_answered and await door.run(asking.put, door, now, made):
        return
    await door.run(
        door.outbox.put,
        None,
        method="chat.update",
        channel=now.channel,
        payload=made | UNPARSED,
        key=f"edit:{now.channel}:{now.ts}:{version}",
        refers=now.refers,
    )


async def deleted(door: SlackDoor, event: Mapping[str, Any], body: Mapping[str, Any], bot: str | None) -> None:
    """Delete the answer to a question that was deleted; what was said stays in the record, by its retention."""
    gone = Said(event["channel"], str(event["deleted_ts"]), "", "", "")
    before = event.get("previous_message") or {}
    is_answered = await door.run(asking.was_answered, door, gone)
    if not is_answered and before.get("user"):
        question = said(before, body, bot, event["channel"])
        if await _is_awaited(door, question, event["ts"]):
            is_answered = not await door.run(door.outbox.withhold, gone.channel, gone.answer_key)
    if is_answered:
        await door.run(
            door.outbox.put,
            None,
            method="chat.delete",
            channel=gone.channel,
            payload={},
            key=f"delete:{gone.channel}:{gone.ts}",
            refers=gone.refers,
        )


async def _is_awaited(door: SlackDoor, question: Said, at: str) -> bool:
    """Whether a message without an answer would get one: it was for the assistant, and not long before `at`."""
    return float(at) - float(question.ts) < _SOON and await asking.is_for_us(door, question)


def _before(assistant: Assistant, conversation_id: str | None, edited: str) -> list[str] | None:
    """Return what was asked in a conversation before a question that was edited since."""
    if conversation_id is None:
        return None
    history = assistant.record.history(conversation_id)
    question = " ".join(visible(edited).split())
    return history[: history.index(question)] if question in history else history
