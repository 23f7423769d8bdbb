"""`assistant sources review`: what somebody should look at again, readable however much that is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from typer.testing import Result

from assistant.index import validity
from assistant.index.database import connect
from assistant.index.schema import answers, conversations

Run = Callable[..., Result]
TODAY = date(2026, 7, 1)


@pytest.fixture
def run(workshop: Any, run_over: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give the command line over a workshop, on 1 July 2026."""
    monkeypatch.setattr(validity, "today", lambda: TODAY)
    return run_over(workshop.settings)


def fill(workshop: Any, **documents: dict[str, str]) -> None:
    for name, front in documents.items():
        text = f"# Title of {name}\n\nText of {name}."
        workshop.write(f"{name}.md", text, id=name, title=f"Title of {name}", language="en", **front)
    assert not workshop.ingest().problems


def cite(workshop: Any, document_id: str, *, times: int, days_ago: int, near_miss: bool = False) -> None:
    """Record answers that cite a document twice each, so many days ago."""
    place = {"document_id": document_id, "start": 0, "end": 1}
    given = {"near_misses": [place], "citations": []} if near_miss else {"citations": [place, place]}
    when = datetime.now(UTC) - timedelta(days=days_ago)
    key = f"{document_id}-{days_ago}-{near_miss}"
    rows = [
        {"id": f"{key}-{n}", "conversation_id": key, "question": "?", "answer": given, "latency_ms": 1.0,
         "created_at": when}
        for n in range(times)
    ]  # fmt: skip
    engine = connect(workshop.settings.database)
    with engine.begin() as connection:
        connection.execute(conversations.insert(), [{"id": key, "created_at": when}])
        connection.execute(answers.insert(), rows)
    engine.dispose()


def found(run: Run) -> dict[str, list[str]]:
    result = run("sources", "review", "--json")
    assert result.exit_code == 0
    return {f["code"]: [d["id"] for d in f["documents"]] for f in json.loads(result.stdout)["findings"]}


FINE = {"owner": "Programme team", "review": "2027"}


def test_document_past_its_review_date_is_named_with_its_owner_and_the_fix(workshop: Any, run: Run) -> None:
    fill(
        workshop, late={"owner": "Finance team", "review": "2026-06-01"}, later={**FINE, "review": "2026-05"}, fine=FINE
    )
    result = run("sources", "review")
    assert result.exit_code == 0
    assert "2 documents are past their review date" in result.stdout
    assert "Finance team" in result.stdout
    assert "Fix: " in result.stdout
    assert "fine" not in result.stdout
    assert found(run) == {"past_review": ["later", "late"]}


def test_what_nearly_all_documents_lack_is_said_once(workshop: Any, run: Run) -> None:
    fill(workshop, **{f"doc-{n:02}": {} for n in range(30)}, fine=FINE)
    result = run("sources", "review")
    assert result.exit_code == 0
    assert "30 documents are without an owner: doc-00, doc-01, doc-02, …" in result.stdout
    assert "30 documents are without a review date: doc-00, doc-01, doc-02, …" in result.stdout
    assert "doc-03" not in result.stdout
    assert result.stdout.count("Fix: ") == 2
    assert len(found(run)["no_owner"]) == 30


def test_long_table_is_cut_and_says_so(workshop: Any, run: Run) -> None:
    fill(workshop, **{f"doc-{n:02}": {"owner": "Team", "review": "2025"} for n in range(25)})
    result = run("sources", "review")
    assert "25 documents are past their review date" in result.stdout
    assert "doc-19" in result.stdout
    assert "doc-20" not in result.stdout
    assert "and 5 more" in result.stdout


def test_old_document_that_is_cited_often_is_named(workshop: Any, run: Run) -> None:
    old = {**FINE, "date": "2023"}
    fill(workshop, old=old, new={**FINE, "date": "2025-01-01"}, rare=old, past=old, near=old, undated=FINE)
    for name in ("old", "new", "undated"):
        cite(workshop, name, times=5, days_ago=80)
    cite(workshop, "old", times=2, days_ago=1)
    cite(workshop, "rare", times=4, days_ago=1)
    cite(workshop, "past", times=9, days_ago=91)
    cite(workshop, "near", times=9, days_ago=1, near_miss=True)
    assert found(run) == {"old_and_cited": ["old"]}
    shown = json.loads(run("sources", "review", "--json").stdout)
    assert shown["documents"] == 6
    (finding,) = shown["findings"]
    assert (finding["count"], finding["documents"][0]["cited"]) == (1, 7)
    assert "supersedes" in finding["fix"]


def test_document_that_is_asked_for_most_comes_first(workshop: Any, run: Run) -> None:
    fill(workshop, one={"review": "2027"}, two={"review": "2027"}, three={"review": "2027"})
    cite(workshop, "two", times=2, days_ago=1)
    assert found(run) == {"no_owner": ["two", "one", "three"]}


def test_nothing_to_do_is_said(workshop: Any, run: Run) -> None:
    fill(workshop, fine=FINE)
    assert run("sources", "review").stdout.startswith("Nothing to do: every document has an owner")
    assert found(run) == {}


def test_answer_of_the_assistant_itself_counts(workshop: Any, run: Run, run_over: Callable[..., Run]) -> None:
    text = "# Fee\n\nThe locker fee in Lille is 3 euro a week."
    workshop.write("fee.md", text, id="fee", language="en", date="2020", **FINE)
    workshop.ingest()
    for _ in range(5):
        assert json.loads(run("ask", "--json", "What is the locker fee in Lille?").stdout)["citations"]
    assert found(run) == {"old_and_cited": ["fee"]}


def test_terminal_is_not_steered_by_front_matter(workshop: Any, run: Run) -> None:
    fill(workshop, late={"owner": '"\\e[31mred\\e[0m"', "review": "2025"})
    assert "\x1b" not in run("sources", "review").stdout
