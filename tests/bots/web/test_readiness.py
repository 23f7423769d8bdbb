"""The application starts without an index, and finds the one that is made while it runs."""

import threading
import time

import pytest
from fastapi.testclient import TestClient

from assistant.errors import AssistantError, IndexMissing
from bots.web import create_app, readiness
from bots.web.app import open_public
from bots.web.readiness import Readiness, Starting


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(readiness, "_PAUSE", 0.0)


def test_ready_without_restart_once_an_index_is_there(fake, fake_settings, until):
    made = threading.Event()

    def open_it(_):
        if not made.is_set():
            raise IndexMissing("Run 'assistant ingest' first.")
        return fake

    with TestClient(create_app(fake_settings, open_it)) as client:
        assert client.get("/readyz").status_code == 503
        until(lambda: "assistant ingest" in client.get("/readyz").json()["detail"])
        page = client.get("/?lang=en")
        assert page.status_code == 200
        assert 'class="problem"' in page.text
        assert "assistant ingest" in page.text
        made.set()
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/readyz").json() == {"status": "ready", "documents": 3, "generation": 1}
        assert client.post("/api/v1/ask", json={"question": "Kan dat?"}).status_code == 200
        assert 'class="problem"' not in client.get("/?lang=en").text


def test_health_does_not_wait_for_the_opening(fake, fake_settings):
    go = threading.Event()

    def slow(_):
        go.wait(60)
        return fake

    with TestClient(create_app(fake_settings, slow)) as client:
        before = time.monotonic()
        assert client.get("/healthz").status_code == 200
        assert time.monotonic() - before < 30
        response = client.get("/readyz")
        assert (response.status_code, response.json()["type"]) == (503, "/problems/starting")
        go.set()
        assert client.post("/api/v1/ask", json={"question": "Kan dat?"}).status_code == 200


def test_many_requests_open_once(fake):
    opened = []

    def open_it():
        opened.append(1)
        time.sleep(0.1)
        return fake

    held = Readiness(open_it)
    threads = [threading.Thread(target=held.assistant) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [1]


def test_who_begins_anew_after_a_failure_is_told_why_it_fails(until):
    """The end of one attempt must not end the wait for the next."""
    late = [0.2]

    class Slow(threading.Event):
        def set(self) -> None:
            time.sleep(late.pop() if late else 0)
            super().set()

    def fail():
        raise IndexMissing("Run 'assistant ingest' first.")

    def fail_slowly():
        time.sleep(0.4)
        fail()

    held = Readiness(fail)
    held._opened = Slow()
    held.begin()
    until(lambda: held._error or held._lock.locked())
    held._opener = fail_slowly
    with pytest.raises(IndexMissing):
        held.assistant(patience=60)


def test_failed_opening_is_not_tried_at_every_request(monkeypatch):
    monkeypatch.setattr(readiness, "_PAUSE", 60.0)
    tried = []

    def fail():
        tried.append(1)
        raise IndexMissing("Run 'assistant ingest' first.")

    held = Readiness(fail)
    for _ in range(5):
        with pytest.raises(IndexMissing):
            held.assistant()
    assert tried == [1]


def test_unforeseen_failure_says_no_more_than_that(fake_settings):
    def fail(_):
        raise RuntimeError("secret")

    with TestClient(create_app(fake_settings, fail)) as client:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "secret" not in response.text


def test_waiting_has_an_end():
    held = Readiness(lambda: time.sleep(1) or None)  # type: ignore[arg-type,return-value]
    with pytest.raises(Starting):
        held.assistant(patience=0.05)


def test_staff_document_never_leaves_public_door(monkeypatch, fake_settings):
    service = pytest.importorskip("assistant.service")
    seen = []
    monkeypatch.setattr(service.Assistant, "open", classmethod(lambda cls, settings, audiences: seen.append(audiences)))
    open_public(fake_settings)
    assert seen == [("public",)]


def test_error_of_the_opening_is_raised_as_it_is():
    def fail():
        raise AssistantError("Broken.")

    with pytest.raises(AssistantError, match="Broken"):
        Readiness(fail).assistant()
