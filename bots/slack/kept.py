"""Kept answers in Slack: `/interreg answers` lists them, and each can be changed, expired and withdrawn there.

Everything is shown to the person alone who asked for it. They are a full member of the workspace and either ask in the
staff channel or belong to it; that is looked at again at every press, since people come and go.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from assistant.errors import AssistantError, Conflict, InvalidInput, NotFound
from assistant.index import AUDIENCES, validity
from assistant.kept import WORDING_LIMIT, WORDINGS, KeptAnswer, KeptAnswers, typed_wordings, unchanged
from assistant.texts import text
from bots.slack.audience import UNREACHABLE
from bots.slack.blocks import Message
from bots.slack.door import SlackDoor
from bots.slack.escape import plain, typed
from bots.slack.fields import source_address
from bots.slack.kept_blocks import (
    EDIT,
    EXPIRE,
    NEWER,
    OLDER,
    WITHDRAW,
    Place,
    Pressed,
    as_typed,
    fits,
    modal,
    read,
    said,
)
from bots.slack.kept_blocks import listed as list_of
from bots.slack.publishing import publish
from bots.slack.staff import Staff

_log = logging.getLogger(__name__)
_WORD = re.compile(r"^(?:answers|antwoorden)(?:\s+|$)", re.IGNORECASE)

Body = Mapping[str, Any]
Origin = tuple[str, str, str]  # response URL, person, channel


def register(door: SlackDoor) -> None:
    """Listen to the buttons of the list, and to the modal in which an answer is changed."""
    kept = _Kept(door)
    door.app.action(EDIT)(kept.open_modal)
    for action in (EXPIRE, WITHDRAW):
        door.app.action(action)(kept.end)
    for action in (NEWER, OLDER):
        door.app.action(action)(kept.turn)
    door.app.view(EDIT)(kept.save)


async def listed(door: SlackDoor, command: Body) -> None:
    """Show who used `/interreg answers [search]` the kept answers with all these words, if they are staff."""
    search = _WORD.sub("", typed(str(command.get("text") or "")), count=1)
    url, user, channel = (str(command.get(name) or "") for name in ("response_url", "user_id", "channel_id"))
    await _Kept(door).show((url, user, channel), Place(plain(search)))


class _Kept:
    def __init__(self, door: SlackDoor) -> None:
        self._door, self._store, self._staff = door, KeptAnswers(door.engine), Staff(door)

    async def show(self, origin: Origin, place: Place, *, replace: bool = False) -> None:
        """Answer at a response URL with the list, or with why there is none."""
        url, user, channel = origin
        language = await self._language(channel)
        if await self._staff.name(user, channel) is None:
            await self._respond(url, {"text": said(language, "not_staff")})
            return
        await self._respond(url, await self._list(place, language), replace=replace)

    async def _list(self, place: Place, language: str, note: str = "") -> Message:
        found = await self._door.run(self._store.list, place.search)
        return list_of(found, place, await self._public(), self._door.settings, language, note=note)

    async def turn(self, ack: AsyncAck, body: Body) -> None:
        """Show another page of the list."""
        await ack()
        await self.show(_origin(body), _pressed(body).place, replace=True)

    async def end(self, ack: AsyncAck, body: Body) -> None:
        """Expire or withdraw an answer, unless it is no longer as it was seen."""
        await ack()
        (url, user, channel), pressed = _origin(body), _pressed(body)
        language, by = await self._language(channel), await self._staff.name(user, channel)
        if by is None:
            await self._respond(url, {"text": said(language, "not_staff")})
            return
        action = "expire" if body["actions"][0]["action_id"] == EXPIRE else "withdraw"
        try:
            await self._door.run(self._end, action, pressed, by)
            note = await self._done(f"{action}_done", language)
        except Conflict:
            note = said(language, "changed_meanwhile")
        except NotFound:
            note = said(language, "gone")
        await self._respond(url, await self._list(pressed.place, language, note), replace=True)

    def _end(self, action: str, pressed: Pressed, by: str) -> None:
        seen = self._unchanged(pressed).changed_at
        (self._store.expire if action == "expire" else self._store.withdraw)(pressed.id, by, seen=seen)

    def _unchanged(self, pressed: Pressed) -> KeptAnswer:
        kept = unchanged(self._store.get(pressed.id), pressed.seen)
        if kept.state == "withdrawn":
            raise Conflict("This answer was withdrawn.")
        return kept

    async def open_modal(self, ack: AsyncAck, body: Body) -> None:
        """Open the modal in which an answer is changed, with the answer as it is now."""
        await ack()
        (url, user, channel), pressed = _origin(body), _pressed(body)
        language = await self._language(channel)
        if await self._staff.name(user, channel) is None:
            await self._respond(url, {"text": said(language, "not_staff")})
            return
        try:
            kept = await self._door.run(self._store.get, pressed.id)
        except NotFound:
            await self._respond(url, {"text": said(language, "gone")})
            return
        if not fits(kept):
            page = f"{self._door.settings.public_url.rstrip('/')}/staff/kept/{kept.id}"
            await self._respond(url, {"text": said(language, "too_long_here", page=page)})
            return
        metadata = _metadata(Pressed(kept.id, kept.changed_at.isoformat(), pressed.place), url, channel)
        view = modal(kept, as_typed(kept), metadata, language)
        try:
            await self._door.app.client.views_open(trigger_id=str(body["trigger_id"]), view=view)
        except UNREACHABLE as error:
            _log.warning("Slack did not open a modal: %s", error)
            await self._respond(url, {"text": text(language, "slack_handover.not_opened")})

    async def save(self, ack: AsyncAck, body: Body) -> None:
        """Change an answer to what the modal says; what cannot be saved stays in it, with why."""
        view, user = body["view"], str(body["user"]["id"])
        origin = json.loads(view["private_metadata"])
        pressed, channel, url = Pressed.of(origin["pressed"]), str(origin["channel"]), str(origin["url"])
        language, by = await self._language(channel), await self._staff.name(user, channel)
        given = read(view)
        wrong = {"question": "not_staff"} if by is None else await self._door.run(self._wrong, given)
        if wrong or by is None:
            await ack(
                response_action="errors",
                errors={name: said(language, key, most=WORDINGS, longest=WORDING_LIMIT) for name, key in wrong.items()},
            )
            return
        try:
            await self._door.run(self._edit, pressed, given, by)
        except Conflict:
            await self._conflict(ack, pressed, given, (url, channel), language)
            return
        except AssistantError as error:
            key = "gone" if isinstance(error, NotFound) else "unusable"
            await ack(response_action="errors", errors={"question": said(language, key)})
            return
        await ack()
        note = await self._done("edit_done", language)
        await self._respond(url, await self._list(pressed.place, language, note), replace=True)

    async def _conflict(
        self, ack: AsyncAck, pressed: Pressed, given: dict[str, str], origin: tuple[str, str], language: str
    ) -> None:
        """Show what stands there now above what was typed, so that saving again replaces it knowingly."""
        now = await self._door.run(self._store.get, pressed.id)
        if now.state == "withdrawn":
            await ack(response_action="errors", errors={"question": said(language, "withdrawn_meanwhile")})
            return
        metadata = _metadata(Pressed(now.id, now.changed_at.isoformat(), pressed.place), *origin)
        await ack(response_action="update", view=modal(now, given, metadata, language, conflict=True))

    def _edit(self, pressed: Pressed, given: dict[str, str], by: str) -> None:
        before = self._unchanged(pressed)
        self._store.edit(
            pressed.id,
            given["question"],
            given["answer"],
            language=before.language,
            by=by,
            audience=given["audience"],
            source=self._address(given["source"]),
            valid_until=date.fromisoformat(given["until"]) if given["until"] else None,
            wordings=typed_wordings(given["wordings"]),
            other=(given["other_question"], given["other_answer"]) if given["other_question"] else None,
            seen=before.changed_at,
        )

    def _wrong(self, given: dict[str, str]) -> dict[str, str]:
        """Return what is wrong with the inputs: the key of the sentence, by block id."""
        wrong = {name: "empty" for name in ("question", "answer") if not plain(given[name])}
        other = {name: bool(plain(given[name])) for name in ("other_question", "other_answer")}
        if len({*other.values()}) == 2:
            wrong |= {name: "both" for name, there in other.items() if not there}
        try:
            typed_wordings(given["wordings"])
        except InvalidInput:
            wrong["wordings"] = "wordings_unusable"
        if given["until"] and given["until"] < validity.today().isoformat():
            wrong["until"] = "past"
        if given["audience"] not in AUDIENCES:
            wrong["audience"] = "unusable"
        if given["source"].strip() and self._address(given["source"]) is None:
            wrong["source"] = "source_unknown"
        return wrong

    def _address(self, raw: str) -> str | None:
        return source_address(raw.strip(), self._door.public().index.documents)

    async def _done(self, key: str, language: str) -> str:
        """Bring the index in line, and say what was done and when it takes effect."""
        return f"{said(language, key)} {said(language, await publish(self._door))}"

    async def _public(self) -> frozenset[str]:
        """Return the ids of the documents that all may read; none while the index cannot be opened."""
        try:
            index = (await self._door.assistant("public")).index
            await self._door.run(index.refresh)
        except AssistantError as error:
            _log.warning("Kept answers are listed without their documents: %s", error)
            return frozenset()
        return frozenset(index.documents)

    async def _language(self, channel: str) -> str:
        """Return the language of the channel, else that of the staff channel."""
        for place in (channel, self._door.settings.slack_staff_channel):
            set_here = (await self._door.run(self._door.channels.get, place)).language
            if set_here:
                return set_here
        return "nl"

    async def _respond(self, url: str, made: Message, *, replace: bool = False) -> None:
        """Answer at a response URL, to the person alone; it is good for five times within half an hour."""
        client = AsyncWebhookClient(url, session=self._door.app.client.session, retry_handlers=[])
        try:
            sent = await client.send_dict({"response_type": "ephemeral", "replace_original": replace, **made})
        except UNREACHABLE as error:
            _log.warning("A list of kept answers could not be shown: %s", error)
            return
        if sent.status_code != 200:
            _log.warning("Slack did not show a list of kept answers: %s %s", sent.status_code, sent.body)


def _origin(body: Body) -> Origin:
    """Return response URL, person and channel of a press."""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or ""
    return str(body.get("response_url") or ""), str(body["user"]["id"]), str(channel)


def _pressed(body: Body) -> Pressed:
    return Pressed.of(str(body["actions"][0]["value"]))


def _metadata(pressed: Pressed, url: str, channel: str) -> str:
    return json.dumps({"pressed": pressed.value(), "url": url, "channel": channel}, ensure_ascii=False)
