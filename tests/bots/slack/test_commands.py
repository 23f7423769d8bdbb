"""/interreg: nobody but the asker sees an answer before it is shared, and settings belong to members."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_slack import Message, PretendedSlack

from assistant.handover import Handovers
from bots.slack.door import SlackDoor

COMPANY = "Can my company get funding?"
UNKNOWN = "What is the weather going to be in Lille tomorrow?"


def shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def told(slack: PretendedSlack, text: str, user: str = "U0ANNA", channel: str = "C0GENERAL") -> Message:
    before = len(slack.ephemerals(channel, user))
    assert slack.command("/interreg", text, user=user, channel=channel).ok
    found: list[Message] = slack.wait(lambda: len(got := slack.ephemerals(channel, user)) > before and got)
    return found[-1]


@pytest.fixture(autouse=True)
def nothing_is_refused(slack: PretendedSlack, door: SlackDoor) -> Any:
    yield
    assert [(call.method, call.answer) for call in slack.refusals()] == []


def test_answer_to_a_command_is_seen_by_its_asker_only(slack: PretendedSlack) -> None:
    answer = told(slack, COMPANY)
    assert COMPANY in shown(answer)
    assert "Only you see this answer." in shown(answer)
    assert "automated system" in shown(answer)
    assert slack.messages("C0GENERAL", ours=True) == []


def test_shared_answer_is_posted_once_with_its_question_and_takes_the_asker_s_away(slack: PretendedSlack) -> None:
    answer = told(slack, COMPANY)
    slack.click("C0GENERAL", answer.ts, "answer_share")
    (posted,) = slack.wait(lambda: slack.messages("C0GENERAL", ours=True))
    assert COMPANY in shown(posted)
    assert "automated system" in shown(posted)
    assert "Only you see" not in shown(posted)
    assert posted.arguments["unfurl_links"] is False
    slack.wait(lambda: not slack.ephemerals("C0GENERAL", "U0ANNA"))


def test_follow_up_under_a_shared_answer_is_answered(slack: PretendedSlack, door: SlackDoor) -> None:
    answer = told(slack, "What is the co-financing rate for a public authority in the EU?")
    slack.click("C0GENERAL", answer.ts, "answer_share")
    (posted,) = slack.wait(lambda: slack.messages("C0GENERAL", ours=True))
    slack.wait(lambda: door.outbox.refers("C0GENERAL", posted.ts))
    slack.say("C0GENERAL", "U0BERT", "And for Norwegian partners?", posted.ts)
    (second,) = slack.wait(lambda: slack.replies("C0GENERAL", posted.ts))
    assert "50%" in shown(second) or "50 %" in shown(second)


def test_answer_is_shared_where_the_assistant_is_no_member(slack: PretendedSlack) -> None:
    slack.add_channel("C0ALONE", "alone", member=False)
    answer = told(slack, COMPANY, channel="C0ALONE")
    slack.click("C0ALONE", answer.ts, "answer_share")
    slack.wait(lambda: slack.messages("C0ALONE", ours=True))


def test_answer_that_is_kept_to_oneself_goes_without_a_trace(slack: PretendedSlack) -> None:
    answer = told(slack, COMPANY)
    slack.click("C0GENERAL", answer.ts, "answer_keep")
    slack.wait(lambda: not slack.ephemerals("C0GENERAL", "U0ANNA"))
    assert slack.messages("C0GENERAL", ours=True) == []


def test_asker_of_a_command_who_wants_a_person_can_be_written_to(slack: PretendedSlack, door: SlackDoor) -> None:
    answer = told(slack, UNKNOWN)
    slack.click("C0GENERAL", answer.ts, "hand_over")
    (found,) = slack.wait(lambda: Handovers(door.engine).list("waiting"))
    assert [thread.channel for thread in door.threads.of(found.conversation_id)] == ["U0ANNA"]
    assert slack.messages("C0GENERAL", ours=True) == []
    slack.wait(lambda: "direct message from me" in slack.ephemerals("C0GENERAL", "U0ANNA")[-1].text)


def test_answer_from_staff_documents_is_not_shared_where_not_everybody_may_read_them(
    slack: PretendedSlack, door: SlackDoor
) -> None:
    door.channels.set_staff("C0GENERAL", True, "U0ANNA")
    answer = told(slack, COMPANY)
    door.channels.set_staff("C0GENERAL", False, "U0ANNA")
    slack.click("C0GENERAL", answer.ts, "answer_share")
    slack.wait(lambda: "cannot be shared here" in slack.ephemerals("C0GENERAL", "U0ANNA")[-1].text)
    assert slack.messages("C0GENERAL", ours=True) == []


def test_help_is_given_in_both_languages(slack: PretendedSlack) -> None:
    for text in ("", "help"):
        answer = told(slack, text)
        assert "Ask about Interreg Europe" in shown(answer)
        assert "Vraag over Interreg Europe" in shown(answer)


def test_settings_change_how_a_channel_is_answered(slack: PretendedSlack, door: SlackDoor) -> None:
    for mode in ("on", "off", "tagged"):
        told(slack, f"settings {mode}")
        assert door.channels.get("C0GENERAL").mode == mode
    told(slack, "settings nl")
    assert door.channels.get("C0GENERAL").language == "nl"
    told(slack, "settings auto")
    assert door.channels.get("C0GENERAL").language is None


def test_settings_are_told(slack: PretendedSlack, door: SlackDoor) -> None:
    door.channels.set_mode("C0GENERAL", "on", "U0ANNA")
    assert "Here I answer: on. Language: auto. Documents: public." in told(slack, "settings").text


def test_setting_that_is_not_known_changes_nothing(slack: PretendedSlack, door: SlackDoor) -> None:
    assert "not known" in told(slack, "settings loud").text
    assert door.channels.get("C0GENERAL").mode == "tagged"


@pytest.mark.parametrize("user", ["U0GUEST", "U0ELSE"])
def test_guests_and_strangers_change_no_settings(slack: PretendedSlack, door: SlackDoor, user: str) -> None:
    assert "Only members" in told(slack, "settings on", user=user).text
    assert door.channels.get("C0GENERAL").mode == "tagged"


def test_question_about_settings_is_a_question(slack: PretendedSlack) -> None:
    assert "Only you see" in shown(told(slack, "settings of a project: who can be lead partner?"))


def test_while_answers_are_off_a_direct_message_is_promised(slack: PretendedSlack, door: SlackDoor) -> None:
    door.public().switch.turn(False, by="Anna", reason="checking")
    answer = told(slack, COMPANY)
    assert "direct message from me" in shown(answer)
    assert "in this thread" not in shown(answer)
    assert [found.door for found in Handovers(door.engine).list("waiting")] == ["slack"]


def test_person_asked_under_a_shared_answer_replies_in_its_thread(slack: PretendedSlack, door: SlackDoor) -> None:
    answer = told(slack, UNKNOWN)
    slack.click("C0GENERAL", answer.ts, "answer_share")
    (posted,) = slack.wait(lambda: slack.messages("C0GENERAL", ours=True))
    slack.click("C0GENERAL", posted.ts, "hand_over", user="U0BERT")
    slack.wait(lambda: slack.replies("C0GENERAL", posted.ts))
    (found,) = Handovers(door.engine).list("waiting")
    assert door.threads.of(found.conversation_id)[-1].thread == posted.ts


def test_documents_for_staff_are_opened_to_a_channel_by_staff_only(slack: PretendedSlack, door: SlackDoor) -> None:
    slack.workspace.channels["C0STAFF"].members.add("U0ANNA")
    assert "Only members of the staff channel" in told(slack, "settings staff", user="U0BERT").text
    assert not door.channels.get("C0GENERAL").staff
    told(slack, "settings staff")
    assert door.channels.get("C0GENERAL").staff
    told(slack, "settings public")
    assert not door.channels.get("C0GENERAL").staff


def test_documents_for_staff_are_never_opened_to_a_shared_channel(slack: PretendedSlack, door: SlackDoor) -> None:
    slack.workspace.channels["C0STAFF"].members.add("U0ANNA")
    assert "no other organisation" in told(slack, "settings staff", channel="C0SHARED").text
    assert not door.channels.get("C0SHARED").staff


def test_kept_answers_are_listed_for_staff_only(slack: PretendedSlack) -> None:
    slack.workspace.channels["C0STAFF"].members.add("U0ANNA")
    assert "Only you see" not in shown(told(slack, "answers travel"))
    assert "Only you see" in shown(told(slack, "Answers to whom? Who can be lead partner?"))
