"""Questions for a person: handed over, looked at, withdrawn; what the asker may see of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from starlette.concurrency import run_in_threadpool

from assistant.errors import Conflict, InvalidQuestion, NotFound
from assistant.handover import OPEN, Handover, Reply, State
from assistant.question import clean
from assistant.texts import text
from bots.web.api.common import known, opened, private
from bots.web.api.described import failures, gives, takes
from bots.web.api.examples import CONVERSATION_ID, HANDOVER_ID, REFUSED_NL
from bots.web.body import Email, Identifier, InvalidBody, Language, parse, read_body
from bots.web.language import page_language

if TYPE_CHECKING:
    from assistant.service import Assistant

router = APIRouter(prefix="/api/v1/handovers", tags=["people"])

WAITING_AT_MOST = 5  # in one conversation


class TooManyWaiting(Conflict):
    """A conversation in which a person has enough to answer already."""

    slug = "too-many-waiting"
    title = "Too many questions are waiting"


class HandoverRequest(BaseModel):
    """A question for a person; `email` is only kept with `consent`, and only for the reply."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "question": REFUSED_NL.question,
                    "conversation_id": CONVERSATION_ID,
                    "answer_id": REFUSED_NL.id,
                    "language": "nl",
                },
                {
                    "question": "Who can look at our project idea?",
                    "email": "name@example.org",
                    "consent": True,
                    "language": "en",
                },
            ]
        },
    )

    question: str
    conversation_id: Identifier | None = None
    answer_id: Identifier | None = None
    email: Email | None = None
    consent: bool = Field(False, validate_default=True)
    language: Language | None = None

    @field_validator("consent")
    @classmethod
    def _given_for_an_address(cls, consent: bool, info: ValidationInfo) -> bool:
        if info.data.get("email") and not consent:
            raise ValueError("an address in 'email' is only kept where it is true")
        return consent


class PublicHandover(BaseModel):
    """A question for a person as its asker sees it: who replied is said by role, never by name."""

    model_config = ConfigDict(frozen=True)

    id: str
    conversation_id: str
    answer_id: str | None = None
    question: str
    language: str
    state: State
    created_at: datetime
    changed_at: datetime
    email_given: bool
    reply: Reply | None = None
    reason: str | None = None

    @classmethod
    def of(cls, handover: Handover) -> PublicHandover:
        """Leave out what is for staff only."""
        known_to_all = handover.model_dump(include=cls.model_fields.keys() - {"email_given", "reply"})
        return cls(**known_to_all, reply=handover.reply, email_given=handover.email is not None)


WAITING_EXAMPLE = PublicHandover(
    id=HANDOVER_ID,
    conversation_id=CONVERSATION_ID,
    answer_id=REFUSED_NL.id,
    question=REFUSED_NL.question,
    language="nl",
    state="waiting",
    created_at=datetime.fromisoformat("2026-01-12T09:30:00+00:00"),
    changed_at=datetime.fromisoformat("2026-01-12T09:30:00+00:00"),
    email_given=False,
)
_WITHDRAWN = WAITING_EXAMPLE.model_copy(
    update={"state": "withdrawn", "changed_at": datetime.fromisoformat("2026-01-12T10:05:00+00:00")}
)
_ANSWERED = WAITING_EXAMPLE.model_copy(
    update={
        "state": "answered",
        "changed_at": datetime.fromisoformat("2026-01-12T13:00:00+00:00"),
        "reply": Reply(
            text="Ik bel u hierover morgen op.",
            role="Nationaal contactpunt",
            source="https://www.interregeurope.eu/help-centre/apply-for-funding/project-budget",
            at=datetime.fromisoformat("2026-01-12T13:00:00+00:00"),
        ),
    }
)
_MISSING = NotFound("There is no question for a person with this id here.")


@router.post(
    "",
    summary="Ask a person",
    status_code=201,
    response_model=PublicHandover,
    responses=gives(201, "A person was asked; Location says where to look for the reply", waiting=WAITING_EXAMPLE)
    | failures(
        "/api/v1/handovers",
        InvalidQuestion("The question is empty: type a question of at most 2000 characters."),
        InvalidBody("The field 'consent' cannot be used: an address in 'email' is only kept where it is true."),
        NotFound("There is no conversation with this id here."),
        TooManyWaiting(text("en", "page.too_many_waiting", count=WAITING_AT_MOST)),
    ),
    openapi_extra=takes(HandoverRequest),
)
async def hand_over(request: Request) -> Response:
    """Hand a question to a person; a new conversation is begun where none is given.

    The same question of a conversation, or about the same answer, is handed over once: asked again while it waits, it
    is returned as it stands.
    """
    asked = parse(HandoverRequest, await read_body(request))
    question = clean(asked.question, asked.language or "en")
    made = await run_in_threadpool(open_handover, request, asked, question)
    return private(PublicHandover.of(made), 201, {"Location": f"/api/v1/handovers/{made.id}"})


def open_handover(request: Request, asked: HandoverRequest, question: str) -> Handover:
    """Hand a question, cleaned already, to a person.

    Raises:
        NotFound: there is no such answer or conversation at this door.
        InvalidBody: the answer is of another conversation.
        TooManyWaiting: a person has enough to answer in this conversation.

    """
    assistant = opened(request)
    conversation_id, language = asked.conversation_id, asked.language
    if asked.answer_id:
        with known("answer", asked.answer_id):
            answer = assistant.answer(asked.answer_id)
        if conversation_id not in {None, answer.conversation_id}:
            raise InvalidBody("The field 'answer_id' cannot be used: that answer is of another conversation.")
        conversation_id, language = answer.conversation_id, language or answer.language
    if conversation_id is None:
        conversation_id = assistant.record.begin()
    with known("conversation", conversation_id):
        if not assistant.record.holds(conversation_id):
            raise NotFound(conversation_id)
    language = language or page_language(request)
    if _is_full(assistant.handovers.of(conversation_id), question, asked.answer_id):
        raise TooManyWaiting(text(language, "page.too_many_waiting", count=WAITING_AT_MOST))
    return assistant.handovers.open(
        question,
        conversation_id=conversation_id,
        language=language,
        door="web",
        answer_id=asked.answer_id,
        email=asked.email,
    )


def _is_full(handed_over: list[Handover], question: str, answer_id: str | None) -> bool:
    """Whether a person has enough to answer already; what waits may be asked again, and is then returned."""
    waiting = sum(handover.state == "waiting" for handover in handed_over)
    still_open = [handover for handover in handed_over if handover.state in OPEN]
    again = any(
        h.question.casefold() == question.casefold() or (answer_id and h.answer_id == answer_id) for h in still_open
    )
    return waiting >= WAITING_AT_MOST and not again


@router.get(
    "/{handover_id}",
    summary="Look whether a person replied",
    response_model=PublicHandover,
    responses=gives(answered=_ANSWERED, waiting=WAITING_EXAMPLE) | failures("/api/v1/handovers/none", _MISSING),
)
def read_handover(request: Request, handover_id: str) -> Response:
    """Return a question for a person with its state, and the reply once there is one."""
    return private(PublicHandover.of(own_handover(opened(request), handover_id)))


@router.post(
    "/{handover_id}/withdraw",
    summary="Withdraw a question for a person",
    response_model=PublicHandover,
    responses=gives(withdrawn=_WITHDRAWN)
    | failures(
        "/api/v1/handovers/none/withdraw",
        _MISSING,
        Conflict("This question was answered already: read the answer."),
    ),
)
def withdraw_handover(request: Request, handover_id: str) -> Response:
    """Withdraw a question that no person has answered yet."""
    assistant = opened(request)
    own_handover(assistant, handover_id)
    return private(PublicHandover.of(assistant.handovers.withdraw(handover_id)))


def own_handover(assistant: Assistant, handover_id: str) -> Handover:
    """Return a question for a person that was asked at a door like this one.

    Raises:
        NotFound: there is no such question, or it stands in a conversation of others.

    """
    with known("question for a person", handover_id):
        return assistant.handover(handover_id)
