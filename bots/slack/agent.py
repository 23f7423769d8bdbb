"""The assistant's own view in Slack: what to ask, that it is busy, and the title of a thread.

One set of listeners serves both kinds of app: an agent (the Messages tab opens, `app_home_opened`) and the older
assistant (`assistant_thread_started`); the questions themselves are direct messages in both. The calls for status and
title are those of `assistant.threads.*`, which agents understand too (docs.slack.dev/ai/developing-agents).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant import suggestions
from assistant.answer import Answer
from assistant.errors import AssistantError
from assistant.texts import LANGUAGES, text
from bots.slack.audience import UNREACHABLE
from bots.slack.escape import plain, shortened
from bots.slack.said import Said

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

_OF_EACH = 2  # suggestions in each language; Slack shows four at most
_TITLE = 200  # characters


def register(door: SlackDoor) -> None:
    """Suggest questions where the view is opened."""

    async def opens_messages(event: dict[str, Any]) -> bool:
        return event.get("tab") == "messages"

    async def opened(set_suggested_prompts: Any) -> None:
        await _suggest(door, set_suggested_prompts)

    async def context_changed() -> None:
        """Leave it: what somebody looks at changes no answer."""

    door.app.event("app_home_opened", matchers=[opens_messages])(opened)
    door.app.event("assistant_thread_started")(opened)
    for name in ("assistant_thread_context_changed", "app_context_changed"):
        door.app.event(name)(context_changed)


async def _suggest(door: SlackDoor, set_suggested_prompts: Any) -> None:
    """Show questions that the documents answer, in both languages; while answers are off, none."""
    try:
        assistant = await door.assistant("public")
    except AssistantError:
        return
    found = [await door.run(suggestions.first, assistant, language, _OF_EACH) for language in LANGUAGES]
    prompts = [{"title": shortened(plain(q), 75), "message": q} for each in found for q in each]
    if prompts:
        title = " / ".join(text(language, "slack.prompts_title") for language in LANGUAGES)
        with suppress(*UNREACHABLE):
            await set_suggested_prompts(prompts=prompts, title=title)


async def busy(door: SlackDoor, question: Said, status: str) -> None:
    """Show in a direct message that the answer is being looked for; an empty status takes that away."""
    if question.direct:
        with suppress(*UNREACHABLE):
            await door.app.client.assistant_threads_setStatus(
                channel_id=question.channel, thread_ts=question.thread, status=status
            )


async def done(door: SlackDoor, question: Said, answer: Answer | None) -> None:
    """Show that the assistant is no longer busy; the first question of a thread becomes its title."""
    await busy(door, question, "")
    is_first = answer is not None and any(note.code == "automated" for note in answer.notes)
    if question.direct and is_first:
        with suppress(*UNREACHABLE):
            await door.app.client.assistant_threads_setTitle(
                channel_id=question.channel, thread_ts=question.thread, title=shortened(plain(question.text), _TITLE)
            )
