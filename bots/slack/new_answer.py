"""An answer that is kept for a question which nobody was handed: the modal for it, and what comes of sending it."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from assistant.clock import now
from assistant.errors import InvalidInput
from assistant.handover import Handover
from assistant.kept import KeptAnswers
from assistant.texts import text
from bots.slack.audience import UNREACHABLE
from bots.slack.door import SlackDoor
from bots.slack.fields import Filled, Unusable, reply_of
from bots.slack.forms import answer_form
from bots.slack.keeping import Reply
from bots.slack.publishing import publish
from bots.slack.staff import Staff

NEW = "kept_new_form"

_log = logging.getLogger(__name__)


def register(door: SlackDoor) -> None:
    """Take up what is sent with the modal."""
    staff = Staff(door)

    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        meta, user = json.loads(view["private_metadata"]), str(body["user"]["id"])
        name = await staff.name(user, "")
        first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
        if name is None:
            await ack(response_action="errors", errors={first: text(meta["language"], "slack_handover.not_staff")})
            return
        try:
            await _keep(door, view, meta, name)
        except Unusable as error:
            await ack(response_action="errors", errors=error.problems)
        except InvalidInput:
            await ack(response_action="errors", errors={first: text(meta["language"], "slack_handover.not_saved")})
        else:
            await ack()
            door.spawn(_published(door, user, meta["language"]))

    door.app.view(NEW)(sent)


async def open_new(door: SlackDoor, trigger_id: str, question: str, language: str) -> None:
    """Open the modal for an answer to a question in `nl` or `en`, within 3 s of the press that `trigger_id` is of."""
    spoken = (await door.run(door.channels.get, door.settings.slack_staff_channel)).language or language
    meta = {"language": spoken, "version": 0, "spoken": language}
    form = answer_form(_as_handed(question, language), None, Filled(keep=True, wording=question), meta, door.settings)
    blocks = [block for block in form["blocks"] if block.get("block_id") != "keep"]
    try:
        await door.app.client.views_open(trigger_id=trigger_id, view=form | {"callback_id": NEW, "blocks": blocks})
    except UNREACHABLE as error:
        _log.warning("Slack did not open a modal: %s", error)


def _as_handed(question: str, language: str) -> Handover:
    """Return a question as if it had been handed over, which is what the modal shows."""
    at = now()
    return Handover(
        id=str(uuid.uuid4()),
        conversation_id="",
        answer_id=None,
        question=question,
        language=language,
        door="slack",
        state="waiting",
        email=None,
        claimed_by=None,
        reply=None,
        reason=None,
        created_at=at,
        changed_at=at,
    )


async def _keep(door: SlackDoor, view: Mapping[str, Any], meta: Mapping[str, Any], name: str) -> None:
    filled = replace(Filled.of(view), keep=True)
    documents = (await door.assistant("public")).index.documents if filled.source else {}
    spoken, role = meta["spoken"], door.settings.contact_name
    reply = reply_of(filled, view, documents, meta["language"], spoken=spoken, by=name, role=role)
    await door.run(_store, door, reply, spoken)


def _store(door: SlackDoor, reply: Reply, language: str) -> None:
    assert reply.keep is not None
    KeptAnswers(door.engine).keep(**reply.keep.terms(reply, language))


async def _published(door: SlackDoor, user: str, language: str) -> None:
    """Bring the answer into the index, and tell whoever wrote it what came of it."""
    outcome = await publish(door)
    said = text(language, f"slack_home.digest.kept_{outcome}")
    try:
        await door.app.client.chat_postEphemeral(channel=door.settings.slack_staff_channel, user=user, text=said)
    except UNREACHABLE as error:
        _log.warning("Slack did not take a word for one person: %s", error)
