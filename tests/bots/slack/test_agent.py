"""The agent's view, of new apps and of older ones: what it suggests can be asked, and its threads are conversations."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slack import PretendedSlack

from bots.slack.door import SlackDoor


@pytest.fixture(autouse=True)
def nothing_is_refused(slack: PretendedSlack, door: SlackDoor) -> Any:
    yield
    assert [(call.method, call.answer) for call in slack.refusals()] == []


def prompts(slack: PretendedSlack) -> dict[str, Any]:
    found: dict[str, Any] = slack.wait(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))[0].arguments
    return found


def test_opened_messages_tab_of_an_agent_suggests_questions_without_a_thread(slack: PretendedSlack) -> None:
    slack.open_home("U0ANNA", "messages")
    given = prompts(slack)
    assert "thread_ts" not in given
    assert 1 <= len(given["prompts"]) <= 4


def test_started_thread_of_an_older_app_suggests_questions_in_it(slack: PretendedSlack) -> None:
    channel = slack.direct_channel("U0ANNA")
    root = slack.put(channel, slack.bot_user, "New chat").ts
    started = {"user_id": "U0ANNA", "context": {}, "channel_id": channel, "thread_ts": root}
    slack.event({"type": "assistant_thread_started", "assistant_thread": started, "event_ts": root})
    assert prompts(slack)["thread_ts"] == root


def test_suggested_question_is_answered(slack: PretendedSlack) -> None:
    slack.open_home("U0ANNA", "messages")
    question = prompts(slack)["prompts"][0]["message"]
    ts = slack.direct("U0ANNA", question)
    (answer,) = slack.wait(lambda: slack.replies(slack.direct_channel("U0ANNA"), ts))
    assert "Beantwoord" in str(answer.blocks) or "Answered" in str(answer.blocks)


def test_question_in_a_thread_of_an_older_app_is_answered_there_and_names_it(slack: PretendedSlack) -> None:
    channel = slack.direct_channel("U0ANNA")
    root = slack.put(channel, slack.bot_user, "New chat").ts
    slack.direct("U0ANNA", "How long does a project take?", root)
    slack.wait(lambda: [m for m in slack.replies(channel, root) if m.blocks and "automated" in str(m.blocks)])
    title = slack.wait(lambda: slack.calls("assistant.threads.setTitle"))[0].arguments
    assert (title["thread_ts"], title["title"]) == (root, "How long does a project take?")


def test_follow_up_keeps_the_title_of_its_thread(slack: PretendedSlack) -> None:
    ts = slack.direct("U0ANNA", "What is the co-financing rate for a public authority in the EU?")
    channel = slack.direct_channel("U0ANNA")
    slack.wait(lambda: slack.replies(channel, ts))
    slack.direct("U0ANNA", "And for Norwegian partners?", ts)
    slack.wait(lambda: len(slack.replies(channel, ts)) == 2)
    assert len(slack.calls("assistant.threads.setTitle")) == 1


def test_home_tab_suggests_nothing(slack: PretendedSlack) -> None:
    slack.open_home("U0ANNA", "home")
    slack.direct("U0ANNA", "How long does a project take?")
    slack.wait(lambda: slack.messages(slack.direct_channel("U0ANNA"), ours=True))
    assert not slack.calls("assistant.threads.setSuggestedPrompts")
