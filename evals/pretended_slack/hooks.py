"""Response URLs: five answers within half an hour to whoever used a command, a button or a shortcut."""

from __future__ import annotations

import time
from typing import Any

from evals.pretended_slack.validation import message_problems
from evals.pretended_slack.workspace import BOT_USER, Message, Workspace

_USES, _SECONDS = 5, 1800


def hook_for(workspace: Workspace, channel: str, user: str, ts: str | None = None) -> str:
    """Return the last part of a new response URL; `ts` is the message whose button was used."""
    hook = workspace.new_id("R")
    workspace.hooks[hook] = {
        "channel": channel,
        "user": user,
        "ts": ts,
        "uses": 0,
        "until": time.monotonic() + _SECONDS,
    }
    return hook


def respond(workspace: Workspace, hook: str, answer: dict[str, Any]) -> tuple[int, str]:
    """Do what was posted to a response URL, and return the HTTP status and text that tells so."""
    known = workspace.hooks.get(hook)
    if known is None or known["uses"] >= _USES or time.monotonic() > known["until"]:
        return 404, "used_url"
    known["uses"] += 1
    found = known["ts"] and workspace.find(known["channel"], known["ts"])
    if answer.get("delete_original") and found:
        workspace.messages.remove(found)
        return 200, "ok"
    text, blocks = answer.get("text", ""), answer.get("blocks") or []
    if problems := message_problems(blocks):
        return 400, f"invalid_blocks: {problems}"
    if not text and not blocks:
        return 400, "no_text"
    if answer.get("replace_original") and found:
        found.text, found.blocks, found.edited = text, blocks, True
        return 200, "ok"
    seen_by = None if answer.get("response_type") == "in_channel" else known["user"]
    thread = answer.get("thread_ts")
    made = Message(known["channel"], workspace.ts(), BOT_USER, text, blocks, thread, seen_by=seen_by, arguments=answer)
    workspace.messages.append(made)
    return 200, "ok"
