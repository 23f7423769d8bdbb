"""The App Home: staff see what waits, others only how to ask, and Slack takes it whatever the database holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from sqlalchemy import Engine

from assistant.clock import now
from assistant.index.database import connect
from assistant.index.schema import answers, conversations, documents, handovers, metadata, revisions
from assistant.settings import Settings
from bots.slack.home import guest_home, overview, staff_home

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
    """Hold a view to Block Kit's limits, those that the SDK's models know and those that they do not."""
    for block in view["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        assert parsed.to_dict() == block
    View(**view).validate_json()
    for said in texts(view):
        assert said["type"] == "plain_text"
        assert said["emoji"] is False
        assert 1 <= len(said["text"].strip()) <= 3000


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
