"""What is known of a document: from its front matter, else from what stands in for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.language import guess
from ingest.blocks import Block, Parsed, Unreadable
from ingest.metadata import Metadata, metadata_of

ROOT = Path("/corpus")
BASE = {"id": "a-1", "title": "A title", "language": "en"}


def metadata(values: dict[str, Any], path: str = "nl/mijn_stuk.md", blocks: tuple[Block, ...] = ()) -> Metadata:
    return metadata_of(Parsed(values, list(blocks)), ROOT / path, ROOT, guess)


def test_front_matter_wins() -> None:
    found = metadata(BASE | {"publisher": "VLAIO", "date": "2021-11", "period": "2021-2027", "audience": "staff"})
    assert (found.id, found.title, found.language, found.publisher) == ("a-1", "A title", "en", "VLAIO")
    assert (found.date, found.period, found.audience) == ("2021-11", "2021-2027", "staff")


def test_without_front_matter_the_file_speaks() -> None:
    text = "De leadpartner van het project is een overheid en betaalt de kosten van het secretariaat."
    found = metadata({}, blocks=(Block("paragraph", text),))
    assert (found.id, found.title, found.language) == ("nl-mijn-stuk", "Mijn stuk", "nl")
    assert (found.date, found.period, found.audience, found.url) == (None, None, "public", None)


def test_first_heading_is_the_title() -> None:
    assert metadata({"language": "nl"}, blocks=(Block("heading", "Wie krijgt geld?", 1),)).title == "Wie krijgt geld?"


@pytest.mark.parametrize("value", ["", None])
def test_empty_value_is_no_value(value: Any) -> None:
    assert metadata(BASE | {"date": value, "audience": value}).audience == "public"


@pytest.mark.parametrize("value", ["2021", "2021-11", "2021-11-30"])
def test_date_is_a_year_a_month_or_a_day(value: str) -> None:
    assert metadata(BASE | {"date": value}).date == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("date", "yesterday"),
        ("date", "2021-13"),
        ("date", "30/11/2021"),
        ("valid_from", "soon"),
        ("id", "Hoofd Letters"),
        ("id", "../etc"),
        ("audience", "everyone"),
        ("language", "Dutch"),
        ("url", "javascript:alert(1)"),
        ("supersedes", ["Not An Id"]),
        ("supersedes", ["old-one#Not A Slug"]),
        ("review", "next year"),
        ("title", ["a", "b"]),
    ],
)
def test_value_that_cannot_be_used_is_named(key: str, value: Any) -> None:
    with pytest.raises(Unreadable, match=key):
        metadata(BASE | {key: value})


def test_one_superseded_document_needs_no_list() -> None:
    assert metadata(BASE | {"supersedes": "old-one"}).supersedes == ("old-one",)


def test_a_section_can_be_superseded_and_a_document_can_have_an_owner() -> None:
    found = metadata(BASE | {"supersedes": ["old-one#rate", "b"], "owner": "Programme team", "review": "2026-06"})
    assert (found.supersedes, found.owner, found.review) == (("old-one#rate", "b"), "Programme team", "2026-06")


@pytest.mark.parametrize(
    ("value", "status"),
    [("provisional", "provisional"), ("Voorlopig", "provisional"), ("published", None), (["a"], None)],
)
def test_only_a_status_that_says_not_final_means_something(value: Any, status: str | None) -> None:
    assert metadata(BASE | {"status": value}).status == status


def test_unknown_keys_are_left_alone() -> None:
    assert metadata(BASE | {"author": "somebody", "tags": ["x"]}).id == "a-1"
