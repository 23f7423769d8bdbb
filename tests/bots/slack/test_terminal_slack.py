"""`assistant slack`: it listens over Socket Mode, or says in one sentence why it cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from fake_slack import PretendedSlack
from typer.testing import CliRunner, Result

from assistant.settings import Settings, load
from bots.terminal.app import app

Variables = dict[str, str]


@pytest.fixture
def variables(slack: PretendedSlack, slack_settings: Settings) -> Variables:
    return {
        "ASSISTANT_CORPUS_DIR": str(slack_settings.corpus_dir),
        "ASSISTANT_VAR_DIR": str(slack_settings.var_dir),
        "ASSISTANT_MODEL_DIR": str(slack_settings.model_dir),
        "ASSISTANT_SLACK_API_URL": slack.url,
        "ASSISTANT_SLACK_STAFF_CHANNEL": "C0STAFF",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": "",
    }


@pytest.fixture
def run(variables: Variables, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    def over(**changes: str) -> Result:
        for name, value in (variables | changes).items():
            monkeypatch.setenv(name, value)
        load.cache_clear()
        return CliRunner().invoke(app, ["slack"])

    yield over
    load.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_APP_TOKEN", "", "SLACK_APP_TOKEN is not set"),
        ("SLACK_APP_TOKEN", "xoxb-the-other-one", "SLACK_APP_TOKEN is no such token: it starts with xapp-"),
        ("SLACK_BOT_TOKEN", "xoxb-other", "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-other", "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
    ],
)
def test_missing_or_refused_token_is_one_sentence(run: Callable[..., Result], name: str, value: str, said: str) -> None:
    result = run(**{name: value})
    assert result.exit_code == 3
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_slack_that_is_out_of_reach_is_one_sentence(run: Callable[..., Result]) -> None:
    result = run(ASSISTANT_SLACK_API_URL="http://127.0.0.1:9/api/")
    assert result.exit_code == 1
    assert result.stderr.startswith("Slack cannot be reached at http://127.0.0.1:9/api/")
    assert result.stderr.count("\n") == 1


@pytest.fixture
def process(variables: Variables) -> Iterator[subprocess.Popen[str]]:
    listening = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{listening}\nfrom bots.terminal import main; main()", "slack"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=os.environ | variables, **pipes) as started:  # type: ignore[call-overload]
        yield started
        started.kill()


def test_answers_over_the_socket_again_after_it_broke_and_stops_quietly(
    slack: PretendedSlack, process: subprocess.Popen[str]
) -> None:
    assert process.stdout
    assert process.stdout.readline() == "Listening to Slack as assistant in House (Ctrl-C stops)\n"
    slack.wait(lambda: slack.connected)
    first = slack.mention("C0GENERAL", "U0ANNA", "Wie kan subsidie krijgen?")
    slack.wait(lambda: slack.replies("C0GENERAL", first), 40)
    opened = slack.server.sockets.opened
    slack.disconnect()
    slack.wait(lambda: slack.server.sockets.opened > opened)
    second = slack.mention("C0OTHER", "U0ANNA", "Who can get funding?")
    slack.wait(lambda: slack.replies("C0OTHER", second), 40)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert len(slack.replies("C0GENERAL", first)) == 1
