"""What the chat page shows: the notice, the conversation so far, and the forms with what was typed in them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from fastapi import Request, Response

from assistant.answer import Answer
from assistant.errors import AssistantError, NotFound
from assistant.feedback import Reason
from assistant.opening import opening
from assistant.personal import Kind
from assistant.settings import Settings
from assistant.texts import catalogue
from bots.web.api.common import known, readiness
from bots.web.api.conversations import PublicConversation
from bots.web.rendering import HERE, render
from bots.web.texts import conversation_texts, speaker

if TYPE_CHECKING:
    from assistant.service import Assistant

_MODULES = sorted(path.name for path in (HERE / "static" / "chat").glob("*.js"))


@dataclass(frozen=True)
class Draft:
    """What was typed into a form that comes back: its problem, or what was seen in it."""

    question: str = ""
    problem: str = ""
    seen: tuple[Kind, ...] = ()
    email: str = ""
    consent: bool = False
    answer_id: str = ""
    about_email: bool = False


def show(
    request: Request,
    language: str,
    status: int = 200,
    *,
    conversation_id: str | None = None,
    plain: bool = True,
    **typed: Any,
) -> Response:
    """Return the page; `plain` leaves out the element that takes over where scripts run.

    `typed` holds what comes back: `asking` and `person`, the drafts of the two forms; `told`, what was done;
    `not_ready`, why nothing can be asked.
    """
    page = _parts(request, language) | typed | {"person_open": "person" in typed}
    try:
        assistant = readiness(request.app).assistant(patience=2)
        page |= _first(assistant, language)
        page["conversation"] = _conversation(assistant, conversation_id)
    except NotFound:
        page["told"], status = page["told"] or conversation_texts(language)["history_gone"], max(status, 404)
    except AssistantError as error:
        page["not_ready"] = page["not_ready"] or str(error)
    headers = {"Cache-Control": "no-store"}
    return render(request, "chat.html", language, status, headers, page=page, plain=plain, modules=_MODULES)


def _parts(request: Request, language: str) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    texts = catalogue(language)
    return {
        "language": language,
        "say": speaker(language),
        "status_key": status_key,
        "texts": texts,
        "t": texts["web"],
        "contact": {"name": settings.contact_name, "url": settings.contact_url},
        "days": settings.retention_days,
        "opening": opening(settings, language),
        "reasons": get_args(Reason),
        "key": secrets.token_urlsafe(16),
        "nothing_typed": Draft(),
        "asking": Draft(),
        "person": Draft(),
        "told": "",
        "not_ready": "",
        "answering": True,
        "suggestions": (),
        "conversation": None,
    }


def _first(assistant: Assistant, language: str) -> dict[str, Any]:
    from assistant import suggestions  # what it reads takes its time at the start

    return {"answering": assistant.switch.on(), "suggestions": suggestions.first(assistant, language)}


def _conversation(assistant: Assistant, conversation_id: str | None) -> PublicConversation | None:
    if conversation_id is None:
        return None
    with known("conversation", conversation_id):
        return PublicConversation.of(assistant.transcripts.read(conversation_id))


def status_key(answer: Answer) -> str:
    """Return the key of the words for what became of a question, the more telling where there are some."""
    if answer.mode == "staff":
        return "status_staff"
    told = f"status_{answer.reason}"
    return told if told in conversation_texts("en") else f"status_{answer.status}"
