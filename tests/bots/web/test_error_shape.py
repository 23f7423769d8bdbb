"""Whatever comes in at any route of the application, an answer or an error that its reader understands comes out."""

import json
import re
from collections.abc import Iterator
from itertools import product

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.web import create_app
from bots.web.problems import Problem

FOR_PROGRAMS = re.compile(r"/api/|/healthz$|/readyz$")
HOSTILE_IDS = ["none", "%00", "a" * 3000, "..%2f..%2fetc", "%F0%9F%98%80", "'%20OR%201=1--", "%3Cscript%3E", "%FF"]
HOSTILE_QUERY = "?language=%00&lang=%FF&revision=%3Cscript%3E&start=1e9&end=-1&page=99999999999&conversation=%00"
BODIES = [b"", b"{", b"\xff\xfe", b"[]", b"null", b"5", b'{"question": {}}', b'{"question": "\\ud800"}', b"[" * 60_000,
          b'{"rating": []}', b"question=%FF&answer_id=%00&conversation_id=%00&rating=%00", b"a&" * 3000]  # fmt: skip
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)  # JSON has no other
MALFORMED = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(), st.lists(st.text(), max_size=3))
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def routes(app) -> Iterator[tuple[str, str]]:
    """Every method and path that the application serves, found by looking at it."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, str(route.path)


def hold(response) -> None:
    """Hold a response of the interface for programs to its shape."""
    assert response.status_code != 500, response.text
    if response.status_code < 400:
        return
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json().keys() == {"type", "title", "status", "detail", "instance"}
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code
    assert problem.type.startswith("/problems/")
    assert problem.detail.endswith(".")
    assert "\n" not in problem.detail
    assert "Traceback" not in response.text


def requests(app) -> Iterator[tuple[str, str, bytes]]:
    for method, path in routes(app):
        for hostile, body in product(HOSTILE_IDS if "{" in path else [""], BODIES if method != "GET" else [b""]):
            yield method, re.sub(r"\{[^}]+\}", hostile, path) + HOSTILE_QUERY, body


def test_all_routes_are_found(fake_app):
    found = set(routes(fake_app))
    assert {("POST", "/api/v1/ask"), ("GET", "/healthz"), ("GET", "/"), ("GET", "/sources/{document_id}")} <= found
    assert {path for _, path in found} >= set(fake_app.openapi()["paths"])


def test_malformed_input_is_a_problem_at_every_route_for_programs(client, fake_app):
    asked = [at for at in requests(fake_app) if FOR_PROGRAMS.match(at[1].partition("?")[0])]
    assert len(asked) > 100
    for method, path, body in asked:
        hold(client.request(method, path, content=body, headers={"Content-Type": "application/json"}))


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "text/event-stream", ""])
def test_malformed_input_breaks_no_page(client, fake_app, accept):
    asked = [at for at in requests(fake_app) if not FOR_PROGRAMS.match(at[1].partition("?")[0])]
    for method, path, body in asked[:: 1 if accept == "text/html" else 7]:
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        response = client.request(method, path, content=body, headers=headers, follow_redirects=False)
        assert response.status_code < 500, (method, path, body[:50])
        assert "Traceback" not in response.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_method_that_a_route_does_not_take_is_405_or_404(client, fake_app, method):
    taken: dict[str, set[str]] = {}
    for known, path in routes(fake_app):
        taken.setdefault(path, set()).add(known)
    for path, methods in taken.items():
        if FOR_PROGRAMS.match(path) and method not in methods:
            response = client.request(method, re.sub(r"\{\w+\}", "none", path))
            hold(response)
            assert response.status_code == 405
            assert set(response.headers["allow"].split(", ")) <= methods | {"HEAD"}


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v2/ask", "/api/v1//ask", "/api/v1/%2e%2e"])
def test_address_that_is_none_is_a_problem(client, path):
    response = client.get(path, headers={"Accept": "application/json"}, follow_redirects=False)
    assert response.status_code in {404, 405}
    hold(response)


@QUICK
@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_body_are_answered(client, body):
    for method, path in [("POST", "/api/v1/ask"), ("POST", "/api/v1/handovers"), ("PUT", "/api/v1/answers/a/feedback")]:
        hold(client.request(method, path, content=body))


@QUICK
@given(
    body=st.fixed_dictionaries(
        {"question": st.text() | MALFORMED},
        optional={
            name: st.text() | MALFORMED
            for name in ("conversation_id", "answer_id", "history", "language", "email", "consent", "rating", "more")
        },
    )
)
def test_any_object_as_a_body_is_answered_or_refused(client, body):
    content = json.dumps(body)
    for path in ("/api/v1/ask", "/api/v1/handovers"):
        response = client.post(path, content=content)
        hold(response)
        assert response.status_code in {200, 201, 404, 422}


@QUICK
@given(question=st.text(min_size=1), email=st.text(), language=st.sampled_from([None, "nl", "en"]))
def test_any_text_as_a_question_is_kept_as_text(client, question, email, language):
    response = client.post(
        "/api/v1/handovers", json={"question": question, "email": email, "consent": True, "language": language}
    )
    hold(response)
    if response.status_code == 201:
        asked = response.json()
        read = client.get(f"/api/v1/conversations/{asked['conversation_id']}").json()
        assert read["messages"][0]["handover"] == asked
        hold(client.get(f"/api/v1/conversations/{asked['conversation_id']}/transcript"))


@QUICK
@given(rating=st.sampled_from(["up", "down"]) | MALFORMED, reason=MALFORMED, comment=st.text() | MALFORMED)
def test_any_opinion_is_kept_or_refused(client, rating, reason, comment):
    answer = client.post("/api/v1/ask", json={"question": "Kan dat?"}).json()
    path = f"/api/v1/answers/{answer['id']}/feedback"
    response = client.put(path, json={"rating": rating, "reason": reason, "comment": comment})
    hold(response)
    assert response.status_code in {200, 422}


@QUICK
@given(identifier=st.text(min_size=1).filter(lambda text: text not in {".", ".."}), language=st.text())
def test_any_id_is_answered(client, identifier, language):
    for path in ("conversations/{}", "conversations/{}/transcript", "answers/{}", "handovers/{}", "sources/{}"):
        hold(client.get("/api/v1/" + path.format(_quoted(identifier)), params={"language": language}))


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=60), history=st.none() | st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_answered_by_the_real_assistant(real, question, history):
    response = real.post("/api/v1/ask", json={"question": question, "history": history})
    hold(response)
    assert response.status_code in {200, 422}


@pytest.fixture(scope="module")
def real(request) -> Iterator[TestClient]:
    assistant = request.getfixturevalue("assistant")
    with TestClient(create_app(request.getfixturevalue("settings"), lambda _: assistant)) as client:
        yield client
