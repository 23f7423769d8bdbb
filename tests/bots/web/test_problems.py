"""Every error of every route has the one shape, and says nothing that is not for its reader."""

import re

import pytest
from fastapi.testclient import TestClient

from assistant.errors import AssistantError, ConfigurationError, IndexMismatch, IndexMissing, ModelMissing
from bots.web import create_app, readiness
from bots.web.problems import Problem

API_ERRORS = [
    ("POST", "/api/v1/ask", {"content": b"{"}, 422),
    ("POST", "/api/v1/ask", {"json": {"question": ""}}, 422),
    ("POST", "/api/v1/ask", {"json": {"question": "crash"}}, 500),
    ("POST", "/api/v1/ask", {"content": b"x" * 70_000}, 413),
    ("GET", "/api/v1/ask", {}, 405),
    ("GET", "/api/v1/answers/none", {}, 404),
    ("POST", "/api/v1/answers/none", {}, 405),
    ("GET", "/api/v1/sources/none", {}, 404),
    ("GET", "/api/v1/sources/privebedrijven?revision=none", {}, 404),
    ("DELETE", "/api/v1/sources/privebedrijven", {}, 405),
    ("GET", "/api/v1/none", {}, 404),
    ("GET", "/api/v1/sources/a%00b", {}, 404),
    ("GET", "/api/v1/sources/privebedrijven?revision=%00", {}, 404),
    ("GET", "/api/v1/sources/" + "a" * 5000, {}, 404),
    ("GET", "/api/v1/answers/%00", {}, 404),
    ("POST", "/healthz", {}, 405),
    ("POST", "/readyz", {}, 405),
    ("GET", "/none", {}, 404),
    ("GET", "/static/none.css", {}, 404),
    ("GET", "/static/../app.py", {}, 404),
    ("GET", "/static/%2e%2e/app.py", {}, 404),
]  # fmt: skip


def hold(response, path: str, status: int) -> Problem:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content)
    assert response.json().keys() == {"type", "title", "status", "detail", "instance"}
    assert problem.status == status
    assert problem.type.startswith("/problems/")
    assert problem.detail.endswith(".")
    assert "Traceback" not in response.text
    assert "passwd" not in response.text
    return problem


@pytest.mark.parametrize(("method", "path", "how", "status"), API_ERRORS)
def test_error_is_a_problem(client, method, path, how, status):
    hold(client.request(method, path, **how), path, status)


def operations(app) -> list[tuple[str, str, object]]:
    """Every operation of the interface, with an example of its body where it takes one."""
    found = []
    for path, methods in app.openapi()["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
            bodies = [example["value"] for example in content.get("examples", {}).values()]
            found.append((method.upper(), re.sub(r"\{\w+\}", "a", path), bodies[0] if bodies else None))
    return found


@pytest.mark.parametrize("error", [IndexMissing("Run x."), IndexMismatch("Run y."), ModelMissing("Run z.")])
def test_no_index_is_503_at_every_route_that_needs_one(fake_settings, monkeypatch, error):
    def fail(_):
        raise error

    monkeypatch.setattr(readiness, "_PAUSE", 3600)
    with TestClient(create_app(fake_settings, fail)) as client:
        every = [at for at in operations(client.app) if not at[1].startswith("/v1/")]
        assert {path for _, path, _ in every} >= {"/healthz", "/readyz", "/api/v1/ask", "/api/v1/handovers/a/withdraw"}
        for method, path, body in every:
            if path != "/healthz":
                response = client.request(method, path, json=body)
                assert hold(response, path, 503).detail == str(error)
                assert response.headers["retry-after"]
        assert client.get("/healthz").status_code == 200


def test_error_keeps_its_own_status_and_name(client, fake):
    def fail(question, **_):
        raise ConfigurationError("ASSISTANT_X cannot be used.")

    fake.ask = fail
    problem = hold(client.post("/api/v1/ask", json={"question": "a"}), "/api/v1/ask", 500)
    assert (problem.type, problem.title) == ("/problems/configuration", "Configuration error")


def test_405_says_what_is_allowed(client):
    assert client.get("/api/v1/ask").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "status", "language", "sentence"),
    [
        ("/sources/none", 404, "nl", "Dit document bestaat niet"),
        ("/sources/none?lang=en", 404, "en", "There is no such document"),
        ("/sources/privebedrijven?revision=none", 404, "nl", "Deze versie"),
        ("/none?lang=en", 404, "en", "There is no such page"),
    ],
)
def test_a_person_reads_a_page(client, path, status, language, sentence):
    response = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in response.text
    assert sentence in response.text


def test_unexpected_error_on_a_page_is_a_page_without_details(client, fake):
    response = client.post("/?lang=en", data={"question": "crash"})
    assert (response.status_code, response.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Something went wrong on our side" in response.text
    assert "passwd" not in response.text


@pytest.mark.parametrize("path", ["/", "/sources/none", "/healthz", "/api/v1/none", "/static/style.css", "/api/v1/ask"])
def test_security_headers_are_everywhere(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers


def test_security_headers_are_on_what_nobody_foresaw_too(client):
    response = client.post("/api/v1/ask", json={"question": "crash"})
    assert response.headers["content-security-policy"]


def test_every_error_class_has_a_status_and_a_slug():
    seen = [AssistantError]
    for kind in seen:
        seen.extend(kind.__subclasses__())
        assert 400 <= kind.status < 600
        assert kind.slug.replace("-", "").isalpha()
