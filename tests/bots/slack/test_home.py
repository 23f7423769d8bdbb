"""The App Home: staff see what waits, others only how to ask, and Slack takes it whatever the database holds."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from assistant.clock import now
from assistant.handover import Handover, Handovers
from assistant.index.database import connect
from assistant.index.schema import answers, conversations, documents, handovers, metadata, revisions
from assistant.settings import Settings
from bots.slack.home_blocks import guest_home, overview, staff_home
from tests.bots.slack.validation import check_view

SETTINGS = Settings(_env_file=None, public_url="https://ask.example.org/")
ANY = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    ["<!channel>", "<@U1>", "&" * 2000, "<https://evil.example|x>" * 90, " ", "\u200b", "\x00", "é" * 2000, "*b*:tada:"]
)
TEXTS = st.lists(ANY, max_size=25)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = connect(f"sqlite:///{tmp_path_factory.mktemp('home') / 'home.db'}")
    yield made
    made.dispose()


def fill(engine: Engine, questions: list[str], refused: list[str], titles: list[str]) -> None:
    """Make these the questions for a person, the refused questions and the titles of documents, and nothing else."""
    at = now() - timedelta(hours=3)
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(conversations.insert(), [{"id": "c", "created_at": at}])
        for number, said in enumerate(questions):
            claimed = {"state": "claimed", "claimed_by": said} if number % 2 else {"state": "waiting"}
            row = {"id": str(uuid.uuid4()), "conversation_id": "c", "question": said, "language": "nl", "door": "web"}
            connection.execute(handovers.insert(), [row | claimed | {"created_at": at, "changed_at": at}])
        for number, said in enumerate(refused):
            answer = {"status": "unsupported", "reason": f"reason {number % 12}", "citations": [_cited(said, number)]}
            row = {"id": str(uuid.uuid4()), "conversation_id": "c", "question": said, "answer": answer}
            connection.execute(answers.insert(), [row | {"latency_ms": 1.0, "created_at": at}])
        for number, title in enumerate(titles):
            _document(connection, f"d{number}", title, at)


def _cited(locator: str, number: int) -> dict[str, Any]:
    return {"document_id": f"d{number}", "locator": locator, "title": "Titel", "language": "nl", "url": "/sources/d"}


def _document(connection: Any, key: str, title: str, at: Any) -> None:
    known = {"document_id": key, "revision": "r", "title": title, "publisher": title, "language": "nl", "date": "2019",
             "audience": "staff", "supersedes": [], "review": "2020", "text": "", "outline": []}  # fmt: skip
    connection.execute(revisions.insert(), [known])
    connection.execute(
        documents.insert(), [{"id": key, "revision": "r", "path": key, "source_hash": "h", "ingested_at": at}]
    )


def check(view: dict[str, Any]) -> None:
    """Hold a view to Slack's limits; what people wrote stands in it as plain text."""
    check_view(view)
    for said in texts(view):
        assert said["type"] == "plain_text"
        assert said["emoji"] is False
        assert said["text"].strip()


def texts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") in ("plain_text", "mrkdwn"):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from texts(each)


def shown(view: dict[str, Any]) -> str:
    return "\n".join(said["text"] for said in texts(view))


@settings(max_examples=40)
@given(questions=TEXTS, refused=TEXTS, titles=TEXTS, language=st.sampled_from(["nl", "en"]))
def test_slack_takes_it_whatever_the_database_holds(
    engine: Engine, questions: list[str], refused: list[str], titles: list[str], language: str
) -> None:
    fill(engine, questions, refused, titles)
    check(staff_home(overview(engine, SETTINGS), SETTINGS, language))


def test_largest_of_everything_fits(engine: Engine) -> None:
    fill(engine, ["&<>" * 600] * 60, [f"{number} " + "é" * 1900 for number in range(60)], ["t" * 3000] * 60)
    view = staff_home(overview(engine, SETTINGS), SETTINGS, "nl")
    check(view)
    assert len(view["blocks"]) <= 100


def test_oldest_question_is_first_and_the_others_are_counted(engine: Engine) -> None:
    fill(engine, [f"Vraag {number}?" for number in range(10)], [], [])
    with engine.begin() as connection:
        oldest = handovers.c.question == "Vraag 7?"
        connection.execute(handovers.update().where(oldest).values(created_at=now() - timedelta(days=2)))
    view = staff_home(overview(engine, SETTINGS), SETTINGS, "nl")
    said = shown(view)
    assert said.index("Vraag 7?") < said.index("Wachtende vragen") + 40
    assert "2 dagen geleden · Nederlands" in said
    assert "En nog 2 vragen die wachten" in said


def test_nothing_asked_is_said_and_not_left_blank(engine: Engine) -> None:
    fill(engine, [], [], [])
    said = shown(staff_home(overview(engine, SETTINGS), SETTINGS, "en"))
    for sentence in ("No question is waiting.", "Nothing was asked.", "No document needs attention."):
        assert sentence in said


def test_links_to_staff_pages_only_where_their_address_is_known(engine: Engine) -> None:
    fill(engine, [], [], [])
    known = staff_home(overview(engine, SETTINGS), SETTINGS, "en")
    urls = [button["url"] for block in known["blocks"] for button in block.get("elements", []) if "url" in button]
    assert "https://ask.example.org/staff/reports" in urls
    unknown = staff_home(overview(engine, SETTINGS), SETTINGS.model_copy(update={"public_url": ""}), "en")
    assert "staff pages" not in shown(unknown)


def test_personal_data_in_refused_questions_is_masked(engine: Engine) -> None:
    fill(engine, [], ["Mail an@example.org over zebra's"], [])
    said = shown(staff_home(overview(engine, SETTINGS), SETTINGS, "nl"))
    assert "an@example.org" not in said
    assert "zebra" in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_view_for_guests_is_taken_too(language: str) -> None:
    view = guest_home(language)
    check(view)
    assert "handover" not in str(view)


def hand_over(door: Any, question: str) -> Handover:
    assistant = door.public()
    return assistant.handovers.open(
        question, conversation_id=assistant.record.begin(), language="nl", door="web", email="an@example.org"
    )


def test_staff_see_what_waits_with_buttons_that_name_it(door: Any, slack: Any) -> None:
    found = hand_over(door, "Wie betaalt de zebra's?")
    assert slack.open_home("U0ANNA").ok
    view = slack.wait(lambda: slack.home("U0ANNA"))
    assert "Wie betaalt de zebra's?" in shown(view)
    buttons = [each for block in view["blocks"] for each in block.get("elements", []) if each.get("value") == found.id]
    assert [button["action_id"] for button in buttons] == ["handover_claim", "handover_answer"]
    assert "an@example.org" not in str(view)


def test_each_reads_it_in_the_language_of_their_slack(door: Any, slack: Any) -> None:
    for user, title in (("U0ANNA", "Wachtende vragen"), ("U0BERT", "Waiting questions")):
        slack.open_home(user)
        assert title in shown(slack.wait(lambda user=user: slack.home(user)))


@pytest.mark.parametrize("user", ["U0GUEST", "U0ELSE"])
def test_guests_and_strangers_see_nothing_of_staff(door: Any, slack: Any, user: str) -> None:
    found = hand_over(door, "Wie betaalt de zebra's?")
    slack.open_home(user)
    view = slack.wait(lambda: slack.home(user))
    check(view)
    for secret in ("zebra", found.id, "handover", "/staff", "Ouderdom"):
        assert secret not in str(view)


def test_whoever_slack_says_nothing_of_is_no_staff(door: Any, slack: Any) -> None:
    hand_over(door, "Wie betaalt de zebra's?")
    slack.fail("users.info", "internal_error", times=99)
    slack.open_home("U0ANNA")
    assert "zebra" not in str(slack.wait(lambda: slack.home("U0ANNA")))


def test_refresh_shows_what_has_changed(door: Any, slack: Any) -> None:
    slack.open_home("U0ANNA")
    before = slack.wait(lambda: slack.home("U0ANNA"))
    assert "Er wacht geen vraag." in shown(before)
    hand_over(door, "Wie betaalt de zebra's?")
    assert slack.click_view(before, "home_refresh").ok
    slack.wait(lambda: "zebra" in shown(slack.home("U0ANNA")))


def test_following_a_link_is_acknowledged(door: Any, slack: Any) -> None:
    slack.open_home("U0ANNA")
    view = slack.wait(lambda: slack.home("U0ANNA"))
    assert slack.click_view(view, "home_link_reports").ok


def test_slack_that_is_down_breaks_nothing(door: Any, slack: Any) -> None:
    slack.fail("views.publish", "internal_error", times=1)
    slack.open_home("U0BERT")
    slack.wait(lambda: slack.calls("views.publish"))
    slack.open_home("U0BERT")
    assert slack.wait(lambda: slack.home("U0BERT"))


def test_question_is_claimed_from_the_home(door: Any, slack: Any) -> None:
    found = hand_over(door, "Wie betaalt de zebra's?")
    slack.open_home("U0ANNA")
    view = slack.wait(lambda: slack.home("U0ANNA"))
    assert slack.click_view(view, "handover_claim").ok
    slack.wait(lambda: door.public().handovers.get(found.id).claimed_by == "Anna")
    slack.wait(lambda: "opgenomen door Anna" in shown(slack.home("U0ANNA")))


def test_home_waits_for_what_a_press_does(door: Any, slack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Handovers.claim

    def slow(*given: Any) -> Handover:
        time.sleep(1.5)
        return claim(*given)

    monkeypatch.setattr(Handovers, "claim", slow)
    hand_over(door, "Wie betaalt de zebra's?")
    slack.open_home("U0ANNA")
    assert slack.click_view(slack.wait(lambda: slack.home("U0ANNA")), "handover_claim").ok
    slack.wait(lambda: "opgenomen door Anna" in shown(slack.home("U0ANNA")))


def test_question_is_answered_from_the_home(door: Any, slack: Any) -> None:
    found = hand_over(door, "Wie betaalt de zebra's?")
    slack.open_home("U0ANNA")
    view = slack.wait(lambda: slack.home("U0ANNA"))
    assert slack.click_view(view, "handover_answer").ok
    assert not slack.submit(slack.wait(slack.modal), {"text": "De dierentuin."}).body
    slack.wait(lambda: door.public().handovers.get(found.id).state == "answered")


def test_whoever_left_the_staff_channel_cannot_claim_from_an_old_home(door: Any, slack: Any) -> None:
    found = hand_over(door, "Wie betaalt de zebra's?")
    slack.open_home("U0ANNA")
    view = slack.wait(lambda: slack.home("U0ANNA"))
    slack.workspace.channels["C0STAFF"].members = {"U0BERT"}
    assert slack.click_view(view, "handover_claim").ok
    slack.wait(lambda: slack.calls("chat.postEphemeral"))
    assert door.public().handovers.get(found.id).state == "waiting"


def test_colleague_outside_the_staff_channel_sees_only_how_to_ask(door: Any, slack: Any) -> None:
    slack.workspace.channels["C0STAFF"].members = {"U0BERT"}
    hand_over(door, "Wie betaalt de zebra's?")
    for user, sees in (("U0BERT", True), ("U0ANNA", False)):
        slack.open_home(user)
        assert ("zebra" in str(slack.wait(lambda user=user: slack.home(user)))) is sees
