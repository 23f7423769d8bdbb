"""The methods of the Web API that open, change and publish views."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from evals.pretended_slack.methods import Answer, Arguments, Method, Refused
from evals.pretended_slack.validation import details, view_problems
from evals.pretended_slack.workspace import APP, BOT, TEAM, Workspace


def _checked(view: Any, kind: str) -> dict[str, Any]:
    if isinstance(view, str):
        view = json.loads(view)
    if problems := view_problems(view, kind):
        raise Refused("invalid_arguments", errors=problems, response_metadata=details(problems))
    return dict(view)


def made_view(workspace: Workspace, view: dict[str, Any], view_id: str | None = None) -> dict[str, Any]:
    """Return a view as Slack hands it on: with its id, its hash, and ids for blocks that had none."""
    blocks = [{"block_id": f"b{number}", **block} for number, block in enumerate(view["blocks"])]
    digest = hashlib.sha256(f"{workspace.ts()}{json.dumps(blocks)}".encode()).hexdigest()[:8]
    ids = {"id": view_id or workspace.new_id("V"), "team_id": TEAM, "app_id": APP, "bot_id": BOT}
    told = {"callback_id": "", "private_metadata": "", "external_id": "", "notify_on_close": False, **view}
    return {**told, **ids, "blocks": blocks, "hash": f"{int(time.time())}.{digest}", "state": {"values": {}}}


def _viewer(workspace: Workspace, trigger: str) -> str:
    if trigger in workspace.used_triggers:
        raise Refused("exchanged_trigger_id")
    if trigger not in workspace.triggers:
        raise Refused("invalid_trigger_id")
    user, until = workspace.triggers[trigger]
    if time.monotonic() > until:
        raise Refused("expired_trigger_id")
    workspace.used_triggers.add(trigger)
    return user


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    view = _checked(arguments["view"], "modal")
    user = _viewer(workspace, arguments["trigger_id"])
    made = made_view(workspace, view)
    workspace.views[made["id"]], workspace.viewers[made["id"]] = made, user
    return {"ok": True, "view": made}


def _update(workspace: Workspace, arguments: Arguments) -> Answer:
    known = workspace.views.get(arguments.get("view_id") or "")
    if known is None:
        raise Refused("not_found")
    if arguments.get("hash") and arguments["hash"] != known["hash"]:
        raise Refused("hash_conflict")
    made = made_view(workspace, _checked(arguments["view"], "modal"), known["id"])
    workspace.views[made["id"]] = made
    return {"ok": True, "view": made}


def _publish(workspace: Workspace, arguments: Arguments) -> Answer:
    if arguments["user_id"] not in workspace.people:
        raise Refused("user_not_found")
    known = workspace.homes.get(arguments["user_id"])
    if known and arguments.get("hash") and arguments["hash"] != known["hash"]:
        raise Refused("hash_conflict")
    made = made_view(workspace, _checked(arguments["view"], "home"), known["id"] if known else None)
    workspace.homes[arguments["user_id"]] = made
    return {"ok": True, "view": made}


def after_submission(workspace: Workspace, view: dict[str, Any], told: dict[str, Any]) -> None:
    """Close a modal that was submitted, or change it as the app answered.

    Raises:
        ValueError: the app answered with what Slack refuses.

    """
    response = told.get("response_action")
    if response == "errors":
        inputs = {block.get("block_id") for block in view["blocks"] if block["type"] == "input"}
        if not told.get("errors") or not set(told["errors"]) <= inputs:
            raise ValueError(f"The app told errors of {list(told.get('errors') or ())}; the inputs are {inputs}.")
        return
    with workspace.lock:
        if response in ("update", "push"):
            problems = view_problems(told["view"], "modal")
            if problems:
                raise ValueError(f"The app answered a submission with a view that Slack refuses: {problems}")
            made = made_view(workspace, told["view"], view["id"] if response == "update" else None)
            workspace.viewers[made["id"]] = workspace.viewers[view["id"]]
            workspace.views[made["id"]] = made
        else:
            workspace.views.pop(view["id"], None)


VIEWS: dict[str, tuple[Method, tuple[str, ...], str]] = {
    "views.open": (_open, ("trigger_id", "view"), ""),
    "views.push": (_open, ("trigger_id", "view"), ""),
    "views.update": (_update, ("view",), ""),
    "views.publish": (_publish, ("user_id", "view"), ""),
}
