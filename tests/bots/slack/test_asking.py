"""Questions in channels and direct messages, through the real door: answered once, where they were asked."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from fake_slack import Message, PretendedSlack

from assistant.handover import Handovers
from assistant.record import Record
from assistant.service import Assistant
from bots.slack.door import SlackDoor
from bots.slack.said import looks_like_question
from evals.pretended_slack import payloads

COMPANY = "Can my company get funding?"
BEDRIJF = "Kan mijn bedrijf subsidie krijgen?"
UNKNOWN = "What is the weather going to be in Lille tomorrow?"


def shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def reply(slack: PretendedSlack, channel: str, ts: str, number: int = 1) -> Message:
    found: list[Message] = slack.wait(lambda: len(got := slack.replies(channel, ts)) >= number and got)
    return found[number - 1]


def not_told_yet(slack: PretendedSlack) -> tuple[dict[str, Any], str]:
    """The event of a mention that Slack brings late, and the ts of the mention."""
    where, who = slack.workspace.channels["C0GENERAL"], slack.workspace.people["U0ANNA"]
    message = slack.put("C0GENERAL", "U0ANNA", f"<@{slack.bot_user}> {COMPANY}")
    return payloads.mentioned(message, where, who), message.ts


def stays_silent(slack: PretendedSlack, channel: str, said: int = 0, seconds: float = 0.8) -> None:
    time.sleep(seconds)
    assert len(slack.messages(channel, ours=True)) == said


@pytest.fixture(autouse=True)
def nothing_is_refused(slack: PretendedSlack, door: SlackDoor) -> Any:
    yield
    assert [(call.method, call.answer) for call in slack.refusals()] == []


def test_mention_is_answered_in_its_thread_once_though_two_events_tell_of_it(slack: PretendedSlack) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    answer = reply(slack, "C0GENERAL", ts)
    assert "automated system" in shown(answer)
    assert "https://assistant.example/sources/" in shown(answer)
    assert answer.arguments["unfurl_links"] is False
    assert answer.arguments["unfurl_media"] is False
    stays_silent(slack, "C0GENERAL", said=1)


def test_turn_of_a_mention_is_recorded_once(slack: PretendedSlack, door: SlackDoor) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    reply(slack, "C0GENERAL", ts)
    stays_silent(slack, "C0GENERAL", said=1)
    assert list(Record(door.engine).questions()).count(COMPANY) == 1


def test_question_in_dutch_is_answered_in_dutch(slack: PretendedSlack) -> None:
    answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", BEDRIJF))
    assert "Beantwoord" in shown(answer)
    assert "geautomatiseerd" in shown(answer)


def test_follow_up_needs_no_mention_and_is_completed_from_our_own_database(slack: PretendedSlack) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", "What is the co-financing rate for a public authority in the EU?")
    reply(slack, "C0GENERAL", ts)
    slack.say("C0GENERAL", "U0BERT", "And for Norwegian partners?", ts)
    second = reply(slack, "C0GENERAL", ts, 2)
    assert "50%" in shown(second) or "50 %" in shown(second)
    assert "automated system" not in shown(second)
    assert not slack.calls("conversations.replies")
    assert not slack.calls("conversations.history")


def test_what_others_say_to_each_other_in_our_thread_is_left_alone(slack: PretendedSlack) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    reply(slack, "C0GENERAL", ts)
    slack.say("C0GENERAL", "U0BERT", "<@U0ANNA> does that help you?", ts)
    stays_silent(slack, "C0GENERAL", said=1)


def test_channel_is_not_answered_without_a_mention(slack: PretendedSlack) -> None:
    slack.say("C0GENERAL", "U0ANNA", COMPANY)
    stays_silent(slack, "C0GENERAL")


def test_channel_that_is_on_answers_what_reads_like_a_question(slack: PretendedSlack, door: SlackDoor) -> None:
    door.channels.set_mode("C0GENERAL", "on", "U0ANNA")
    slack.say("C0GENERAL", "U0ANNA", "Lunch is at twelve.")
    ts = slack.say("C0GENERAL", "U0ANNA", COMPANY)
    reply(slack, "C0GENERAL", ts)
    stays_silent(slack, "C0GENERAL", said=1)


def test_channel_that_is_off_answers_not_even_a_mention(slack: PretendedSlack, door: SlackDoor) -> None:
    door.channels.set_mode("C0GENERAL", "off", "U0ANNA")
    slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    stays_silent(slack, "C0GENERAL")


def test_direct_message_is_answered_with_status_and_title(slack: PretendedSlack) -> None:
    ts = slack.direct("U0ANNA", COMPANY)
    channel = slack.direct_channel("U0ANNA")
    reply(slack, channel, ts)
    title = slack.wait(lambda: slack.calls("assistant.threads.setTitle"))[0].arguments
    assert (title["channel_id"], title["thread_ts"], title["title"]) == (channel, ts, COMPANY)
    said = [call.arguments["status"] for call in slack.calls("assistant.threads.setStatus")]
    assert said == ["is searching the documentation …", ""]


def test_mention_without_a_question_says_how_to_ask_in_both_languages(slack: PretendedSlack) -> None:
    answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", ""))
    assert "Kan mijn bedrijf" in answer.text
    assert "Can my company" in answer.text


def test_question_that_is_too_long_is_told_so(slack: PretendedSlack) -> None:
    answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", "who is that? " * 200))
    assert "2000" in answer.text


def test_hostile_question_notifies_nobody(slack: PretendedSlack) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", "What is &lt;!channel&gt; and <@U0BERT|bert> of Interreg Europe?")
    answer = reply(slack, "C0GENERAL", ts)
    for command in ("<!", "<@", "<#"):
        assert command not in answer.text
        assert command not in shown(answer)


def test_bots_are_not_answered(slack: PretendedSlack) -> None:
    said = {"type": "message", "channel": "C0GENERAL", "channel_type": "channel", "user": "U0ANNA", "bot_id": "B1"}
    slack.event({**said, "ts": "1.000001", "text": f"<@{slack.bot_user}> {COMPANY}"})
    stays_silent(slack, "C0GENERAL")


def test_edited_question_gets_the_answer_to_what_it_says_now(slack: PretendedSlack, door: SlackDoor) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    first = reply(slack, "C0GENERAL", ts)
    before = shown(first)
    slack.edit("C0GENERAL", ts, f"<@{slack.bot_user}> How long does a project take?")
    slack.wait(lambda: shown(slack.message("C0GENERAL", first.ts)) != before)
    after = shown(slack.message("C0GENERAL", first.ts))
    assert "four years" in after.lower() or "4 years" in after.lower()
    assert "automated system" in after
    assert len(slack.replies("C0GENERAL", ts)) == 1


def test_edit_that_comes_before_its_question_is_answered_in_its_place(slack: PretendedSlack) -> None:
    event, ts = not_told_yet(slack)
    slack.edit("C0GENERAL", ts, f"<@{slack.bot_user}> How long does a project take?")
    assert slack.event(event).ok
    assert "years" in shown(reply(slack, "C0GENERAL", ts))
    stays_silent(slack, "C0GENERAL", said=1)


def test_question_that_is_edited_while_it_is_answered_gets_one_answer(
    slack: PretendedSlack, door: SlackDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, go_on = Assistant.ask, threading.Event()

    def held(self: Assistant, question: str, **how: Any) -> Any:
        assert question != COMPANY or go_on.wait(60)
        return ask(self, question, **how)

    monkeypatch.setattr(Assistant, "ask", held)
    monkeypatch.setattr("bots.slack.events.PATIENCE", 0.1)
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    slack.edit("C0GENERAL", ts, f"<@{slack.bot_user}> How long does a project take?")
    answer = reply(slack, "C0GENERAL", ts)
    go_on.set()
    slack.wait(lambda: not door.events.held)
    stays_silent(slack, "C0GENERAL", said=1)
    assert "years" in shown(answer)


def test_question_that_was_deleted_before_it_came_is_not_answered(slack: PretendedSlack) -> None:
    event, ts = not_told_yet(slack)
    slack.delete("C0GENERAL", ts)
    assert slack.event(event).ok
    stays_silent(slack, "C0GENERAL")


def test_unfolded_link_is_no_edit(slack: PretendedSlack) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    reply(slack, "C0GENERAL", ts)
    slack.edit("C0GENERAL", ts, f"<@{slack.bot_user}> {COMPANY}")
    time.sleep(0.5)
    assert not slack.calls("chat.update")


def test_edited_message_that_was_not_answered_stays_so(slack: PretendedSlack) -> None:
    ts = slack.say("C0GENERAL", "U0ANNA", "Lunch?")
    slack.edit("C0GENERAL", ts, "Lunch at one?")
    stays_silent(slack, "C0GENERAL")


def test_answer_goes_with_its_question_and_the_turn_stays(slack: PretendedSlack, door: SlackDoor) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", COMPANY)
    reply(slack, "C0GENERAL", ts)
    slack.delete("C0GENERAL", ts)
    slack.wait(lambda: not slack.messages("C0GENERAL", ours=True))
    assert COMPANY in Record(door.engine).questions()


def test_while_answers_are_off_a_person_is_promised_in_the_thread(slack: PretendedSlack, door: SlackDoor) -> None:
    door.public().switch.turn(False, by="Anna", reason="checking")
    try:
        answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", COMPANY))
    finally:
        door.public().switch.turn(True, by="Anna", reason="")
    assert "a person will answer in this thread" in shown(answer)
    assert "Passed on to a person" in shown(answer)
    assert [found.door for found in Handovers(door.engine).list("waiting")] == ["slack"]


def test_person_is_asked_through_the_button_of_a_refusal_once(slack: PretendedSlack, door: SlackDoor) -> None:
    ts = slack.mention("C0GENERAL", "U0ANNA", UNKNOWN)
    answer = reply(slack, "C0GENERAL", ts)
    slack.click("C0GENERAL", answer.ts, "hand_over")
    told = reply(slack, "C0GENERAL", ts, 2)
    assert "a person will answer in this thread" in told.text
    slack.click("C0GENERAL", answer.ts, "hand_over", user="U0BERT")
    stays_silent(slack, "C0GENERAL", said=2, seconds=1.5)
    (found,) = Handovers(door.engine).list("waiting")
    assert (found.question, found.door) == (UNKNOWN, "slack")


def test_person_is_asked_through_the_menu_of_an_answer(slack: PretendedSlack, door: SlackDoor) -> None:
    answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", COMPANY))
    slack.click("C0GENERAL", answer.ts, "hand_over")
    slack.wait(lambda: Handovers(door.engine).list("waiting"))


def test_language_of_a_channel_speaks_where_a_question_has_none(slack: PretendedSlack, door: SlackDoor) -> None:
    door.channels.set_language("C0GENERAL", "nl", "U0ANNA")
    answer = reply(slack, "C0GENERAL", slack.mention("C0GENERAL", "U0ANNA", "Leadpartner?"))
    assert "geautomatiseerd" in shown(answer)


@pytest.mark.parametrize("text", ["Wie kan leadpartner zijn", "Lunch?", "Is a call open now"])
def test_question_is_known_by_its_mark_or_its_first_word(text: str) -> None:
    assert looks_like_question(text)


@pytest.mark.parametrize("text", ["Lunch is at twelve.", "", "Dank u."])
def test_statement_is_no_question(text: str) -> None:
    assert not looks_like_question(text)
