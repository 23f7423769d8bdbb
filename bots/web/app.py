"""The web application: routes, errors, static files, and the assistant opened behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from assistant.errors import AssistantError
from assistant.settings import Settings
from bots.web import api, chat, original, pages
from bots.web.problems import problem_response
from bots.web.readiness import Readiness
from bots.web.rendering import HERE
from bots.web.safety import Safety

if TYPE_CHECKING:
    from assistant.service import Assistant


def open_public(settings: Settings) -> Assistant:
    """Open the assistant over what everyone may read."""
    # Imported in the thread that opens: it costs seconds, in which /healthz already answers.
    from assistant.service import Assistant

    return Assistant.open(settings, audiences=("public",))


def create_app(settings: Settings, open_assistant: Callable[[Settings], Assistant] = open_public) -> FastAPI:
    """Return the application; it starts without an index, and finds one that is made while it runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.readiness.begin()
        yield

    app = FastAPI(
        title="Interreg Europe assistant",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.readiness = Readiness(lambda: open_assistant(settings))
    app.include_router(api.router)
    app.include_router(chat.router)
    app.include_router(pages.router)
    app.include_router(original.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for kind in (AssistantError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _on_expected)
    app.add_middleware(Safety, on_error=error_response)
    return app


def error_response(request: Request, error: Exception) -> Response:
    """Return an error as a page to a person, and as a problem to a program."""
    if pages.wants_page(request):
        return pages.error_page(request, error)
    return problem_response(error, request.url.path)


async def _on_expected(request: Request, error: Exception) -> Response:
    return error_response(request, error)
