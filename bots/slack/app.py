"""The Slack door put together: Bolt's application, its parts, and the address that Slack delivers to."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from assistant.index.database import connect
from assistant.settings import Settings
from bots.slack.audience import UNREACHABLE
from bots.slack.door import Opener, SlackDoor
from bots.slack.events import OnceApp

if TYPE_CHECKING:
    from assistant.service import Assistant

_log = logging.getLogger(__name__)

# In this order: a delivery goes to the first listener that matches.
PARTS = (
    "agent", "asking", "commands", "shortcuts", "feedback", "handover", "modals", "reminders", "kept", "home", "digest",
)  # fmt: skip
_GONE = ("tokens_revoked", "app_uninstalled")
_LARGEST = 1_000_000  # bytes of a delivery
_ANY = re.compile(".*", re.DOTALL)


def open_for(settings: Settings, audiences: Sequence[str]) -> Assistant:
    """Open the assistant over documents of these audiences."""
    from assistant.service import Assistant

    return Assistant.open(settings, audiences)


def create_slack(
    settings: Settings, open_assistant: Opener = open_for, publish: Callable[[], None] | None = None
) -> SlackDoor:
    """Return the door with all its parts; nothing is sent before `door.running()`, nor is anything opened.

    Raises:
        ConfigurationError: the database cannot be opened.

    """
    app = _bolt(settings)
    door = SlackDoor(app, settings, connect(settings.database), open_assistant, publish)
    app.hold(door.events)
    _register_own(door)
    for name in PARTS:
        import_module(f"bots.slack.{name}").register(door)
    # What nobody takes is acknowledged: Slack would bring it again, and show a person that a button failed.
    app.event(_ANY)(_left)
    app.action(_ANY)(_acknowledged)
    return door


def _bolt(settings: Settings) -> OnceApp:
    # A message that Slack refuses for its rate was not posted, so it is safe to send again; after a broken connection
    # it may have been.
    client = AsyncWebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=15,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
    )
    logger = logging.getLogger("slack_bolt")
    logger.addFilter(_is_news)
    return OnceApp(
        logger=logger,
        name="interreg-europe-assistant",
        client=client,
        # Over Socket Mode nothing is signed; Bolt wants a secret, and refuses all of HTTP by one that nobody knows.
        signing_secret=settings.slack_signing_secret or secrets.token_hex(32),
        before_authorize=_known(client),
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out that Bolt found the token in the environment too, where our settings had it from."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()


def _known(client: AsyncWebClient) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Return what refuses deliveries while Slack does not know the token, so that they come again.

    Bolt would answer that all is well, and the event would be lost.
    """
    accepted = asyncio.Event()

    async def check(req: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        kind = (req.body.get("event") or {}).get("type")
        if kind in _GONE:
            accepted.clear()
        elif not accepted.is_set() and req.body.get("type") != "url_verification":
            try:
                await client.auth_test()
            except UNREACHABLE as error:
                _log.warning("Slack does not accept SLACK_BOT_TOKEN, or cannot be reached (%s)", error)
                return BoltResponse(status=503, body="")
            accepted.set()
        await next_()
        return None

    return check


def _register_own(door: SlackDoor) -> None:
    async def revoked(event: dict[str, Any]) -> None:
        _log.error("Slack took the app's access away (%s): install it again, then restart", event.get("type"))

    for kind in _GONE:
        door.app.event(kind)(revoked)


async def _left() -> None:
    """Acknowledge by doing nothing."""


async def _acknowledged(ack: AsyncAck) -> None:
    await ack()


def endpoint(door: SlackDoor) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers `POST /slack/events`: events, commands, shortcuts, actions and views at one address."""
    handler = AsyncSlackRequestHandler(door.app)
    verifier = SignatureVerifier(door.settings.slack_signing_secret)

    async def deliver(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        # Bolt reads the body before it looks at the signature: anybody's nonsense would get that far.
        if not _is_signed(verifier, body, request):
            return Response(status_code=401)
        try:
            return await handler.handle(request)
        except ValueError:
            return Response(status_code=400)

    return deliver


async def _body(request: Request) -> bytes | None:
    """Return the body, where Bolt finds it again; None where it is larger than anything of Slack's."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            return None
    request._body = b"".join(parts)  # as Starlette's own `body()` keeps it
    return request._body


def _is_signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed this within five minutes (https://docs.slack.dev/authentication)."""
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError):
        return False
