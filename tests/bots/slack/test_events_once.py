"""What Slack delivers is acknowledged in time and handled once, however often and to whomever it is delivered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fake_slack import PretendedSlack
from fastapi import FastAPI
from running import Serving, application
from sqlalchemy import func, select

from assistant.clock import now
from assistant.handover import Handover, Handovers
from assistant.index.schema import answers, slack_events
from assistant.service import Assistant
from assistant.settings import Settings
from bots.slack import events
from bots.slack.door import SlackDoor
from bots.web import create_app
from evals.pretended_slack import payloads
from evals.pretended_slack.delivery import signed

if TYPE_CHECKING:
    from conftest import Served

Opened = Callable[[Settings], "Served"]
QUESTION = "<@U0BOT> Wie kan subsidie krijgen?"


@pytest.fixture
def serving() -> Iterator[Callable[[FastAPI], str]]:
    running: list[Serving] = []

    def start(app: FastAPI) -> str:
        running.append(Serving(app))
        return running[-1].url + "/slack/events"

    yield start
    for one in running:
        one.close()


@pytest.fixture
def serve_slack(slack: PretendedSlack, serving: Callable[[FastAPI], str]) -> Callable[[SlackDoor], SlackDoor]:
    def start(door: SlackDoor) -> SlackDoor:
        slack.request_url = serving(application(door))
        return door

    return start


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the door acknowledge so early that a busy machine does so in time, too."""
    assert events.PATIENCE <= 2, "Slack waits for 3 s"
    monkeypatch.setattr(events, "PATIENCE", 0.5)


def mention(slack: PretendedSlack, text: str = "Wie kan subsidie krijgen?") -> tuple[dict[str, Any], str]:
    """A mention that stands in the channel and was not delivered yet, and its ts."""
    where, who = slack.workspace.channels["C0GENERAL"], slack.workspace.people["U0ANNA"]
    message = slack.put("C0GENERAL", "U0ANNA", f"<@{slack.bot_user}> {text}")
    return payloads.mentioned(message, where, who), message.ts


def answered(slack: PretendedSlack, ts: str) -> int:
    return len(slack.replies("C0GENERAL", ts))


def settle(door: SlackDoor) -> None:
    deadline = time.monotonic() + 30
    while (door.events.held or door.outbox.waiting()) and time.monotonic() < deadline:
        time.sleep(0.05)


def kept(door: SlackDoor) -> int:
    with door.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(answers)).scalar() or 0


def test_event_delivered_ten_times_at_once_is_answered_once(slack: PretendedSlack, door: SlackDoor) -> None:
    event, ts = mention(slack)
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda n: slack.event(event, event_id="Ev1", retry=n % 3), range(10)))
    assert all(d.statuses == [200] for d in done)
    settle(door)
    assert answered(slack, ts) == 1
    assert kept(door) == 1


def test_event_delivered_to_two_processes_is_answered_once(
    slack: PretendedSlack, open_door: Opened, slack_settings: Settings
) -> None:
    served = [open_door(slack_settings), open_door(slack_settings)]
    event, ts = mention(slack)
    body = json.dumps(payloads.envelope(slack.workspace, event, "Ev1"))
    headers = signed(slack.signing_secret, body) | {"Content-Type": "application/json"}

    def deliver(number: int) -> int:
        return httpx.post(served[number % 2].url, content=body, headers=headers, trust_env=False).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(deliver, range(6))) == {200}
    for one in served:
        settle(one.door)
    assert answered(slack, ts) == 1
    assert kept(served[0].door) == 1


def test_retry_after_a_restart_finds_the_event_done(
    slack: PretendedSlack, open_door: Opened, slack_settings: Settings
) -> None:
    first = open_door(slack_settings)
    event, ts = mention(slack)
    slack.event(event, event_id="Ev1")
    settle(first.door)
    first.stop()
    second = open_door(slack_settings)
    assert slack.event(event, event_id="Ev1", retry=1).ok
    settle(second.door)
    assert answered(slack, ts) == 1


def test_retry_of_an_event_whose_process_died_is_answered(slack: PretendedSlack, door: SlackDoor) -> None:
    with door.engine.begin() as connection:
        row = {"key": "event:Ev1", "done": False, "at": now() - timedelta(seconds=1.5)}
        connection.execute(slack_events.insert(), [row])
    event, ts = mention(slack)
    done = slack.event(event, event_id="Ev1", retry=1)
    assert done.ok
    assert done.seconds < 3
    slack.wait(lambda: answered(slack, ts))


@pytest.mark.usefixtures("impatient")
def test_duplicate_of_what_a_living_process_is_busy_with_is_left_to_it(slack: PretendedSlack, door: SlackDoor) -> None:
    stop = threading.Event()

    def live() -> None:
        while not stop.wait(0.2):
            with door.engine.begin() as connection:
                connection.execute(slack_events.update().values(at=now()))

    with door.engine.begin() as connection:
        connection.execute(slack_events.insert(), [{"key": "event:Ev1", "done": False, "at": now()}])
    other = threading.Thread(target=live)
    other.start()
    event, ts = mention(slack)
    done = slack.event(event, event_id="Ev1", retry=1)
    stop.set()
    other.join()
    assert done.statuses == [200]
    assert done.seconds < 3
    assert answered(slack, ts) == 0


def test_event_that_could_not_be_handled_is_brought_again_and_answered(
    slack: PretendedSlack,
    slack_settings: Settings,
    open_assistant: Callable[[Settings, Sequence[str]], Assistant],
    serve_slack: Callable[[SlackDoor], SlackDoor],
) -> None:
    from bots.slack.app import create_slack

    tries: list[int] = []

    def opener(settings: Settings, audiences: Sequence[str]) -> Assistant:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("a broken disk")
        return open_assistant(settings, audiences)

    door = serve_slack(create_slack(slack_settings, opener))
    event, ts = mention(slack)
    done = slack.event(event, event_id="Ev1")
    assert done.statuses[0] == 500
    assert done.ok
    slack.wait(lambda: answered(slack, ts))
    settle(door)
    assert answered(slack, ts) == 1


@pytest.mark.usefixtures("impatient")
def test_event_is_acknowledged_in_time_though_the_assistant_is_slow(
    slack: PretendedSlack,
    slack_settings: Settings,
    open_assistant: Callable[[Settings, Sequence[str]], Assistant],
    serve_slack: Callable[[SlackDoor], SlackDoor],
) -> None:
    from bots.slack.app import create_slack

    def opener(settings: Settings, audiences: Sequence[str]) -> Assistant:
        time.sleep(4)
        return open_assistant(settings, audiences)

    serve_slack(create_slack(slack_settings, opener))
    event, ts = mention(slack)
    done = slack.event(event, event_id="Ev1")
    assert done.statuses == [200]
    assert done.seconds < 3
    slack.wait(lambda: answered(slack, ts))


def test_press_is_acknowledged_when_it_was_handled(
    slack: PretendedSlack, door: SlackDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", "What is the weather on Mars?")
    answer = slack.wait(lambda: slack.replies("C0GENERAL", ts))[0]
    hand_over = Handovers.open

    def slow(*given: Any, **how: Any) -> Handover:
        time.sleep(0.5)
        return hand_over(*given, **how)

    monkeypatch.setattr(Handovers, "open", slow)
    assert slack.click("C0GENERAL", answer.ts, "hand_over").ok
    assert len(Handovers(door.engine).list("waiting")) == 1


@pytest.mark.usefixtures("impatient")
def test_command_delivered_twice_is_answered_once(slack: PretendedSlack, door: SlackDoor) -> None:
    where, who = slack.workspace.channels["C0GENERAL"], slack.workspace.people["U0ANNA"]
    given = payloads.command("/interreg", "Wie kan subsidie krijgen?", where, who, response_url="", trigger_id="1.2")
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: slack.postman.interaction(given, "slash_commands"), range(3)))
    assert all(d.statuses == [200] and d.seconds < 3 for d in done)
    settle(door)
    assert kept(door) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"subtype": "bot_message", "bot_id": "B0OTHER", "text": QUESTION},
        {"bot_id": "B0OTHER", "user": "U0OTHERBOT", "text": QUESTION},
        {"subtype": "channel_join", "user": "U0ANNA", "text": QUESTION},
        {"user": "U0BOT", "text": QUESTION},
        {
            "subtype": "message_changed",
            "message": {"user": "U0ANNA", "text": QUESTION, "ts": "1.2"},
            "previous_message": {"user": "U0ANNA", "text": QUESTION, "ts": "1.2"},
        },
        {"type": "reaction_added", "user": "U0ANNA"},
    ],
)
def test_what_no_person_said_is_acknowledged_and_left(
    slack: PretendedSlack, door: SlackDoor, told: dict[str, Any]
) -> None:
    event = {"type": "message", "ts": "1700000000.000100", "channel": "C0GENERAL", "channel_type": "channel"} | told
    if event.get("user") == "U0BOT":
        event |= {"user": slack.bot_user}
    assert slack.event(event).statuses == [200]
    settle(door)
    assert slack.messages("C0GENERAL", ours=True) == []
    assert kept(door) == 0


def test_what_was_delivered_is_forgotten_after_ten_minutes(slack: PretendedSlack, door: SlackDoor) -> None:
    with door.engine.begin() as connection:
        rows = [{"key": str(m), "done": True, "at": now() - timedelta(minutes=m)} for m in (9, 11)]
        connection.execute(slack_events.insert(), rows)
    door.events.sweep()
    with door.engine.connect() as connection:
        assert connection.execute(select(slack_events.c.key)).scalars().all() == ["9"]


def test_nothing_is_lost_while_slack_does_not_know_our_token(slack: PretendedSlack, door: SlackDoor) -> None:
    slack.fail("auth.test", "invalid_auth", times=1)
    event, ts = mention(slack)
    done = slack.event(event, event_id="Ev1")
    assert done.statuses[0] == 503
    assert done.ok
    slack.wait(lambda: answered(slack, ts))


@pytest.fixture
def web_url(slack: PretendedSlack, slack_settings: Settings, serving: Callable[[FastAPI], str]) -> str:
    return serving(create_app(slack_settings))


def test_web_server_takes_events_and_commands_at_one_address(slack: PretendedSlack, web_url: str) -> None:
    slack.request_url = web_url
    event, ts = mention(slack)
    slack.event(event)
    slack.wait(lambda: answered(slack, ts))
    assert slack.command("/interreg", "help").ok


@pytest.mark.parametrize("body", ["{", "[1]", '{"type": "event_callback"}', "payload=[", "\xff", "null", "{" * 3000])
def test_what_slack_did_not_sign_is_refused(web_url: str, body: str) -> None:
    stamp = str(int(time.time()))
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=00", "Content-Type": "application/json"}
    answer = httpx.post(web_url, content=body.encode("latin-1"), headers=headers, trust_env=False)
    assert answer.status_code in (400, 401)
    headers["X-Slack-Request-Timestamp"] = "x"
    nonsense = httpx.post(web_url, content=body.encode("latin-1"), headers=headers, trust_env=False)
    assert nonsense.status_code in (400, 401)
