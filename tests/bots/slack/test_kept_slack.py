"""Kept answers in Slack: who sees them, how they are found, and what a press or a modal does to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clock import now
from assistant.index import validity
from assistant.kept import KeptAnswer, KeptAnswers
from assistant.settings import Settings
from bots.slack.door import SlackDoor
from bots.slack.kept_blocks import FIELD_LIMIT, Place, Pressed, as_typed, listed, modal
from tests.bots.slack.fake_slack import Message, PretendedSlack
from tests.bots.slack.test_at_once import meanwhile
from tests.bots.slack.validation import check_blocks, check_view

STAFF, ANNA = "C0STAFF", "U0ANNA"
SETTINGS = Settings(_env_file=None, public_url="https://ask.example.org/")
ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300) | st.sampled_from(
    ["<!channel>", "<@U1>", "&" * 2000, "<https://evil.example|x>" * 90, "\u200b", "é" * 4000, "*b*:tada:", "```" * 900]
)


@pytest.fixture
def store(door: SlackDoor) -> KeptAnswers:
    return KeptAnswers(door.engine)


@pytest.fixture
def english(door: SlackDoor) -> None:
    for channel in (STAFF, "C0GENERAL"):
        door.channels.set_language(channel, "en", ANNA)


def keep(store: KeptAnswers, question: str = "Who pays the lockers?", answer: str = "The city.", **how: Any) -> Any:
    return store.keep(question, answer, **({"language": "en", "role": "Desk", "by": "Lode Maes"} | how))


def shown(slack: PretendedSlack, user: str = ANNA, channel: str = STAFF) -> Message | None:
    """Return what was last shown to a person alone."""
    seen = slack.ephemerals(channel, user)
    return seen[-1] if seen else None


def ask(slack: PretendedSlack, search: str = "", user: str = ANNA, channel: str = STAFF) -> Message:
    before = len(slack.ephemerals(channel, user))
    assert slack.command("/interreg", f"answers {search}".strip(), user=user, channel=channel).ok
    slack.wait(lambda: len(slack.ephemerals(channel, user)) > before)
    found = shown(slack, user, channel)
    assert found is not None
    return found


def press(slack: PretendedSlack, message: Message, action: str, number: int = 0, user: str = ANNA) -> None:
    """Press the button of the answer that stands at `number` in the list."""
    elements = [e for b in message.blocks if b["type"] == "actions" for e in b["elements"]]
    wanted = [e for e in elements if e["action_id"] == action][number]
    kept, blocks = message.blocks, [{"type": "actions", "elements": [wanted]}]
    message.blocks = blocks
    try:
        assert slack.click(message.channel, message.ts, action, user=user).ok
    finally:
        if message.blocks is blocks:
            message.blocks = kept


def saying(slack: PretendedSlack, words: str, user: str = ANNA, channel: str = STAFF) -> None:
    slack.wait(lambda: any(words in m.text for m in slack.ephemerals(channel, user)))


def opened(slack: PretendedSlack, message: Message, number: int = 0) -> dict[str, Any]:
    press(slack, message, "kept_edit", number)
    view = slack.wait(lambda: slack.modal(ANNA))
    assert isinstance(view, dict)
    return view


@pytest.mark.usefixtures("english")
def test_list_is_searched_and_says_where_it_is_quoted(slack: PretendedSlack, store: KeptAnswers) -> None:
    lockers, _ = keep(store), keep(store, "Where do coats hang?", "In the hall.")
    found = ask(slack, "CITY lockers")
    assert lockers.question in found.text
    assert "coats" not in found.text
    assert "Where do coats hang?" in ask(slack).text
    assert "No kept answer" in ask(slack, "yak").text
    assert not slack.messages(STAFF, ours=True)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("user", "channel"), [("U0GUEST", STAFF), ("U0ELSE", STAFF), ("U0BERT", "C0GENERAL")])
def test_kept_answers_are_for_staff_only(slack: PretendedSlack, store: KeptAnswers, user: str, channel: str) -> None:
    keep(store, answer="Only for colleagues.", audience="staff")
    slack.workspace.channels[STAFF].members = {ANNA}
    refused = ask(slack, user=user, channel=channel)
    assert "are for staff" in refused.text
    assert "Only for colleagues." not in str(refused.blocks)
    assert "Only for colleagues." in ask(slack, user=ANNA, channel="C0GENERAL").text


@pytest.mark.usefixtures("english")
def test_press_of_whoever_left_the_staff_channel_does_nothing(slack: PretendedSlack, store: KeptAnswers) -> None:
    kept = keep(store)
    slack.workspace.channels[STAFF].members = {ANNA}
    found = ask(slack, channel="C0GENERAL")
    slack.workspace.channels[STAFF].members = {"U0BERT"}
    for action in ("kept_expire", "kept_withdraw", "kept_edit"):
        press(slack, found, action)
    slack.wait(lambda: sum("are for staff" in m.text for m in slack.ephemerals("C0GENERAL", ANNA)) == 3)
    assert store.get(kept.id) == kept
    assert slack.modal(ANNA) is None


@pytest.mark.usefixtures("english")
def test_answer_expires_and_is_withdrawn(slack: PretendedSlack, store: KeptAnswers) -> None:
    kept = keep(store)
    press(slack, ask(slack), "kept_expire")
    saying(slack, "counts as expired. Questions are answered accordingly")
    assert (store.get(kept.id).state, store.get(kept.id).by) == ("expired", "Anna")
    press(slack, ask(slack), "kept_withdraw")
    saying(slack, "is withdrawn")
    assert store.get(kept.id).state == "withdrawn"


@pytest.mark.usefixtures("english")
def test_changed_answer_is_what_the_assistant_says_next(
    slack: PretendedSlack, store: KeptAnswers, door: SlackDoor
) -> None:
    kept = keep(store, "Who waters the plants of the secretariat?", "Nobody waters them.")
    store.reword(kept.id, "Do the plants get water?", "An")
    view = opened(slack, ask(slack))
    check_view(view)
    assert "Do the plants get water?" in json.dumps(view)
    until = (validity.today() + timedelta(days=30)).isoformat()
    other = {"other_question": "Wie geeft de planten water?", "other_answer": "Een buurman geeft ze water."}
    wordings = {"wordings": "Do the plants get water?\n\nWie zorgt er voor het groen?"}
    slack.submit(view, {"answer": "A neighbour waters the plants every Friday.", "until": until, **other, **wordings})
    saying(slack, "is changed. Questions are answered accordingly")
    changed = store.get(kept.id)
    assert (changed.role, changed.by) == ("Desk", "Anna")
    assert (changed.answer, changed.valid_until) == (
        "A neighbour waters the plants every Friday.",
        date.fromisoformat(until),
    )
    assert (changed.question_other, changed.answer_other) == tuple(other.values())
    assert changed.wordings == ("Do the plants get water?", "Wie zorgt er voor het groen?")
    answer = door.public().ask("Who gives water to the secretariat's plants?")
    assert any("A neighbour waters" in citation.quote for citation in answer.citations)
    address = f"https://assistant.example/sources/{answer.citations[0].document_id}"
    assert address in json.dumps(ask(slack).blocks)


BROKEN = [
    ({"other_answer": "De stad."}, "other_question"),
    ({"until": "2020-01-01"}, "until"),
    ({"source": "javascript:alert(1)"}, "source"),
    ({"source": "no-such-document"}, "source"),
    ({"answer": "\u200b"}, "answer"),
    ({"wordings": "x\n" * 21}, "wordings"),
    ({"wordings": "x" * 301}, "wordings"),
]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("answers", "block"), BROKEN, ids=str)
def test_modal_that_cannot_be_saved_stays_open(
    slack: PretendedSlack, store: KeptAnswers, answers: dict[str, str], block: str
) -> None:
    kept = keep(store)
    done = slack.submit(opened(slack, ask(slack)), answers)
    assert done.body["response_action"] == "errors"
    assert list(done.body["errors"]) == [block]
    assert slack.modal(ANNA) is not None
    assert store.get(kept.id) == kept


@pytest.mark.usefixtures("english")
def test_change_of_a_colleague_is_not_overwritten_unseen(slack: PretendedSlack, store: KeptAnswers) -> None:
    kept = keep(store)
    view = opened(slack, ask(slack))
    store.edit(kept.id, kept.question, "The state pays.", language="en", by="Lode Maes")
    slack.submit(view, {"answer": "Nobody pays."})
    again = slack.modal(ANNA)
    assert again is not None
    assert "The state pays." in json.dumps(again["blocks"])
    assert "Nobody pays." in json.dumps(again["blocks"])
    assert store.get(kept.id).answer == "The state pays."
    slack.submit(again)
    saying(slack, "is changed")
    assert store.get(kept.id).answer == "Nobody pays."


@pytest.mark.usefixtures("english")
def test_change_of_the_same_moment_is_not_overwritten_unseen(
    slack: PretendedSlack, store: KeptAnswers, door: SlackDoor
) -> None:
    kept = keep(store)
    view = opened(slack, ask(slack))
    by_lode = partial(store.edit, kept.id, kept.question, "The state pays.", language="en", by="Lode Maes")
    meanwhile(door.engine, "UPDATE kept_answers", by_lode)
    slack.submit(view, {"answer": "Nobody pays."})
    assert "The state pays." in json.dumps(slack.modal(ANNA))
    assert store.get(kept.id).answer == "The state pays."


@pytest.mark.usefixtures("english")
def test_answer_that_a_colleague_changed_is_not_withdrawn_unseen(slack: PretendedSlack, store: KeptAnswers) -> None:
    kept = keep(store)
    found = ask(slack)
    store.edit(kept.id, kept.question, "The state pays.", language="en", by="Lode Maes")
    press(slack, found, "kept_withdraw")
    saying(slack, "changed that answer in the meantime")
    assert store.get(kept.id).state == "kept"
    view = opened(slack, ask(slack))
    store.withdraw(kept.id, "Lode Maes")
    done = slack.submit(view, {"answer": "Mine"})
    assert "withdrew this answer" in done.body["errors"]["question"]


@pytest.mark.usefixtures("english")
def test_long_answer_is_not_cut_by_a_modal(slack: PretendedSlack, store: KeptAnswers) -> None:
    kept = keep(store, answer="x" * (FIELD_LIMIT + 1))
    press(slack, ask(slack), "kept_edit")
    saying(slack, f"https://assistant.example/staff/kept/{kept.id}")
    assert slack.modal(ANNA) is None


@pytest.mark.usefixtures("english")
def test_modal_that_slack_does_not_open_is_told(slack: PretendedSlack, store: KeptAnswers) -> None:
    keep(store)
    slack.fail("views.open", "expired_trigger_id")
    press(slack, ask(slack), "kept_edit")
    saying(slack, "press again")


@pytest.mark.usefixtures("english")
def test_list_is_turned(slack: PretendedSlack, store: KeptAnswers) -> None:
    for number in range(7):
        keep(store, f"Question number {number}?")
    first = ask(slack, "question")
    assert "number 6" in first.text
    assert "number 1" not in first.text
    press(slack, first, "kept_older")
    slack.wait(lambda: "number 1" in (shown(slack) or first).text)


@pytest.mark.usefixtures("english")
def test_change_stays_where_it_does_not_reach_the_index(
    slack: PretendedSlack, store: KeptAnswers, door: SlackDoor
) -> None:
    def fails() -> None:
        raise OSError("secret/path is full")

    kept = keep(store)
    for publish, words in ((fails, "run 'assistant ingest'"), (None, "with the next ingest")):
        door.publish = publish
        slack.submit(opened(slack, ask(slack)), {"answer": f"Said with {words}"})
        saying(slack, words)
        assert store.get(kept.id).answer == f"Said with {words}"
    assert "secret/path" not in str([m.text for m in slack.ephemerals(STAFF, ANNA)])


def made(question: str, answer: str, number: int = 0) -> KeptAnswer:
    at, other = now(), {"question_other": question, "answer_other": answer} if number % 2 else {}
    blank = {"question_other": None, "answer_other": None, "source": answer[:500], "handover_id": None}
    states = ("kept", "expired", "withdrawn")
    return KeptAnswer.model_validate(
        {**blank, "id": f"{number}", "question": question, "answer": answer, "language": "nl", "role": question[:100],
         "audience": "staff", "state": states[number % 3], "valid_until": date(2030, 1, 1), "by": answer[:100],
             "wordings": tuple(question[:300].split()),
         "created_at": at, "changed_at": at, **other}
    )  # fmt: skip


@hypothesis.settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ANY, ANY), max_size=8), ANY, st.integers(-3, 9), st.sampled_from(["nl", "en"]))
def test_slack_takes_whatever_is_kept(texts: list[tuple[str, str]], search: str, page: int, language: str) -> None:
    kept = [made(*both, number) for number, both in enumerate(texts)]
    public = {f"staff-answer-{number}-nl" for number in range(9)}
    message = listed(kept, Place(search, page), public, SETTINGS, language, note=search)
    check_blocks(message["blocks"])
    said = json.dumps([message["text"], *_read(message["blocks"])], ensure_ascii=False)
    assert "<!" not in said
    assert "<@" not in said
    assert "<https://evil" not in said
    for each in kept:
        metadata = Pressed(each.id, each.changed_at.isoformat(), Place(search[:100], page)).value()
        check_view(modal(each, as_typed(each), metadata, language, conflict=True))


def _read(thing: Any) -> Iterator[str]:
    """Yield every text that somebody reads; a button's value is not."""
    if isinstance(thing, dict):
        yield from (value for key, value in thing.items() if key == "text" and isinstance(value, str))
    for part in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from _read(part)
