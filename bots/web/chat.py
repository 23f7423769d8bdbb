"""The chat page, and the way through it for a browser that runs no script."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.errors import AssistantError, InvalidQuestion
from assistant.question import clean
from assistant.texts import LANGUAGES, catalogue
from bots.web.api import readiness
from bots.web.body import parse_form, read_body
from bots.web.language import page_language
from bots.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/")
def chat(request: Request) -> Response:
    """Show the chat page, with a notice where nothing can be answered yet."""
    try:
        readiness(request.app).assistant(patience=2)
    except AssistantError as error:
        return _chat(request, page_language(request), not_ready=str(error))
    return _chat(request, page_language(request))


@router.post("/")
async def chat_without_script(request: Request) -> Response:
    """Answer the form of the chat page, for a browser that runs no script."""
    form = parse_form(await read_body(request))
    language = form["lang"] if form.get("lang") in LANGUAGES else page_language(request)
    question = form.get("question", "")
    conversation = form.get("conversation_id") or None

    def answer() -> Answer:
        cleaned = clean(question, language)
        return readiness(request.app).assistant().ask(cleaned, conversation_id=conversation, language=language)

    try:
        answered = await run_in_threadpool(answer)
    except InvalidQuestion as error:
        return _chat(request, language, error.status, problem=str(error), draft=question)
    except AssistantError as error:
        return _chat(request, language, error.status, not_ready=str(error), draft=question)
    return _chat(request, language, answer=answered)


def _chat(request: Request, language: str, status: int = 200, **context: Any) -> Response:
    texts = catalogue(language)
    page_data = {
        "language": language,
        "web": texts["web"],
        "status": texts["status"],
        "near_misses": texts["refusals"]["near_misses"],
    }
    return render(request, "chat.html", language, status, page_data=page_data, **context)
