"""What two people do in the same moment: both of it is kept, and neither of them is left without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Engine, event

from assistant.errors import Conflict
from assistant.index.database import connect
from assistant.kept import KeptAnswers
from assistant.record import Record
from bots.slack.audience import Audiences
from bots.slack.channels import Channel, Channels
from bots.slack.threads import Threads


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = connect(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield made
    made.dispose()


def meanwhile(engine: Engine, statement: str, work: Callable[[], Any]) -> None:
    """Let somebody else do something just before the first statement that begins so."""
    left = [work]

    def before(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if left and sql.startswith(statement):
            left.pop()()

    event.listen(engine, "before_cursor_execute", before)


def test_settings_of_a_channel_that_are_made_at_once_are_both_kept(engine: Engine) -> None:
    channels = Channels(engine)
    channels.set_staff("C1", True, "U0ANNA")
    meanwhile(engine, "UPDATE slack_channels", lambda: channels.set_language("C1", "nl", "U0BERT"))
    channels.set_mode("C1", "on", "U0ANNA")
    assert channels.get("C1") == Channel("C1", "on", "nl", True)


def test_first_settings_of_a_channel_that_are_made_at_once_are_both_kept(engine: Engine) -> None:
    channels = Channels(engine)
    meanwhile(engine, "INSERT INTO slack_channels", lambda: channels.set_language("C1", "nl", "U0BERT"))
    channels.set_mode("C1", "on", "U0ANNA")
    assert channels.get("C1") == Channel("C1", "on", "nl")


@pytest.mark.parametrize("change", ["edit", "expire", "withdraw"])
def test_change_of_a_kept_answer_is_not_overwritten_by_one_of_the_same_moment(engine: Engine, change: str) -> None:
    store = KeptAnswers(engine)
    kept = store.keep("Who pays?", "The city.", language="en", role="Desk", by="Lode")
    changes: dict[str, Callable[[], Any]] = {
        "edit": lambda: store.edit(kept.id, "Who pays?", "Nobody.", language="en", by="Anna", seen=kept.changed_at),
        "expire": lambda: store.expire(kept.id, "Anna", seen=kept.changed_at),
        "withdraw": lambda: store.withdraw(kept.id, "Anna", seen=kept.changed_at),
    }
    meanwhile(
        engine, "UPDATE kept_answers", lambda: store.edit(kept.id, "Who pays?", "The state.", language="en", by="Bert")
    )
    with pytest.raises(Conflict):
        changes[change]()
    found = store.get(kept.id)
    assert (found.answer, found.state, found.by) == ("The state.", "kept", "Bert")


def test_thread_that_two_join_at_once_is_that_of_the_first(engine: Engine) -> None:
    threads = Threads(engine, cast(Audiences, None))
    first, second = (Record(engine, "public").begin() for _ in range(2))
    meanwhile(engine, "INSERT INTO slack_threads", lambda: threads.join("C1", "1.1", first))
    assert threads.join("C1", "1.1", second) == first
    assert threads.join("C1", "1.1", second) == first
