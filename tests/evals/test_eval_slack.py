"""The figures of the Slack door: what answers twice, never or late is seen to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from aiohttp import ClientSession, web

from evals import slack as command
from evals import speed
from evals.pretended_slack import PretendedSlack, traffic

QUESTIONS = ["Who can be a partner?", "Wie kan partner zijn?"]
Bot = Callable[[str, int], int]  # what is posted for a delivery: by the question's ts and how often it came


@pytest.fixture
def pretended() -> Iterator[PretendedSlack]:
    with closing(PretendedSlack()) as slack:
        yield slack


@pytest.fixture
def answering(pretended: PretendedSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Bot], None]]:
    """Let a small bot take what the pretended Slack delivers."""
    monkeypatch.setattr(traffic, "_QUIET", 0.3)
    monkeypatch.setattr(traffic, "_PATIENCE", 1.0)
    monkeypatch.setattr(traffic, "_BETWEEN", 0.0)
    runners: list[web.AppRunner] = []

    async def serve(bot: Bot) -> int:
        seen: dict[str, int] = {}

        async def take(request: web.Request) -> web.Response:
            event: dict[str, Any] = (await request.json())["event"]
            seen[event["ts"]] = seen.get(event["ts"], 0) + 1
            headers = {"Authorization": f"Bearer {pretended.bot_token}"}
            post = {"channel": event["channel"], "thread_ts": event["ts"], "text": "Answer."}
            async with ClientSession(headers=headers) as session:
                for _ in range(bot(event["ts"], seen[event["ts"]])):
                    await (await session.post(f"{pretended.url}chat.postMessage", json=post)).read()
            return web.Response()

        app = web.Application()
        app.router.add_post("/slack/events", take)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    def start(bot: Bot) -> None:
        port = pretended.server.run(serve(bot)).result(5)
        pretended.request_url = f"http://127.0.0.1:{port}/slack/events"

    yield start
    for runner in runners:
        pretended.server.run(runner.cleanup()).result(5)


def once(_: str, deliveries: int) -> int:
    return int(deliveries == 1)


def test_every_question_answered_once_is_told(pretended, answering) -> None:
    answering(once)
    found = command.figures(pretended, QUESTIONS, n=40, rounds=1)
    assert set(found) == set(command._LABELS)
    assert (found["answers"], found["asked"], found["unanswered"], found["answered_twice"]) == (20, 40, 0, 0)
    assert 0 < found["median_ms"] <= found["p95_ms"]
    assert 80 < found["deliveries"] < 160


def test_answer_to_a_duplicate_is_counted(pretended, answering) -> None:
    answering(lambda _ts, _n: 1)
    assert traffic.storm(pretended, QUESTIONS, n=20).answered_twice == 20  # a mention comes as a message too


def test_question_without_answer_is_counted(pretended, answering) -> None:
    answering(lambda ts, deliveries: once(ts, deliveries) if int(ts[-1]) % 2 else 0)
    found = traffic.storm(pretended, QUESTIONS, n=20)
    assert 0 < found.unanswered < 20


def test_no_answer_at_all_is_told_in_one_sentence(pretended, answering) -> None:
    answering(lambda _ts, _n: 0)
    with pytest.raises(command.AssistantError, match="got no answer"):
        command.figures(pretended, QUESTIONS, n=1, rounds=1)


def test_server_that_does_not_start_is_told_in_one_line(monkeypatch, capsys, tiny_settings) -> None:
    monkeypatch.setattr(speed, "installed_command", lambda: [sys.executable, "-c", "raise SystemExit('no such luck')"])
    monkeypatch.setattr(command, "load", lambda: tiny_settings)
    assert command.main(["-n", "1"]) != 0
    said = capsys.readouterr().err
    assert "no such luck" in said
    assert "Traceback" not in said
