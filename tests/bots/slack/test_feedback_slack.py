"""What readers in Slack think of an answer is kept with the answer."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slack import Message, PretendedSlack

from assistant.feedback import Feedback, Feedbacks
from bots.slack.door import SlackDoor

COMPANY = "Can my company get funding?"


@pytest.fixture
def answer(slack: PretendedSlack, door: SlackDoor) -> Message:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    found: list[Message] = slack.wait(lambda: slack.replies("C0GENERAL", ts))
    return found[0]


def kept(slack: PretendedSlack, door: SlackDoor, rating: str) -> Feedback:
    def newest() -> Any:
        found = Feedbacks(door.engine).newest(1)
        return found and found[0].rating == rating and found[0]

    made: Feedback = slack.wait(newest)
    return made


def modal(slack: PretendedSlack, answer: Message) -> dict[str, Any]:
    slack.click("C0GENERAL", answer.ts, "answer_feedback", value="negative")
    found: dict[str, Any] = slack.wait(slack.modal)
    return found


def test_helpful_is_kept_and_only_its_giver_is_thanked(slack: PretendedSlack, door: SlackDoor, answer: Message) -> None:
    slack.click("C0GENERAL", answer.ts, "answer_feedback", value="positive")
    assert kept(slack, door, "up").reason is None
    (told,) = slack.wait(lambda: slack.ephemerals("C0GENERAL", "U0ANNA"))
    assert "Thank you" in told.text
    assert told.thread_ts == answer.thread_ts
    assert len(slack.messages("C0GENERAL", ours=True)) == 1


def test_not_helpful_is_kept_even_without_a_reason(slack: PretendedSlack, door: SlackDoor, answer: Message) -> None:
    modal(slack, answer)
    assert kept(slack, door, "down").reason is None


def test_reason_and_comment_are_kept(slack: PretendedSlack, door: SlackDoor, answer: Message) -> None:
    view = modal(slack, answer)
    assert slack.submit(view, {"reason": "outdated", "comment": "It is 2026 by now."}).ok
    (given,) = Feedbacks(door.engine).newest(5)
    assert (given.reason, given.comment) == ("outdated", "It is 2026 by now.")
    assert slack.modal() is None


def test_not_helpful_is_kept_before_a_reason_can_be_sent(
    slack: PretendedSlack, door: SlackDoor, answer: Message
) -> None:
    slack.trigger_seconds, opened = 60.0, slack.hold("views.open")
    slack.click("C0GENERAL", answer.ts, "answer_feedback", value="negative")
    assert kept(slack, door, "down")
    assert slack.modal() is None
    opened.set()
    slack.wait(slack.modal)


def test_reason_stays_where_the_same_is_pressed_again(slack: PretendedSlack, door: SlackDoor, answer: Message) -> None:
    assert slack.submit(modal(slack, answer), {"reason": "outdated", "comment": "It is 2026 by now."}).ok
    modal(slack, answer)
    (given,) = Feedbacks(door.engine).newest(5)
    assert (given.reason, given.comment) == ("outdated", "It is 2026 by now.")


def test_changed_mind_replaces_what_was_said(slack: PretendedSlack, door: SlackDoor, answer: Message) -> None:
    slack.submit(modal(slack, answer), {"reason": "wrong"})
    slack.click("C0GENERAL", answer.ts, "answer_feedback", value="positive")
    assert kept(slack, door, "up").reason is None
    assert len(Feedbacks(door.engine).newest(5)) == 1


def test_answer_that_was_deleted_in_the_meantime_is_told_so(
    slack: PretendedSlack, door: SlackDoor, answer: Message
) -> None:
    view = modal(slack, answer)
    (thread,) = [t for t in [door.threads.find("C0GENERAL", str(answer.thread_ts))] if t]
    door.public().transcripts.delete(str(thread.conversation_id))
    refused = slack.submit(view, {"reason": "wrong"})
    assert "no longer kept" in refused.body["errors"]["reason"]
