"""Socket Mode: the real `assistant slack` process over a WebSocket of the pretended Slack."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest
from fake_slack import PretendedSlack
from process import COMMAND, variables

from assistant.settings import Settings

QUESTION = "Can a private company get funding?"
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(slack: PretendedSlack, slack_settings: Settings) -> Iterator[Start]:
    """Start `assistant slack`; what people do in the pretended Slack goes over the WebSocket."""
    started: list[subprocess.Popen[str]] = []

    def begin(**changed: str) -> subprocess.Popen[str]:
        env = variables(slack_settings, slack) | {"SLACK_APP_TOKEN": slack.app_token} | changed
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([*COMMAND, "slack"], env=env, text=True, **pipes)  # type: ignore[call-overload]
        started.append(process)
        return process

    yield begin
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def listening(slack: PretendedSlack, start: Start) -> subprocess.Popen[str]:
    process = start()
    slack.wait(lambda: slack.connected or process.poll() is not None, 60)
    assert process.poll() is None, process.stderr.read()
    return process


def test_question_over_the_socket_is_answered_and_acknowledged(slack: PretendedSlack, listening) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", QUESTION)
    slack.wait(lambda: slack.replies("C0GENERAL", ts), 60)
    assert len(slack.acknowledgements) >= 2  # the mention, and the message that it is too
    assert len(slack.replies("C0GENERAL", ts)) == 1


def test_another_socket_is_opened_when_slack_asks_and_when_it_hangs_up(slack: PretendedSlack, listening) -> None:
    sockets = slack.server.sockets
    opened = sockets.opened
    slack.disconnect()
    slack.wait(lambda: sockets.opened > opened, 60)
    opened = sockets.opened
    slack.hang_up()
    slack.wait(lambda: slack.connected, 60)
    assert sockets.opened > opened
    ts = slack.mention("C0GENERAL", "U0ANNA", QUESTION)
    slack.wait(lambda: slack.replies("C0GENERAL", ts), 60)


def test_event_redelivered_to_the_next_process_is_answered_once(slack: PretendedSlack, start: Start) -> None:
    first = start()
    slack.wait(lambda: slack.connected, 60)
    text = f"<@{slack.bot_user}> {QUESTION}"
    asked = slack.put("C0GENERAL", "U0ANNA", text)
    event = {"type": "app_mention", "user": "U0ANNA", "channel": "C0GENERAL", "text": text, "ts": asked.ts}
    assert slack.event(event, event_id="Ev1").ok
    slack.wait(lambda: slack.replies("C0GENERAL", asked.ts), 60)
    first.kill()
    slack.wait(lambda: not slack.connected)
    start()
    slack.wait(lambda: slack.connected, 60)
    assert slack.event(event, event_id="Ev1", retry=1).ok
    later = slack.mention("C0GENERAL", "U0ANNA", QUESTION)
    slack.wait(lambda: slack.replies("C0GENERAL", later), 60)
    assert len(slack.replies("C0GENERAL", asked.ts)) == 1


def test_refused_token_is_told_in_one_line(start: Start) -> None:
    process = start(SLACK_APP_TOKEN="xapp-other")
    _, said = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "SLACK_APP_TOKEN" in said
    assert "Traceback" not in said
