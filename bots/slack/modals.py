"""The modals in which a colleague answers or declines a question for a person, and what comes of sending them."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from slack_bolt.async_app import AsyncAck
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from assistant import given
from assistant.answer import Answer
from assistant.errors import AssistantError, Conflict, NotFound
from assistant.handover import Handover, Handovers, State
from assistant.index.audience import shown
from assistant.index.schema import conversations
from assistant.kept import KeptAnswers
from bots.slack.audience import UNREACHABLE
from bots.slack.card import said
from bots.slack.colleagues import Colleagues
from bots.slack.door import SlackDoor
from bots.slack.fields import Filled, Unusable, reason_of, reply_of
from bots.slack.forms import ANSWER, DECLINE, DRAFT, TEXT_LIMIT, answer_form, decline_form, drafted, prefilled
from bots.slack.keeping import give
from bots.slack.pressed import Press, conflict
from bots.slack.publishing import publish
from bots.slack.standing import spoken

_log = logging.getLogger(__name__)

Send = Callable[[Handover, Mapping[str, Any], str], Awaitable[None]]


def register(door: SlackDoor) -> None:
    """Take up what is chosen in the modals, and what is sent with them."""
    colleagues = Colleagues(door)

    async def draft(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if await colleagues.name(body["user"]["id"]):
            await _draft(door, body)

    async def answered(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async def send(found: Handover, meta: Mapping[str, Any], name: str) -> None:
            await _answer(door, found, view, meta, name)

        await _sent(door, colleagues, ack, body, send)

    async def declined(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async def send(found: Handover, meta: Mapping[str, Any], name: str) -> None:
            reason = reason_of(view, meta["language"])
            await door.run(Handovers(door.engine).decline, found.id, reason, by=name)

        await _sent(door, colleagues, ack, body, send)

    door.app.action(DRAFT)(draft)
    door.app.view(ANSWER)(answered)
    door.app.view(DECLINE)(declined)


async def open_answer(press: Press) -> None:
    """Open the modal to answer a question, or to change its answer, for whoever may."""
    found = await press.found()
    language = await press.door.run(spoken, press.door, found)
    if found.state in ("declined", "withdrawn") or (found.state == "claimed" and found.claimed_by != press.name):
        return await press.tell(conflict(found, language))
    kept = await press.door.run(KeptAnswers(press.door.engine).of, found.id)
    longest = (found.reply.text if found.reply else "", (kept.answer_other if kept else None) or "")
    if max(map(len, longest)) > TEXT_LIMIT:
        return await press.tell(said(language, "too_long_here"))
    automated = await press.door.run(_automated, press.door, found)
    meta = {"id": found.id, "seen": found.state, "language": language, "version": 0}
    form = answer_form(found, automated, prefilled(found, kept), meta, press.door.settings)
    return await _open(press, form, language)


async def open_decline(press: Press) -> None:
    """Open the modal to decline a question, for whoever may."""
    found = await press.found()
    language = await press.door.run(spoken, press.door, found)
    if found.state not in ("waiting", "claimed") or (found.state == "claimed" and found.claimed_by != press.name):
        return await press.tell(conflict(found, language))
    meta = {"id": found.id, "seen": found.state, "language": language, "version": 0}
    return await _open(press, decline_form(found, meta), language)


async def _open(press: Press, view: dict[str, Any], language: str) -> None:
    try:
        await press.door.app.client.views_open(trigger_id=press.body["trigger_id"], view=view)
    except UNREACHABLE as error:
        _log.warning("Slack did not open a modal: %s", error)
        await press.tell(said(language, "not_opened"))


def _automated(door: SlackDoor, found: Handover) -> Answer | None:
    by_id = given.by_id(door.engine, [found.answer_id]) if found.answer_id else {}
    return next((each.answer for each in by_id.values()), None)


async def _draft(door: SlackDoor, body: Mapping[str, Any]) -> None:
    """Put the chosen quote after what was typed already; every other field stays as it is."""
    view = body["view"]
    meta = json.loads(view["private_metadata"])
    found = await door.run(Handovers(door.engine).get, meta["id"])
    automated = await door.run(_automated, door, found)
    chosen = (body["actions"][0].get("selected_option") or {}).get("value")
    filled = drafted(Filled.of(view), automated, str(chosen))
    form = answer_form(found, automated, filled, meta | {"version": meta["version"] + 1}, door.settings)
    try:
        await door.app.client.views_update(view_id=view["id"], hash=view.get("hash"), view=form)
    except UNREACHABLE as error:
        _log.warning("Slack did not put a quote into a modal: %s", error)


async def _sent(door: SlackDoor, colleagues: Colleagues, ack: AsyncAck, body: Mapping[str, Any], send: Send) -> None:
    """Do what a modal was sent for; what stands in the way is said in it, and what was typed stays."""
    view = body["view"]
    meta = json.loads(view["private_metadata"])
    first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    problems = await _problems(door, colleagues, body, meta, first, send)
    if problems:
        await ack(response_action="errors", errors=problems)
    else:
        await ack()


async def _problems(  # noqa: PLR0913, PLR0917 -- what came, and what to do with it
    door: SlackDoor,
    colleagues: Colleagues,
    body: Mapping[str, Any],
    meta: Mapping[str, Any],
    first: str,
    send: Send,
) -> dict[str, str]:
    language = meta["language"]
    name = await colleagues.name(str(body["user"]["id"]))
    if name is None:
        return {first: said(language, "not_staff")}
    questions = Handovers(door.engine)
    try:
        await send(await door.run(questions.get, meta["id"]), meta, name)
    except Unusable as error:
        return error.problems
    except NotFound:
        return {first: said(language, "lost")}
    except Conflict:
        return {first: conflict(await door.run(questions.get, meta["id"]), language)}
    except (AssistantError, SQLAlchemyError):
        _log.exception("What a modal was sent for could not be saved")
        return {first: said(language, "not_saved")}
    return {}


async def _answer(
    door: SlackDoor, found: Handover, view: Mapping[str, Any], meta: Mapping[str, Any], name: str
) -> None:
    filled = Filled.of(view)
    named = await door.run(_documents, door, found, filled) if filled.source else frozenset()
    role = door.settings.contact_name
    reply = reply_of(filled, view, named, meta["language"], spoken=found.language, by=name, role=role)
    await door.run(give, door.engine, found.id, reply, cast(State, meta["seen"]))
    if reply.keep is not None:
        door.spawn(_publish(door))


def _documents(door: SlackDoor, found: Handover, filled: Filled) -> frozenset[str]:
    """Return the ids of the documents that a reply may name: those that every reader of it may know of."""
    query = select(conversations.c.audience).where(conversations.c.id == found.conversation_id)
    with door.engine.connect() as connection:
        by_staff = connection.execute(query).scalar() == "staff" and not (filled.keep and filled.audience == "public")
        return shown(connection, ("public", "staff") if by_staff else ("public",))


async def _publish(door: SlackDoor) -> None:
    await publish(door)
