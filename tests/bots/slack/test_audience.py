"""Documents of staff are quoted to colleagues in their own channels only; a thread never changes audience."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_slack import PretendedSlack
from running import Running

from assistant.errors import IndexMissing
from assistant.settings import Settings
from bots.slack.app import create_slack


def no_index(*_: object) -> None:
    raise IndexMissing("nothing is indexed")


@pytest.fixture
def running(slack: PretendedSlack, tmp_path: Path) -> Iterator[Running]:
    settings = Settings(
        var_dir=tmp_path / "var",
        slack_bot_token=slack.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.url,
        slack_staff_channel="C0STAFF",
        slack_digest="",
    )
    made = Running(create_slack(settings, no_index))  # type: ignore[arg-type]
    yield made
    made.close()


def audience(running: Running, channel: str, user: str = "U0ANNA", *, shared: bool = False) -> str:
    return running.call(running.door.audiences.of(channel, user, shared=shared))


def test_colleague_in_a_channel_of_staff_sees_documents_of_staff(running: Running) -> None:
    assert audience(running, "C0STAFF") == "staff"
    assert audience(running, "C0GENERAL") == "public"
    running.door.channels.set_staff("C0GENERAL", True, "U0ANNA")
    assert audience(running, "C0GENERAL") == "staff"


@pytest.mark.parametrize("user", ["U0GUEST", "U0ELSE", "U0NOBODY", ""])
def test_guests_and_strangers_never_do(running: Running, user: str) -> None:
    assert audience(running, "C0STAFF", user) == "public"


def test_shared_channel_never_does_whatever_is_set(slack: PretendedSlack, running: Running) -> None:
    running.door.channels.set_staff("C0SHARED", True, "U0ANNA")
    assert audience(running, "C0SHARED") == "public"
    assert audience(running, "C0STAFF", shared=True) == "public"


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
def test_what_slack_does_not_say_counts_as_no(slack: PretendedSlack, running: Running, method: str) -> None:
    slack.fail(method, "internal_error")
    assert audience(running, "C0STAFF") == "public"
    assert audience(running, "C0STAFF") == "staff"


def test_slack_is_asked_once_for_some_minutes(slack: PretendedSlack, running: Running) -> None:
    for _ in range(5):
        audience(running, "C0STAFF")
    assert len(slack.calls("users.info")) == 1
    assert len(slack.calls("conversations.info")) == 1


def test_thread_keeps_its_conversation_and_its_audience(running: Running) -> None:
    enter = running.door.threads.enter
    first = running.call(enter("C0STAFF", "1.1", "U0ANNA"))
    assert first.audience == "staff"
    assert running.call(enter("C0STAFF", "1.1", "U0BERT")) == first
    public = running.call(enter("C0GENERAL", "1.1", "U0ANNA"))
    running.door.channels.set_staff("C0GENERAL", True, "U0ANNA")
    assert running.call(enter("C0GENERAL", "1.1", "U0ANNA")) == public
    assert public.audience == "public"
    assert running.door.threads.of(str(first.conversation_id)) == [first]


def test_guest_in_a_thread_of_staff_gets_nothing_of_it(running: Running) -> None:
    running.call(running.door.threads.enter("C0STAFF", "1.1", "U0ANNA"))
    guest = running.call(running.door.threads.enter("C0STAFF", "1.1", "U0GUEST"))
    assert (guest.audience, guest.conversation_id) == ("public", None)


def test_thread_entered_by_many_at_once_is_one_conversation(running: Running) -> None:
    import asyncio

    async def many() -> set[str | None]:
        entered = [running.door.threads.enter("C0GENERAL", "1.1", "U0ANNA") for _ in range(8)]
        return {thread.conversation_id for thread in await asyncio.gather(*entered)}

    assert len(running.call(many())) == 1
