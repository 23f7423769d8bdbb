"""The methods of the Web API that concern messages and what is known of the workspace, as Slack answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evals.pretended_slack.validation import details, message_problems
from evals.pretended_slack.workspace import APP, BOT, BOT_USER, TEAM, Channel, Message, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[[Workspace, Arguments], Answer]

_LONGEST, _LONGEST_UPDATE = 40_000, 4_000


class Refused(Exception):
    """`ok: false` with Slack's word for it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


def channel_for(workspace: Workspace, name: str, *, posting: bool = True) -> Channel:
    """Return the channel by its id, or by a person's for the direct one.

    Raises:
        Refused: there is none, or the app may not post in it.

    """
    if name in workspace.people:
        return workspace.direct(name)
    channel = workspace.channels.get(name)
    if channel is None:
        raise Refused("channel_not_found")
    if posting and not channel.member and channel.kind != "im":
        raise Refused("not_in_channel")
    if posting and channel.archived:
        raise Refused("is_archived")
    return channel


def _content(arguments: Arguments) -> tuple[str, list[Any]]:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if markdown := arguments.get("markdown_text"):
        if text or blocks:
            raise Refused("markdown_text_conflict")
        if len(markdown) > 12_000:
            raise Refused("msg_too_long")
        return str(markdown), []
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > _LONGEST:
        raise Refused("msg_too_long")
    if problems := message_problems(blocks):
        raise Refused("invalid_blocks", errors=problems, response_metadata=details(problems))
    return str(text), list(blocks)


def _thread(workspace: Workspace, channel: str, arguments: Arguments) -> str | None:
    thread = arguments.get("thread_ts")
    if thread is None:
        return None
    root = workspace.find(channel, str(thread))
    if root is None:
        raise Refused("thread_not_found")
    return root.thread_ts or root.ts


def _post(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_for(workspace, arguments["channel"])
    text, blocks = _content(arguments)
    thread = _thread(workspace, channel.id, arguments)
    metadata = arguments.get("metadata")
    made = Message(channel.id, workspace.ts(), BOT_USER, text, blocks, thread, metadata=metadata, arguments=arguments)
    workspace.messages.append(made)
    return {"ok": True, "channel": channel.id, "ts": made.ts, "message": made.as_json()}


def _post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_for(workspace, arguments["channel"])
    user = arguments["user"]
    if user not in workspace.people or (channel.members and user not in channel.members):
        raise Refused("user_not_in_channel")
    text, blocks = _content(arguments)
    thread = _thread(workspace, channel.id, arguments)
    made = Message(channel.id, workspace.ts(), BOT_USER, text, blocks, thread, seen_by=user, arguments=arguments)
    workspace.messages.append(made)
    return {"ok": True, "message_ts": made.ts}


def _own(workspace: Workspace, arguments: Arguments, refusal: str) -> Message:
    channel_for(workspace, arguments["channel"], posting=False)
    found = workspace.find(arguments["channel"], str(arguments["ts"]))
    if found is None or found.seen_by:
        raise Refused("message_not_found")
    if not found.ours:
        raise Refused(refusal)
    return found


def _update(workspace: Workspace, arguments: Arguments) -> Answer:
    found = _own(workspace, arguments, "cant_update_message")
    if found.streaming:
        raise Refused("streaming_state_conflict")
    text, blocks = _content(arguments)
    if len(text) > _LONGEST_UPDATE:
        raise Refused("msg_too_long")
    found.text, found.blocks, found.edited = text, blocks, True
    return {"ok": True, "channel": found.channel, "ts": found.ts, "text": text, "message": found.as_json()}


def _delete(workspace: Workspace, arguments: Arguments) -> Answer:
    found = _own(workspace, arguments, "cant_delete_message")
    workspace.messages.remove(found)
    return {"ok": True, "channel": found.channel, "ts": found.ts}


def _chunks(arguments: Arguments) -> str:
    if arguments.get("markdown_text") and arguments.get("chunks"):
        raise Refused("cannot_provide_both_markdown_text_and_chunks")
    parts = [chunk.get("text", "") for chunk in arguments.get("chunks") or []]
    text = str(arguments.get("markdown_text") or "".join(parts))
    if len(text) > 12_000:
        raise Refused("msg_too_long")
    return text


def _start_stream(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_for(workspace, arguments["channel"])
    thread = _thread(workspace, channel.id, arguments)
    for name in ("recipient_team_id", "recipient_user_id"):
        if channel.kind != "im" and not arguments.get(name):
            raise Refused(f"missing_{name}")
    text = _chunks(arguments)
    made = Message(channel.id, workspace.ts(), BOT_USER, text, [], thread, streaming=True, arguments=arguments)
    workspace.messages.append(made)
    return {"ok": True, "channel": channel.id, "ts": made.ts}


def _streaming(workspace: Workspace, arguments: Arguments) -> Message:
    found = _own(workspace, arguments, "message_not_owned_by_app")
    if not found.streaming:
        raise Refused("message_not_in_streaming_state")
    found.text += _chunks(arguments)
    return found


def _append_stream(workspace: Workspace, arguments: Arguments) -> Answer:
    found = _streaming(workspace, arguments)
    return {"ok": True, "channel": found.channel, "ts": found.ts}


def _stop_stream(workspace: Workspace, arguments: Arguments) -> Answer:
    blocks = arguments.get("blocks") or []
    if problems := message_problems(blocks):
        raise Refused("invalid_blocks", errors=problems, response_metadata=details(problems))
    found = _streaming(workspace, arguments)
    found.blocks, found.streaming, found.metadata = blocks, False, arguments.get("metadata")
    return {"ok": True, "channel": found.channel, "ts": found.ts, "message": found.as_json()}


def _permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    if workspace.find(arguments["channel"], str(arguments["message_ts"])) is None:
        raise Refused("message_not_found")
    link = f"https://house.slack.com/archives/{arguments['channel']}/p{arguments['message_ts'].replace('.', '')}"
    return {"ok": True, "channel": arguments["channel"], "permalink": link}


def _there(workspace: Workspace, arguments: Arguments) -> list[tuple[Message, Answer]]:
    """Return what everybody sees in a channel; metadata only where it is asked for."""
    channel_for(workspace, arguments["channel"])
    oldest, all_ = (
        str(arguments.get("oldest") or "0"),
        str(arguments.get("include_all_metadata")).lower() in ("1", "true"),
    )
    there = [m for m in workspace.messages if m.channel == arguments["channel"] and not m.seen_by and m.ts > oldest]
    return [(m, m.as_json() | ({"metadata": m.metadata} if m.metadata and all_ else {})) for m in there]


def _page(found: list[Answer], arguments: Arguments) -> Answer:
    most = int(arguments.get("limit") or 100)
    return {"ok": True, "messages": found[:most], "has_more": len(found) > most}


def _replies(workspace: Workspace, arguments: Arguments) -> Answer:
    root = str(arguments["ts"])
    if workspace.find(arguments["channel"], root) is None:
        raise Refused("thread_not_found")
    return _page([told for m, told in _there(workspace, arguments) if root in (m.ts, m.thread_ts)], arguments)


def _history(workspace: Workspace, arguments: Arguments) -> Answer:
    found = [told for m, told in _there(workspace, arguments) if m.thread_ts in (None, m.ts)]
    return _page(found[::-1], arguments)


def _user(workspace: Workspace, arguments: Arguments) -> Answer:
    if arguments["user"] not in workspace.people:
        raise Refused("user_not_found")
    return {"ok": True, "user": workspace.people[arguments["user"]].as_json()}


def _conversation(workspace: Workspace, arguments: Arguments) -> Answer:
    return {"ok": True, "channel": channel_for(workspace, arguments["channel"], posting=False).as_json()}


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    if arguments["users"] not in workspace.people:
        raise Refused("user_not_found")
    return {"ok": True, "channel": {"id": workspace.direct(arguments["users"]).id}}


def _members(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_for(workspace, arguments["channel"], posting=False)
    members = sorted(channel.members or workspace.people)
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": ""}}


def _reacted(workspace: Workspace, arguments: Arguments) -> Answer:
    if workspace.find(arguments["channel"], str(arguments["timestamp"])) is None:
        raise Refused("message_not_found")
    return {"ok": True}


def _told(workspace: Workspace, arguments: Arguments) -> Answer:
    channel_for(workspace, arguments["channel_id"])
    if thread := arguments.get("thread_ts"):
        _thread(workspace, arguments["channel_id"], {"thread_ts": thread})
    if len(arguments.get("prompts") or []) > 4:
        raise Refused("invalid_arguments")
    workspace.statuses.append(arguments)
    return {"ok": True}


def _auth(_workspace: Workspace, _arguments: Arguments) -> Answer:
    url = "https://house.slack.com/"
    own = {"user": "assistant", "user_id": BOT_USER, "bot_id": BOT, "app_id": APP}
    return {"ok": True, "url": url, "team": "House", "team_id": TEAM, "is_enterprise_install": False, **own}


def _team(_workspace: Workspace, _arguments: Arguments) -> Answer:
    return {"ok": True, "team": {"id": TEAM, "name": "House", "domain": "house"}}


# Each method with the arguments without which Slack refuses it, and the scope that it needs.
METHODS: dict[str, tuple[Method, tuple[str, ...], str]] = {
    "auth.test": (_auth, (), ""),
    "team.info": (_team, (), "team:read"),
    "chat.postMessage": (_post, ("channel",), "chat:write"),
    "chat.postEphemeral": (_post_ephemeral, ("channel", "user"), "chat:write"),
    "chat.update": (_update, ("channel", "ts"), "chat:write"),
    "chat.delete": (_delete, ("channel", "ts"), "chat:write"),
    "chat.getPermalink": (_permalink, ("channel", "message_ts"), ""),
    "chat.startStream": (_start_stream, ("channel", "thread_ts"), "chat:write"),
    "chat.appendStream": (_append_stream, ("channel", "ts"), "chat:write"),
    "chat.stopStream": (_stop_stream, ("channel", "ts"), "chat:write"),
    "conversations.info": (_conversation, ("channel",), "channels:read"),
    "conversations.members": (_members, ("channel",), "channels:read"),
    "conversations.open": (_open, ("users",), "im:write"),
    "conversations.replies": (_replies, ("channel", "ts"), "channels:history"),
    "conversations.history": (_history, ("channel",), "channels:history"),
    "users.info": (_user, ("user",), "users:read"),
    "reactions.add": (_reacted, ("channel", "timestamp", "name"), "reactions:write"),
    "reactions.remove": (_reacted, ("channel", "timestamp", "name"), "reactions:write"),
    "assistant.threads.setStatus": (_told, ("channel_id", "thread_ts", "status"), "chat:write"),
    "assistant.threads.setTitle": (_told, ("channel_id", "thread_ts", "title"), "assistant:write"),
    "assistant.threads.setSuggestedPrompts": (_told, ("channel_id", "prompts"), "assistant:write"),
    "agents.sessions.setStatus": (_told, ("channel_id", "status"), "chat:write"),
    "agents.sessions.rename": (_told, ("channel_id", "title"), "chat:write"),
}
