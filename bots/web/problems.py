"""Every error as a problem (RFC 9457): what it is called, what it says, and how it is sent."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.errors import AssistantError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds; an index that is being made is ready within minutes, a start within seconds

_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large", 422: "invalid-input"}
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}


class Problem(BaseModel):
    """An error as a client reads it."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str


def problem_of(error: Exception, instance: str) -> Problem:
    """Describe an error; what was not foreseen is described without its own words, which may hold anything."""
    if isinstance(error, AssistantError):
        return _problem(error.slug, error.title, error.status, str(error), instance)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "request"
        said = first["msg"].removeprefix("Value error, ")
        return _problem("invalid-input", "Invalid input", 422, f"{where!r} cannot be used: {said}.", instance)
    if isinstance(error, HTTPException):
        status = error.status_code
        title = HTTPStatus(status).phrase.capitalize()
        return _problem(_SLUGS.get(status, "error"), title, status, _DETAILS.get(status, error.detail), instance)
    detail = "Something went wrong on our side; it was logged. Please try again later."
    return _problem("unexpected", "Unexpected error", 500, detail, instance)


def _problem(slug: str, title: str, status: int, detail: str, instance: str) -> Problem:
    return Problem(type=f"/problems/{slug}", title=title, status=status, detail=detail, instance=instance)


def headers_of(error: Exception, status: int) -> dict[str, str]:
    """Return the headers that an error's response carries, whatever its body."""
    headers = dict(getattr(error, "headers", None) or {})
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER
    return headers


def problem_response(error: Exception, instance: str) -> Response:
    """Return an error as application/problem+json."""
    problem = problem_of(error, instance)
    headers = {"Cache-Control": "no-store", **headers_of(error, problem.status)}
    return Response(problem.model_dump_json(), problem.status, headers, media_type=MEDIA_TYPE)
