"""Questions for a person appear in the staff channel once, stay up to date there, and colleagues act on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bots.slack.door import SlackDoor
from evals.pretended_slack import PretendedSlack
from tests.bots.slack.handed_over import STAFF, asked, card, cards, press, shown, staff, told


def test_question_of_the_website_appears_once_though_several_processes_look(slack, open_door, slack_settings) -> None:
    doors = [open_door(slack_settings).door for _ in range(2)]
    found = asked(doors[0])
    there = card(slack, found)
    assert found.question in shown(there)
    assert "the website" in shown(there)
    assert f"https://assistant.example/staff/questions/{found.id}" in shown(there)
    staff(doors[0]).claim(found.id, "Carla")
    slack.wait(lambda: "Carla" in shown(card(slack, found)))
    assert len(cards(slack)) == 1
    assert len([c for c in slack.calls("chat.update") if c.arguments["ts"] == there.ts]) == 1
    assert slack.refusals() == []


def test_email_address_never_comes_into_the_channel(slack: PretendedSlack, door: SlackDoor) -> None:
    there = card(slack, asked(door, email="asker@example.org"))
    assert "asker@example.org" not in shown(there)
    assert "e-mail" in shown(there)


def test_question_cannot_notify_the_channel(slack: PretendedSlack, door: SlackDoor) -> None:
    there = card(slack, asked(door, "Can <!channel> & <@U0BERT> get *money* for a swimming pool?"))
    assert "<!channel>" not in shown(there)
    assert "<@U0BERT>" not in shown(there)


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    there = card(slack, found)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: press(slack, there, "claim", user), ["U0ANNA", "U0BERT"]))
    slack.wait(lambda: staff(door).get(found.id).claimed_by)
    winner = staff(door).get(found.id).claimed_by
    loser = {"Anna": "U0BERT", "Bert": "U0ANNA"}[str(winner)]
    assert str(winner) in told(slack, loser)
    slack.wait(lambda: str(winner) in shown(card(slack, found)))
    assert [e.event for e in staff(door).events(found.id)] == ["opened", "claimed"]


def test_claim_is_released_and_taken_over(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    press(slack, card(slack, found), "claim")
    slack.wait(lambda: "handover_take_over" in shown(card(slack, found)))
    press(slack, card(slack, found), "release", "U0BERT")
    assert "Anna" in told(slack, "U0BERT")
    press(slack, card(slack, found), "take_over", "U0BERT")
    slack.wait(lambda: staff(door).get(found.id).claimed_by == "Bert")
    slack.wait(lambda: "Claimed by Bert" in shown(card(slack, found)))
    press(slack, card(slack, found), "release", "U0BERT")
    slack.wait(lambda: staff(door).get(found.id).state == "waiting")
    slack.wait(lambda: "handover_claim" in shown(card(slack, found)))


def test_guests_and_strangers_cannot_act(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    there = card(slack, found)
    for user in ("U0GUEST", "U0ELSE"):
        press(slack, there, "claim", user)
        press(slack, there, "answer", user)
        assert told(slack, user)
        assert slack.modal(user) is None
    assert staff(door).get(found.id).state == "waiting"


def test_last_questions_come_into_the_thread_once(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    there = card(slack, found)
    press(slack, there, "conversation")
    slack.wait(lambda: slack.replies(STAFF, there.ts))
    press(slack, there, "conversation", "U0BERT")
    assert told(slack, "U0BERT")
    assert len(slack.replies(STAFF, there.ts)) == 1
    assert found.question in shown(slack.replies(STAFF, there.ts)[0])


def test_last_questions_are_shown_before_it_is_noted_where_the_card_is(slack: PretendedSlack, door: SlackDoor) -> None:
    slack.drop("chat.postMessage", done=True)
    found = asked(door)
    there = card(slack, found)
    assert not door.outbox.messages(f"handover:{found.id}")
    press(slack, there, "conversation")
    assert found.question in shown(slack.wait(lambda: slack.replies(STAFF, there.ts))[0])
    assert len(cards(slack)) == 1


def test_withdrawn_question_has_no_buttons_to_answer_it(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    card(slack, found)
    door.public().handovers.withdraw(found.id)
    slack.wait(lambda: "Withdrawn" in shown(card(slack, found)))
    assert "handover_answer" not in shown(card(slack, found))


def test_deleted_conversation_leaves_nothing_of_the_question_in_the_channel(
    slack: PretendedSlack, door: SlackDoor
) -> None:
    found = asked(door)
    there = card(slack, found)
    press(slack, there, "conversation")
    slack.wait(lambda: slack.replies(STAFF, there.ts))
    door.public().transcripts.delete(found.conversation_id)
    slack.wait(lambda: not any(found.question in shown(m) for m in slack.messages(STAFF, ours=True)))
    assert slack.replies(STAFF, there.ts)
    assert len(cards(slack)) == 1


def test_question_handed_over_while_slack_is_down_appears_when_it_is_up(slack, open_door, slack_settings) -> None:
    first = open_door(slack_settings)
    slack.down()
    found = asked(first.door)
    staff(first.door).claim(found.id, "Carla")
    first.stop()
    slack.up()
    open_door(slack_settings)
    slack.wait(lambda: "Carla" in shown(card(slack, found)))
    assert len(cards(slack)) == 1


def test_answer_of_the_staff_page_shows_on_the_card(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    card(slack, found)
    staff(door).answer(
        found.id, "No: <it> pays for cooperation.", by="Carla", role="Contact", source="https://a.example"
    )
    slack.wait(lambda: "pays for cooperation" in shown(card(slack, found)))
    assert "https://a.example" in shown(card(slack, found))
