"""Pages, JSON and static files travel compressed; a stream of events never does, and comes event by event."""

import gzip

import httpx
import pytest


@pytest.fixture
def site(fake_app, serving):
    return serving(fake_app)


@pytest.mark.parametrize(
    "path", ["/sources/privebedrijven", "/static/widget.js", "/api/v1/sources/privebedrijven", "/api/v1/openapi.json"]
)
def test_compressed_where_the_client_reads_it(site, path):
    with httpx.Client(base_url=site) as client:
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["vary"]
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as sent:
            raw = b"".join(sent.iter_raw())
        assert sent.headers["content-encoding"] == "gzip"
        assert gzip.decompress(raw) == plain.content
        assert len(raw) < len(plain.content)
        assert "Accept-Encoding" in sent.headers["vary"]
        assert sent.headers["content-security-policy"]


def test_static_is_compressed(site):
    assert httpx.get(f"{site}/static/style.css").headers["content-encoding"] == "gzip"


def test_etag_of_what_is_compressed_still_finds_it_unchanged(site):
    first = httpx.get(f"{site}/static/style.css")
    again = httpx.get(f"{site}/static/style.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_compressed_already_is_left_alone(site):
    assert "content-encoding" not in httpx.get(f"{site}/healthz").headers


def test_events_come_one_by_one(site, fake):
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip, br"}
    asked = {"question": "wait"}
    with httpx.stream("POST", f"{site}/api/v1/ask", json=asked, headers=headers, timeout=60) as sent:
        assert "content-encoding" not in sent.headers
        assert sent.headers["content-type"].startswith("text/event-stream")
        parts = sent.iter_raw()
        first = next(parts)
        fake.gate.set()
        rest = b"".join(parts)
    assert b"event: status" in first
    assert b"event: answer" not in first
    assert b"event: answer" in rest
