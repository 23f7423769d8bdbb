"""Errors of the completions door: a problem (RFC 9457) that also carries OpenAI's `error` member."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from assistant.errors import InvalidInput, InvalidQuestion, NotFound
from bots.web.problems import MEDIA_TYPE, Problem, headers_of, problem_of


class Refused(InvalidInput):
    """A request that OpenAI's protocol does not know, or asks for what this assistant does not do.

    `param` names the field at fault.
    """

    status = 400
    slug = "invalid-request"
    title = "Request not understood"

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class UnknownModel(NotFound):
    """A model that this door does not have."""

    slug = "model-not-found"
    title = "No such model"
    param = "model"


class ErrorMember(BaseModel):
    """What OpenAI's clients read of an error; `code` is the problem's type with underscores."""

    model_config = ConfigDict(frozen=True)

    message: str
    type: str
    param: str | None
    code: str


class CompletionProblem(Problem):
    """A problem with the extension member that OpenAI's clients read."""

    error: ErrorMember


def completion_problem(error: Exception, instance: str) -> CompletionProblem:
    """Describe an error for a client of either convention."""
    problem = problem_of(error, instance)
    param = getattr(error, "param", "messages" if isinstance(error, InvalidQuestion) else None)
    member = ErrorMember(
        message=problem.detail,
        type="server_error" if problem.status >= 500 else "invalid_request_error",
        param=param,
        code=problem.type.rpartition("/")[2].replace("-", "_"),
    )
    return CompletionProblem(**problem.model_dump(), error=member)


def completion_error(error: Exception, instance: str) -> Response:
    """Return an error as application/problem+json."""
    problem = completion_problem(error, instance)
    headers = headers_of(error, problem.status)
    return Response(problem.model_dump_json(), problem.status, headers, media_type=MEDIA_TYPE)
