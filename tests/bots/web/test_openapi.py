"""The OpenAPI document: every operation is named, shown by examples that are true, and says how it fails."""

import importlib
import json
import pkgutil
import re
from importlib.metadata import version

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, TypeAdapter

from assistant.settings import ROOT
from bots.web import api
from bots.web.api.examples import ANSWERED_EN, ANSWERED_NL
from bots.web.problems import MEDIA_TYPE, Problem

JSON = "application/json"
METHODS = {"get", "put", "post", "delete"}


def models() -> dict[str, type[BaseModel]]:
    """Every model of the interface by its name, as its schema says it."""
    rooms = [importlib.import_module(f"{api.__name__}.{part.name}") for part in pkgutil.iter_modules(api.__path__)]
    found = {thing for room in rooms for thing in vars(room).values() if isinstance(thing, type)}
    return {model.__name__: model for model in found if issubclass(model, BaseModel)}


@pytest.fixture
def document(fake_app) -> dict:
    return json.loads(json.dumps(fake_app.openapi()))


@pytest.fixture
def operations(document) -> dict[str, dict]:
    """Every operation under /api/v1 by its method and path."""
    found = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    }
    assert len(found) >= 13
    return found


def model_of(schema: dict) -> type[BaseModel]:
    return models()[schema["$ref"].rsplit("/", 1)[-1] if "$ref" in schema else schema["title"]]


def test_document_is_served_and_versioned(client, document):
    assert client.get("/api/v1/openapi.json").json() == document
    assert document["info"]["version"] == version("interreg-europe-assistant")


def test_every_operation_has_a_readable_name_of_its_own(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    for said in operations.values():
        assert said["summary"]
        assert said["description"]
        assert len(said["tags"]) == 1


def test_every_route_of_the_interface_is_in_the_document(fake_app, operations):
    routed = {
        f"{method} {route.path}"
        for route in iter_route_contexts(fake_app.routes)
        if str(route.path).startswith("/api/v1/") and route.path != "/api/v1/openapi.json"
        for method in route.methods
    }
    assert routed == operations.keys()


def test_every_request_has_examples_that_its_model_takes(operations):
    bodies = {name: operation["requestBody"] for name, operation in operations.items() if "requestBody" in operation}
    assert bodies.keys() >= {"POST /api/v1/ask", "POST /api/v1/handovers", "PUT /api/v1/answers/{answer_id}/feedback"}
    assert {name for name in operations if name.startswith("PUT ")} <= bodies.keys()
    for body in bodies.values():
        content = body["content"][JSON]
        assert content["examples"]
        for example in content["examples"].values():
            model_of(content["schema"]).model_validate(example["value"])


def test_every_response_has_examples_that_its_model_takes(operations):
    for name, operation in operations.items():
        (status,) = (code for code in operation["responses"] if code.startswith("2"))
        if name.startswith("DELETE "):
            assert status == "204"
            continue
        content = operation["responses"][status]["content"]
        if name.endswith("/transcript"):
            assert content.keys() == {"text/markdown"}
            assert content["text/markdown"]["example"]
            continue
        assert content[JSON]["examples"], name
        for example in content[JSON]["examples"].values():
            shown = model_of(content[JSON]["schema"]).model_validate(example["value"])
            assert shown.model_dump(mode="json", exclude_none=True) == example["value"]


def test_every_operation_says_how_it_fails(operations):
    for name, operation in operations.items():
        failures = {code: said for code, said in operation["responses"].items() if code[0] in "45d"}
        assert "default" in failures, name
        assert failures.keys() > {"default"}, name
        for code, said in failures.items():
            assert said["content"].keys() == {MEDIA_TYPE}
            for example in said["content"][MEDIA_TYPE].get("examples", {}).values():
                problem = Problem.model_validate(example["value"])
                assert str(problem.status) == code
                assert problem.detail.endswith(".")


def test_failures_that_are_described_happen(client, document):
    """What the document says of an unknown id is what a client gets."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if "404" in said["responses"] and "{" in path and path.startswith("/api/v1/"):
                bodies = said.get("requestBody", {}).get("content", {}).get(JSON, {}).get("examples", {})
                body = next((example["value"] for example in bodies.values()), None)
                response = client.request(method, re.sub(r"\{\w+\}", "none", path), json=body)
                assert response.status_code == 404, (method, path)


@pytest.mark.parametrize("answer", [ANSWERED_NL, ANSWERED_EN], ids=["nl", "en"])
def test_examples_quote_the_corpus_word_for_word(answer):
    (citation,) = answer.citations
    text = (ROOT / "corpus" / answer.language / f"{citation.document_id}.md").read_text("utf-8")
    assert citation.quote in text
    assert f"title: {citation.title}" in text
    assert f"publisher: {citation.publisher}" in text
    assert answer.text == f"{citation.quote} [1]"


def test_every_reference_leads_somewhere(document):
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found = document
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_schemas_of_requests_say_what_a_field_may_be(operations):
    schema = operations["POST /api/v1/handovers"]["requestBody"]["content"][JSON]["schema"]
    assert TypeAdapter(list[str]).validate_python(schema["required"]) == ["question"]
    assert {"type": "string", "format": "email"} in schema["properties"]["email"]["anyOf"]
    header = next(p for p in operations["POST /api/v1/ask"]["parameters"] if p["in"] == "header")
    assert header["name"].lower() == "idempotency-key"
