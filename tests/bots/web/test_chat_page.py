"""The chat page as it comes from the server: its languages, its notice, and the way without JavaScript."""

import json
import re

import pytest

from assistant.texts import catalogue
from bots.web.language import preferred
from bots.web.rendering import safe_url, show_date, show_locator

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "nl"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr, nl;q=0.5, en;q=0.4", "nl"),
        ("", "de", "nl"),
        ("?lang=en", "nl", "en"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_language_of_the_page(client, query, header, language):
    page = client.get(f"/{query}", headers={"Accept-Language": header})
    assert f'<html lang="{language}">' in page.text
    assert page.headers["content-language"] == language


@pytest.mark.parametrize("language", ["nl", "en"])
def test_automated_notice_stands_before_the_input(client, language):
    page = client.get(f"/?lang={language}").text
    assert 0 < page.index(catalogue(language)["web"]["automated"]) < page.index("<textarea")


def test_nothing_is_inline_or_from_elsewhere(client):
    page = client.get("/").text
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', page):
        assert address.startswith("/")


def test_texts_reach_the_script_as_data(client):
    page = client.get("/?lang=en").text
    data = json.loads(re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.DOTALL)[1])
    assert data["web"]["retry"] == "Try again"
    assert data["language"] == "en"


def test_form_is_answered_without_javascript(client, fake):
    page = client.post("/?lang=nl", data={"question": "Kan mijn bedrijf subsidie krijgen?", "lang": "nl"})
    assert page.status_code == 200
    assert "geen subsidie krijgen." in page.text
    assert 'href="/sources/privebedrijven?revision=r2&amp;start=' in page.text
    assert 'name="conversation_id" value="c-1"' in page.text
    client.post("/", data={"question": "En in Noorwegen?", "conversation_id": "c-1"})
    assert fake.asked[1]["conversation_id"] == "c-1"


def test_form_of_a_question_that_cannot_be_asked_keeps_it(client):
    page = client.post("/?lang=en", data={"question": "x" * 2001, "lang": "en"})
    assert page.status_code == 422
    assert "at most 2000" in page.text
    assert "x" * 2001 in page.text


def test_form_of_a_refusal_shows_near_misses_as_such(client):
    page = client.post("/?lang=en", data={"question": "refuse", "lang": "en"}).text
    assert "does not answer your question" in page
    assert '<a href="https://www.vlaio.be/">VLAIO</a>' in page
    assert "Not in the documentation" in page


@pytest.mark.parametrize("question", [f"hostile {HOSTILE}", f"Kan dat? {HOSTILE}"])
def test_hostile_text_is_shown_as_text(client, question):
    page = client.post("/", data={"question": question}).text
    assert "<img src=x" not in page
    assert "<script>document" not in page
    assert 'href="javascript' not in page


def test_form_in_another_encoding_is_refused_not_crashed_on(client):
    response = client.post("/", content=b"question=\xff\xfe")
    assert response.status_code == 422


def test_preferred_language():
    assert preferred("en;q=0.2, nl-BE") == "nl"
    assert preferred("en;q=x") is None
    assert preferred("*") is None


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2021", "2021"),
        ("2021-11", "november 2021"),
        ("2021-11-01", "1 november 2021"),
        (None, "datum onbekend"),
        ("ca. 2020", "ca. 2020"),
        ("2021-13", "2021-13"),
    ],
)
def test_date_as_people_write_it(date, shown):
    assert show_date(date, catalogue("nl")["web"]) == shown


def test_locator_as_people_read_it():
    assert [show_locator(x) for x in ("wie-kan-meedoen", "slide 12", "§ 3.2", "")] == [
        "Wie kan meedoen",
        "Slide 12",
        "§ 3.2",
        "",
    ]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example/", "", None, "http://[", "x"]
)
def test_address_that_no_link_may_have(url):
    assert safe_url(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/", "/sources/a#quote", "http://a.example/"])
def test_address_that_a_link_may_have(url):
    assert safe_url(url) == url
