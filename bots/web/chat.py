"""The chat page and what other sites embed of it; a plain form asks and answers where no script runs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from assistant.errors import AssistantError, InvalidInput
from assistant.personal import kinds
from assistant.question import clean
from bots.web import accessibility, chat_forms, privacy
from bots.web.api.common import readiness
from bots.web.chat_page import Draft, show
from bots.web.language import page_language
from bots.web.plain_form import Form, read_form
from bots.web.rendering import HERE, render

router = APIRouter(include_in_schema=False)
for part in (chat_forms, accessibility, privacy):
    router.include_router(part.router)


@router.get("/")
def chat(request: Request, conversation: str | None = None) -> Response:
    """Show the chat page, or a conversation that was held without JavaScript."""
    return show(request, page_language(request), conversation_id=conversation, plain=conversation is not None)


@router.post("/")
async def ask(request: Request) -> Response:
    """Answer the form of the chat page, and lead to the conversation with the answer in it."""
    form = await read_form(request)
    return await run_in_threadpool(_ask, request, form)


def _ask(request: Request, form: Form) -> Response:
    typed, language, conversation = form["suggestion"] or form["question"], form.language, form.conversation_id
    try:
        question = clean(typed, language)
        seen = () if form["anyway"] else kinds(question)
        if seen:
            return show(request, language, conversation_id=conversation, asking=Draft(typed, seen=seen))
        answer = (
            readiness(request.app)
            .assistant()
            .ask(
                question,
                conversation_id=conversation,
                language=language,
                idempotency_key=form.key(question),
                door="web",
            )
        )
    except InvalidInput as error:
        draft = Draft(typed, problem=str(error))
        return show(request, language, error.status, conversation_id=conversation, asking=draft)
    except AssistantError as error:
        return show(request, language, error.status, asking=Draft(typed), not_ready=str(error))
    return form.back(answer.conversation_id, f"answer-{answer.id}")


@router.get("/widget.js")
def widget() -> Response:
    """Give the script that other sites embed; they get a new one within five minutes."""
    return FileResponse(
        HERE / "static" / "widget.js", media_type="text/javascript", headers={"Cache-Control": "public, max-age=300"}
    )


@router.get("/gallery")
def gallery(request: Request) -> Response:
    """Show the widget in its variants on a page that does its best to spoil them, under a policy of its own."""
    server = str(request.base_url).rstrip("/")
    policy = f"default-src 'none'; script-src {server}; style-src {server}; connect-src {server}; img-src {server}"
    headers = {"Content-Security-Policy": f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
    return render(request, "gallery.html", page_language(request), headers=headers, server=server)
