"""How the OpenAPI document describes bodies, examples and errors of the routes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from assistant.errors import AssistantError
from bots.web.problems import MEDIA_TYPE, Problem, problem_of

Responses = dict[int | str, dict[str, Any]]

_JSON = "application/json"


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a JSON body that a route reads by itself; the examples are those of its model."""
    schema = model.model_json_schema()
    examples = {f"example {number}": {"value": value} for number, value in enumerate(schema.pop("examples"), 1)}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema, "examples": examples}}}}


def gives(status: int = 200, description: str = "", **examples: BaseModel) -> Responses:
    """Describe a successful response by its examples, each with a name."""
    shown = {name: {"value": model.model_dump(mode="json")} for name, model in examples.items()}
    said = description or HTTPStatus(status).phrase
    return {status: {"description": said, "content": {_JSON: {"examples": shown}}}}


def failures(instance: str, *errors: AssistantError) -> Responses:
    """Describe the errors that a route is known for, each by an example, and any other one."""
    described: Responses = {"default": _failure("Any other error", {})}
    for status in sorted({error.status for error in errors}):
        alike = [error for error in errors if error.status == status]
        examples = {error.slug: {"value": problem_of(error, instance).model_dump()} for error in alike}
        described[status] = _failure("; ".join(error.title for error in alike), examples)
    return described


def _failure(description: str, examples: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": Problem.model_json_schema()}
    if examples:
        content["examples"] = examples
    return {"description": description, "content": {MEDIA_TYPE: content}}
