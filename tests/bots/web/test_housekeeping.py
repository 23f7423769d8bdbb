"""The running server removes what is past its retention: early, again and again, and whatever goes wrong."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from assistant.errors import IndexMissing
from assistant.index.database import connect
from assistant.index.schema import conversations
from bots.web import create_app, housekeeping


class Purges:
    """Counts purges, each with its own outcome; the last one stays."""

    def __init__(self, *outcomes):
        self.outcomes, self.done, self.threads = list(outcomes), 0, set()

    def purge(self):
        self.done += 1
        self.threads.add(threading.current_thread())
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def pauses(monkeypatch):
    def set_to(first=0.01, again=0.01, pause=0.01):
        for name, value in {"FIRST": first, "AGAIN": again, "PAUSE": pause}.items():
            monkeypatch.setattr(housekeeping, name, value)

    return set_to


def test_purged_soon_after_the_start_and_then_every_hour(fake, fake_app, pauses, until):
    assert housekeeping.FIRST < 60 < housekeeping.PAUSE == 3600
    pauses(pause=3600)
    fake.transcripts = Purges(3)
    with TestClient(fake_app):
        until(lambda: fake.transcripts.done == 1)
        time.sleep(0.2)
        assert fake.transcripts.done == 1


def test_purged_again_and_never_on_the_thread_that_serves(fake, fake_app, pauses, until):
    pauses()
    fake.transcripts = Purges(0)
    with TestClient(fake_app) as client:
        until(lambda: fake.transcripts.done >= 3)
        serving = client.portal.call(threading.current_thread)
        assert serving not in fake.transcripts.threads


def test_failure_is_logged_and_tried_again_while_questions_are_answered(fake, fake_app, pauses, caplog, until):
    pauses(pause=3600)
    fake.transcripts = Purges(RuntimeError("database is locked"), 0)
    with TestClient(fake_app) as client:
        until(lambda: fake.transcripts.done == 2)
        assert client.post("/api/v1/ask", json={"question": "Kan dat?"}).status_code == 200
    assert "could not be removed" in caplog.text
    assert "database is locked" in caplog.text


def test_waits_for_an_index_without_an_alarm(fake, fake_settings, pauses, caplog, until):
    pauses()
    made = threading.Event()
    fake.transcripts = Purges(0)

    def open_it(_):
        if not made.is_set():
            raise IndexMissing("Run 'assistant ingest' first.")
        return fake

    with TestClient(create_app(fake_settings, open_it)):
        time.sleep(0.1)
        made.set()
        until(lambda: fake.transcripts.done)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_ends_with_the_server(fake, fake_app, pauses, until):
    pauses()
    fake.transcripts = Purges(0)
    with TestClient(fake_app):
        until(lambda: fake.transcripts.done)
    before = fake.transcripts.done
    time.sleep(0.1)
    assert fake.transcripts.done == before


def test_server_does_not_wait_an_hour_to_end(fake, fake_app, pauses):
    pauses(first=3600)
    fake.transcripts = SimpleNamespace(purge=lambda: 0)
    began = time.monotonic()
    with TestClient(fake_app):
        pass
    assert time.monotonic() - began < 60


def age(settings, conversation_id, days):
    was = datetime.now(UTC) - timedelta(days=days)
    with connect(settings.database).begin() as connection:
        row = conversations.update().where(conversations.c.id == conversation_id)
        connection.execute(row.values(created_at=was, last_at=was))


def test_what_is_past_its_retention_is_gone_from_every_door(settings, assistant, pauses, until):
    pauses(pause=3600)
    old, young = (assistant.ask("Can my company get money?", door="web") for _ in range(2))
    age(settings, old.conversation_id, settings.retention_days + 1)
    age(settings, young.conversation_id, settings.retention_days - 1)
    with (
        TestClient(create_app(settings, lambda _: assistant)) as one,
        TestClient(create_app(settings, lambda _: assistant)) as other,
    ):
        until(lambda: one.get(f"/api/v1/answers/{old.id}").status_code == 404)
        assert other.get(f"/api/v1/answers/{old.id}").status_code == 404
        assert one.get(f"/api/v1/answers/{young.id}").status_code == 200
