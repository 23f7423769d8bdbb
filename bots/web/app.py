"""The web application: routes, errors, static files, and the assistant opened behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from assistant.errors import AssistantError
from assistant.settings import Settings
from bots.web import api, chat, completions, original, pages, staff
from bots.web.completions.errors import completion_error
from bots.web.cross_origin import CrossOrigin
from bots.web.housekeeping import housekeeping
from bots.web.problems import problem_response
from bots.web.readiness import Readiness
from bots.web.rendering import HERE
from bots.web.safety import Safety

if TYPE_CHECKING:
    from assistant.service import Assistant

# Starlette leaves out what is compressed already, and streams of events, which would arrive late.
_NEVER_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream")


def open_public(settings: Settings) -> Assistant:
    """Open the assistant over what everyone may read."""
    # Imported in the thread that opens: it costs seconds, in which /healthz already answers.
    from assistant.service import Assistant

    return Assistant.open(settings, audiences=("public",))


def create_app(
    settings: Settings,
    open_assistant: Callable[[Settings], Assistant] = open_public,
    publish: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the application; it starts without an index, and finds one that is made while it runs.

    `publish` brings kept answers into the index; without it they are found after the next ingest. Slack is served at
    `/slack/events` where its token and its signing secret are set.

    Raises:
        ConfigurationError: Slack is set up, and its database cannot be opened.

    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.readiness.begin()
        async with housekeeping(app.state.readiness), slack or nullcontext():
            yield

    app = FastAPI(
        title="Interreg Europe assistant",
        version=version("interreg-europe-assistant"),
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.publish = publish
    app.state.readiness = Readiness(lambda: open_assistant(settings))
    slack = _add_slack(app) if settings.slack_bot_token and settings.slack_signing_secret else None
    for part in (api, completions, chat, pages, original, staff):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for kind in (AssistantError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _on_expected)
    _surround(app, settings)
    return app


def _add_slack(app: FastAPI) -> AbstractAsyncContextManager[object]:
    """Serve Slack, and return what runs beside it; documents for everyone are opened once for both doors."""
    from bots.slack.app import create_slack, endpoint, open_for

    def opener(settings: Settings, audiences: Sequence[str]) -> Assistant:
        if tuple(audiences) == ("public",):
            return app.state.readiness.assistant(patience=60.0)  # type: ignore[no-any-return]
        return open_for(settings, audiences)

    door = create_slack(app.state.settings, opener, app.state.publish)
    app.add_route("/slack/events", endpoint(door), methods=["POST"])
    return door.running()


def _surround(app: FastAPI, settings: Settings) -> None:
    """Put the layers around the routes, the innermost first."""

    def on_error(request: Request, error: Exception) -> ASGIApp:
        return CrossOrigin(error_response(request, error), settings.allowed_sites)

    app.add_middleware(GZipMiddleware, exclude_content_types=_NEVER_COMPRESSED)
    app.add_middleware(CrossOrigin, sites=settings.allowed_sites)
    app.add_middleware(Safety, on_error=on_error)


def error_response(request: Request, error: Exception) -> Response:
    """Return an error as a page to a person, and as a problem to a program; OpenAI's clients read it as theirs."""
    if request.url.path.startswith("/v1/"):
        return completion_error(error, request.url.path)
    if pages.wants_page(request):
        return pages.error_page(request, error)
    return problem_response(error, request.url.path)


async def _on_expected(request: Request, error: Exception) -> Response:
    return error_response(request, error)
