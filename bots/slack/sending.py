"""One call to Slack, and what its answer means for what was sent: there, refused, not there, or unknown."""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import Row

from assistant.clock import utc

_log = logging.getLogger(__name__)
_PAGES = 10  # of a hundred messages, in which ours is looked for
EVENT_TYPE = "interreg_assistant"  # of the metadata that a message of ours is known by
_PASSING = frozenset(
    ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "accesslimited")
)
_LIMITED = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded"))
_TOKEN = frozenset(("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"))


@dataclass(frozen=True)
class Sent:
    """Where Slack says that it put something; None where it does not say."""

    channel: str | None
    ts: str | None


class Refused(Exception):
    """Slack will never take this; the text is Slack's error code."""


class Unreachable(Exception):
    """Slack did not take this, and may later: `retry_after` seconds from now where it says so."""

    def __init__(self, said: str, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class Unsure(Exception):
    """Slack may have taken this."""


async def send(client: AsyncWebClient, row: Row[Any], payload: Mapping[str, Any]) -> Sent:
    """Send a row of the outbox.

    Raises:
        Refused, Unreachable, Unsure: it is not there, or perhaps not.

    """
    arguments = dict(payload)
    if row.method.startswith(("chat.", "reactions.")):
        arguments["channel"] = row.channel
    if row.method == "chat.postMessage":
        arguments = {"unfurl_links": False, "unfurl_media": False, **arguments}
        arguments["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": _marked(row.key)}}
    said = await _call(client, row.method, arguments)
    ts = said.get("ts") or said.get("message_ts")
    return Sent(said.get("channel") if isinstance(said.get("channel"), str) else None, ts)


async def find(client: AsyncWebClient, row: Row[Any]) -> Sent | None:
    """Look in Slack for a message that was perhaps posted; None where it is not there, or cannot be looked for.

    Raises:
        Unreachable, Unsure: Slack does not say now.

    """
    if row.method != "chat.postMessage":
        return None
    try:
        channel = await _channel(client, row.channel)
        async for message in _messages(client, channel, row):
            about = (message.get("metadata") or {}).get("event_payload") or {}
            if about.get("key") == _marked(row.key):
                return Sent(channel, message.get("ts"))
    except Refused as error:
        _log.warning("Whether a message is in %s already cannot be seen (%s): it is sent again", row.channel, error)
    return None


async def _channel(client: AsyncWebClient, where: str) -> str:
    """Return a channel's id; what is sent to a person is in the direct channel with them."""
    if not where.startswith(("U", "W")):
        return where
    return str((await _call(client, "conversations.open", {"users": where}))["channel"]["id"])


async def _messages(client: AsyncWebClient, channel: str, row: Row[Any]) -> AsyncIterator[dict[str, Any]]:
    thread = row.payload.get("thread_ts")
    method = "conversations.replies" if thread else "conversations.history"
    arguments = {"channel": channel, "include_all_metadata": True, "limit": 100}
    arguments |= {"ts": thread} if thread else {}
    arguments["oldest"] = f"{utc(row.created_at).timestamp() - 60:.6f}"
    for _ in range(_PAGES):
        said = await _call(client, method, arguments, verb="GET")
        for message in said.get("messages") or ():
            yield message
        arguments["cursor"] = (said.get("response_metadata") or {}).get("next_cursor")
        if not arguments["cursor"]:
            return


def _marked(key: str) -> str:
    """Return what stands for a key where others may read it."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, key))


async def _call(
    client: AsyncWebClient, method: str, arguments: Mapping[str, Any], verb: str = "POST"
) -> dict[str, Any]:
    how: dict[str, Any] = {"params": dict(arguments)} if verb == "GET" else {"json": dict(arguments)}
    try:
        response = await client.api_call(method, http_verb=verb, **how)
    except SlackApiError as error:
        raise _meaning(error) from error
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(f"Slack cannot be reached ({type(error).__name__})") from error
    except (TimeoutError, aiohttp.ClientError, OSError, AttributeError, ValueError, SlackClientError) as error:
        raise Unsure(f"Slack's answer did not come through ({type(error).__name__})") from error
    return dict(response.data) if isinstance(response.data, dict) else {}


def _meaning(error: SlackApiError) -> Refused | Unreachable | Unsure:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return Unsure("Slack's answer cannot be read")
    code = error_code(error)
    if response.status_code == 429 or code in _LIMITED:
        return Unreachable("ratelimited", _seconds(response.headers.get("Retry-After")))
    if response.status_code >= 500 or code is None:
        return Unsure(f"Slack answers {response.status_code}")
    if code in _PASSING:
        return Unsure(code)
    if code in _TOKEN:
        return Refused(code)
    details = (response.get("response_metadata") or {}).get("messages") or ()
    return Refused("; ".join([code, *map(str, details)])[:300])


def error_code(error: SlackApiError) -> str | None:
    """Return Slack's code for an error; None where its answer holds none, such as a gateway's page."""
    try:
        return str(error.response["error"]) if error.response["error"] else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _seconds(header: Any) -> float:
    try:
        return min(max(float(header), 0.0), 3600.0)
    except (TypeError, ValueError):
        return 30.0
