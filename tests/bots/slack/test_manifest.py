"""The manifest makes the app that this is: what it names is served, what it asks for suffices and is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from fake_slack import PretendedSlack

from bots.slack.door import SlackDoor
from bots.terminal.slack_checks import MANIFEST

# Which scope lets an event through (https://docs.slack.dev/reference/events); none for those of the app itself.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
}


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_slack_takes_its_lengths(manifest: Any) -> None:
    shown, features = manifest["display_information"], manifest["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32


def test_one_paste_makes_it_in_socket_mode_without_an_address(manifest: Any) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(manifest)
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_every_event_has_its_scope(manifest: Any) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(EVENT_SCOPES)
    assert {EVENT_SCOPES[event] for event in events} - {None} <= scopes


def test_what_it_names_is_served(manifest: Any, slack: PretendedSlack, door: SlackDoor) -> None:
    for command in manifest["features"]["slash_commands"]:
        assert slack.command(command["command"], "help").ok
    asked = slack.put("C0GENERAL", "U0ANNA", "Wie kan subsidie krijgen?")
    for shortcut in manifest["features"]["shortcuts"]:
        assert slack.shortcut(shortcut["callback_id"], "C0GENERAL", asked.ts).ok
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        told = {"type": event.partition(".")[0], "channel": "C0GENERAL", "user": "U0ANNA", "ts": asked.ts, "text": "?"}
        assert slack.event(told).statuses == [200]


def test_its_scopes_suffice(manifest: Any, slack: PretendedSlack, door: SlackDoor) -> None:
    slack.server.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    for channel in ("C0GENERAL", "C0STAFF"):
        ts = slack.mention(channel, "U0ANNA", "Wie kan subsidie krijgen?")
        slack.wait(lambda where=channel, ts=ts: slack.replies(where, ts))
    slack.direct("U0ANNA", "Wie kan subsidie krijgen?")
    slack.open_home("U0ANNA")
    slack.open_home("U0ANNA", "messages")
    slack.command("/interreg", "Wie kan subsidie krijgen?")
    slack.wait(lambda: slack.home("U0ANNA"))
    assert [call for call in slack.refusals() if call.answer.get("error") == "missing_scope"] == []
