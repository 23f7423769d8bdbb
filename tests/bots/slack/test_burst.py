"""A hundred questions of which events come twice, late and out of order: each is answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.pretended_slack import PretendedSlack
from evals.pretended_slack.traffic import storm

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

QUESTIONS = [
    "Can a private company get funding?",
    "Kan een privébedrijf subsidie krijgen?",
    "What is the co-financing rate for a public body?",
    "Wie kan leadpartner zijn?",
    "What is the weather on Mars?",
]


def test_each_is_answered_once(slack: PretendedSlack, door: SlackDoor) -> None:
    found = storm(slack, QUESTIONS, n=100, places=50, seed=7)
    assert found.deliveries > 240
    assert (found.unanswered, found.answered_twice) == (0, 0)
    assert slack.refusals() == []


def test_same_event_after_a_restart_is_not_answered_again(slack, open_door, slack_settings) -> None:
    before = open_door(slack_settings)
    event = {"type": "app_mention", "user": "U0ANNA", "channel": "C0GENERAL", "text": "<@U0ASSIST> Who can be partner?"}
    event["ts"] = slack.put("C0GENERAL", "U0ANNA", event["text"]).ts
    assert slack.event(event, event_id="Ev1").ok
    slack.wait(lambda: slack.replies("C0GENERAL", event["ts"]))
    before.stop()
    open_door(slack_settings)
    assert slack.event(event, event_id="Ev1", retry=1).ok
    assert slack.event(event | {"type": "message", "channel_type": "channel"}, event_id="Ev2").ok
    slack.mention("C0GENERAL", "U0ANNA", "Who can be partner?")
    slack.wait(lambda: len(slack.messages("C0GENERAL", ours=True)) > 1)
    assert len(slack.replies("C0GENERAL", event["ts"])) == 1


def test_event_while_nobody_listens_is_answered_by_the_next_process(slack, open_door, slack_settings) -> None:
    before = open_door(slack_settings)
    before.stop()
    event = {"type": "app_mention", "user": "U0ANNA", "channel": "C0GENERAL", "text": "<@U0ASSIST> Who can be partner?"}
    event["ts"] = slack.put("C0GENERAL", "U0ANNA", event["text"]).ts
    slack.postman.retry_pauses = (0.0,)
    assert slack.event(event, event_id="Ev1").statuses == [0, 0]
    open_door(slack_settings)
    assert slack.event(event, event_id="Ev1", retry=2).ok
    slack.wait(lambda: slack.replies("C0GENERAL", event["ts"]))
