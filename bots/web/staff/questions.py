"""Questions for a person: which ones wait, and what staff do with each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from assistant import given
from assistant.answer import Citation
from assistant.errors import Conflict, InvalidInput
from assistant.handover import OPEN, REASON_LIMIT, REPLY_LIMIT, SOURCE_LIMIT, Handover, State
from assistant.typed import paragraphs
from bots.web.api.common import opened
from bots.web.rendering import safe_url, show_locator
from bots.web.staff.guard import StaffRoute
from bots.web.staff.rendering import page, see

if TYPE_CHECKING:
    from bots.web.staff.sessions import Staff

_HANDLED = 50  # that are listed, the last ones
_LIMITS = {"text": REPLY_LIMIT, "reason": REASON_LIMIT, "source": SOURCE_LIMIT}

router = APIRouter(prefix="/staff", route_class=StaffRoute)


class Unusable(InvalidInput):
    """A field that cannot be used; the name of its sentence is in `problem`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@router.get("")
@router.get("/")
def waiting(request: Request) -> Response:
    """Show the questions that wait for a person, oldest first, or those that were handled last."""
    handovers = opened(request).handovers
    if request.query_params.get("show") == "handled":
        found = handovers.list("answered", "declined", "withdrawn")
        newest = sorted(found, key=lambda h: h.changed_at, reverse=True)[:_HANDLED]
        return page(request, "questions", questions=newest, handled=True)
    return page(request, "questions", questions=handovers.list(*OPEN), handled=False)


@router.get("/questions/{handover_id}")
def question(request: Request, handover_id: str) -> Response:
    """Show a question with its conversation, and what can be done with it."""
    return _show(request, opened(request).handovers.get(handover_id))


def _show(request: Request, handover: Handover, status: int = 200, **context: Any) -> Response:
    engine = opened(request).index.engine
    conversation = given.in_conversation(engine, handover.conversation_id)
    automated = next((g for g in conversation if g.answer.id == handover.answer_id), None)
    reply = handover.reply
    common = {
        "question": handover,
        "automated": automated.answer if automated else None,
        "quotable": _quotable(automated),
        "conversation": conversation,
        "others": [h for h in opened(request).handovers.of(handover.conversation_id) if h.id != handover.id],
        "events": opened(request).handovers.events(handover.id),
        "documents": sorted(opened(request).index.documents.values(), key=lambda d: d.title),
        "limits": _LIMITS,
        "form": {"text": reply.text if reply else "", "source": (reply.source if reply else None) or "", "reason": ""},
        "problem": "",
        "conflict": False,
        "drafted": False,
    }
    return page(request, "question", status, **(common | context))


def _quotable(automated: given.Given | None) -> list[Citation]:
    """Return what an answer can be drafted from: what came near, or was quoted."""
    if automated is None:
        return []
    found = (*automated.answer.near_misses, *automated.answer.citations)
    return list({(c.document_id, c.start, c.end): c for c in found}.values())


@router.post("/questions/{handover_id}")
def act(request: Request, handover_id: str) -> Response:
    """Claim, take over, release, answer, decline or draft; what no longer fits is said, with what was typed."""
    handovers = opened(request).handovers
    handover = handovers.get(handover_id)
    try:
        return _done(request, handover)
    except Conflict:
        return _again(request, handovers.get(handover_id), 409, conflict=True)
    except Unusable as error:
        return _again(request, handover, 422, problem=error.problem)


def _again(request: Request, handover: Handover, status: int, **context: Any) -> Response:
    """Show the page with what was typed."""
    form: dict[str, str] = request.state.form
    kept = {name: form.get(name, "") for name in _LIMITS}
    if "text" not in form and handover.reply:
        kept |= {"text": handover.reply.text, "source": handover.reply.source or ""}
    return _show(request, handover, status, form=kept, **context)


def _done(request: Request, handover: Handover) -> Response:
    handovers, staff = opened(request).handovers, request.state.staff
    action, address = request.state.form.get("action", ""), f"/staff/questions/{handover.id}"
    if action.startswith("draft-"):
        return _draft(request, handover, action.removeprefix("draft-"))
    if action == "claim":
        handovers.claim(handover.id, staff.name)
        return see(address, done="claimed")
    if action == "take_over":
        handovers.take_over(handover.id, staff.name, of=request.state.form.get("of", ""))
        return see(address, done="claimed")
    if action == "release":
        handovers.release(handover.id, staff.name)
        return see("/staff", done="released")
    if action == "answer":
        _answer(request, handover, staff)
        return see(address, done="answered")
    if action == "decline":
        handovers.decline(handover.id, _usable(request, "reason"), by=staff.name)
        return see(address, done="declined")
    raise InvalidInput(f"There is no action {action!r}.")


def _answer(request: Request, handover: Handover, staff: Staff) -> None:
    text, source = _usable(request, "text"), _source(request)
    seen: State = "answered" if request.state.form.get("seen") == "answered" else "waiting"
    if seen == "waiting" and handover.state == "claimed":
        seen = "claimed"  # since the page was made: by the same person, or `answer` refuses
    opened(request).handovers.answer(handover.id, text, by=staff.name, role=staff.role, source=source, seen=seen)


def _usable(request: Request, name: str) -> str:
    """Return a text that was typed.

    Raises:
        Unusable: it is empty or too long.

    """
    raw: str = request.state.form.get(name, "")
    try:
        return paragraphs(raw, name, _LIMITS[name])
    except InvalidInput as error:
        raise Unusable(f"{name}_{'too_long' if len(raw.strip()) > _LIMITS[name] else 'empty'}") from error


def _source(request: Request) -> str | None:
    """Return the address of the source that was given: a document of the public collection, or any other.

    Raises:
        Unusable: it is neither.

    """
    raw: str = request.state.form.get("source", "").strip()
    if not raw:
        return None
    named = re.match(r"/sources/([a-z0-9-]+)", raw)
    document_id = named[1] if named else raw
    if document_id in opened(request).index.documents:
        address = raw if named else f"/sources/{document_id}"
    elif re.match(r"https?://[^\s/]", raw) and safe_url(raw):
        address = raw
    else:
        raise Unusable("source_unknown")
    if len(address) > SOURCE_LIMIT:
        raise Unusable("source_unknown")
    return address


def _draft(request: Request, handover: Handover, number: str) -> Response:
    """Show the page with a quote and its source put into the answer."""
    automated = given.by_id(opened(request).index.engine, [handover.answer_id or ""]).get(handover.answer_id or "")
    quotable = _quotable(automated)
    if not number.isdecimal() or int(number) >= len(quotable):
        raise InvalidInput(f"There is no quote {number!r} to draft from.")
    quoted, form = quotable[int(number)], request.state.form
    typed = form.get("text", "").rstrip()
    text = f"{typed}\n\n" if typed else ""
    text += f"“{quoted.quote}”\n({quoted.title}, {show_locator(quoted.locator)})"
    kept = {"text": text, "source": form.get("source") or quoted.url, "reason": form.get("reason", "")}
    return _show(request, handover, form=kept, drafted=True)
