"""Socket Mode: Slack delivers over a WebSocket that we open, so that no address on the internet is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from assistant.errors import AssistantError, ConfigurationError
from bots.slack.audience import UNREACHABLE
from bots.slack.door import SlackDoor
from bots.slack.sending import error_code

_PATIENCE = 30.0  # seconds for the first connection


@asynccontextmanager
async def connected(door: SlackDoor) -> AsyncIterator[str]:
    """Take deliveries from Slack for as long as the context lasts; gives the names of the app and the workspace.

    A connection that breaks is made again.

    Raises:
        ConfigurationError: Slack refuses a token; the message says which.
        AssistantError: Slack cannot be reached.

    """
    settings, client = door.settings, door.app.client
    who = await _accepted(client, "SLACK_BOT_TOKEN", "auth.test", settings.slack_bot_token)
    await _accepted(client, "SLACK_APP_TOKEN", "apps.connections.open", settings.slack_app_token)
    handler = AsyncSocketModeHandler(door.app, settings.slack_app_token)
    try:
        await asyncio.wait_for(handler.connect_async(), _PATIENCE)  # type: ignore[no-untyped-call]
        yield f"{who.get('user')} in {who.get('team')}"
    except TimeoutError as error:
        raise AssistantError(f"Slack opens no connection within {_PATIENCE:.0f} s: try again later.") from error
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _accepted(client: AsyncWebClient, name: str, method: str, token: str) -> dict[str, object]:
    try:
        response = await client.api_call(method, headers={"Authorization": f"Bearer {token}"})
    except SlackApiError as error:
        code = error_code(error) or "no reason given"
        raise ConfigurationError(
            f"Slack refuses {name} ({code}): copy it again from the app's page on https://api.slack.com/apps."
        ) from error
    except UNREACHABLE as error:
        raise AssistantError(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}): check the network, and "
            "ASSISTANT_SLACK_API_URL if you set it."
        ) from error
    return dict(response.data) if isinstance(response.data, dict) else {}
