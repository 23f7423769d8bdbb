"""Request bodies: read up to a limit, and understood or refused in one sentence."""

from __future__ import annotations

import json
from typing import Annotated, TypeVar
from urllib.parse import parse_qs

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, WithJsonSchema
from starlette.requests import ClientDisconnect, Request

from assistant.errors import InvalidInput
from assistant.texts import LANGUAGES
from assistant.typed import address

LIMIT = 64 * 1024  # bytes; 2,000 characters of question and a long history stay far below it


class BodyTooLarge(InvalidInput):
    """A body over the limit; nobody reads it to its end."""

    status = 413
    slug = "body-too-large"
    title = "Message too large"


class InvalidBody(InvalidInput):
    """A body that is no JSON, no UTF-8, or not what the route takes."""

    slug = "invalid-body"
    title = "Message not understood"


def _primary(tag: object) -> object:
    return tag.split("-")[0].lower() if isinstance(tag, str) else tag


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"it is one of {', '.join(LANGUAGES)}")
    return language


def _address(email: str) -> str | None:
    try:
        return address(email)
    except InvalidInput:
        raise ValueError("it is no address such as name@example.org") from None


Language = Annotated[
    str,
    BeforeValidator(_primary),
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "description": "`nl` or `en`; a region as in `nl-BE` is ignored."}),
]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,36}$")]

Email = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "email"})]

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request) -> bytes:
    """Read a body.

    Raises:
        BodyTooLarge: it has, or says that it has, more than `LIMIT` bytes.

    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LIMIT:
        raise _too_large()
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LIMIT:
                raise _too_large()
            parts.append(part)
    except ClientDisconnect as error:
        raise InvalidBody("The connection ended before the message did.") from error
    return b"".join(parts)


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than {LIMIT:,} bytes.")


def parse(model: type[Body], body: bytes) -> Body:
    """Understand a JSON body as a model that holds examples of itself.

    Raises:
        InvalidBody: it is not UTF-8, no JSON, or not of the right shape; the text names the field.

    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidBody(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise InvalidBody(_sentence(error, model)) from error


def _sentence(error: ValidationError, model: type[BaseModel]) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        return f"The body is no JSON object: {message.removeprefix('Invalid JSON: ')}."
    if not first["loc"]:
        return message if first["type"] == "value_error" else f"The body must be a JSON object such as {_shown(model)}."
    where = ".".join(str(part) for part in first["loc"] if not str(part).startswith("function-"))
    return f"The field {where!r} cannot be used: {message[0].lower()}{message[1:]}."


def _shown(model: type[BaseModel]) -> str:
    return json.dumps(model.model_json_schema()["examples"][0], ensure_ascii=False)


def parse_form(body: bytes) -> dict[str, str]:
    """Understand the form of the page without JavaScript; the first value of a field counts."""
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise InvalidBody("The form could not be read.") from error
    return {name: values[0] for name, values in fields.items()}
