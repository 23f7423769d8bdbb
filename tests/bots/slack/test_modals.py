"""Colleagues answer in a modal: nothing typed is lost, problems stand at their field, what is kept is kept once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from assistant.index import validity
from assistant.index.database import connect
from assistant.kept import KeptAnswer, KeptAnswers
from bots.slack.door import SlackDoor
from bots.slack.keeping import Keep, Reply, give
from evals.pretended_slack import PretendedSlack
from tests.bots.slack.handed_over import STAFF, asked, card, modal, press, shown, staff, told
from tests.bots.slack.test_replies import asked_in_slack, of_persons

NEAR = "Can a private company get funding?"


def kept(door: SlackDoor) -> list[KeptAnswer]:
    return KeptAnswers(door.engine).list()


def opened(slack: PretendedSlack, door: SlackDoor, question: str | None = None) -> tuple[dict[str, Any], Any]:
    found = asked(door, question) if question else asked(door)
    press(slack, card(slack, found), "answer")
    return modal(slack), found


def field(view: dict[str, Any], name: str) -> dict[str, Any]:
    """The input block of a field."""
    return next(b for b in view["blocks"] if b["type"] == "input" and b["element"]["action_id"] == name)


def test_answer_is_given_with_its_source(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    document = next(iter(door.public().index.documents))
    assert not slack.submit(view, {"text": "No.\n\nIt pays for cooperation.", "source": document}).body
    reply = staff(door).get(found.id).reply
    assert (reply.text, reply.source) == ("No.\n\nIt pays for cooperation.", f"/sources/{document}")
    assert reply.role == door.settings.contact_name
    assert staff(door).get(found.id).claimed_by == "Anna"
    assert kept(door) == []


def test_each_problem_stands_at_its_field(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    past = (validity.today() - timedelta(days=1)).isoformat()
    wrong = {"text": " ", "source": "no-such-document", "keep": ["keep"], "wording": " ", "valid_until": past}
    body = slack.submit(view, wrong | {"other_question": "Betaalt het?"}).body
    fields = ("text", "source", "wording", "valid_until", "other_answer")
    assert body["response_action"] == "errors"
    assert set(body["errors"]) == {field(view, name)["block_id"] for name in fields}
    assert staff(door).get(found.id).state == "waiting"
    assert kept(door) == []


def test_script_is_no_source(slack: PretendedSlack, door: SlackDoor) -> None:
    view, _ = opened(slack, door)
    for source in ("javascript:alert(1)", "https://", "//elsewhere.example", "/etc/passwd"):
        assert "source:0" in slack.submit(view, {"text": "No.", "source": source}).body["errors"]


@pytest.fixture
def strict(open_door, slack_settings) -> SlackDoor:
    """A door that refuses what it knows, with what came near."""
    door: SlackDoor = open_door(slack_settings.model_copy(update={"threshold": 1.0})).door
    return door


def test_draft_goes_after_what_was_typed(slack: PretendedSlack, strict: SlackDoor) -> None:
    door = strict
    view, found = opened(slack, door, NEAR)
    near = door.public().answer(str(found.answer_id)).near_misses[0]
    typed = {"text": "Typed before.", "wording": "Another wording?", "keep": ["keep"], "audience": "staff"}
    assert slack.click_view(view, "handover_draft", value="0", **typed).ok
    drafted = slack.wait(lambda: (v := slack.modal()) and v["hash"] != view["hash"] and v)
    text = field(drafted, "text")
    assert text["block_id"] != field(view, "text")["block_id"], "Slack would keep the old value"
    assert text["element"]["initial_value"].startswith("Typed before.\n\n“")
    assert near.quote[:40] in text["element"]["initial_value"]
    assert field(drafted, "source")["element"]["initial_value"] == near.url
    assert field(drafted, "wording")["element"]["initial_value"] == "Another wording?"
    assert field(drafted, "wordings")["element"]["initial_value"] == NEAR
    assert field(drafted, "audience")["element"]["initial_option"]["value"] == "staff"
    assert field(drafted, "keep")["element"]["initial_options"]
    assert not slack.submit(drafted).body
    assert staff(door).get(found.id).reply.text.startswith("Typed before.")


def test_near_misses_are_on_the_card_with_links(slack: PretendedSlack, strict: SlackDoor) -> None:
    found = asked(strict, NEAR)
    near = strict.public().answer(str(found.answer_id)).near_misses[0]
    there = shown(card(slack, found))
    assert json.dumps(near.title, ensure_ascii=False)[1:-1] in there
    assert "https://assistant.example/sources/" in there


def test_colleague_who_was_first_is_named_and_the_text_stays(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    staff(door).claim(found.id, "Carla")
    body = slack.submit(view, {"text": "Half an hour of work.", "keep": ["keep"]}).body
    assert "Carla" in body["errors"]["text:0"]
    assert slack.modal() == view
    assert kept(door) == []


def test_answer_in_the_meantime_is_not_overwritten(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    staff(door).answer(found.id, "Given on the staff page.", by="Carla", role="Contact")
    assert "Carla" in slack.submit(view, {"text": "Mine."}).body["errors"]["text:0"]
    assert staff(door).get(found.id).reply.text == "Given on the staff page."


def test_claimed_by_another_opens_nothing(slack: PretendedSlack, door: SlackDoor) -> None:
    found = asked(door)
    there = card(slack, found)
    staff(door).claim(found.id, "Carla")
    press(slack, there, "answer")
    assert "Carla" in told(slack, "U0ANNA")
    assert slack.modal() is None


def test_guest_cannot_send_a_modal(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    assert "errors" in slack.submit(view, {"text": "No."}, user="U0GUEST").body
    assert staff(door).get(found.id).state == "waiting"


def test_kept_answer_answers_whoever_asks_next_in_both_languages(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    until = (validity.today() + timedelta(days=90)).isoformat()
    filled = {"text": "No: it pays for cooperation.", "keep": ["keep"], "valid_until": until, "audience": "public"}
    other = {"other_question": "Betaalt Interreg Europe een zwembad in Brugge?", "other_answer": "Neen."}
    assert not slack.submit(view, filled | other).body
    (one,) = kept(door)
    assert (one.question, one.answer, one.by, one.handover_id) == (found.question, filled["text"], "Anna", found.id)
    assert (one.valid_until.isoformat(), one.audience) == (until, "public")
    assert one.texts()["nl"] == (other["other_question"], other["other_answer"])
    slack.wait(lambda: door.public().ask(found.question).status == "answered")


def test_changed_answer_changes_what_is_kept(slack: PretendedSlack, door: SlackDoor) -> None:
    view, found = opened(slack, door)
    assert not slack.submit(view, {"text": "No.", "keep": ["keep"], "wording": "A swimming pool?"}).body
    slack.wait(lambda: "Answered by Anna" in shown(card(slack, found)))
    press(slack, card(slack, found), "answer", "U0BERT")
    again = modal(slack, "U0BERT")
    assert field(again, "text")["element"]["initial_value"] == "No."
    assert field(again, "wording")["element"]["initial_value"] == "A swimming pool?"
    assert not slack.submit(again, {"text": "Never."}, user="U0BERT").body
    (one,) = kept(door)
    assert (one.answer, one.question, one.by) == ("Never.", "A swimming pool?", "Bert")
    assert staff(door).get(found.id).reply.text == "Never."


class Died(Exception):
    """The process ended here."""


def dying(engine: Engine, commits: int) -> Engine:
    """An engine of a process that dies before its next transaction but so many is committed."""
    left = [commits]

    def commit(_: Any) -> None:
        if left[0] <= 0:
            raise Died
        left[0] -= 1

    event.listen(engine, "commit", commit)
    return engine


@pytest.mark.parametrize("commits", range(4))
def test_killed_between_any_two_steps_everything_happens_once(slack, open_door, slack_settings, commits: int) -> None:
    first = open_door(slack_settings)
    ts, found = asked_in_slack(slack, first.door)
    card(slack, found)
    first.stop()
    reply = Reply("No: it pays for cooperation.", None, Keep(found.question, (), "public", None, None), "Anna", "VLAIO")
    engine = dying(connect(slack_settings.database), commits)
    died = False
    try:
        give(engine, found.id, reply, "waiting")
    except Died:
        died = True
    assert died == (commits < 3), "claim, keep and answer are three transactions"
    second = open_door(slack_settings).door
    if commits < 2:  # nothing says yet what was answered: the modal, never acknowledged, still stands there
        give(second.engine, found.id, reply, "waiting")
    slack.wait(lambda: of_persons(slack, ts))
    give(second.engine, found.id, reply, "waiting")  # and whoever sends it once more changes nothing
    slack.wait(lambda: "Answered by Anna" in shown(card(slack, found)))
    assert len(of_persons(slack, ts)) == 1
    assert [k.answer for k in kept(second)] == [reply.text]
    assert [e.event for e in staff(second).events(found.id)] == ["opened", "claimed", "answered"]
    assert len([m for m in slack.messages(STAFF, ours=True) if m.thread_ts is None]) == 1


def test_kept_by_a_process_that_died_before_publishing_is_found_after_a_restart(
    slack, open_door, slack_settings
) -> None:
    first = open_door(slack_settings)
    found = asked(first.door)
    first.stop()
    reply = Reply("No: it pays for cooperation.", None, Keep(found.question, (), "public", None, None), "Anna", "VLAIO")
    give(connect(slack_settings.database), found.id, reply, "waiting")
    door = open_door(slack_settings).door
    slack.wait(lambda: door.public().ask(found.question).status == "answered")
