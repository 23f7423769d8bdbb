"""Every other address under /staff: nothing is there, which only who is signed in is told."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant.errors import NotFound
from bots.web.staff.guard import StaffRoute

router = APIRouter(prefix="/staff", route_class=StaffRoute)


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@router.api_route("", methods=_METHODS)
@router.api_route("/{path:path}", methods=_METHODS)
def nothing(request: Request) -> Response:
    """Say that nothing is here."""
    raise NotFound(f"There is nothing at {request.url.path!r}.")
