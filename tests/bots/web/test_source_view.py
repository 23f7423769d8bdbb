"""A source as JSON and as a page: what is stored, what is quoted, what is newer."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.documents import Heading
from bots.web.layout import lay_out, valid_span

QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
TEXT_PART = "Een overheid betaalt mee.\n\nTweede alinea.\n\neen;\ntwee;\ndrie."


def page_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def marked(page: str) -> str:
    return html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)))


def test_json_has_metadata_and_text_in_which_spans_count(client, fake):
    source = client.get("/api/v1/sources/privebedrijven").json()
    start = source["text"].index(QUOTE)
    assert source["text"][start : start + len(QUOTE)] == QUOTE
    assert (source["id"], source["revision"], source["current"], source["audience"]) == (
        "privebedrijven",
        "r2",
        True,
        "public",
    )


def test_json_of_an_older_revision_says_so(client):
    source = client.get("/api/v1/sources/privebedrijven?revision=r1").json()
    assert (source["current"], source["text"]) == (False, "Privébedrijven\n\nEen oudere tekst.")


def test_head_is_get_without_a_body(client):
    for path in ("/api/v1/sources/privebedrijven", "/sources/privebedrijven", "/", "/healthz"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_citation_opens_at_its_marked_quote(client):
    answer = client.post("/api/v1/ask", json={"question": "Kan dat?"}).json()
    page = page_of(client, answer["citations"][0]["url"])
    assert marked(page) == answer["citations"][0]["quote"]
    assert page.count('id="quote"') == 1


def test_page_shows_title_facts_headings_list_and_source(client):
    page = page_of(client, "/sources/privebedrijven")
    assert '<h1 id="privebedrijven" dir="auto">Privébedrijven</h1>' in page
    assert "1 mei 2023" in page
    assert '<h2 id="wie-krijgt-subsidie" dir="auto">' in page
    assert '<li dir="auto">een overheid;</li>' in page
    assert "Bron: handleiding, § 3.2" in page
    assert "<mark" not in page


def test_superseded_section_leads_to_what_replaced_it(client):
    page = page_of(client, "/sources/privebedrijven")
    assert (
        'href="/sources/privebedrijven#wie-krijgt-subsidie"><bdi>Privébedrijven: Wie krijgt subsidie?</bdi></a>' in page
    )


def test_superseded_document_leads_to_the_newer_one(client, fake):
    newer = replace(fake.index.documents["privebedrijven"], id="nieuw", title="Nieuwe regels", supersedes=("vijandig",))
    fake.index.add(newer, "Nieuw")
    assert '<a href="/sources/nieuw"><bdi>Nieuwe regels</bdi></a>' in page_of(client, "/sources/vijandig")


def test_older_revision_says_so_and_leads_to_the_current_one(client):
    page = page_of(client, "/sources/privebedrijven?revision=r1&start=16&end=33")
    assert "oudere versie" in page
    assert '<a href="/sources/privebedrijven">' in page
    assert marked(page) == "Een oudere tekst."


@pytest.mark.parametrize(
    ("document", "twin"), [("privebedrijven", "private-companies"), ("private-companies", "privebedrijven")]
)
def test_twin_is_linked_in_both_directions(client, document, twin):
    assert f'href="/sources/{twin}"' in page_of(client, f"/sources/{document}")


@pytest.mark.parametrize(
    "span", ["start=5", "start=a&end=b", "start=9&end=9", "start=-1&end=4", "start=0&end=999999", "start=%F0"]
)
def test_span_that_cannot_be_is_ignored(client, span):
    assert "<mark" not in page_of(client, f"/sources/privebedrijven?{span}")


def test_page_speaks_the_language_of_its_document(client):
    assert '<html lang="en">' in page_of(client, "/sources/private-companies")
    assert '<html lang="nl">' in page_of(client, "/sources/private-companies?lang=nl")


def test_hostile_text_is_shown_as_text(client):
    page = page_of(client, "/sources/vijandig")
    assert "<img src=x" not in page
    assert "<script>" not in page
    assert "&lt;img src=x" in page
    assert "javascript:" not in page


@given(st.data())
def test_what_is_marked_is_the_span(data):
    start = data.draw(st.integers(0, len(TEXT_PART) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT_PART)))
    runs = [run for block in lay_out(TEXT_PART, (), (), (start, end)) for line in block.lines for run in line]
    assert "".join(run.text for run in runs if run.marked) == TEXT_PART[start:end].replace("\n", "")
    assert "".join(run.text for run in runs) == TEXT_PART.replace("\n", "")
    assert sum(run.first for run in runs) == any(run.marked for run in runs)


@given(st.text(st.sampled_from("ab \n"), max_size=40))
def test_no_text_is_lost_in_the_layout(text):
    blocks = lay_out(text, (Heading(2, "a", "a", 0),))
    assert "".join(run.text for block in blocks for line in block.lines for run in line) == text.replace("\n", "")


def test_valid_span_lies_in_the_text():
    assert valid_span("0", "3", 3) == (0, 3)
    assert valid_span("0", "4", 3) is None
    assert valid_span(None, "4", 9) is None
    assert valid_span("9" * 5000, "4", 9) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"valid_until": "2023-06-09"}, "applied up to and including 9 June 2023: it is no longer today's rule"),
        ({"valid_from": "2999"}, "applies from 2999: it is not today's rule yet"),
        ({"status": "provisional"}, "is provisional: it may still change"),
        ({"period": "2014-2020"}, "about the period 2014-2020, not about today's rules"),
    ],
)
def test_what_is_not_todays_rule_says_so(client, fake, changes, said):
    document = replace(fake.index.documents["private-companies"], id="dated", translation_of=None, **changes)
    fake.index.add(document, "Rates\n\nA partner gets 60%.")
    assert said in html.unescape(page_of(client, "/sources/dated"))


def test_what_holds_today_says_nothing_of_dates(client):
    page = page_of(client, "/sources/private-companies")
    assert re.findall(r'<p class="problem"[^>]*>', page) == [
        '<p class="problem" id="section_gone" lang="en" role="status" hidden>'
    ]


def sections(fake, text: str, level: int = 2) -> None:
    """Give the Dutch document a translation with the same headings, in other words."""
    outline = tuple(
        Heading(1 if not text[: text.index(title)] else level, title, slug, text.index(title))
        for title, slug in (("Companies", "companies"), ("Who gets it?", "who-gets-it"), ("Before", "before"))
    )
    fake.index.add(fake.index.documents["private-companies"], text, outline)


ENGLISH = "Companies\n\nWho gets it?\n\nNo company.\n\nBefore\n\nAnother budget."


def test_language_switch_stays_at_the_quoted_section(client, fake):
    sections(fake, ENGLISH)
    start = client.get("/api/v1/sources/privebedrijven").json()["text"].index(QUOTE)
    page = page_of(client, f"/sources/privebedrijven?start={start}&end={start + 9}")
    assert 'href="/sources/private-companies#who-gets-it"' in page
    start = ENGLISH.index("Another")
    page = page_of(client, f"/sources/private-companies?start={start}&end={start + 9}")
    assert 'href="/sources/privebedrijven#vroegere-regel"' in page


def test_language_switch_promises_no_section_where_the_headings_differ(client, fake):
    sections(fake, ENGLISH, level=3)
    page = page_of(client, "/sources/privebedrijven?start=40&end=49")
    assert 'href="/sources/private-companies"' in page
    assert "data-twin" not in page


def test_no_section_shares_its_anchor_with_the_page(client, fake):
    text = "Quote\n\nText\n\nChanges\n\nOriginal\n\nContents\n\nA sentence that is quoted."
    titles = ("Quote", "Text", "Changes", "Original", "Contents")
    outline = tuple(Heading(2, title, title.lower(), text.index(title)) for title in titles)
    fake.index.add(replace(fake.index.documents["private-companies"], id="anchors"), text, outline)
    start = text.index("A sentence")
    for path in ("/sources/anchors", f"/sources/anchors?start={start}&end={len(text)}"):
        ids = re.findall(r' id="([^"]+)"', page_of(client, path))
        assert len(ids) == len(set(ids))
        assert {title.lower() for title in titles} <= set(ids)
