"""Conversations: read, kept as a file, and deleted by whoever holds their id."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import NotFound
from assistant.transcript import AnswerMessage, Conversation, HandoverMessage
from bots.web.api.common import NO_STORE, AskedLanguage, known, opened, private
from bots.web.api.described import failures, gives
from bots.web.api.examples import ANSWERED_NL, CONVERSATION_ID
from bots.web.api.handovers import WAITING_EXAMPLE, PublicHandover
from bots.web.language import page_language

router = APIRouter(prefix="/api/v1/conversations/{conversation_id}", tags=["conversations"])


class PublicHandoverMessage(BaseModel):
    """A question for a person, at the time at which it was asked."""

    model_config = ConfigDict(frozen=True)

    type: Literal["handover"] = "handover"
    at: datetime
    handover: PublicHandover


class PublicConversation(BaseModel):
    """What was said in a conversation, oldest first; at `expires_at` it is deleted, unless it goes on."""

    model_config = ConfigDict(frozen=True)

    id: str
    created_at: datetime
    expires_at: datetime
    messages: tuple[Annotated[AnswerMessage | PublicHandoverMessage, Field(discriminator="type")], ...]

    @classmethod
    def of(cls, conversation: Conversation) -> PublicConversation:
        """Leave out what is for staff only."""
        return cls(
            id=conversation.id,
            created_at=conversation.created_at,
            expires_at=conversation.expires_at,
            messages=tuple(_public(message) for message in conversation.messages),
        )


def _public(message: AnswerMessage | HandoverMessage) -> AnswerMessage | PublicHandoverMessage:
    if isinstance(message, AnswerMessage):
        return message
    return PublicHandoverMessage(at=message.at, handover=PublicHandover.of(message.handover))


class Markdown(Response):
    """A text in Markdown (RFC 7763)."""

    media_type = "text/markdown"
    charset = "utf-8"


_BEGUN = datetime.fromisoformat("2026-01-12T09:29:00+00:00")
_EXAMPLE = PublicConversation(
    id=CONVERSATION_ID,
    created_at=_BEGUN,
    expires_at=datetime.fromisoformat("2026-02-11T09:30:00+00:00"),
    messages=(
        AnswerMessage(at=_BEGUN, answer=ANSWERED_NL, feedback=None),
        PublicHandoverMessage(at=WAITING_EXAMPLE.created_at, handover=WAITING_EXAMPLE),
    ),
)
_FILE = """# Gesprek met de Interreg Europe-assistent

**Uw vraag, 12 januari 2026, 10:29**

> Kan mijn bedrijf subsidie krijgen?

**Geautomatiseerd antwoord: Beantwoord**

> Een privaat bedrijf of onderneming kan in 2021-2027 geen subsidie krijgen van Interreg Europe: …
"""
_FAILURES = failures("/api/v1/conversations/none", NotFound("There is no conversation with this id here."))


@router.get(
    "",
    summary="Read a conversation",
    response_model=PublicConversation,
    responses=gives(conversation=_EXAMPLE)
    | {304: {"description": "Nothing has changed since the `ETag` in `If-None-Match`"}}
    | _FAILURES,
)
def read_conversation(request: Request, conversation_id: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Return what was said in a conversation, by the machine and by people; its `ETag` changes when something does."""
    assistant = opened(request)
    with known("conversation", conversation_id):
        found = PublicConversation.of(assistant.transcripts.read(conversation_id))
    # Weak, since the same conversation is sent compressed and not (RFC 9110, 8.8.1).
    tag = f'W/"{hashlib.sha256(found.model_dump_json().encode()).hexdigest()[:32]}"'
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers={**NO_STORE, "ETag": tag})
    return private(found, headers={"ETag": tag})


def _matches(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names a tag (RFC 9110, 13.1.2: by the weak comparison)."""
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag.removeprefix("W/") in named or "*" in named


@router.delete("", summary="Delete a conversation", status_code=204, response_class=Response, responses=_FAILURES)
def delete_conversation(request: Request, conversation_id: str) -> Response:
    """Delete a conversation with its answers, opinions and questions for a person; nothing of it is kept."""
    assistant = opened(request)
    with known("conversation", conversation_id):
        assistant.transcripts.delete(conversation_id)
    return Response(status_code=204, headers=NO_STORE)


@router.get(
    "/transcript",
    summary="Keep a conversation as a file",
    response_class=Markdown,
    responses={200: {"content": {"text/markdown": {"example": _FILE}}}, **_FAILURES},
)
def download_transcript(request: Request, conversation_id: str, language: AskedLanguage = None) -> Response:
    """Return a conversation as Markdown to keep: questions, answers, quotes, documents and replies of people."""
    assistant = opened(request)
    spoken = language or page_language(request)
    with known("conversation", conversation_id):
        found = assistant.transcripts.read(conversation_id)
    name = f"interreg-europe-{found.created_at:%Y-%m-%d}.md"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Markdown(assistant.transcripts.as_markdown(found, spoken), headers=headers)
