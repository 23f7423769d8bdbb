"""Programs need a key on /v1 where the settings list any, and nowhere else."""

from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from bots.web import create_app
from bots.web.keys import is_one_of

KEYS = ("first-key-of-a-program", "sleutel-met-é")
ASK = {"model": "interreg-europe-assistant", "messages": [{"role": "user", "content": "Kan dat?"}]}


@pytest.fixture
def keyed(fake, fake_settings):
    fake.retriever = SimpleNamespace(encoder=SimpleNamespace(count_tokens=len))
    settings = fake_settings.model_copy(update={"api_keys": KEYS})
    with TestClient(create_app(settings, lambda _: fake)) as client:
        yield client


def bearer(key: str) -> dict[str, bytes]:
    return {"Authorization": f"Bearer {key}".encode()}


@pytest.mark.parametrize("key", KEYS)
def test_each_key_opens(keyed, key):
    assert keyed.post("/v1/chat/completions", json=ASK, headers=bearer(key)).status_code == 200
    assert keyed.get("/v1/models", headers=bearer(key)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("another"),
        bearer(KEYS[0][:-1]),
        bearer(KEYS[0] + "x"),
        bearer(",".join(KEYS)),
        bearer(""),
        bearer("é" * 300),
        {"Authorization": f"Basic {KEYS[0]}"},
        {"Authorization": KEYS[0]},
        {"X-Api-Key": KEYS[0]},
    ],
)
@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/interreg-europe-assistant", "/v1/chat/completions"])
def test_nobody_asks_without_a_key(keyed, fake, path, headers):
    method = "POST" if path.endswith("completions") else "GET"
    response = keyed.request(method, path, json=ASK, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert not any(key in response.text for key in KEYS)
    assert fake.asked == []


def test_challenge_tells_a_wrong_key_from_none(keyed):
    assert "error" not in keyed.get("/v1/models").headers["www-authenticate"]
    assert 'error="invalid_token"' in keyed.get("/v1/models", headers=bearer("x")).headers["www-authenticate"]


def test_key_in_the_address_is_no_key(keyed):
    assert keyed.get(f"/v1/models?api_key={KEYS[0]}").status_code == 401


def test_widget_needs_no_key_where_programs_do(keyed):
    assert keyed.post("/api/v1/ask", json={"question": "Kan dat?"}).status_code == 200


def test_without_keys_in_the_settings_anybody_asks_with_any(client):
    assert client.get("/v1/models").status_code == 200
    assert client.get("/v1/models", headers=bearer("whatever")).status_code == 200


def test_no_keys_no_match():
    assert not is_one_of("", ())
    assert not is_one_of("a", ("b", ""))


def test_document_names_the_key(keyed):
    document = keyed.get("/api/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert document["paths"]["/v1/models"]["get"]["security"]
    assert "security" not in document["paths"]["/api/v1/ask"]["post"]
