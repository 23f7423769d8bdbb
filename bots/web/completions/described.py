"""How the OpenAPI document describes OpenAI's protocol here."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from assistant.answer import Answer
from assistant.errors import AssistantError, IndexMissing, InvalidQuestion
from bots.web.api.described import Responses, gives
from bots.web.api.examples import ANSWERED_EN, REFUSED_NL
from bots.web.body import BodyTooLarge
from bots.web.completions.errors import CompletionProblem, Refused, UnknownModel, completion_problem
from bots.web.completions.models import Model, Models
from bots.web.completions.reply import Completion, chunks, completion
from bots.web.completions.request import LIMIT, MODEL, Asked, CompletionRequest
from bots.web.keys import InvalidKey
from bots.web.problems import MEDIA_TYPE

_PATH = "/v1/chat/completions"
_SITE = "https://assistant.example.org"


def _inlined(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON schema without references, which would count from the root of the whole document."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolved(parts[node["$ref"].rpartition("/")[2]])
        return {key: resolved(value) for key, value in node.items()}

    found: dict[str, Any] = resolved(schema)
    return found


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    schema = _inlined(model)
    examples = {f"example {number}": {"value": value} for number, value in enumerate(schema.pop("examples"), 1)}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "8 to 64 letters, digits, hyphens and underscores; asked again with it, the same answer comes.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
    }
    content = {"application/json": {"schema": schema, "examples": examples}}
    return {"parameters": [key], "requestBody": {"required": True, "content": content}}


def _failures(instance: str, *errors: AssistantError) -> Responses:
    described: Responses = {"default": {"description": "Any other error", "content": _problem({})}}
    for error in errors:
        example = {"example": completion_problem(error, instance).model_dump()}
        described[error.status] = {"description": error.title, "content": _problem(example)}
    return described


def _problem(example: dict[str, Any]) -> dict[str, Any]:
    return {MEDIA_TYPE: {"schema": _inlined(CompletionProblem), **example}}


def _example(answer: Answer) -> Completion:
    return completion(answer, Asked(answer.question, ()), _SITE, lambda text: len(text) // 4)


def _stream() -> dict[str, Any]:
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks(_example(ANSWERED_EN), with_usage=True)]
    return {"schema": {"type": "string"}, "example": "".join([*events, "data: [DONE]\n\n"])}


def _completions() -> Responses:
    described = gives(answered_en=_example(ANSWERED_EN), refused_nl=_example(REFUSED_NL))
    described[200]["content"]["text/event-stream"] = _stream()
    return described | _failures(
        _PATH,
        Refused("There is one answer to a question: leave 'n' out, or make it 1.", "n"),
        _NO_KEY,
        _UNKNOWN,
        BodyTooLarge(f"The body is larger than {LIMIT:,} bytes: leave out the oldest messages."),
        InvalidQuestion("The question is empty: type a question of at most 2000 characters."),
        IndexMissing("There is no index yet: run 'assistant ingest'."),
    )


_NO_KEY = InvalidKey("A key is needed here: send it as 'Authorization: Bearer …'.", "Bearer")
_UNKNOWN = UnknownModel(f"There is no model 'other' here: use {MODEL!r}.")

BODY = _takes(CompletionRequest)
COMPLETIONS = _completions()
LISTED = gives(models=Models(data=(Model(),))) | _failures("/v1/models", _NO_KEY)
DESCRIBED = gives(model=Model()) | _failures("/v1/models/other", _NO_KEY, _UNKNOWN)
