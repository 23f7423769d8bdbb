"""What is kept of a visitor, how long, who sees it, and how it is deleted (Regulation (EU) 2016/679, Article 13)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant.settings import Settings
from bots.web.language import page_language
from bots.web.rendering import render
from bots.web.texts import conversation_texts

router = APIRouter(include_in_schema=False)


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """Say what becomes of what somebody types."""
    settings: Settings = request.app.state.settings
    language = page_language(request)
    button = conversation_texts(language)["delete"]
    return render(request, "privacy.html", language, days=settings.retention_days, button=button)
