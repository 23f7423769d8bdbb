"""The one switch: whether questions are answered automatically, and who decided so, when and why."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant.errors import InvalidInput
from assistant.typed import paragraphs
from bots.web.api.common import opened
from bots.web.staff.guard import StaffRoute
from bots.web.staff.rendering import page, see

_LONGEST = 500  # characters of a reason

router = APIRouter(prefix="/staff", route_class=StaffRoute)


@router.get("/answering")
def answering(request: Request) -> Response:
    """Show the switch and its log."""
    return _show(request)


def _show(request: Request, status: int = 200, reason: str = "", problem: str = "") -> Response:
    log = opened(request).switch.log()
    return page(request, "answering", status, log=log, reason=reason, problem=problem, longest=_LONGEST)


@router.post("/answering")
def turn(request: Request) -> Response:
    """Turn answers on or off; a reason is required."""
    form: dict[str, str] = request.state.form
    wanted = form.get("turn", "")
    if wanted not in {"on", "off"}:
        raise InvalidInput("Say whether answers are to be 'on' or 'off'.")
    try:
        reason = paragraphs(form.get("reason", ""), "reason", _LONGEST)
    except InvalidInput:
        too_long = len(form.get("reason", "").strip()) > _LONGEST
        return _show(request, 422, form.get("reason", ""), "reason_too_long" if too_long else "reason_empty")
    opened(request).switch.turn(wanted == "on", by=request.state.staff.name, reason=reason)
    return see("/staff/answering", done=f"turned_{wanted}")
