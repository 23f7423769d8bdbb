"""An older version of a document: whether what was quoted still stands, what took its place, what else changed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from bots.web import create_app

QUOTE = "A lead partner pays 80% of the costs of its project."
REST = "Every partner keeps its own accounts. A controller checks them twice a year."
BEFORE = f"# Costs\n\n## Rates\n\n{QUOTE} {REST}\n\n## Travel\n\nTravel is paid at cost.\n"


@pytest.fixture
def public(workshop, until) -> Iterator[TestClient]:
    workshop.write("other.md", "# Other\n\nSomething that stays.\n", id="other", language="en")
    workshop.write("costs.md", BEFORE, id="costs", language="en")
    workshop.ingest()
    with TestClient(create_app(workshop.settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.fixture
def after(public, workshop) -> Callable[..., str]:
    """Quote, change the document, and open the link of the quote again."""
    source = public.get("/api/v1/sources/costs").json()

    def change(body: str | None, quote: str = QUOTE, status: int = 200, lang: str = "en", **front: object) -> str:
        start = source["text"].index(quote) if quote else 0
        if body is None:
            workshop.remove("costs.md")
        else:
            workshop.write("costs.md", body, **{"id": "costs", "language": "en"} | front)
        assert not workshop.ingest().problems
        span = f"&start={start}&end={start + len(quote)}" if quote else ""
        address = f"/sources/costs?revision={source['revision']}{span}&lang={lang}"
        response = public.get(address, headers={"Accept": "text/html"})
        assert response.status_code == status
        return response.text

    return change


def words(page: str, tag: str) -> list[str]:
    found = re.findall(rf'<{tag}><span class="hidden">[^<]*</span>(.*?)</{tag}>', page)
    return [html.unescape(text) for text in found]


def marked(page: str) -> str:
    return html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)))


def link(page: str, text: str) -> str:
    return re.search(rf'<a href="([^"]+)">{text}</a>', html.unescape(page))[1]


def plain(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))


def test_sentence_that_still_stands_leads_to_its_place_today(after, public):
    page = after(BEFORE.replace("# Costs\n", "# Costs\n\nA new beginning.\n"))
    assert "The quoted passage still stands in today's text" in plain(page)
    today = public.get(link(page, "Read it there")).text
    assert marked(today) == marked(page) == QUOTE
    assert "older version" not in today


def test_changed_sentence_is_shown_beside_the_old_one(after, public):
    page = after(BEFORE.replace("80% of the costs", "70% of the eligible costs"))
    assert "Today's text says this differently" in plain(page)
    assert words(page, "del")[0] == "80%"
    assert words(page, "ins")[:2] == ["70%", "eligible"]
    assert marked(public.get(link(page, "Read this in today's text")).text).startswith("A lead partner pays 70%")


def test_sentence_that_is_gone_is_said_to_be(after):
    page = after("# Costs\n\nZebras graze near a lake in the evening, they say.\n")
    assert "no longer in today's text, and nothing in it is like it" in plain(page)
    assert marked(page) == QUOTE


def test_changed_paragraphs_are_listed_and_the_others_counted(after):
    rows = "\n\n".join(f"Paragraph {number} is about nothing." for number in range(14))
    page = after(f"{BEFORE}\n\n{rows}\n".replace("Travel is paid at cost.", "Travel is paid at a flat rate."))
    assert "What changed since (15)" in page
    shown = re.search(r'<ul class="changes">(.*?)</ul>', page, re.DOTALL)[1]
    assert shown.count("<li>") == 10
    assert (words(shown, "del"), words(shown, "ins")) == (["cost"], ["a flat rate"])
    assert "And 5 more." in page


def test_without_a_quote_the_changes_are_there_all_the_same(after):
    page = after(BEFORE.replace("at cost", "at a flat rate"), quote="")
    assert "What changed since (1)" in page
    assert 'class="since"' not in page


def test_change_of_nothing_but_the_data_is_said_to_be_none(after):
    page = after(BEFORE, publisher="Somebody else")
    assert "Nothing in the text has changed since." in page
    assert "still stands" in page


def test_document_that_was_removed_is_said_to_be(after):
    page = after(None)
    assert "has since been removed from the collection" in page
    assert "Read the current version" not in page
    assert marked(page) == QUOTE


def test_document_that_staff_took_back_shows_nothing_of_either_version(after):
    page = after(BEFORE.replace("80%", "75%"), status=404, audience="staff")
    assert "pays" not in page
    assert "75%" not in page


def test_changes_are_told_in_the_language_of_the_page(after):
    page = after(BEFORE.replace("80%", "70%"), lang="nl")
    assert "In de tekst van nu staat dit anders:" in page
    assert "Wat er sindsdien veranderde (1)" in page


def test_hostile_change_is_shown_as_text(after):
    page = after(BEFORE.replace("80% of", "<img src=x onerror=alert(1)> of").replace("Travel is", "<b>Travel</b> is"))
    assert "<img src=x" not in page
    assert "<b>" not in page


def test_current_version_says_nothing_of_changes(public):
    page = public.get("/sources/costs").text
    assert 'class="since"' not in page
    assert 'id="the_changes"' not in page
