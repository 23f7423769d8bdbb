"""Answers that were given before."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant.answer import Answer
from assistant.errors import NotFound
from bots.web.api.common import known, opened, private
from bots.web.api.described import failures, gives
from bots.web.api.examples import ANSWERED_EN, ANSWERED_NL

router = APIRouter(prefix="/api/v1/answers/{answer_id}", tags=["answers"])


@router.get(
    "",
    summary="Read an answer again",
    response_model=Answer,
    responses=gives(answered_nl=ANSWERED_NL, answered_en=ANSWERED_EN)
    | failures("/api/v1/answers/none", NotFound("There is no answer with this id here.")),
)
def read_answer(request: Request, answer_id: str) -> Response:
    """Return an answer that was given before; it stays as it was."""
    assistant = opened(request)
    with known("answer", answer_id):
        return private(assistant.answer(answer_id))
