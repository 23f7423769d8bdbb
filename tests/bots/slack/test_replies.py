"""Whoever asked in Slack gets the reply of a person where they asked, once, and its edits too."""

from __future__ import annotations

from assistant.handover import Handover
from bots.slack.door import SlackDoor
from evals.pretended_slack import Message, PretendedSlack
from tests.bots.slack.handed_over import REFUSED, STAFF, asked, card, modal, press, shown, staff


def asked_in_slack(slack: PretendedSlack, door: SlackDoor) -> tuple[str, Handover]:
    """A question in a thread, that its asker then has handed to a person."""
    ts = slack.mention("C0GENERAL", "U0BERT", REFUSED)
    answer = slack.wait(lambda: slack.replies("C0GENERAL", ts))[0]
    assert slack.click("C0GENERAL", answer.ts, "hand_over", user="U0BERT").ok
    return ts, slack.wait(lambda: staff(door).list())[0]


def of_persons(slack: PretendedSlack, ts: str) -> list[Message]:
    """The replies of people in a thread."""
    return [m for m in slack.replies("C0GENERAL", ts) if "A person" in m.text]


def test_asker_in_a_thread_reads_the_reply_there_once_with_its_role(slack: PretendedSlack, door: SlackDoor) -> None:
    ts, found = asked_in_slack(slack, door)
    press(slack, card(slack, found), "answer")
    text = "No: <!here> it pays for cooperation."
    assert slack.submit(modal(slack), {"text": text}).body in ("", None)
    there = slack.wait(lambda: of_persons(slack, ts))
    assert "it pays for cooperation" in shown(there[0])
    assert "VLAIO" in shown(there[0])
    assert "Anna" not in shown(there[0])
    assert "<!here>" not in shown(there[0])
    slack.wait(lambda: "Answered by Anna" in shown(card(slack, found)))
    assert len(of_persons(slack, ts)) == 1
    assert not there[0].edited


def test_edit_reaches_the_asker_in_the_same_message(slack: PretendedSlack, door: SlackDoor) -> None:
    ts, found = asked_in_slack(slack, door)
    staff(door).answer(found.id, "In part.", by="Carla", role="Contact point")
    slack.wait(lambda: of_persons(slack, ts))
    staff(door).answer(found.id, "Not at all.", by="Carla", role="Contact point")
    slack.wait(lambda: "Not at all." in shown(of_persons(slack, ts)[0]))
    assert "Changed on" in shown(of_persons(slack, ts)[0])
    assert len(of_persons(slack, ts)) == 1


def test_asker_reads_why_it_was_declined(slack: PretendedSlack, door: SlackDoor) -> None:
    ts, found = asked_in_slack(slack, door)
    press(slack, card(slack, found), "decline")
    assert slack.submit(modal(slack), {"reason": "  "}).body["response_action"] == "errors"
    assert not slack.submit(modal(slack), {"reason": "A municipality knows that."}).body
    slack.wait(lambda: of_persons(slack, ts))
    assert "A municipality knows that." in shown(of_persons(slack, ts)[0])
    assert staff(door).get(found.id).state == "declined"


def test_asker_of_the_command_is_written_to_directly(slack: PretendedSlack, door: SlackDoor) -> None:
    slack.command("/interreg", REFUSED, user="U0BERT")
    answer = slack.wait(lambda: slack.ephemerals("C0GENERAL", "U0BERT"))[0]
    assert slack.click("C0GENERAL", answer.ts, "hand_over", user="U0BERT").ok
    found = slack.wait(lambda: staff(door).list())[0]
    staff(door).answer(found.id, "In part.", by="Carla", role="Contact point")
    direct = slack.direct_channel("U0BERT")
    slack.wait(lambda: slack.messages(direct, ours=True))
    staff(door).answer(found.id, "Not at all.", by="Carla", role="Contact point")
    slack.wait(lambda: "Not at all." in shown(slack.messages(direct, ours=True)[0]))
    assert len(slack.messages(direct, ours=True)) == 1
    assert not [m for m in slack.messages("C0GENERAL", ours=True) if "A person" in m.text]


def test_asker_on_the_website_gets_nothing_in_slack(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    card(slack, found)
    staff(door).answer(found.id, "Not at all.", by="Carla", role="Contact point")
    slack.wait(lambda: "Not at all." in shown(card(slack, found)))
    assert {c.arguments["channel"] for c in slack.calls("chat.postMessage")} == {STAFF}


def test_reply_while_slack_is_down_arrives_once_after_a_restart(slack, open_door, slack_settings) -> None:
    first = open_door(slack_settings)
    ts, found = asked_in_slack(slack, first.door)
    card(slack, found)
    slack.down()
    staff(first.door).answer(found.id, "Not at all.", by="Carla", role="Contact point")
    first.stop()
    slack.up()
    open_door(slack_settings)
    open_door(slack_settings)
    slack.wait(lambda: of_persons(slack, ts))
    slack.wait(lambda: "Not at all." in shown(card(slack, found)))
    assert len(of_persons(slack, ts)) == 1
