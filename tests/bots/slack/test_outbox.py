"""What is to be sent arrives once, in order, whatever becomes of Slack or of us meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fake_slack import PretendedSlack
from running import Running
from sqlalchemy import select

from assistant.clock import now
from assistant.errors import IndexMissing
from assistant.index.schema import outbox
from assistant.settings import Settings
from bots.slack.app import create_slack
from bots.slack.door import SlackDoor

Open = Callable[[], Running]


@pytest.fixture
def small_settings(slack: PretendedSlack, tmp_path: Path) -> Settings:
    return Settings(
        var_dir=tmp_path / "var",
        slack_bot_token=slack.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.url,
        slack_staff_channel="",
        slack_digest="",
    )


def no_index(*_: object) -> None:
    raise IndexMissing("nothing is indexed")


def closed_door(settings: Settings) -> SlackDoor:
    return create_slack(settings, no_index)  # type: ignore[arg-type]


@pytest.fixture
def open_small(small_settings: Settings) -> Iterator[Open]:
    running: list[Running] = []

    def start() -> Running:
        running.append(Running(closed_door(small_settings)))
        return running[-1]

    yield start
    for one in running:
        one.close()


def say(door: SlackDoor, text: str, *, channel: str = "C0GENERAL", key: str = "", refers: str | None = None) -> bool:
    payload = {"text": text}
    return door.outbox.put(
        None, method="chat.postMessage", channel=channel, payload=payload, key=key or text, refers=refers
    )


def texts(slack: PretendedSlack, channel: str = "C0GENERAL") -> list[str]:
    return [message.text for message in slack.messages(channel, ours=True)]


def seconds(slack: PretendedSlack, door: SlackDoor, channel: str) -> float:
    """How long a message takes to a channel."""
    began = time.monotonic()
    say(door, f"to {channel}", channel=channel)
    slack.wait(lambda: texts(slack, channel))
    return time.monotonic() - began


def is_empty(door: SlackDoor) -> bool:
    return door.outbox.waiting() == 0


def test_message_is_there_in_well_under_a_second(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    took = [seconds(slack, door, slack.add_channel(f"C{number}", str(number)).id) for number in range(5)]
    assert sorted(took)[2] < 0.8, took  # the one in the middle: a busy machine holds up one or two
    say(door, "hello", refers="answer:1")
    slack.wait(lambda: texts(slack))
    message = slack.messages("C0GENERAL", ours=True)[0]
    slack.wait(lambda: door.outbox.messages("answer:1"))
    assert door.outbox.messages("answer:1")[0].ts == message.ts
    assert door.outbox.refers("C0GENERAL", message.ts) == "answer:1"
    assert message.arguments["unfurl_links"] is False


def test_same_key_is_never_sent_twice_even_later(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    assert say(door, "one", key="k")
    slack.wait(lambda: is_empty(door))
    assert not say(door, "two", key="k")
    say(door, "three", channel="C0OTHER")
    slack.wait(lambda: texts(slack, "C0OTHER"))
    assert texts(slack) == ["one"]


def test_nothing_is_sent_of_a_transaction_that_is_rolled_back(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    with door.engine.connect() as connection:
        door.outbox.put(connection, method="chat.postMessage", channel="C0GENERAL", payload={"text": "no"}, key="a")
        connection.rollback()
    with door.engine.begin() as connection:
        door.outbox.put(connection, method="chat.postMessage", channel="C0GENERAL", payload={"text": "yes"}, key="a")
    slack.wait(lambda: texts(slack))
    assert texts(slack) == ["yes"]


def test_channel_gets_at_most_one_message_a_second_from_all_processes(slack: PretendedSlack, open_small: Open) -> None:
    first, second = open_small().door, open_small().door
    for number in range(3):
        say((first, second)[number % 2], str(number))
    slack.wait(lambda: len(texts(slack)) == 3)
    assert texts(slack) == ["0", "1", "2"]
    sent = [float(message.ts) for message in slack.messages("C0GENERAL", ours=True)]
    assert min(b - a for a, b in pairwise(sent)) > 0.9


def test_two_processes_never_send_one_row_twice(slack: PretendedSlack, open_small: Open) -> None:
    doors = [open_small().door, open_small().door]
    for number in range(20):
        slack.add_channel(f"C{number}", str(number))
        say(doors[0], "hello", channel=f"C{number}", key=str(number))
        doors[1].outbox.tell()
    slack.wait(lambda: is_empty(doors[0]))
    assert [texts(slack, f"C{number}") for number in range(20)] == [["hello"]] * 20


def test_slack_that_is_down_gets_everything_in_order_when_it_is_back(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    slack.down()
    say(door, "first")
    say(door, "second")
    time.sleep(0.5)
    slack.up()
    slack.wait(lambda: is_empty(door))
    assert texts(slack) == ["first", "second"]


def test_rate_limit_is_waited_for(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    slack.limit("chat.postMessage", retry_after=1)
    began = time.monotonic()
    say(door, "patient")
    slack.wait(lambda: texts(slack))
    assert 0.9 < time.monotonic() - began < 15  # where Slack does not say how long, it is 30
    assert len(slack.calls("chat.postMessage")) == 2


def test_answer_of_slack_that_got_lost_posts_nothing_twice(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    asked = slack.put("C0GENERAL", "U0ANNA", "question")
    slack.drop("chat.postMessage", done=True)
    payload = {"text": "in a thread", "thread_ts": asked.ts}
    door.outbox.put(None, method="chat.postMessage", channel="C0GENERAL", payload=payload, key="t", refers="answer:2")
    slack.wait(lambda: is_empty(door))
    assert texts(slack) == ["in a thread"]
    assert door.outbox.messages("answer:2")[0].ts == slack.messages("C0GENERAL", ours=True)[0].ts


def test_answer_of_slack_that_got_lost_posts_nothing_twice_to_a_person(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    slack.drop("chat.postMessage", done=True)
    say(door, "for you", channel="U0ANNA")
    slack.wait(lambda: is_empty(door))
    assert texts(slack, slack.direct_channel("U0ANNA")) == ["for you"]


def test_connection_that_broke_before_slack_acted_loses_nothing(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    slack.drop("chat.postMessage", done=False)
    say(door, "after all")
    slack.wait(lambda: is_empty(door))
    assert texts(slack) == ["after all"]


@pytest.mark.parametrize("posted", [True, False])
def test_process_that_died_while_sending_is_taken_over_from(
    slack: PretendedSlack, open_small: Open, small_settings: Settings, posted: bool
) -> None:
    """A row as a killed process leaves it: being sent, its lease over; Slack has the message, or has not."""
    if posted:
        first = open_small()
        slack.drop("chat.postMessage", done=True)
        say(first.door, "once", key="k")
        slack.wait(lambda: texts(slack))
        first.close()
    dead = closed_door(small_settings)
    say(dead, "once", key="k")
    past = {"state": "sending", "attempts": 1, "leased_until": now() - timedelta(seconds=1), "next_at": now()}
    with dead.engine.begin() as connection:
        connection.execute(outbox.update().values(past))
    dead.engine.dispose()
    door = open_small().door
    slack.wait(lambda: is_empty(door))
    assert texts(slack) == ["once"]


@pytest.mark.parametrize(
    ("channel", "error"), [("C0NOWHERE", "channel_not_found"), ("C0AWAY", "not_in_channel"), ("C0OLD", "is_archived")]
)
def test_refusal_is_kept_with_its_reason_and_holds_nothing_up(
    slack: PretendedSlack, open_small: Open, channel: str, error: str
) -> None:
    slack.add_channel("C0AWAY", "away", member=False)
    slack.add_channel("C0OLD", "old", archived=True)
    door = open_small().door
    say(door, "refused", channel=channel)
    say(door, "fine")
    slack.wait(lambda: is_empty(door))
    assert [(c, e) for _, c, e in door.outbox.failed()] == [(channel, error)]
    assert texts(slack) == ["fine"]


def test_update_finds_the_message_that_it_is_of(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    say(door, "before", refers="answer:3")
    door.outbox.put(
        None, method="chat.update", channel="C0GENERAL", payload={"text": "after"}, key="u", refers="answer:3"
    )
    slack.wait(lambda: texts(slack) == ["after"])


def test_what_was_sent_is_not_kept(slack: PretendedSlack, open_small: Open) -> None:
    door = open_small().door
    say(door, "a secret")
    slack.wait(lambda: is_empty(door))
    with door.engine.connect() as connection:
        assert connection.execute(select(outbox.c.payload)).scalar() == {}


def test_what_the_last_delivery_leaves_behind_is_waited_for(open_small: Open) -> None:
    running, done = open_small(), list[str]()

    async def left_behind() -> None:
        await asyncio.sleep(0.2)
        done.append("left behind")

    async def deliver() -> None:
        await asyncio.sleep(0.2)
        running.door.spawn(left_behind())
        await running.door.events.end("Ev1", handled=True)

    async def begin() -> None:
        running.door.events.held["Ev1"] = asyncio.Event()
        kept.append(asyncio.create_task(deliver()))

    kept: list[asyncio.Task[None]] = []
    running.call(begin())
    running.close()
    assert done == ["left behind"]


def test_what_waits_survives_a_restart(slack: PretendedSlack, open_small: Open) -> None:
    slack.down()
    first = open_small()
    say(first.door, "kept")
    time.sleep(0.2)
    first.close()
    slack.up()
    open_small()
    slack.wait(lambda: texts(slack) == ["kept"])
