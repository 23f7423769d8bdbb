"""The HTTP interface: questions, answers, sources, and whether there is anybody home."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.errors import NotFound
from assistant.index.store import StoredText
from assistant.question import clean
from bots.web.body import AskRequest, parse_ask, read_body
from bots.web.problems import MEDIA_TYPE, Problem
from bots.web.readiness import Readiness
from bots.web.sse import HEARTBEAT, accepts_stream, events

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {"description": "An error", "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
}
_ASK_BODY = {"required": True, "content": {"application/json": {"schema": AskRequest.model_json_schema()}}}

_ID = re.compile(r"[a-z0-9-]{1,200}")
_REVISION = re.compile(r"[A-Za-z0-9-]{1,64}")  # of answers too

router = APIRouter(responses=_PROBLEMS)


class Source(BaseModel):
    """A document's metadata with its stored text, in which every span counts."""

    id: str
    revision: str
    title: str
    publisher: str
    language: str
    date: str | None
    period: str | None
    audience: str
    url: str | None
    translation_of: str | None
    supersedes: tuple[str, ...]
    valid_from: str | None
    valid_until: str | None
    current: bool
    text: str

    @classmethod
    def of(cls, stored: StoredText) -> Source:
        """Describe a stored text."""
        return cls(**vars(stored.document), current=stored.current, text=stored.text)


def readiness(app: FastAPI) -> Readiness:
    """Return what knows whether the assistant is open."""
    held: Readiness = app.state.readiness
    return held


def stored_text(app: FastAPI, document_id: str, revision: str | None) -> StoredText:
    """Return a document's stored text as the index has it now.

    Raises:
        NotFound: no such document or revision, or an address that can be none; databases differ in what they take.

    """
    if not _ID.fullmatch(document_id) or not (revision is None or _REVISION.fullmatch(revision)):
        raise NotFound(f"There is no document {document_id!r} at revision {revision!r} here.")
    index = readiness(app).assistant().index
    index.refresh()
    return index.text(document_id, revision)


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive, whatever the index."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> dict[str, str | int]:
    """Say whether questions can be answered; 503 with what to do where they cannot."""
    index = readiness(request.app).assistant(patience=0.5).index
    index.refresh()
    return {"status": "ready", "documents": len(index.documents), "generation": index.generation}


@router.post("/api/v1/ask", response_model=Answer, openapi_extra={"requestBody": _ASK_BODY})
async def ask(request: Request) -> Response:
    """Answer a question: as JSON, or as a stream where `Accept` says `text/event-stream`.

    What is wrong with the question is a problem with its status in both cases; only what fails after a stream has
    begun comes as an `error` event.
    """
    asked = parse_ask(await read_body(request))
    question = clean(asked.question, asked.language or "en")
    assistant = await run_in_threadpool(readiness(request.app).assistant)

    def answer() -> Answer:
        return assistant.ask(
            question, conversation_id=asked.conversation_id, history=asked.history, language=asked.language
        )

    if accepts_stream(request.headers.get("accept", "")):
        return EventSourceResponse(events(answer, request.url.path), ping=HEARTBEAT)
    return _json(await run_in_threadpool(answer))


@router.get("/api/v1/answers/{answer_id}", response_model=Answer)
def read_answer(request: Request, answer_id: str) -> Response:
    """Return an answer that was given before."""
    if not _REVISION.fullmatch(answer_id):
        raise NotFound(f"There is no answer {answer_id!r} here.")
    return _json(readiness(request.app).assistant().answer(answer_id))


@router.get("/api/v1/sources/{document_id}", response_model=Source)
def read_source(request: Request, document_id: str, revision: str | None = None) -> Response:
    """Return a document's metadata and stored text, at the current revision unless another is asked."""
    return _json(Source.of(stored_text(request.app, document_id, revision)))
