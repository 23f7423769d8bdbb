"""Questions for a person in the staff channel: their cards are brought up to date, and what their buttons do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from assistant import given
from assistant.errors import Conflict, NotFound
from assistant.handover import Handover
from assistant.kept import KeptAnswers
from assistant.texts import text
from bots.slack import modals
from bots.slack.card import Block, plain_context, plain_section, said, when
from bots.slack.colleagues import Colleagues
from bots.slack.door import SlackDoor
from bots.slack.escape import escaped, shortened
from bots.slack.keeping import finish
from bots.slack.pressed import Press, conflict, tell
from bots.slack.publishing import publish
from bots.slack.standing import Standing, spoken

_PAUSE = 1.5  # seconds between two looks at what changed
_AGAIN = 3600.0  # seconds: what a process kept that then died gets into the index, at the latest after so long
_LAST, _QUESTION = 5, 600  # questions of a conversation that are shown; characters of each

Act = Callable[[Press], Awaitable[None]]


def register(door: SlackDoor) -> None:
    """Take up the buttons of the cards, and keep cards and replies up to date while the door is open."""
    standing, colleagues = Standing(door), Colleagues(door)

    async def bring_in_line() -> None:
        if await door.run(finish, door.engine):
            await publish(door)
        await door.run(standing.bring_in_line)

    acts: dict[str, Act] = {
        "claim": _claim,
        "release": _release,
        "take_over": _take_over,
        "conversation": _conversation,
        "answer": modals.open_answer,
        "decline": modals.open_decline,
        "page": _nothing,  # a link, of which Slack tells nevertheless
    }
    for name, act in acts.items():
        door.app.action(f"handover_{name}")(_listener(door, colleagues, act))

    async def find_what_is_kept() -> None:
        if await door.run(KeptAnswers(door.engine).list):
            await publish(door)

    door.every(_PAUSE, bring_in_line)
    door.every(_AGAIN, find_what_is_kept)


def _listener(door: SlackDoor, colleagues: Colleagues, act: Act) -> Callable[..., Awaitable[None]]:
    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        language = await door.run(_language, door)
        if (body.get("channel") or {}).get("id") != door.settings.slack_staff_channel:
            return await tell(door, body, said(language, "not_here"))
        name = await colleagues.name(str((body.get("user") or {}).get("id") or ""))
        if name is None:
            return await tell(door, body, said(language, "not_staff"))
        return await _act(act, Press(door, body, name), language)

    return listen


async def _act(act: Act, press: Press, language: str) -> None:
    try:
        await act(press)
    except NotFound:
        await press.tell(said(language, "lost"))
    except Conflict:
        found = await press.found()
        await press.tell(conflict(found, await press.door.run(spoken, press.door, found)))


def _language(door: SlackDoor) -> str:
    return door.channels.get(door.settings.slack_staff_channel).language or "nl"


async def _claim(press: Press) -> None:
    await press.door.run(press.handovers.claim, press.id, press.name)


async def _release(press: Press) -> None:
    await press.door.run(press.handovers.release, press.id, press.name)


async def _take_over(press: Press) -> None:
    await press.door.run(partial(press.handovers.take_over, press.id, press.name, of=press.value))


async def _nothing(press: Press) -> None:
    """Leave it to the browser that opens."""


async def _conversation(press: Press) -> None:
    """Put the last questions of the conversation in the thread of the card, once as long as none is added."""
    found = await press.found()
    language = await press.door.run(spoken, press.door, found)
    where = press.body["container"]
    if not await press.door.run(_put_conversation, press.door, found, language, where):
        await press.tell(said(language, "conversation_shown"))


def _put_conversation(door: SlackDoor, found: Handover, language: str, where: Mapping[str, Any]) -> bool:
    last = given.in_conversation(door.engine, found.conversation_id, _LAST)
    title = said(language, "conversation_title" if last else "conversation_none")
    blocks = [plain_section(title), *(block for each in last for block in _question(door, each, language))]
    lines = [title, *(shortened(each.answer.question, _QUESTION) for each in last)]
    # Where the card is, Slack says itself: whoever posted it may have died before it could note that.
    payload = {"text": escaped("\n".join(lines)), "blocks": blocks, "thread_ts": where["message_ts"]}
    return door.outbox.put(
        None,
        method="chat.postMessage",
        channel=where["channel_id"],
        payload=payload | {"unfurl_links": False, "unfurl_media": False},
        key=f"questions:{found.id}:{last[-1].answer.id if last else 'none'}",
        refers=f"questions:{found.id}",
    )


def _question(door: SlackDoor, each: given.Given, language: str) -> list[Block]:
    status = text(language, f"status.{each.answer.status}")
    at = when(each.at, door.settings, language)
    return [plain_section(shortened(each.answer.question, _QUESTION)), plain_context(f"{status} · {at}")]
