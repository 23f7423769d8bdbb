"""The accessibility statement, after the model of Implementing Decision (EU) 2018/1523."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bots.web.language import page_language
from bots.web.rendering import render

router = APIRouter(include_in_schema=False)

PREPARED = "2026-11-26"  # ISO 8601; whoever tests anew and changes the statement's texts changes it with them


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Say how accessible the assistant is, what is not, how that was tested, and whom to tell."""
    return render(request, "accessibility.html", page_language(request), prepared=PREPARED)
