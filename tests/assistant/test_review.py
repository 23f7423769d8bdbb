"""Which documents to review: of every audience, by dates that count as a whole, the most pressing first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.review import Reviewed, before, findings, reviewed

TODAY = date(2026, 7, 1)


def document(name: str = "a", **values: Any) -> Reviewed:
    fine = {"date": "2026", "owner": "Team", "review": "2027", "cited": 0}
    return Reviewed(name, name.upper(), "en", f"{name}.md", **(fine | values))


def codes(*documents: Reviewed) -> dict[str, list[str]]:
    return {finding.code: [d.id for d in finding.documents] for finding in findings(documents, TODAY)}


@pytest.mark.parametrize(
    ("value", "over"),
    [
        ("2026-06-30", True),
        ("2026-07-01", False),
        ("2026-06", True),
        ("2026-07", False),
        ("2025", True),
        ("2026", False),
    ],
)
def test_year_and_month_count_as_a_whole(value: str, over: bool) -> None:
    assert before(value, TODAY.isoformat()) is over
    assert codes(document(review=value)) == ({"past_review": ["a"]} if over else {})


def test_most_pressing_come_first() -> None:
    assert codes(document("a", review="2026"), document("b", review="2020"), document("c", review="2019-05")) == {
        "past_review": ["c", "b"]
    }
    assert codes(document("a", owner=None, cited=1), document("b", owner=None, cited=7)) == {"no_owner": ["b", "a"]}


def test_old_document_counts_only_where_it_is_cited_often_and_about_today() -> None:
    old = {"date": "2020", "cited": 5}
    assert codes(document(**old), document("b", **old | {"cited": 4}), document("c", **old, period="2014-2020")) == {
        "old_and_cited": ["a"]
    }


def test_date_two_years_ago_to_the_day_is_not_old() -> None:
    dates = {"2024-07-01": False, "2024-06-30": True, "2024-07": False, "2024-06": True, "2024": False, "2023": True}
    for value, old in dates.items():
        assert codes(document(date=value, cited=5)) == ({"old_and_cited": ["a"]} if old else {})


def test_document_about_a_period_that_is_over_is_not_old() -> None:
    for period, old in {"2014-2020": False, "2021-2026": True, "2021-2027": True, "spring": True}.items():
        assert codes(document(date="2019", cited=5, period=period)) == ({"old_and_cited": ["a"]} if old else {})


def test_nothing_to_do_is_nothing() -> None:
    assert findings([document()], TODAY) == []
    assert findings([], TODAY) == []


def test_documents_of_every_audience_are_reviewed(workshop: Any) -> None:
    workshop.write("open.md", "# Open\n\nText.", id="open", title="Open", language="en", owner="Desk", review="2026-06")
    workshop.write("safe.md", "# Safe\n\nText.", id="safe", title="Safe", language="nl", audience="staff")
    workshop.ingest()
    found = {d.id: d for d in reviewed(workshop.index("public", "staff").engine)}
    assert list(found) == ["open", "safe"]
    assert (found["open"].owner, found["open"].review, found["open"].path) == ("Desk", "2026-06", "open.md")
    assert (found["safe"].language, found["safe"].owner, found["safe"].cited) == ("nl", None, 0)
    workshop.remove("open.md")
    workshop.ingest(prune=True)
    assert [d.id for d in reviewed(workshop.index("public", "staff").engine)] == ["safe"]
