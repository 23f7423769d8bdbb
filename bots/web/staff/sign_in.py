"""Signing in by a link that works once, making one for a colleague, and signing out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from assistant.errors import InvalidInput
from assistant.settings import Settings
from assistant.typed import line
from bots.web.staff.guard import COOKIE, OpenRoute, StaffRoute, explanation, secure, sessions
from bots.web.staff.rendering import page, see
from bots.web.staff.sessions import SESSION_LASTS

_LONGEST = 80  # characters of a name or role
_LONGEST_TOKEN = 200

router = APIRouter(prefix="/staff")
_open = APIRouter(route_class=OpenRoute)
_inside = APIRouter(route_class=StaffRoute)


def sign_in_address(base: str, token: str) -> str:
    """Return the address of a sign-in link."""
    return f"{base.rstrip('/')}/staff/sign-in?token={token}"


@_open.get("/sign-in")
def ask_name(request: Request) -> Response:
    """Show the form that signs in; looking at it does not use the link up."""
    token = request.query_params.get("token", "")
    if not _opens(request, token):
        return explanation(request, used_up=bool(token))
    return _name_form(request, token)


def _opens(request: Request, token: str) -> bool:
    return 0 < len(token) <= _LONGEST_TOKEN and sessions(request).opens(token)


def _name_form(request: Request, token: str, status: int = 200, **context: Any) -> Response:
    settings: Settings = request.app.state.settings
    values: dict[str, Any] = {"name": "", "role": settings.contact_name, "problem": ""} | context
    return page(request, "sign_in", status, token=token, longest=_LONGEST, **values)


@_open.post("/sign-in")
def sign_in(request: Request) -> Response:
    """Use the link up and begin a session."""
    form: dict[str, str] = request.state.form
    token = form.get("token", "")
    if not _opens(request, token):
        return explanation(request, used_up=True)
    try:
        name = line(form.get("name", ""), "name", _LONGEST)
        role = line(form.get("role", ""), "role", _LONGEST)
    except InvalidInput:
        given = {"name": form.get("name", ""), "role": form.get("role", "")}
        return _name_form(request, token, 422, problem="name_needed", **given)
    session = sessions(request).sign_in(token, name, role)
    if session is None:
        return explanation(request, used_up=True)
    sessions(request).sign_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/staff", 303)
    response.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/staff",
        httponly=True,
        samesite="strict",
        secure=secure(request),
    )
    return response


@_inside.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    sessions(request).sign_out(request.cookies.get(COOKIE, ""))
    response = see("/staff/sign-in")
    response.delete_cookie(COOKIE, path="/staff", httponly=True, samesite="strict", secure=secure(request))
    return response


@_inside.get("/colleague")
def offer_link(request: Request) -> Response:
    """Show how a colleague gets in."""
    return page(request, "colleague", link="")


@_inside.post("/colleague")
def make_link(request: Request) -> Response:
    """Make a sign-in link for a colleague and show it, this once."""
    settings: Settings = request.app.state.settings
    token = sessions(request).new_link()
    return page(request, "colleague", link=sign_in_address(settings.public_url or str(request.base_url), token))


router.include_router(_open)
router.include_router(_inside)
