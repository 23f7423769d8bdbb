"""`assistant slack`: the Slack door over Socket Mode, which needs no address on the internet."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import typer

from assistant.errors import ConfigurationError
from bots.terminal.serve import publisher

if TYPE_CHECKING:
    from assistant.settings import Settings


def slack() -> None:
    """Answer in Slack over Socket Mode, until Ctrl-C; SLACK_BOT_TOKEN and SLACK_APP_TOKEN have to be set.

    Over HTTP, 'assistant serve' answers in Slack by itself where SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are set.

    \b
    Example:
      assistant slack
    """
    from assistant.settings import load

    settings = load()
    check_tokens(settings)
    asyncio.run(_listen(settings))


def check_tokens(settings: Settings) -> None:
    """Look at the two tokens that Socket Mode needs.

    Raises:
        ConfigurationError: one is missing, or is none of its kind.

    """
    wanted = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-", "'OAuth & Permissions'"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-", "'Basic Information', 'App-Level Tokens'"),
    )
    for name, token, start, page in wanted:
        where = f"it starts with {start}, and is on the page {page} of the app on https://api.slack.com/apps"
        if not token:
            raise ConfigurationError(f"{name} is not set: {where}.")
        if not token.startswith(start):
            raise ConfigurationError(f"{name} is no such token: {where}.")


async def _listen(settings: Settings) -> None:
    from bots.slack.app import create_slack
    from bots.slack.socket_mode import connected

    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers of this kind
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    door = create_slack(settings, publish=publisher(settings))
    async with door.running(), connected(door) as whom:
        typer.echo(f"Listening to Slack as {whom} (Ctrl-C stops)")
        await stop.wait()
