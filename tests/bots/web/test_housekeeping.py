"""The running server removes what is past its retention: early, again and again, and whatever goes wrong."""

import logging
import threading
import time
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from assistant.errors import IndexMissing
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


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


@pytest.fixture
def pauses(monkeypatch):
    def set_to(first=0.01, again=0.01, pause=0.01):
        for name, value in {"FIRST": first, "AGAIN": again, "PAUSE": pause}.items():
            monkeypatch.setattr(housekeeping, name, value)

    return set_to


def test_purged_soon_after_the_start_and_then_every_hour(fake, fake_app, pauses):
    assert housekeeping.FIRST < 60 < housekeeping.PAUSE == 3600
    pauses(pause=3600)
    fake.transcripts = Purges(3)
    with TestClient(fake_app):
        until(lambda: fake.transcripts.done == 1)
        time.sleep(0.2)
        assert fake.transcripts.done == 1


def test_purged_again_and_never_on_the_thread_that_serves(fake, fake_app, pauses):
    pauses()
    fake.transcripts = Purges(0)
    with TestClient(fake_app) as client:
        until(lambda: fake.transcripts.done >= 3)
        serving = client.portal.call(threading.current_thread)
        assert serving not in fake.transcripts.threads


def test_failure_is_logged_and_tried_again_while_questions_are_answered(fake, fake_app, pauses, caplog):
    pauses(pause=3600)
    fake.transcripts = Purges(RuntimeError("database is locked"), 0)
    with TestClient(fake_app) as client:
        until(lambda: fake.transcripts.done == 2)
        assert client.post("/api/v1/ask", json={"question": "Kan dat?"}).status_code == 200
    assert "could not be removed" in caplog.text
    assert "database is locked" in caplog.text


def test_waits_for_an_index_without_an_alarm(fake, fake_settings, pauses, caplog):
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


def test_ends_with_the_server(fake, fake_app, pauses):
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
    assert time.monotonic() - began < 5
