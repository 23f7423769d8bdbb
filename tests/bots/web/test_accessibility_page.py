"""The statements: accessibility as the European model wants it, and what is kept of a visitor."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from assistant.texts import LANGUAGES, catalogue
from bots.web.accessibility import PREPARED
from bots.web.rendering import show_date
from bots.web.texts import conversation_texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_statement_has_every_part_of_the_model(client, language):
    """Implementing Decision (EU) 2018/1523: status, what is not accessible, preparation, feedback, enforcement."""
    page = html.unescape(client.get(f"/accessibility?lang={language}").text)
    texts = catalogue(language)["accessibility"]
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    parts = ("status", "limits", "scope", "how", "feedback", "enforcement")
    assert headings == [texts[f"{part}_title"] for part in parts]
    assert "2016/2102" in page
    assert "EN 301 549" in page
    assert show_date(PREPARED, catalogue(language)["web"]) in page
    assert '<a href="https://www.vlaio.be/">VLAIO</a>' in page


def test_statement_says_no_more_than_partially(client):
    page = client.get("/accessibility?lang=en").text
    assert "partially compliant" in page
    assert "fully compliant" not in page


def test_statement_was_not_prepared_in_the_future():
    assert date.fromisoformat(PREPARED) <= date.today()


@pytest.mark.parametrize("language", LANGUAGES)
def test_privacy_names_the_days_that_are_set_and_the_button_that_deletes(client, language):
    page = html.unescape(client.get(f"/privacy?lang={language}").text)
    assert re.search(r"\b30 (dagen|days)\b", page)
    assert f'"{conversation_texts(language)["delete"]}"' in page
    assert '<a href="https://www.vlaio.be/">VLAIO</a>' in page


@pytest.mark.parametrize("path", ["/accessibility", "/privacy"])
def test_statement_is_reached_from_the_chat_and_leads_back_in_its_language(client, path):
    assert f'href="{path}?lang=en"' in client.get("/?lang=en").text
    page = client.get(f"{path}?lang=en").text
    assert 'href="/?lang=en"' in page
    assert f'href="{path}?lang=nl" lang="nl"' in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize("path", ["/accessibility", "/privacy"])
def test_statement_is_there_before_anything_was_ingested(fake_settings, path):
    from fastapi.testclient import TestClient

    from assistant.errors import IndexMissing
    from bots.web import create_app

    def closed(_):
        raise IndexMissing("There is no index yet.")

    with TestClient(create_app(fake_settings, closed)) as client:
        assert client.get(path).status_code == 200
