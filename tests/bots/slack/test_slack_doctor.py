"""`assistant doctor` says in one line what is wrong with Slack, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_slack import PretendedSlack
from sqlalchemy import Engine
from typer.testing import CliRunner

from assistant.clock import now
from assistant.index.database import connect
from assistant.index.schema import outbox
from assistant.settings import Settings, load
from bots.terminal.app import app
from bots.terminal.check import Check
from bots.terminal.slack_checks import slack as look
from bots.terminal.slack_checks import wanted_scopes


@pytest.fixture
def set_up(slack: PretendedSlack, tmp_path: Path) -> Settings:
    return Settings(
        var_dir=tmp_path / "var",
        slack_bot_token=slack.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_app_token=slack.app_token,
        slack_api_url=slack.url,
        slack_staff_channel="C0STAFF",
    )


@pytest.fixture
def engine(set_up: Settings) -> Iterator[Engine]:
    made = connect(set_up.database)
    yield made
    made.dispose()


def problem(settings: Settings, engine: Engine | None = None, **changes: str) -> Check:
    """The one thing that is wrong."""
    found = [check for check in look(settings.model_copy(update=changes), engine) if not check.ok]
    assert len(found) == 1
    assert found[0].fix
    return found[0]


def test_slack_that_works_is_said_to(slack: PretendedSlack, set_up: Settings, engine: Engine) -> None:
    checks = look(set_up, engine)
    assert all(check.ok for check in checks)
    assert checks[0].detail == "assistant in House, by Socket Mode and HTTP"
    assert {check.name for check in checks} == {"slack", "slack staff channel", "slack outbox"}


def test_slack_that_nobody_set_up_is_no_problem(set_up: Settings) -> None:
    changes = {"slack_bot_token": "", "slack_signing_secret": "", "slack_app_token": ""}
    assert look(set_up.model_copy(update=changes), None) == [Check("slack", True, "not set up")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slack_bot_token": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"slack_signing_secret": "", "slack_app_token": ""}, "nothing comes in"),
        ({"slack_bot_token": "xoxb-other"}, "refused (invalid_auth)"),
        ({"slack_app_token": "xapp-other"}, "SLACK_APP_TOKEN is refused"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "does not answer"),
        ({"slack_staff_channel": ""}, "appear nowhere"),
        ({"slack_staff_channel": "C0NOWHERE"}, "C0NOWHERE cannot be seen (channel_not_found)"),
        ({"slack_staff_channel": "C0SHARED"}, "shared with another organisation"),
    ],
)
def test_what_is_wrong_is_named(set_up: Settings, changes: dict[str, str], said: str) -> None:
    assert said in problem(set_up, **changes).detail


def test_channel_that_the_app_cannot_post_in_is_named(slack: PretendedSlack, set_up: Settings) -> None:
    slack.add_channel("C0AWAY", "away", member=False)
    slack.add_channel("C0OLD", "old", archived=True)
    assert "not in C0AWAY (#away)" in problem(set_up, slack_staff_channel="C0AWAY").detail
    assert "archived" in problem(set_up, slack_staff_channel="C0OLD").detail


def test_revoked_token_is_named(slack: PretendedSlack, set_up: Settings) -> None:
    slack.revoke()
    found = problem(set_up)
    assert found.detail == "the token was revoked (token_revoked)"
    assert "install the app again" in str(found.fix)


def test_missing_scopes_are_named(slack: PretendedSlack, set_up: Settings) -> None:
    slack.server.scopes = wanted_scopes() - {"users:read", "im:history"}
    assert problem(set_up).detail == "scopes are missing: im:history, users:read"


def test_refused_message_is_named_with_its_reason(set_up: Settings, engine: Engine) -> None:
    row = {
        "key": "k", "method": "chat.postMessage", "channel": "C1", "payload": {}, "state": "failed", "attempts": 1,
        "error": "not_in_channel", "next_at": now(), "created_at": now(),
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(outbox.insert(), [row])
    found = problem(set_up, engine)
    assert found.detail == "0 to be sent, 1 refused; the last: chat.postMessage in C1 (not_in_channel)"
    assert found.fix == "invite the app to that channel"


def test_token_is_never_shown(slack: PretendedSlack, set_up: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "ASSISTANT_VAR_DIR": str(set_up.var_dir),
        "ASSISTANT_SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": "xoxb-secret",
        "SLACK_APP_TOKEN": "xapp-secret",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    load.cache_clear()
    try:
        result = CliRunner().invoke(app, ["doctor", "--json"])
    finally:
        load.cache_clear()
    lines = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert "invalid_auth" in lines["slack"]["detail"]
    assert "secret" not in result.stdout
