"""The chat page as it comes from the server: its languages, its notice, what it loads, how values are shown."""

from __future__ import annotations

import html
import json
import re

import pytest
from fastapi.testclient import TestClient

from assistant.texts import LANGUAGES, catalogue
from bots.web import create_app
from bots.web.language import preferred
from bots.web.rendering import HERE, safe_url, show_date, show_locator
from bots.web.texts import conversation_texts, speaker


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
    assert f'<interreg-assistant variant="page" language="{language}">' in page.text
    assert page.headers["content-language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_automated_notice_and_the_person_stand_before_the_input(client, language):
    page = html.unescape(client.get(f"/?lang={language}").text)
    for key in ("automated", "knows"):
        assert 0 < page.index(conversation_texts(language)[key]) < page.index("<textarea")
    assert 0 < page.index('<a href="https://www.vlaio.be/">VLAIO</a>') < page.index("<textarea")


def test_opening_hours_are_said_where_they_are_set(fake, fake_settings):
    settings = fake_settings.model_copy(update={"opening_hours": "24/7"})
    with TestClient(create_app(settings, lambda _: fake)) as client:
        page = client.get("/?lang=en").text
    assert 0 < page.index("Open now") < page.index("<textarea")


def test_nothing_is_inline_or_from_elsewhere(client):
    for path in ("/", "/accessibility", "/privacy"):
        page = client.get(path).text
        assert re.findall(r"<script(?![^>]*src=)", page) == []
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)
        for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', page):
            assert address.startswith("/static/")


def test_every_module_of_the_page_is_there(client):
    loaded = re.findall(r'(?:src|modulepreload" href)="([^"]+[.]js)"', client.get("/").text)
    assert "/static/chat/element.js" in loaded
    assert {client.get(address).status_code for address in loaded} == {200}


def test_the_page_says_the_same_as_the_element(client, fake):
    page = client.get("/?lang=en").text
    greeting = client.get("/api/v1/greeting?language=en").json()
    assert all(suggestion in page for suggestion in greeting["suggestions"])
    fake.switch.turn(False, by="a test", reason="to see")
    assert speaker("en")("answering_off") in client.get("/?lang=en").text


def test_texts_of_the_conversation_are_there_in_both_languages():
    entries = json.loads((HERE / "static" / "chat" / "texts.json").read_text(encoding="utf-8"))
    assert {frozenset(entry) for entry in entries.values()} == {frozenset(LANGUAGES)}
    for key, entry in entries.items():
        fields = [sorted(re.findall(r"[{]\w+[}]", entry[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
        assert all(entry.values()), key


def test_count_of_one_takes_the_singular():
    assert "one day" in speaker("en")("kept", count=1)
    assert "30 days" in speaker("en")("kept", count=30)


def test_text_that_is_put_into_another_is_not_filled_itself():
    assert speaker("en")("by_role", role="{role} {count}") == "By a person: {role} {count}"


def test_page_is_kept_by_no_cache(client):
    assert client.get("/").headers["cache-control"] == "no-store"


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
