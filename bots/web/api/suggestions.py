"""Questions that can be asked next, each of which the documents answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from assistant.errors import NotFound
from bots.web.api.common import known, opened, private
from bots.web.api.described import failures, gives

router = APIRouter(prefix="/api/v1/answers/{answer_id}/suggestions", tags=["answers"])


class Suggestions(BaseModel):
    """At most three questions, best first, in the answer's language; none where nothing fits."""

    model_config = ConfigDict(frozen=True)

    suggestions: tuple[str, ...]


_EXAMPLE = Suggestions(suggestions=("Hoe kan een bedrijf zonder subsidie meedoen?", "Kan een bedrijf partner zijn?"))


@router.get(
    "",
    summary="What to ask after an answer",
    response_model=Suggestions,
    responses=gives(follow_up=_EXAMPLE)
    | failures("/api/v1/answers/none/suggestions", NotFound("There is no answer with this id here.")),
)
def suggest_after(request: Request, answer_id: str) -> Response:
    """Suggest what to ask after an answer."""
    from assistant import suggestions  # what it reads takes its time at the start

    assistant = opened(request)
    with known("answer", answer_id):
        answer = assistant.answer(answer_id)
    return private(Suggestions(suggestions=tuple(suggestions.after(assistant, answer))))
