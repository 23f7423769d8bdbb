"""What stands before the first question: what is answered here, by whom, and until when it is kept."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from assistant.errors import IndexMissing
from assistant.opening import Opening, opening
from assistant.question import LIMIT
from assistant.texts import text
from bots.web.api.common import AskedLanguage, opened, private
from bots.web.api.described import failures, gives
from bots.web.language import page_language

router = APIRouter(prefix="/api/v1/greeting", tags=["conversations"])


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class PersonToAsk(_Frozen):
    """Who answers what the documents do not; `url` is where they are found."""

    role: str
    name: str
    url: str


class Greeting(_Frozen):
    """What a chat says first.

    `answering` is false while every question goes to a person; `limit` is a question's length in characters;
    `retention_days` how long a conversation is kept after its last word; `opening` is null where no hours are set.
    """

    language: str
    answering: bool
    limit: int
    retention_days: int
    contact: PersonToAsk
    opening: Opening | None = None
    suggestions: tuple[str, ...]


_EXAMPLE = Greeting(
    language="nl",
    answering=True,
    limit=LIMIT,
    retention_days=30,
    contact=PersonToAsk(
        role="het nationale contactpunt",
        name="VLAIO, National Contact Point Interreg",
        url="https://www.interregeurope.eu/",
    ),
    opening=Opening(
        open=False,
        text="Nu gesloten; weer open op maandag 28 december om 9.00 uur.",
        next=datetime.fromisoformat("2026-12-28T09:00:00+01:00"),
    ),
    suggestions=("Kan mijn bedrijf subsidie krijgen?",),
)


@router.get(
    "",
    summary="What to say before the first question",
    response_model=Greeting,
    responses=gives(closed=_EXAMPLE)
    | failures("/api/v1/greeting", IndexMissing("There is no index yet: run 'assistant ingest'.")),
)
def greet(request: Request, language: AskedLanguage = None) -> Response:
    """Return what a chat says before anybody typed: who answers, the limits, the hours, and first questions."""
    from assistant import suggestions  # what it reads takes its time at the start

    spoken = language or page_language(request)
    assistant = opened(request)
    settings = assistant.settings
    return private(
        Greeting(
            language=spoken,
            answering=assistant.switch.on(),
            limit=LIMIT,
            retention_days=settings.retention_days,
            contact=PersonToAsk(
                role=text(spoken, "contacts.national"), name=settings.contact_name, url=settings.contact_url
            ),
            opening=opening(settings, spoken),
            suggestions=tuple(suggestions.first(assistant, spoken)),
        )
    )
