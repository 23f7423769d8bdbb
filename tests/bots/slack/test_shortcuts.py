""" "Answer this": somebody else's message is answered in its thread, once, for whoever may read it there."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from fake_slack import PretendedSlack

from bots.slack.door import SlackDoor

COMPANY = "Can my company get funding?"


@pytest.fixture(autouse=True)
def nothing_is_refused(slack: PretendedSlack, door: SlackDoor) -> Any:
    yield
    assert [(call.method, call.answer) for call in slack.refusals()] == []


def test_chosen_message_is_answered_in_its_thread(slack: PretendedSlack) -> None:
    ts = slack.put("C0GENERAL", "U0BERT", COMPANY).ts
    assert slack.shortcut("answer_this", "C0GENERAL", ts).ok
    (answer,) = slack.wait(lambda: slack.replies("C0GENERAL", ts))
    assert "automated system" in json.dumps(answer.blocks)


def test_chosen_reply_is_answered_in_the_thread_that_it_stands_in(slack: PretendedSlack) -> None:
    root = slack.put("C0GENERAL", "U0BERT", "Good morning")
    ts = slack.put("C0GENERAL", "U0BERT", COMPANY, root.ts).ts
    slack.shortcut("answer_this", "C0GENERAL", ts)
    slack.wait(lambda: slack.replies("C0GENERAL", root.ts))


def answered_twice(slack: PretendedSlack) -> tuple[str, str]:
    """Have a message answered, and again once that is there; return its `ts`, and what the second one was told."""
    ts = slack.put("C0GENERAL", "U0BERT", COMPANY).ts
    slack.shortcut("answer_this", "C0GENERAL", ts)
    slack.wait(lambda: slack.replies("C0GENERAL", ts))
    slack.shortcut("answer_this", "C0GENERAL", ts)
    (told,) = slack.wait(lambda: slack.ephemerals("C0GENERAL", "U0ANNA"))
    return ts, told.text


def test_message_that_was_answered_is_not_answered_again(slack: PretendedSlack) -> None:
    ts, told = answered_twice(slack)
    assert "answered already" in told
    assert len(slack.replies("C0GENERAL", ts)) == 1


def test_answer_that_slack_has_not_confirmed_yet_is_one(slack: PretendedSlack) -> None:
    slack.drop("chat.postMessage", done=True)
    _, told = answered_twice(slack)
    assert "answered already" in told


def test_where_the_assistant_is_no_member_it_asks_to_be_invited(slack: PretendedSlack) -> None:
    slack.add_channel("C0ALONE", "alone", member=False)
    ts = slack.put("C0ALONE", "U0BERT", COMPANY).ts
    slack.shortcut("answer_this", "C0ALONE", ts)
    (told,) = slack.wait(lambda: slack.ephemerals("C0ALONE", "U0ANNA"))
    assert "/invite" in told.text


def test_message_without_words_is_told_so(slack: PretendedSlack) -> None:
    ts = slack.put("C0GENERAL", "U0BERT", "").ts
    slack.shortcut("answer_this", "C0GENERAL", ts)
    (told,) = slack.wait(lambda: slack.ephemerals("C0GENERAL", "U0ANNA"))
    assert "no question in this message" in told.text


def test_answer_this_chosen_by_many_at_once_is_posted_once(slack: PretendedSlack) -> None:
    ts = slack.put("C0GENERAL", "U0BERT", COMPANY).ts
    for user in ("U0ANNA", "U0BERT", "U0GUEST"):
        slack.shortcut("answer_this", "C0GENERAL", ts, user=user)
    slack.wait(lambda: slack.replies("C0GENERAL", ts))
    time.sleep(1.5)
    assert len(slack.replies("C0GENERAL", ts)) == 1
