"""What stands before the first question, and what to ask after an answer."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from bots.web import create_app

URL = "/api/v1/greeting"


def test_greeting_says_who_answers_and_until_when_it_is_kept(client, fake):
    assert client.get(URL, params={"language": "en"}).json() == {
        "language": "en",
        "answering": True,
        "limit": 2000,
        "retention_days": 30,
        "contact": {"role": "the national point of contact", "name": "VLAIO", "url": "https://www.vlaio.be/"},
        "opening": None,
        "suggestions": fake.suggestions["en"],
    }


@pytest.mark.parametrize(
    ("asked", "header", "language"),
    [("nl", "en", "nl"), ("en-GB", "nl", "en"), (None, "en;q=0.8, fr", "en"), (None, "fr", "nl"), (None, "", "nl")],
)
def test_language_is_the_asked_one_then_the_browsers_then_dutch(client, asked, header, language):
    headers = {"Accept-Language": header}
    greeting = client.get(URL, params={"language": asked} if asked else {}, headers=headers).json()
    assert greeting["language"] == language
    assert (
        greeting["contact"]["role"]
        == {
            "nl": "het nationale contactpunt",
            "en": "the national point of contact",
        }[language]
    )


@pytest.mark.parametrize("language", ["fr", "", "x" * 5000, "nl\u0000"])
def test_other_languages_are_422(client, language):
    response = client.get(URL, params={"language": language})
    assert response.status_code == 422
    assert response.json()["detail"] == "'language' cannot be used: it is one of nl, en."


def test_switch_is_told_before_anybody_asks(client, fake):
    fake.switch.turn(False, by="An Peeters", reason="Nieuwe regels.")
    response = client.get(URL)
    assert response.json()["answering"] is False
    assert "Peeters" not in response.text


@pytest.mark.parametrize(("hours", "is_open"), [("24/7", True), ("2020 Jan 01", False), ("Mo-Su 00:00-24:00", True)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_opening_hours_are_said_where_they_are_set(fake, fake_settings, hours, is_open, language):
    fake.settings = fake_settings.model_copy(update={"opening_hours": hours})
    with TestClient(create_app(fake.settings, lambda _: fake)) as client:
        opening = client.get(URL, params={"language": language}).json()["opening"]
    assert opening["open"] is is_open
    assert opening["text"].endswith(".")
    assert opening["next"] is None


def test_next_opening_has_an_offset(fake, fake_settings):
    fake.settings = fake_settings.model_copy(update={"opening_hours": "Mo-Fr 09:00-17:00; PH off"})
    with TestClient(create_app(fake.settings, lambda _: fake)) as client:
        opening = client.get(URL).json()["opening"]
    assert datetime.fromisoformat(opening["next"]).utcoffset() is not None


def test_follow_ups_are_in_the_answers_language(client, fake):
    for language in ("nl", "en"):
        answer = client.post("/api/v1/ask", json={"question": "Kan dat?", "language": language}).json()
        shown = client.get(f"/api/v1/answers/{answer['id']}/suggestions").json()
        assert shown == {"suggestions": fake.suggestions[language]}


def test_every_suggestion_is_really_answered(settings, assistant):
    with TestClient(create_app(settings, lambda _: assistant)) as client:
        for language in ("nl", "en"):
            first = client.get(URL, params={"language": language}).json()["suggestions"]
            assert 1 <= len(first) <= 3
            for question in first:
                answer = client.post("/api/v1/ask", json={"question": question, "language": language}).json()
                assert answer["status"] == "answered"
                following = client.get(f"/api/v1/answers/{answer['id']}/suggestions").json()["suggestions"]
                assert len(following) <= 3
                assert question not in following
