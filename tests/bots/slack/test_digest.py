"""The weekly digest: what people miss, in both languages, posted once, and an answer to it one press away."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clock import now
from assistant.gaps_asked import Gap
from assistant.index.schema import answers, conversations, outbox
from assistant.kept import KeptAnswers
from assistant.settings import Settings
from bots.slack.digest import Week, digest, due, key_of, post_due
from tests.bots.slack.validation import check_blocks

BRUSSELS = ZoneInfo("Europe/Brussels")
SETTINGS = Settings(_env_file=None)
ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200) | st.sampled_from(
    ["<!channel>", "&" * 2000, "<https://evil.example|x>" * 80, "\u200b", " ", "é" * 2000]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-07-13T06:59", "2026-07-06T07:00"),  # a minute before nine on a Monday in summer
        ("2026-07-13T07:00", "2026-07-13T07:00"),
        ("2026-07-19T23:00", "2026-07-13T07:00"),
        ("2026-01-05T08:00", "2026-01-05T08:00"),  # winter
        ("2026-10-26T07:30", "2026-10-19T07:00"),  # the clocks went back the day before
        ("2026-10-26T08:00", "2026-10-26T08:00"),
    ],
)
def test_it_is_due_on_the_clocks_of_the_time_zone(moment: str, expected: str) -> None:
    assert due("Mon 09:00", BRUSSELS, at(moment)) == at(expected)


def test_last_week_of_a_year_has_one_name() -> None:
    days = [at("2026-12-28T08:00"), at("2027-01-03T08:00"), at("2027-01-04T08:00")]
    assert [key_of(day, BRUSSELS) for day in days] == ["digest:2026-W53", "digest:2026-W53", "digest:2027-W01"]


def test_it_speaks_both_languages_and_names_each_question_with_its_count() -> None:
    gaps = (Gap("Wie betaalt de zebra's?", "nl", 7), Gap("Who feeds the lions?", "en", 5))
    made = digest(Week(at("2026-07-13T07:00"), 40, gaps), SETTINGS)
    for said in ("niet te vinden in de documentatie", "not found in the documentation", "40 vragen", "40 questions"):
        assert said in made["text"]
    for said in ("7× Wie betaalt de zebra's?", "5× Who feeds the lions?", "13 juli 2026, 09:00", "13 July 2026, 09:00"):
        assert said in made["text"]
    buttons = [block["accessory"] for block in made["blocks"] if "accessory" in block]
    assert [(button["text"]["text"], button["value"]) for button in buttons] == [
        ("Antwoorden en bewaren", "nl:Wie betaalt de zebra's?"),
        ("Answer and keep", "en:Who feeds the lions?"),
    ]


@given(st.lists(st.builds(Gap, ANY, st.sampled_from(["nl", "en"]), st.integers(5, 10**6)), max_size=40))
def test_slack_takes_it_whatever_was_asked(gaps: list[Gap]) -> None:
    made = digest(Week(at("2026-07-13T07:00"), len(gaps), tuple(gaps)), SETTINGS)
    check_blocks(made["blocks"])
    assert len(made["text"]) <= 4000
    assert "<!" not in made["text"]
    assert made["unfurl_links"] is False


@pytest.fixture
def weekly(slack_settings: Settings) -> Settings:
    return slack_settings.model_copy(update={"slack_digest": "Mon 09:00", "timezone": "Europe/Brussels"})


@pytest.fixture
def open_weekly(open_door: Callable[[Settings], Any], weekly: Settings) -> Iterator[Callable[[], Any]]:
    """Open the door over a digest whose moment a test sets; it does not look at the clock itself."""
    settings = weekly.model_copy(update={"slack_digest": ""})

    def opened() -> Any:
        door = open_door(settings).door
        door.settings = weekly
        return door

    return opened


def ask(door: Any, question: str, times: int, when: datetime, language: str = "nl") -> None:
    given = {"status": "unsupported", "reason": "not_in_documentation", "language": language, "parts": []}
    rows = [
        {"id": str(uuid.uuid4()), "conversation_id": f"asked {when}", "question": question, "answer": given,
         "latency_ms": 1.0, "created_at": when} for _ in range(times)
    ]  # fmt: skip
    with door.engine.begin() as connection:
        if not connection.execute(conversations.select().where(conversations.c.id == f"asked {when}")).first():
            connection.execute(conversations.insert(), [{"id": f"asked {when}", "created_at": when}])
        connection.execute(answers.insert(), rows)


MONDAY = at("2026-07-13T07:00")


def post(door: Any, when: datetime = MONDAY) -> None:
    asyncio.run(post_due(door, when))


def posted(slack: Any) -> list[Any]:
    return [message for message in slack.messages("C0STAFF", ours=True) if "Weekoverzicht" in message.text]


def test_what_was_asked_five_times_is_posted_once_by_any_number_of_processes(
    open_weekly: Callable[[], Any], slack: Any
) -> None:
    first, second = open_weekly(), open_weekly()
    ask(first, "Wie betaalt de zebra's op het congres?", 5, MONDAY - timedelta(days=2))
    ask(first, "Waar slapen de olifanten?", 4, MONDAY - timedelta(days=2))
    for door in (first, second, first):
        post(door)
    message = slack.wait(lambda: posted(slack))[0]
    assert "5× Wie betaalt de zebra's op het congres?" in message.text
    assert "olifanten" not in message.text
    slack.wait(lambda: first.outbox.waiting() == 0)  # Slack has it a moment before the outbox knows
    with first.engine.begin() as connection:
        connection.execute(outbox.delete())
    post(second, MONDAY + timedelta(hours=20))
    assert second.outbox.waiting() == 0
    assert len(posted(slack)) == 1


def test_missed_one_is_late_for_two_days_and_then_it_is_not_posted(open_weekly: Callable[[], Any]) -> None:
    door = open_weekly()
    post(door, MONDAY + timedelta(days=2, minutes=1))
    assert door.outbox.messages("digest:2026-W29") == []
    assert door.outbox.put(
        None, method="chat.postMessage", channel="C0STAFF", payload={"text": "-"}, key="digest:2026-W29"
    )


def test_late_digest_tells_of_the_week_that_ended_at_its_moment(open_weekly: Callable[[], Any], slack: Any) -> None:
    door = open_weekly()
    ask(door, "Wie betaalt de zebra's op het congres?", 5, MONDAY + timedelta(hours=1))
    ask(door, "Waar slapen de olifanten?", 5, MONDAY - timedelta(days=7, hours=1))
    post(door, MONDAY + timedelta(days=1))
    message = slack.wait(lambda: posted(slack))[0]
    assert "is niets 5 keer of vaker gevraagd" in message.text
    assert "zebra" not in message.text
    assert "olifanten" not in message.text


def test_what_is_answered_by_now_is_left_out(open_weekly: Callable[[], Any], slack: Any) -> None:
    door = open_weekly()
    ask(door, "Kan een privébedrijf subsidie krijgen?", 6, MONDAY - timedelta(days=1))
    assert door.public().ask("Kan een privébedrijf subsidie krijgen?").status == "answered"
    post(door)
    assert "privébedrijf" not in slack.wait(lambda: posted(slack))[0].text


def test_digest_while_slack_is_down_arrives_later(open_weekly: Callable[[], Any], slack: Any) -> None:
    door = open_weekly()
    slack.down()
    post(door)
    slack.up()
    assert slack.wait(lambda: posted(slack))


def test_door_posts_it_of_its_own_accord(open_door: Callable[[Settings], Any], weekly: Settings, slack: Any) -> None:
    local = now().astimezone(BRUSSELS) - timedelta(minutes=1)
    open_door(weekly.model_copy(update={"slack_digest": local.strftime("%a %H:%M")}))
    assert slack.wait(lambda: posted(slack))


MISSED = "Wie betaalt de zebra's op het congres?"


@pytest.fixture
def form(open_weekly: Callable[[], Any], slack: Any) -> tuple[Any, dict[str, Any]]:
    """The door, and the modal that the digest's button opens for a member of staff and for no guest."""
    door = open_weekly()
    ask(door, MISSED, 5, MONDAY - timedelta(days=2))
    post(door)
    message = slack.wait(lambda: posted(slack))[0]
    assert slack.click("C0STAFF", message.ts, "digest_keep", user="U0GUEST").ok
    assert slack.click("C0STAFF", message.ts, "digest_keep").ok
    modal = slack.wait(slack.modal)
    assert slack.modal("U0GUEST") is None
    return door, modal


def test_what_is_answered_in_the_digest_is_kept_and_found(form: tuple[Any, dict[str, Any]], slack: Any) -> None:
    door, modal = form
    assert MISSED in str(modal)
    given = {
        "text": "De dierentuin betaalt.",
        "other_question": "Who pays the zebras?",
        "other_answer": "The zoo pays.",
    }
    assert not slack.submit(modal, given).body
    kept = KeptAnswers(door.engine).list()
    assert [(one.question, one.answer, one.question_other, one.audience) for one in kept] == [
        (MISSED, "De dierentuin betaalt.", "Who pays the zebras?", "public")
    ]
    slack.wait(lambda: [m for m in slack.ephemerals("C0STAFF", "U0ANNA") if "bewaard" in m.text])
    assert "De dierentuin betaalt." in door.public().ask(MISSED).text


def test_what_cannot_be_kept_stays_in_the_form(form: tuple[Any, dict[str, Any]], slack: Any) -> None:
    door, modal = form
    done = slack.submit(modal, {"text": "De dierentuin.", "other_question": "Who pays?", "source": "nergens"})
    assert done.body["response_action"] == "errors"
    assert set(done.body["errors"]) == {"other_answer", "source:0"}
    assert KeptAnswers(door.engine).list() == []


def test_guest_cannot_send_the_form(form: tuple[Any, dict[str, Any]], slack: Any) -> None:
    door, modal = form
    assert slack.submit(modal, {"text": "De dierentuin."}, user="U0GUEST").body["response_action"] == "errors"
    assert KeptAnswers(door.engine).list() == []
