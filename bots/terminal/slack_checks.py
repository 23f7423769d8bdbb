"""What `assistant doctor` says of Slack: whether it is set up, lets us in, and takes what we send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select

from assistant.index.schema import outbox
from assistant.settings import Settings
from bots.terminal.check import Check

if TYPE_CHECKING:
    from slack_sdk import WebClient

MANIFEST = Path(__file__).resolve().parent.parent / "slack" / "manifest.yaml"
_APP = "the app's page on https://api.slack.com/apps"
_TOKEN_FIX = f"install the app again on {_APP} and set SLACK_BOT_TOKEN to its new token"
_UNSENT = ("waiting", "sending", "unsure")


def slack(settings: Settings, engine: Engine | None) -> list[Check]:
    """Look at Slack, and at what waits for it in the database where there is one."""
    if not (settings.slack_bot_token or settings.slack_signing_secret or settings.slack_app_token):
        return [Check("slack", True, "not set up")]
    if not settings.slack_bot_token:
        return [Check("slack", False, "SLACK_BOT_TOKEN is not set", f"copy it from {_APP}, 'OAuth & Permissions'")]
    if not (settings.slack_signing_secret or settings.slack_app_token):
        fix = "set SLACK_APP_TOKEN for 'assistant slack', or SLACK_SIGNING_SECRET for 'assistant serve'"
        return [Check("slack", False, "nothing comes in: no SLACK_APP_TOKEN and no SLACK_SIGNING_SECRET", fix)]
    checks = _reached(settings)
    return checks if engine is None else [*checks, _sent(engine)]


def _reached(settings: Settings) -> list[Check]:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    client = WebClient(settings.slack_bot_token, base_url=settings.slack_api_url, timeout=10, retry_handlers=[])
    try:
        who = client.auth_test()
    except SlackApiError as error:
        code = _code(error)
        said = "the token was revoked" if code == "token_revoked" else "the token is refused"
        return [Check("slack", False, f"{said} ({code})", _TOKEN_FIX)]
    except Exception as error:
        detail = f"{settings.slack_api_url} does not answer ({type(error).__name__})"
        return [Check("slack", False, detail, "check the network, and ASSISTANT_SLACK_API_URL if you set it")]
    granted = str({name.lower(): value for name, value in who.headers.items()}.get("x-oauth-scopes", ""))
    if missing := sorted(wanted_scopes() - {scope.strip() for scope in granted.split(",")}):
        fix = f"add them on {_APP}, 'OAuth & Permissions', and install the app again"
        return [Check("slack", False, f"scopes are missing: {', '.join(missing)}", fix)]
    ways = [name for name, value in _ways(settings) if value]
    found = Check("slack", True, f"{who.get('user')} in {who.get('team')}, by {' and '.join(ways)}")
    return [found, *_app_token(settings, client), _staff_channel(settings, client)]


def _ways(settings: Settings) -> tuple[tuple[str, str], ...]:
    return ("Socket Mode", settings.slack_app_token), ("HTTP", settings.slack_signing_secret)


def wanted_scopes() -> set[str]:
    """Return the scopes that the manifest asks for."""
    import yaml

    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return set(manifest["oauth_config"]["scopes"]["bot"])


def _app_token(settings: Settings, client: WebClient) -> list[Check]:
    """Say whether Socket Mode would be let in; an address is asked for and left unused."""
    from slack_sdk.errors import SlackApiError

    if not settings.slack_app_token:
        return []
    try:
        client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        fix = f"make a token with the scope connections:write on {_APP}, 'Basic Information', 'App-Level Tokens'"
        return [Check("slack socket", False, f"SLACK_APP_TOKEN is refused ({_code(error)})", fix)]
    return []


def _staff_channel(settings: Settings, client: WebClient) -> Check:
    from slack_sdk.errors import SlackApiError

    name, channel = "slack staff channel", settings.slack_staff_channel
    if not channel:
        fix = "set ASSISTANT_SLACK_STAFF_CHANNEL to the id of the channel: at the bottom of its 'About'"
        return Check(name, False, "questions for a person appear nowhere in Slack", fix)
    try:
        said: dict[str, Any] = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        fix = "correct ASSISTANT_SLACK_STAFF_CHANNEL, and invite the app to the channel"
        return Check(name, False, f"{channel} cannot be seen ({_code(error)})", fix)
    shown = f"{channel} (#{said.get('name', '?')})"
    if said.get("is_archived"):
        return Check(name, False, f"{shown} is archived", "choose another channel")
    if not said.get("is_member"):
        return Check(name, False, f"the app is not in {shown}", "write '/invite @Interreg Europe assistant' in it")
    if said.get("is_ext_shared") or said.get("is_pending_ext_shared"):
        return Check(name, False, f"{shown} is shared with another organisation", "choose one of your own only")
    return Check(name, True, shown)


def _sent(engine: Engine) -> Check:
    refused = select(outbox.c.method, outbox.c.channel, outbox.c.error).where(outbox.c.state == "failed")
    count = select(func.count()).select_from(outbox)
    with engine.connect() as connection:
        waiting = connection.execute(count.where(outbox.c.state.in_(_UNSENT))).scalar() or 0
        failed = connection.execute(count.where(outbox.c.state == "failed")).scalar() or 0
        last = connection.execute(refused.order_by(outbox.c.id.desc()).limit(1)).first()
    if last is None:
        return Check("slack outbox", True, f"{waiting} to be sent")
    detail = f"{waiting} to be sent, {failed} refused; the last: {last.method} in {last.channel} ({last.error})"
    return Check("slack outbox", False, detail, _FIXES.get(str(last.error).split(";")[0], "see Slack's error"))


_FIXES = {
    "not_in_channel": "invite the app to that channel",
    "channel_not_found": "invite the app to that channel",
    "is_archived": "nothing more can be posted in that channel",
    "missing_scope": f"compare the scopes on {_APP} with bots/slack/manifest.yaml, and install the app again",
    "token_revoked": _TOKEN_FIX,
    "account_inactive": _TOKEN_FIX,
    "invalid_auth": _TOKEN_FIX,
}


def _code(error: Any) -> str:
    try:
        return str(error.response["error"])
    except (KeyError, TypeError, AttributeError):
        return "no reason given"
