"""Answers given lately, and what askers thought of them."""

from __future__ import annotations

from typing import Any, cast, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from assistant import given
from assistant.answer import Status
from bots.web.api.common import opened
from bots.web.staff.guard import StaffRoute
from bots.web.staff.rendering import page

_SIZE, _NEWEST = 25, 100
_LONGEST_SEARCH = 200  # characters

router = APIRouter(prefix="/staff", route_class=StaffRoute)


@router.get("/answers")
def answers(request: Request) -> Response:
    """Show the answers given lately, of one status or with some words where that is asked."""
    asked = request.query_params
    status = cast(Status, asked.get("status")) if asked.get("status") in get_args(Status) else None
    words = asked.get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    number = int(asked["page"]) if asked.get("page", "").isascii() and asked.get("page", "").isdecimal() else 1
    number = min(max(number, 1), 100_000)
    assistant = opened(request)
    found = given.lately(assistant.index.engine, status, words, page=number, size=_SIZE)
    context: dict[str, Any] = {
        "found": found,
        "feedback": assistant.feedback.of(g.answer.id for g in found.answers),
        "chosen": status or "",
        "statuses": get_args(Status),
        "words": words,
        "number": number,
        "pages": max(1, -(-found.found // _SIZE)),
    }
    return page(request, "answers", turn=lambda to: _turn(status, words, to), **context)


def _turn(status: str | None, words: str, number: int) -> str:
    given_values = {"status": status, "q": words, "page": str(number)}
    return "?" + urlencode({name: value for name, value in given_values.items() if value})


@router.get("/feedback")
def feedback(request: Request) -> Response:
    """Show what askers thought, newest first, with the answer that it is about."""
    assistant = opened(request)
    newest = assistant.feedback.newest(_NEWEST)
    answers = given.by_id(assistant.index.engine, [f.answer_id for f in newest])
    shown = [(f, answers[f.answer_id]) for f in newest if f.answer_id in answers]
    return page(request, "feedback", feedback=shown)
