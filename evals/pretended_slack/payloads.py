"""The payloads of what people do, as Slack sends them (https://docs.slack.dev/reference/interaction-payloads)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from evals.pretended_slack.workspace import APP, BOT_USER, TEAM, Channel, Message, Person, Workspace

Payload = dict[str, Any]
_TEAM = {"id": TEAM, "domain": "house"}


def envelope(workspace: Workspace, event: Payload, event_id: str = "") -> Payload:
    """Return the envelope of an event; its id is new unless it is given."""
    channel = workspace.channels.get(_channel_of(event))
    bot = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": event_id or workspace.new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [bot],
        "is_ext_shared_channel": bool(channel and channel.shared),
        "event_context": "4-context",
        "event": {"event_ts": event.get("ts", workspace.ts()), **event},
    }


def _channel_of(event: Payload) -> str:
    found = event.get("channel", "")
    return str(found if isinstance(found, str) else found.get("id", ""))


def said(message: Message, channel: Channel, person: Person) -> Payload:
    """Return the `message` event of what a person said."""
    told: Payload = {"type": "message", "user": person.id, "text": message.text, "ts": message.ts}
    told |= {"channel": channel.id, "channel_type": channel.kind, "team": person.team, "blocks": message.blocks}
    told["client_msg_id"] = f"client-{message.ts}"
    if person.team != TEAM:
        told |= {"user_team": person.team, "source_team": person.team}
    if message.thread_ts:
        told["thread_ts"] = message.thread_ts
    return told


def mentioned(message: Message, channel: Channel, person: Person) -> Payload:
    """Return the `app_mention` event of what a person said."""
    told = said(message, channel, person) | {"type": "app_mention"}
    told.pop("channel_type")
    return told


def changed(workspace: Workspace, message: Message, before: Payload, channel: Channel) -> Payload:
    """Return the event of a message that its author changed."""
    ts = workspace.ts()
    now = message.as_json() | {"edited": {"user": message.user, "ts": ts}}
    told = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": ts, "channel": channel.id}
    return {**told, "channel_type": channel.kind, "message": now, "previous_message": before}


def deleted(workspace: Workspace, message: Message, channel: Channel) -> Payload:
    """Return the event of a message that was deleted."""
    told = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": workspace.ts()}
    place = {"channel": channel.id, "channel_type": channel.kind, "deleted_ts": message.ts}
    return {**told, **place, "previous_message": message.as_json()}


def command(name: str, text: str, channel: Channel, person: Person, **more: str) -> Payload:
    """Return the form of a slash command; `more` are its response_url and trigger_id."""
    who = {"user_id": person.id, "user_name": person.name, "team_id": TEAM, "team_domain": "house"}
    where = {"channel_id": channel.id, "channel_name": channel.name or "directmessage", "api_app_id": APP}
    told = {"command": name, "text": text, **more}
    return {"token": "deprecated", **who, **where, **told, "is_enterprise_install": "false"}


def interaction(kind: str, person: Person, trigger: str, **more: Any) -> Payload:
    """Return what every interaction has in common, with more."""
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}
    common = {"token": "deprecated", "type": kind, "user": user, "team": _TEAM, "api_app_id": APP}
    return {**common, "trigger_id": trigger, "enterprise": None, "is_enterprise_install": False, **more}


def in_message(message: Message, channel: Channel) -> Payload:
    """Return where a click on a message was."""
    where: Payload = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    where["is_ephemeral"] = message.seen_by is not None
    if message.thread_ts:
        where["thread_ts"] = message.thread_ts
    place: Payload = {"container": where, "channel": {"id": channel.id, "name": channel.name or "directmessage"}}
    return place if message.seen_by else place | {"message": message.as_json(), "state": {"values": {}}}


def elements(blocks: list[Payload]) -> Iterator[tuple[str, Payload]]:
    """Return what can be used in blocks, each with its block's id."""
    for number, block in enumerate(blocks):
        block_id = block.get("block_id", f"b{number}")
        for thing in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if thing and thing.get("action_id"):
                yield block_id, thing


def used(blocks: list[Payload], action_id: str, value: str | None, ts: str) -> Payload:
    """Return a use of what has that action id in blocks.

    Raises:
        KeyError: nothing there has it, or no such choice.

    """
    found = list(elements(blocks))
    for block_id, element in found:
        if element["action_id"] == action_id:
            return action(block_id, element, value, ts)
    raise KeyError(f"Nothing has the action id {action_id!r}; there are {[e['action_id'] for _, e in found]}.")


def action(block_id: str, element: Payload, value: str | None, ts: str) -> Payload:
    """Return a use of an element: `value` chooses an option or one of the feedback buttons, or is what was typed.

    Raises:
        KeyError: the element has no such choice.

    """
    used: Payload = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": ts}
    if element["type"] == "feedback_buttons":
        buttons = [element["positive_button"], element["negative_button"]]
        button = (
            buttons[{"positive": 0, "negative": 1}[value or "positive"]]
            if value in (None, "positive", "negative")
            else None
        )
        button = button or _chosen(buttons, value)
        return used | {"value": button["value"], "text": button["text"]}
    if "options" in element:
        return used | {"selected_option": _chosen(element["options"], value)}
    if element["type"] == "button":
        return used | {"text": element["text"], **({"value": element["value"]} if "value" in element else {})}
    return used | {"value": value if value is not None else element.get("value", "")}


def _chosen(options: list[Payload], value: str | None) -> Payload:
    for option in options:
        if value is None or option["value"] == value:
            return option
    raise KeyError(f"There is no choice {value!r} among {[option['value'] for option in options]}.")


def state(blocks: list[Payload], answers: dict[str, Any]) -> Payload:
    """Return the state of a view whose inputs were filled in: `answers` by block id, or by action id.

    Raises:
        KeyError: an answer is for an input that is not there.

    """
    values: Payload = {}
    left = dict(answers)
    for block_id, element in elements(blocks):
        key = block_id if block_id in left else element["action_id"]
        given = left.pop(key, None)
        values.setdefault(block_id, {})[element["action_id"]] = _filled(element, given)
    if left:
        raise KeyError(f"The view has no input {sorted(left)}; it has {[key for key, _ in elements(blocks)]}.")
    return {"values": values}


def _filled(element: Payload, given: Any) -> Payload:
    kind = element["type"]
    if kind in ("static_select", "radio_buttons"):
        option = element.get("initial_option") if given is None else _chosen(element["options"], given)
        return {"type": kind, "selected_option": option}
    if kind in ("checkboxes", "multi_static_select"):
        chosen = (
            element.get("initial_options", []) if given is None else [_chosen(element["options"], g) for g in given]
        )
        return {"type": kind, "selected_options": chosen}
    if kind == "datepicker":
        return {"type": kind, "selected_date": element.get("initial_date") if given is None else given}
    return {"type": kind, "value": element.get("initial_value") if given is None else given}
