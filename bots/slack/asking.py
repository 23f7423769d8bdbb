"""Questions in channels and direct messages: answered in their thread, once, however often Slack brings them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from assistant.errors import ConfigurationError, IndexUnavailable, InvalidQuestion, NotFound
from assistant.language import detect
from assistant.question import clean
from assistant.texts import LANGUAGES, text
from bots.slack import agent, edits, passing
from bots.slack.audience import Audience
from bots.slack.blocks import Message, answer_message, message, posted
from bots.slack.said import Said, looks_like_question, said
from bots.slack.threads import Thread

if TYPE_CHECKING:
    from assistant.service import Assistant
    from bots.slack.door import SlackDoor


def register(door: SlackDoor) -> None:
    """Answer mentions, direct messages, follow-ups and, where a channel is set so, every question."""

    async def mentioned(event: dict[str, Any], body: dict[str, Any], context: dict[str, Any]) -> None:
        await _heard(door, said(event, body, context.get("bot_user_id")))

    async def wrote(event: dict[str, Any], body: dict[str, Any], context: dict[str, Any]) -> None:
        bot = context.get("bot_user_id")
        if event.get("subtype") == "message_changed":
            await edits.changed(door, event, body, bot)
        elif event.get("subtype") == "message_deleted":
            await edits.deleted(door, event, body, bot)
        elif event.get("user") and not event.get("bot_id"):
            await _heard(door, said(event, body, bot))

    door.app.event("app_mention")(mentioned)
    door.app.event("message")(wrote)
    passing.register(door)


async def _heard(door: SlackDoor, question: Said) -> None:
    if await is_for_us(door, question):
        await answer_in_thread(door, question)


async def is_for_us(door: SlackDoor, question: Said) -> bool:
    """Whether a message wants an answer, by where it stands and how its channel is set."""
    if question.direct:
        return True
    mode = (await door.run(door.channels.get, question.channel)).mode
    if mode == "off" or question.aside:
        return False
    if question.tagged or await door.run(_takes_part, door, question):
        return True
    return mode == "on" and looks_like_question(question.text)


def _takes_part(door: SlackDoor, question: Said) -> bool:
    """Whether a message is a reply in a thread of ours; one that begins with an answer that was shared becomes one."""
    if question.thread == question.ts:
        return False
    if door.threads.find(question.channel, question.thread):
        return True
    refers = door.outbox.refers(question.channel, question.thread) or ""
    if not refers.startswith("answer:"):
        return False
    try:
        shared = door.public().record.answer(refers.removeprefix("answer:"))
    except NotFound:
        return False
    door.threads.join(question.channel, question.thread, str(shared.conversation_id))
    return True


async def answer_in_thread(door: SlackDoor, question: Said) -> None:
    """Answer a message in its thread; asked again, the same answer is not posted again."""
    thread = await door.threads.enter(question.channel, question.thread, question.user, shared=question.shared)
    shown = detect(question.text).language if question.text else LANGUAGES[0]
    busy = agent.busy(door, question, text(shown, "slack.searching"))
    made, answer = (await asyncio.gather(answered(door, question, thread), busy))[0]
    await door.run(put, door, question, made)
    await agent.done(door, question, answer)


def put(door: SlackDoor, question: Said, made: Message) -> bool:
    """Have the answer to a message sent; False where it has one, or is to get none any more."""
    return door.outbox.put(
        None,
        method="chat.postMessage",
        channel=question.channel,
        payload=posted(made, question.thread),
        key=question.answer_key,
        refers=question.refers,
    )


async def answered(
    door: SlackDoor, question: Said, thread: Thread, *, history: Sequence[str] | None = None, version: str = ""
) -> tuple[Message, Answer | None]:
    """Return the message that answers a question, and the answer; None where it is none that can be answered.

    `history` and `version` are those of a question that was edited: what was asked before it, and which edit it is.
    """
    if not question.text:
        return both("ask_me"), None
    language = (await door.run(door.channels.get, question.channel)).language
    try:
        answer = await ask(
            door,
            question.text,
            thread.audience,
            conversation_id=thread.conversation_id,
            history=history,
            language=language,
            key=question.key(*filter(None, (version,))),
        )
    except InvalidQuestion as error:
        return message(str(error)), None
    except (IndexUnavailable, ConfigurationError):
        return message(text(language or detect(question.text).language, "slack.unavailable")), None
    if thread.conversation_id is None:
        await reach(door, question.user, answer)
    return answer_message(answer, door.settings), answer


async def ask(  # noqa: PLR0913 -- all that a door may know of a question
    door: SlackDoor,
    question: str,
    audience: Audience,
    *,
    key: str,
    conversation_id: str | None = None,
    history: Sequence[str] | None = None,
    language: str | None = None,
) -> Answer:
    """Ask the assistant of an audience; asked again with the same key, the answer is the same.

    Raises:
        InvalidQuestion: the question cannot be used; the message says so in its language.
        IndexUnavailable, ConfigurationError: nothing can be asked at the moment.

    """
    cleaned = clean(question, language or detect(question).language)
    assistant = await door.assistant(audience)
    return await door.run(
        assistant.ask,
        cleaned,
        conversation_id=conversation_id,
        history=history,
        language=language,
        idempotency_key=key,
        door="slack",
    )


def was_answered(door: SlackDoor, question: Said) -> bool:
    """Whether a message got an answer, also one that still has to be sent."""
    return door.outbox.holds(question.answer_key) or bool(door.outbox.messages(question.refers))


async def reach(door: SlackDoor, user: str, answer: Answer) -> None:
    """Let a person be written to directly about an answer that stands in no thread of its own."""
    conversation = str(answer.conversation_id)
    if not await door.run(door.threads.of, conversation):
        await door.run(door.threads.link, user, f"direct-{uuid.uuid4().hex[:20]}", conversation)


async def given(door: SlackDoor, answer_id: str) -> tuple[Assistant, Answer] | None:
    """Return an answer that was given before, with the assistant that gave it; None where it is no longer kept."""
    audiences: tuple[Audience, ...] = ("public", "staff")
    for audience in audiences:
        assistant = await door.assistant(audience)
        try:
            return assistant, await door.run(assistant.answer, answer_id)
        except NotFound:
            continue
    return None


def both(key: str, **values: object) -> Message:
    """Return a sentence in both languages, for where nobody has said which one."""
    return message("\n".join(text(language, f"slack.{key}", **values) for language in LANGUAGES))
