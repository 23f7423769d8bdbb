"""Questions: answered as JSON, or as a stream of server-sent events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.errors import IndexMissing, InvalidQuestion
from assistant.question import clean
from bots.web.api.common import opened, private
from bots.web.api.described import failures, gives, takes
from bots.web.api.examples import ANSWERED_EN, ANSWERED_NL, CONVERSATION_ID, REFUSED_NL
from bots.web.body import BodyTooLarge, Identifier, InvalidBody, Language, parse, read_body
from bots.web.sse import HEARTBEAT, accepts_stream, events

router = APIRouter(prefix="/api/v1", tags=["answers"])


class AskRequest(BaseModel):
    """A question; `history` holds earlier questions, oldest first, of callers that keep their own conversation."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {"question": ANSWERED_NL.question, "language": "nl"},
                {"question": "And in Norway?", "conversation_id": CONVERSATION_ID, "language": "en"},
                {"question": "And in Norway?", "history": ["Who can be a lead partner?"]},
            ]
        },
    )

    question: str
    conversation_id: Identifier | None = None
    history: list[str] | None = None
    language: Language | None = None


Key = Annotated[
    str | None,
    Header(
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="A question that comes again with the same key within a day gets the answer that it got.",
    ),
]

_EVENTS = """event: status
data: {"step": "searching"}

event: status
id: e147d279-a200-4072-bde4-92d23854dbc9
data: {"step": "answering"}

event: delta
id: e147d279-a200-4072-bde4-92d23854dbc9
data: {"text": "…"}

event: citation
id: e147d279-a200-4072-bde4-92d23854dbc9
data: {"number": 1, …}

event: answer
id: e147d279-a200-4072-bde4-92d23854dbc9
data: {"id": "e147d279-a200-4072-bde4-92d23854dbc9", …}
"""
_GIVES = gives(answered_nl=ANSWERED_NL, answered_en=ANSWERED_EN, refused_nl=REFUSED_NL)
_GIVES[200]["content"]["text/event-stream"] = {"schema": {"type": "string"}, "example": _EVENTS}
_FAILURES = failures(
    "/api/v1/ask",
    InvalidQuestion("The question is empty: type a question of at most 2000 characters."),
    InvalidBody("The field 'question' cannot be used: field required."),
    BodyTooLarge("The body is larger than 65,536 bytes."),
    IndexMissing("There is no index yet: run 'assistant ingest'."),
)


@router.post(
    "/ask",
    summary="Ask a question",
    response_model=Answer,
    responses=_GIVES | _FAILURES,
    openapi_extra=takes(AskRequest),
)
async def ask(request: Request, idempotency_key: Key = None) -> Response:
    """Answer a question: as JSON, or as a stream where `Accept` says `text/event-stream`.

    What is wrong with the question is a problem with its status in both cases; only what fails after a stream has
    begun comes as an `error` event. A stream that broke off is read again at `/api/v1/answers/{id}`, by the id of its
    events, or by asking again with the same `Idempotency-Key`.
    """
    asked = parse(AskRequest, await read_body(request))
    question = clean(asked.question, asked.language or "en")
    assistant = await run_in_threadpool(opened, request)

    def answer() -> Answer:
        return assistant.ask(
            question,
            conversation_id=asked.conversation_id,
            history=asked.history,
            language=asked.language,
            idempotency_key=idempotency_key,
            door="web",
        )

    if accepts_stream(request.headers.get("accept", "")):
        return EventSourceResponse(events(answer, request.url.path), ping=HEARTBEAT)
    return private(await run_in_threadpool(answer))
