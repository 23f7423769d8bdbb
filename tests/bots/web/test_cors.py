"""What a page on another site may read: the interface where it is listed, what is static, and nothing else."""

import pytest
from fastapi.testclient import TestClient

from assistant.errors import IndexMissing
from bots.web import create_app

SITE, STRANGER = "https://www.interregeurope.eu", "https://stranger.example"
INTERFACE = ["/api/v1/answers/none", "/api/v1/sources/privebedrijven", "/api/v1/none", "/v1/models", "/v1/none"]
PAGES = [
    "/", "/gallery", "/accessibility", "/sources/privebedrijven", "/healthz", "/none",
    "/staff", "/staff/sign-in", "/staff/answers", "/staff/anything",
]  # fmt: skip


@pytest.fixture
def listed(fake_settings):
    return fake_settings.model_copy(update={"allowed_sites": (SITE, "http://localhost:8123")})


@pytest.fixture
def embedded(fake, listed):
    with TestClient(create_app(listed, lambda _: fake), raise_server_exceptions=False) as client:
        yield client


def preflight(client, path, origin=SITE, method="POST", headers="content-type,idempotency-key"):
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options(path, headers=asked)


@pytest.mark.parametrize("path", INTERFACE)
def test_listed_site_reads_the_interface_and_its_errors(embedded, path):
    headers = embedded.get(path, headers={"Origin": SITE}).headers
    assert headers["access-control-allow-origin"] == SITE
    assert "etag" in headers["access-control-expose-headers"].lower()
    assert "Origin" in headers["vary"]
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("origin", [STRANGER, SITE + ".evil.example", "http://www.interregeurope.eu", "null"])
@pytest.mark.parametrize("path", INTERFACE)
def test_stranger_reads_nothing(embedded, path, origin):
    headers = embedded.get(path, headers={"Origin": origin}).headers
    assert "access-control-allow-origin" not in headers
    assert "Origin" in headers["vary"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions", "/api/v1/answers/a/feedback"])
def test_preflight_of_a_listed_site(embedded, path, method):
    response = preflight(embedded, path, method=method, headers="accept,authorization,if-none-match,content-type")
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == SITE
    assert method in response.headers["access-control-allow-methods"]
    assert int(response.headers["access-control-max-age"]) > 600
    assert "access-control-allow-credentials" not in response.headers


def test_preflight_of_a_stranger_is_refused(embedded):
    response = preflight(embedded, "/api/v1/ask", origin=STRANGER)
    assert response.status_code == 400
    assert "access-control-allow-origin" not in response.headers
    assert preflight(embedded, "/api/v1/ask", headers="x-anything").status_code == 400


def test_preflight_needs_no_key(fake, listed):
    with TestClient(create_app(listed.model_copy(update={"api_keys": ("a-key",)}), lambda _: fake)) as client:
        assert preflight(client, "/v1/chat/completions").status_code == 200
        response = client.get("/v1/models", headers={"Origin": SITE})
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (401, SITE)


def test_widget_can_read_that_nothing_is_ready(listed):
    def fail(_):
        raise IndexMissing("Run 'assistant ingest' first.")

    with TestClient(create_app(listed, fail)) as client:
        response = client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers={"Origin": SITE})
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (503, SITE)
        assert response.headers["retry-after"]
        assert "Retry-After" in response.headers["access-control-expose-headers"]


def test_widget_can_read_what_nobody_foresaw(embedded):
    response = embedded.post("/api/v1/ask", json={"question": "crash"}, headers={"Origin": SITE})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (500, SITE)
    assert response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/static/style.css", "/static/none.js", "/widget.js"])
@pytest.mark.parametrize("origin", [SITE, STRANGER, None])
def test_what_is_static_is_for_everyone(embedded, path, origin):
    headers = embedded.get(path, headers={"Origin": origin} if origin else {}).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("origin", [SITE, STRANGER])
def test_staff_and_pages_are_never_readable_from_another_site(embedded, path, origin):
    headers = embedded.get(path, headers={"Origin": origin}, follow_redirects=False).headers
    assert not [name for name in headers if name.startswith("access-control-")]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in preflight(embedded, path, origin=origin).headers


@pytest.mark.parametrize(
    "path", ["/api/v1x", "/v1x/models", "/static", "/staticx/a", "/widget.js/x", "/staff/api/v1/a"]
)
def test_a_path_that_only_looks_like_one_stays_closed(embedded, path):
    headers = embedded.get(path, headers={"Origin": SITE}, follow_redirects=False).headers
    assert "access-control-allow-origin" not in headers


def test_no_site_is_listed_by_default(client):
    assert "access-control-allow-origin" not in client.get("/v1/models", headers={"Origin": SITE}).headers


@pytest.mark.parametrize("path", ["/static/chat/element.js", "/static/chat/texts.json", "/static/chat/chat.css"])
def test_what_the_widget_loads_is_found_unchanged_by_its_etag(embedded, path):
    first = embedded.get(path, headers={"Origin": STRANGER})
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    again = embedded.get(path, headers={"Origin": STRANGER, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"


def test_page_that_embeds_the_widget_gets_a_new_one_within_minutes(embedded):
    headers = embedded.get("/widget.js").headers
    assert headers["content-type"].startswith("text/javascript")
    assert 0 <= int(headers["cache-control"].rpartition("max-age=")[2]) <= 600
