"""A question that waits too long is brought up once a period, under its card, while somebody is there."""

from __future__ import annotations

from datetime import timedelta

from assistant.clock import now
from assistant.handover import Handover
from bots.slack.door import SlackDoor
from bots.slack.reminders import remind
from evals.pretended_slack import PretendedSlack
from tests.bots.slack.handed_over import STAFF, Message, asked, card, staff


def shown(slack: PretendedSlack, door: SlackDoor) -> tuple[Handover, Message]:
    """A question with its card, which the app knows of by now, too."""
    found = asked(door)
    there = card(slack, found)
    slack.wait(lambda: door.outbox.messages(f"handover:{found.id}"))
    return found, there


def test_what_waits_is_brought_up_once_a_period(slack: PretendedSlack, door: SlackDoor) -> None:
    _, there = shown(slack, door)
    assert remind(door, now() + timedelta(hours=23)) == 0
    assert [remind(door, now() + timedelta(hours=hours)) for hours in (25, 26, 47)] == [1, 0, 0]
    reminder = slack.wait(lambda: slack.replies(STAFF, there.ts))[0]
    assert "25 hours" in reminder.text
    assert reminder.arguments["reply_broadcast"] is True
    assert remind(door, now() + timedelta(hours=49)) == 1


def test_what_somebody_claimed_is_not_brought_up(slack: PretendedSlack, door: SlackDoor) -> None:
    found, _ = shown(slack, door)
    staff(door).claim(found.id, "Carla")
    assert remind(door, now() + timedelta(hours=30)) == 0


def test_nobody_is_reminded_outside_opening_hours(slack, open_door, slack_settings) -> None:
    door = open_door(slack_settings.model_copy(update={"opening_hours": "Mo-Su 09:00-17:00"})).door
    shown(slack, door)
    morning = (now() + timedelta(days=3)).replace(hour=10, minute=0)
    assert remind(door, morning.replace(hour=2)) == 0
    assert remind(door, morning) == 1
