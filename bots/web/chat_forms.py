"""What else can be done in a conversation without JavaScript: ask a person, give an opinion, delete it all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from assistant.errors import AssistantError, Conflict, InvalidInput, NotFound
from assistant.personal import kinds
from assistant.question import clean
from assistant.texts import text
from bots.web.api.common import known, opened
from bots.web.api.feedback import FeedbackRequest
from bots.web.api.handovers import WAITING_AT_MOST, HandoverRequest, TooManyWaiting, open_handover, own_handover
from bots.web.body import InvalidBody
from bots.web.chat_page import Draft, show
from bots.web.plain_form import Form, read_form
from bots.web.texts import conversation_texts

router = APIRouter(include_in_schema=False)

_TAKEN_BACK = "none"  # what the button of an opinion sends that was given already


@router.post("/handover")
async def hand_over(request: Request) -> Response:
    """Hand a question to a person, and lead to where the reply will stand."""
    form = await read_form(request)
    return await run_in_threadpool(_hand_over, request, form)


def _hand_over(request: Request, form: Form) -> Response:
    draft = Draft(form["question"], email=form["email"], consent=bool(form["consent"]), answer_id=form["answer_id"])
    try:
        return _opened(request, form, draft)
    except NotFound as error:  # deleted in another window: what was typed goes on in a new conversation
        gone = conversation_texts(form.language)["history_gone"]
        return show(request, form.language, error.status, person=replace(draft, problem=gone, answer_id=""))
    except (InvalidInput, TooManyWaiting) as error:
        busy = text(form.language, "page.too_many_waiting", count=WAITING_AT_MOST)
        said = busy if isinstance(error, TooManyWaiting) else str(error)
        back = replace(draft, problem=said, about_email=isinstance(error, _InvalidAddress))
        return show(request, form.language, error.status, conversation_id=form.conversation_id, person=back)
    except AssistantError as error:
        return show(request, form.language, error.status, person=draft, not_ready=str(error))


def _opened(request: Request, form: Form, draft: Draft) -> Response:
    question = clean(draft.question, form.language)
    asked = _understood(form, draft)
    seen = () if form["anyway"] or _is_kept(request, question, asked.answer_id) else kinds(question)
    if seen:
        back = replace(draft, seen=seen)
        return show(request, form.language, conversation_id=form.conversation_id, person=back)
    made = open_handover(request, asked, question)
    return form.back(made.conversation_id, f"handover-{made.id}")


def _is_kept(request: Request, question: str, answer_id: str | None) -> bool:
    """Whether a question was asked and kept already, so that nothing is left to warn of."""
    if answer_id is None:
        return False
    with known("answer", answer_id):
        return opened(request).answer(answer_id).question == question


class _InvalidAddress(InvalidInput):
    """An e-mail address that is none, or that came without consent."""


def _understood(form: Form, draft: Draft) -> HandoverRequest:
    texts = conversation_texts(form.language)
    try:
        return HandoverRequest(
            question=draft.question,
            conversation_id=form.conversation_id,
            answer_id=draft.answer_id or None,
            email=draft.email.strip() or None,
            consent=draft.consent,
            language=form.language,
        )
    except ValidationError as error:
        said = {"email": "email_invalid", "consent": "consent_needed"}.get(str(error.errors()[0]["loc"][0]))
        raise _InvalidAddress(texts[said]) if said else NotFound(str(error)) from error


@router.post("/withdraw")
async def withdraw(request: Request) -> Response:
    """Withdraw a question that no person has answered yet; where one has, the page shows the reply."""
    form = await read_form(request)

    def withdrawn() -> Response:
        assistant = opened(request)
        handover = own_handover(assistant, form["handover_id"])
        with suppress(Conflict):
            assistant.handovers.withdraw(handover.id)
        return form.back(handover.conversation_id, f"handover-{handover.id}")

    return await run_in_threadpool(withdrawn)


@router.post("/feedback")
async def give_feedback(request: Request) -> Response:
    """Keep what somebody thinks of an answer, or take it back."""
    form = await read_form(request)

    def given() -> Response:
        assistant = opened(request)
        with known("answer", form["answer_id"]):
            answer = assistant.answer(form["answer_id"])
            if form["rating"] == _TAKEN_BACK:
                assistant.feedback.take_back(answer.id)
            else:
                said = _opinion(form)
                assistant.feedback.give(answer.id, said.rating, said.reason, said.comment)
        return form.back(answer.conversation_id, f"answer-{answer.id}")

    return await run_in_threadpool(given)


def _opinion(form: Form) -> FeedbackRequest:
    given = {"rating": form["rating"], "reason": form["reason"] or None, "comment": form["comment"].strip() or None}
    try:
        return FeedbackRequest.model_validate(given)
    except ValidationError as error:
        raise InvalidBody(f"The opinion cannot be used: {error.errors()[0]['msg']}.") from error


@router.post("/delete")
async def delete(request: Request) -> Response:
    """Delete a conversation; one that is gone already is as deleted."""
    form = await read_form(request)

    def deleted() -> Response:
        with suppress(NotFound), known("conversation", form["conversation_id"]):
            opened(request).transcripts.delete(form["conversation_id"])
        return show(request, form.language, told=conversation_texts(form.language)["deleted"])

    return await run_in_threadpool(deleted)
