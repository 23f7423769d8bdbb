"""How the Slack door holds under load: `python -m evals.slack [-n 1000] [--json]`.

A server process over a copy of the index answers a pretended Slack on this machine: twenty questions at once in as many
channels, for the time from an event to its answer; and then a storm of mentions, of whose events 30 % come twice or out
of order, for what is answered twice or never.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from assistant.errors import AssistantError
from assistant.settings import load
from evals import speed
from evals.pretended_slack import PretendedSlack
from evals.pretended_slack.traffic import answer_seconds, storm

_AT_ONCE, _ROUNDS, _DIFFERENT = 20, 10, 100
_LABELS = {
    "answers": f"answers, {_AT_ONCE} at once in as many channels",
    "median_ms": "  median from event to answer (ms)",
    "p95_ms": "  95th percentile (ms)",
    "asked": "questions in the storm",
    "deliveries": "  deliveries of their events",
    "unanswered": "  never answered",
    "answered_twice": "  answered more than once",
    "seconds": "  until the last answer (s)",
}


def measure(n: int) -> dict[str, Any]:
    """Return the figures, over a server that is started for this and stopped after it.

    Raises:
        AssistantError: the server does not start, or an answer does not come.

    """
    asked = [item.question for item in speed.different_questions(_DIFFERENT)]
    with tempfile.TemporaryDirectory(prefix="assistant-slack-") as folder, closing(PretendedSlack()) as slack:
        env = {**os.environ, **speed.apart(load(), Path(folder)), **environment(slack)}
        with speed.server(speed.installed_command(), env) as (address, _, _):
            slack.request_url = f"{address}/slack/events"
            return figures(slack, asked, n)


def environment(slack: PretendedSlack) -> dict[str, str]:
    """Return the variables by which a server process talks to the pretended Slack, and takes nothing else for it."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "")
    return proxies | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_APP_TOKEN": "",
        "ASSISTANT_SLACK_API_URL": slack.url,
        "ASSISTANT_SLACK_STAFF_CHANNEL": "C0STAFF",
    }


def figures(slack: PretendedSlack, asked: Sequence[str], n: int, rounds: int = _ROUNDS) -> dict[str, Any]:
    """Return the figures of the app that `slack` delivers to.

    Raises:
        AssistantError: an answer does not come.

    """
    try:
        answer_seconds(slack, asked, at_once=_AT_ONCE, rounds=1)
        seconds = answer_seconds(slack, asked, at_once=_AT_ONCE, rounds=rounds)
    except TimeoutError as error:
        raise AssistantError(f"A question in Slack got no answer. {error}") from error
    median, p95 = np.percentile(seconds, [50, 95]) * 1000
    found = {"answers": len(seconds), "median_ms": round(float(median)), "p95_ms": round(float(p95))}
    return found | asdict(storm(slack, asked, n=n))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.slack", description="Measure the Slack door under load.")
    parser.add_argument("-n", type=int, default=1000, help="how many questions the storm holds (1000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    # Ended from outside, this still has a child to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        found = measure(given.n)
    except AssistantError as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    console = Console(highlight=False)
    if given.json:
        console.print(json.dumps(found), soft_wrap=True, markup=False)
    else:
        for name, value in found.items():
            console.print(f"{_LABELS[name]:46} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
