"""The guard of every staff page: who is signed in, whose form it is, and that nothing is kept by a browser or proxy."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import AssistantError
from assistant.settings import Settings
from bots.web.api.common import opened
from bots.web.body import parse_form, read_body
from bots.web.problems import headers_of, problem_of
from bots.web.staff.rendering import LANGUAGE_COOKIE, page, page_language
from bots.web.staff.sessions import Sessions, Staff

COOKIE = "staff"
_SENTENCES = {403: "forged", 404: "nothing_here", 413: "too_much", 422: "cannot_be_used", 503: "not_ready"}


class Forged(AssistantError):
    """A form that did not come from this session's own pages."""

    status = 403
    slug = "forged"
    title = "Not your form"


class OpenRoute(APIRoute):
    """A route of `/staff` that needs no session: nothing of it is stored, and errors are pages."""

    signed_in = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, guarded; `request.state` then holds `form`, `language` and `staff`."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await self._admit(request, inner)
            except (AssistantError, HTTPException) as error:
                response = await run_in_threadpool(_error, request, error)
            return _dressed(request, response)

        return guarded

    async def _admit(self, request: Request, inner: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        request.state.staff, request.state.form = None, {}
        request.state.language = page_language(request)
        own = same_site(request)
        if request.method == "POST":
            request.state.form = parse_form(await read_body(request)) if own else {}
        if self.signed_in:
            request.state.staff = await run_in_threadpool(signed_in, request)
            if request.state.staff is None:
                return await run_in_threadpool(explanation, request)
        if request.method == "POST" and not (own and self._has_token(request)):
            raise Forged("This form did not come from your own session: open the page again and send it from there.")
        return await inner(request)

    def _has_token(self, request: Request) -> bool:
        staff: Staff | None = request.state.staff
        given = request.state.form.get("form_token", "")
        return staff is None or hmac.compare_digest(given.encode(), staff.form_token.encode())


class StaffRoute(OpenRoute):
    """A route for who is signed in; to anybody else every address looks the same, whether it exists or not."""

    signed_in = True


def same_site(request: Request) -> bool:
    """Whether a request comes from a page of this site, as far as the browser says (Fetch Metadata, else Origin)."""
    site = request.headers.get("sec-fetch-site")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    settings: Settings = request.app.state.settings
    # Behind a proxy the scheme differs, and the host may.
    own = {request.headers.get("host", ""), urlsplit(settings.public_url).netloc}
    return origin is None or urlsplit(origin).netloc in own - {""}


def sessions(request: Request) -> Sessions:
    """Return the sessions of the application."""
    return Sessions(opened(request).index.engine)


def signed_in(request: Request) -> Staff | None:
    """Return who sends a request, or None where nobody is signed in."""
    cookie = request.cookies.get(COOKIE, "")
    return sessions(request).who(cookie) if cookie else None


def secure(request: Request) -> bool:
    """Whether the pages are reached over https, so that a cookie may insist on it."""
    settings: Settings = request.app.state.settings
    return request.url.scheme == "https" or settings.public_url.startswith("https://")


def explanation(request: Request, *, used_up: bool = False) -> Response:
    """Return how to sign in; what somebody had typed when their session ended comes back in it."""
    headers = {"WWW-Authenticate": 'Cookie realm="staff"'}  # RFC 9110, 11.6.1: a 401 names a scheme
    return page(request, "explanation", 401, headers, used_up=used_up, typed=_typed(request))


def _error(request: Request, error: Exception) -> Response:
    problem = problem_of(error, request.url.path)
    sentence = _SENTENCES.get(problem.status, "unexpected")
    return page(
        request, "error", problem.status, headers_of(error, problem.status), sentence=sentence, typed=_typed(request)
    )


def _typed(request: Request) -> str:
    form: dict[str, str] = request.state.form
    written = [form.get(name, "") for name in ("text", "reason", "kept_other_question", "kept_other_answer")]
    return "\n\n".join(filter(None, written))


def _dressed(request: Request, response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie, Accept-Language"
    asked = request.query_params.get("lang")
    if asked == request.state.language and asked:
        response.set_cookie(
            LANGUAGE_COOKIE, asked, path="/staff", httponly=True, samesite="strict", secure=secure(request)
        )
    return response
