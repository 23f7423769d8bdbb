"""What the asker thought of an answer: thumbs, with a reason and a word where they want to."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from assistant.errors import NotFound
from assistant.feedback import COMMENT_LIMIT, Feedback, Rating, Reason
from bots.web.api.common import NO_STORE, known, opened, private
from bots.web.api.described import failures, gives, takes
from bots.web.api.examples import ANSWERED_NL
from bots.web.body import InvalidBody, parse, read_body

router = APIRouter(prefix="/api/v1/answers/{answer_id}/feedback", tags=["answers"])


class FeedbackRequest(BaseModel):
    """Thumbs up or down, why, and up to 1,000 characters in the asker's own words."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {"rating": "up"},
                {"rating": "down", "reason": "outdated", "comment": "Dit ging over de vorige periode."},
            ]
        },
    )

    rating: Rating
    reason: Reason | None = None
    comment: str | None = Field(None, description=f"At most {COMMENT_LIMIT:,} characters.")


_DOWN = Feedback(
    answer_id=ANSWERED_NL.id,
    rating="down",
    reason="outdated",
    comment="Dit ging over de vorige periode.",
    created_at=datetime.fromisoformat("2026-01-12T09:31:00+00:00"),
)
_MISSING = NotFound("There is no answer with this id here.")
_FAILURES = failures(
    "/api/v1/answers/none/feedback",
    _MISSING,
    InvalidBody("The field 'rating' cannot be used: input should be 'up' or 'down'."),
)


@router.put(
    "",
    summary="Say what you think of an answer",
    response_model=Feedback,
    responses=gives(down=_DOWN) | _FAILURES,
    openapi_extra=takes(FeedbackRequest),
)
async def give_feedback(request: Request, answer_id: str) -> Response:
    """Keep the asker's opinion of an answer; given again, it replaces the earlier one."""
    given = parse(FeedbackRequest, await read_body(request))

    def give() -> Feedback:
        assistant = opened(request)
        with known("answer", answer_id):
            return assistant.feedback.give(answer_id, given.rating, given.reason, given.comment)

    return private(await run_in_threadpool(give))


@router.delete(
    "",
    summary="Take your opinion back",
    status_code=204,
    response_class=Response,
    responses=failures("/api/v1/answers/none/feedback", _MISSING),
)
def take_back_feedback(request: Request, answer_id: str) -> Response:
    """Forget the opinion of an answer, where one was given."""
    assistant = opened(request)
    with known("answer", answer_id):
        assistant.feedback.take_back(answer_id)
    return Response(status_code=204, headers=NO_STORE)
