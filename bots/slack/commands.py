"""The command /interreg: a question whose answer only the asker sees at first, the channel's settings, and help."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from assistant.answer import Answer
from assistant.errors import ConfigurationError, IndexUnavailable, InvalidQuestion
from assistant.language import detect
from assistant.texts import LANGUAGES, text
from bots.slack import asking, behaviour
from bots.slack.audience import UNREACHABLE
from bots.slack.blocks import UNPARSED, Message, answer_message, button, context, message, mrkdwn, posted
from bots.slack.citations import rich, run, section
from bots.slack.escape import escaped, plain, shortened, typed
from bots.slack.kept import listed
from bots.slack.said import Said
from bots.slack.shortcuts import is_in

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

_log = logging.getLogger(__name__)
COMMAND = "/interreg"
SHARE, KEEP = "answer_share", "answer_keep"
_HELP, _SETTINGS = ("help", "hulp", "?"), ("settings", "instellingen")
_ANSWERS = ("answers", "antwoorden")
_ASKED = 300  # characters of a question above its answer


def register(door: SlackDoor) -> None:
    """Take the command, and the two buttons under its answer."""

    async def typed_command(
        ack: AsyncAck, command: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        if (
            typed(str(command.get("text") or "")).partition(" ")[0].casefold() in _ANSWERS
            and "?" not in command["text"]
        ):
            await listed(door, command)
            return
        made = await _handle(door, command, shared=bool(body.get("is_ext_shared_channel")))
        await _show(door, command, made, respond)

    async def shared(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _share(door, body, str(action.get("value") or ""), respond)

    async def kept(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    door.app.command(COMMAND)(typed_command)
    door.app.action(SHARE)(shared)
    door.app.action(KEEP)(kept)


async def _handle(door: SlackDoor, command: dict[str, Any], *, shared: bool) -> Message:
    asked = typed(str(command.get("text") or ""))
    first, _, rest = asked.partition(" ")
    if not asked or asked.casefold() in _HELP:
        return _help()
    if first.casefold() in _SETTINGS and len(rest.split()) < 2:
        return await behaviour.change(door, command, rest.strip().casefold())
    return await _answer(door, command, asked, shared=shared)


def _help() -> Message:
    """Return how to ask, in both languages: nobody has said which one."""
    texts = [text(language, "slack.help") for language in LANGUAGES]
    return message("\n\n".join(texts), *(mrkdwn(each) for each in texts))


async def _answer(door: SlackDoor, command: dict[str, Any], asked: str, *, shared: bool) -> Message:
    """Return the answer for the asker alone, whom a person can write to directly afterwards."""
    channel, user = str(command["channel_id"]), str(command["user_id"])
    audience = await door.audiences.of(channel, user, shared=shared)
    language = (await door.run(door.channels.get, channel)).language
    key = Said(channel, str(command.get("trigger_id") or ""), "", user, asked).key()[:64]
    try:
        answer = await asking.ask(door, asked, audience, key=key, language=language)
    except InvalidQuestion as error:
        return message(str(error))
    except (IndexUnavailable, ConfigurationError):
        return message(text(language or detect(asked).language, "slack.unavailable"))
    await asking.reach(door, user, answer)
    made = with_question(answer_message(answer, door.settings, direct=True), answer)
    if answer.status == "small_talk" or answer.reason == "answering_off":
        return made
    return made | {"blocks": [*made["blocks"], *_choice(answer)]}


def _choice(answer: Answer) -> list[dict[str, Any]]:
    def choice(action: str, key: str, style: str | None = None) -> dict[str, Any]:
        label, spoken = (text(answer.language, f"slack.{name}") for name in (key, f"{key}_label"))
        return button(action, label, answer.id, spoken, style)

    buttons = [choice(SHARE, "share", "primary"), choice(KEEP, "keep")]
    return [context(text(answer.language, "slack.only_you")), {"type": "actions", "elements": buttons}]


def with_question(made: Message, answer: Answer, *small: str) -> Message:
    """Return an answer with its question above it, since nobody else has read that; `small` is print below it."""
    asked = shortened(plain(answer.question), _ASKED)
    heading = rich(section(run(f"{text(answer.language, 'slack.question')} "), run(asked, bold=True)))
    below = [context(*small)] if small else []
    fallback = shortened(f"{escaped(asked)}\n{made['text']}", 3900)
    return made | {"text": fallback, "blocks": [heading, *made["blocks"], *below]}


async def _show(door: SlackDoor, command: dict[str, Any], made: Message, respond: AsyncRespond) -> None:
    """Show something to whoever typed the command: at the address that Slack gave for that, or else in the channel."""
    try:
        sent = await respond(**made, response_type="ephemeral", replace_original=False)
        if sent.status_code == 200:
            return
        _log.warning("Slack did not take the reply to a command (%s): it is posted in the channel", sent.status_code)
    except UNREACHABLE as error:
        _log.warning("Slack did not take the reply to a command (%s): it is posted in the channel", error)
    try:
        await door.app.client.chat_postEphemeral(
            channel=command["channel_id"], user=command["user_id"], **made, **UNPARSED
        )
    except UNREACHABLE as error:
        _log.warning("Slack did not show the reply to a command: %s", error)


async def _share(door: SlackDoor, body: dict[str, Any], answer_id: str, respond: AsyncRespond) -> None:
    """Post an answer for everyone in the channel, where everyone there may see what it quotes."""
    channel, user = body["channel"]["id"], body["user"]["id"]
    found = await asking.given(door, answer_id)
    if found is None:
        await respond(**asking.both("gone"), response_type="ephemeral", replace_original=False)
        return
    assistant, answer = found
    audience = await door.audiences.of(channel, user, shared=bool(body.get("is_ext_shared_channel")))
    if assistant.record.audience == "staff" and audience != "staff":
        told = message(text(answer.language, "slack.not_shared"))
        await respond(**told, response_type="ephemeral", replace_original=False)
        return
    shown = with_question(
        answer_message(answer, door.settings, first=True), answer, text(answer.language, "slack.shared")
    )
    if await is_in(door, channel):
        await door.run(
            door.outbox.put,
            None,
            method="chat.postMessage",
            channel=channel,
            payload=posted(shown),
            key=f"share:{channel}:{answer.id}",
            refers=f"answer:{answer.id}",
        )
    else:
        await respond(**shown, response_type="in_channel", replace_original=False, unfurl_links=False)
    await respond(delete_original=True)
