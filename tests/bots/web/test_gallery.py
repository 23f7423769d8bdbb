"""What other sites embed, and the page of variants: a host that spoils everything under a policy of its own."""

from __future__ import annotations

import re

import pytest


def test_widget_is_for_everyone_and_kept_for_minutes_only(client):
    script = client.get("/widget.js", headers={"Origin": "https://elsewhere.example"})
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["cache-control"] == "public, max-age=300"


def test_widget_breaks_no_page_that_forbids_eval(client):
    assert not re.search(r"\beval\(|new Function|document\.write|innerHTML", client.get("/widget.js").text)


def test_gallery_trusts_nobody_but_this_server(client):
    page = client.get("/gallery")
    named = re.findall(r"https?://[^\s;]+", page.headers["content-security-policy"])
    assert set(named) == {"http://testserver"}
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page.text)) == {"http://testserver"}
    assert "<style" not in page.text


@pytest.mark.parametrize(
    "shown",
    [
        'data-variant="inline" data-language="nl"',
        'data-variant="inline" data-language="en"',
        'data-variant="button" data-language="nl" data-position="right"',
        'data-accent="#1a7a3c"',
        'data-accent="#ffd400"',
        'data-suggestions="',
        '<interreg-assistant id="element" variant="inline" language="en"><p>',
    ],
)
def test_gallery_shows_every_way_to_embed(client, shown):
    assert shown in client.get("/gallery").text


def test_gallery_speaks_neither_of_our_languages_and_has_rules_for_everything(client):
    assert '<html lang="fr">' in client.get("/gallery").text
    rules = client.get("/static/gallery/host.css").text
    for rule in ("box-sizing: content-box", "line-height: 3 !important", "font-family: fantasy", "all: unset"):
        assert rule in rules
