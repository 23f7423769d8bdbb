"""Questions for a person: which ones wait, and what staff do with each."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from assistant import given
from assistant.answer import Answer, Citation
from assistant.errors import Conflict, InvalidInput, NotFound
from assistant.handover import OPEN, REASON_LIMIT, REPLY_LIMIT, Handover, State
from assistant.kept import id_in, own_wording
from assistant.personal import masked
from bots.web.api.common import opened
from bots.web.language import other
from bots.web.rendering import show_locator
from bots.web.staff.fields import KEPT_FIELDS, KeptFields, Unusable, kept_fields, source, usable
from bots.web.staff.guard import StaffRoute
from bots.web.staff.kept import LIMITS, as_typed
from bots.web.staff.publishing import publish
from bots.web.staff.rendering import page, see

if TYPE_CHECKING:
    from assistant.closing import Covered
    from assistant.kept import KeptAnswer
    from bots.web.staff.sessions import Staff

_HANDLED = 50  # that are listed, the last ones
_LIMITS = LIMITS | {"reason": REASON_LIMIT}
_ONLY_WHERE_KEPT = ("kept_other_question", "kept_other_answer", "kept_until")

router = APIRouter(prefix="/staff", route_class=StaffRoute)


@router.get("")
@router.get("/")
def waiting(request: Request) -> Response:
    """Show the questions that wait for a person, oldest first, or those that were handled last."""
    handovers = opened(request).handovers
    if request.query_params.get("show") == "handled":
        found = handovers.list("answered", "declined", "withdrawn")
        newest = sorted(found, key=lambda h: h.changed_at, reverse=True)[:_HANDLED]
        return page(request, "questions", questions=newest, handled=True)
    if request.query_params.get("show") == "covered":
        return _proposals(request)
    return page(request, "questions", questions=handovers.list(*OPEN), handled=False)


def _proposals(request: Request) -> Response:
    """Show the waiting questions that the assistant can answer by now; each costs as much time as a question."""
    from assistant.closing import covered

    found = [(c.handover, c.answer, _as_reply(c.answer), _kept_in(c)) for c in covered(opened(request))]
    return page(request, "covered", proposals=found)


def _kept_in(found: Covered) -> str | None:
    """Return which kept answer answers a question, where the question can become one of its wordings."""
    if found.answer.parts or not found.answer.citations or not own_wording(found.handover.question):
        return None
    return id_in(found.answer.citations[0].document_id)


def _as_reply(answer: Answer) -> str:
    """Return an answer as a person sends it: with one source beside it, so without marks."""
    said = "\n\n".join(part.text for part in answer.parts) or answer.text
    return re.sub(r"\s*\[\d+\]", "", said)


@router.get("/questions/{handover_id}")
def question(request: Request, handover_id: str) -> Response:
    """Show a question with its conversation, and what can be done with it."""
    return _show(request, opened(request).handovers.get(handover_id))


def _show(request: Request, handover: Handover, status: int = 200, **context: Any) -> Response:
    engine = opened(request).index.engine
    conversation = given.in_conversation(engine, handover.conversation_id)
    automated = next((g for g in conversation if g.answer.id == handover.answer_id), None)
    reply = handover.reply
    kept = _kept(request, handover)
    common = {
        "question": handover,
        "kept": kept,
        "other_of": other,
        "automated": automated.answer if automated else None,
        "quotable": _quotable(automated),
        "conversation": conversation,
        "others": [h for h in opened(request).handovers.of(handover.conversation_id) if h.id != handover.id],
        "events": opened(request).handovers.events(handover.id),
        "documents": sorted(opened(request).index.documents.values(), key=lambda d: d.title),
        "limits": _LIMITS,
        "form": {"text": reply.text if reply else "", "source": (reply.source if reply else None) or "", "reason": ""}
        | _keeping(handover, kept),
        "problem": "",
        "conflict": False,
        "drafted": False,
    }
    return page(request, "question", status, **(common | context))


def _keeping(handover: Handover, kept: KeptAnswer | None) -> dict[str, str]:
    """Return the fields of keeping as they stand before anything is typed; personal data is masked in the question."""
    if kept is not None:
        return {name: value for name, value in as_typed(kept).items() if name in KEPT_FIELDS}
    blank = dict.fromkeys(KEPT_FIELDS, "")
    own = {"kept_question": masked(handover.question), "kept_wordings": own_wording(handover.question)}
    return blank | own | {"kept_audience": "public"}


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
    typed = _typed(request, handover)
    if "text" not in form and handover.reply:
        typed |= {"text": handover.reply.text, "source": handover.reply.source or ""}
    return _show(request, handover, status, form=typed, **context)


def _typed(request: Request, handover: Handover) -> dict[str, str]:
    """Return what was typed; a form without the fields of keeping leaves them as they stand."""
    form: dict[str, str] = request.state.form
    typed = {name: form.get(name, "") for name in ("text", "reason", "source", "keep")}
    if "kept_question" not in form:
        return typed | _keeping(handover, _kept(request, handover))
    return typed | {name: form.get(name, "") for name in KEPT_FIELDS}


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
        return see(address, **_answer(request, handover, staff))
    if action == "decline":
        handovers.decline(handover.id, usable(request.state.form, "reason", REASON_LIMIT), by=staff.name)
        return see(address, done="declined")
    raise InvalidInput(f"There is no action {action!r}.")


def _answer(request: Request, handover: Handover, staff: Staff) -> dict[str, str]:
    """Send an answer, and keep it where that is ticked; return what is to be said of it."""
    form: dict[str, str] = request.state.form
    text, address, fields = usable(form, "text", REPLY_LIMIT), source(request), _to_keep(form, handover)
    seen: State = "answered" if form.get("seen") == "answered" else "waiting"
    if seen == "waiting" and handover.state == "claimed":
        seen = "claimed"  # since the page was made: by the same person, or `answer` refuses
    opened(request).handovers.answer(handover.id, text, by=staff.name, role=staff.role, source=address, seen=seen)
    if fields is None:
        return {"done": "answered"} | _reworded(request, handover, form.get("reword", ""))
    _keep(request, handover, text, address, fields)
    return {"done": "answered_kept", "searchable": publish(request)}


def _reworded(request: Request, handover: Handover, kept_id: str) -> dict[str, str]:
    """Let the kept answer that covered a question be found with it from now on; return what is to be said of it."""
    wording = own_wording(handover.question)
    if not kept_id or not wording:
        return {}
    with suppress(NotFound, Conflict):  # it went in the meantime: what was sent is sent
        opened(request).kept.reword(kept_id, wording, request.state.staff.name)
    return {"searchable": publish(request)}


def _to_keep(form: dict[str, str], handover: Handover) -> KeptFields | None:
    """Return how an answer is to be kept; None where it is not.

    Raises:
        Unusable: a field cannot be used, or something was written in one without the tick.

    """
    if form.get("keep"):
        return kept_fields(form)
    written = {form.get(name, "").strip() for name in _ONLY_WHERE_KEPT} | {form.get("kept_wordings", "").strip()}
    if form.get("seen") != "answered" and written - {"", own_wording(handover.question)}:
        raise Unusable("kept_unticked")
    return None


def _keep(request: Request, handover: Handover, text: str, address: str | None, fields: KeptFields) -> None:
    store, staff, before = opened(request).kept, request.state.staff, _kept(request, handover)
    values = vars(fields) | {"answer": text, "language": handover.language, "source": address}
    if before is not None:
        store.edit(before.id, **values, by=staff.name)
    else:
        store.keep(**values, role=staff.role, by=staff.name, handover_id=handover.id)


def _kept(request: Request, handover: Handover) -> KeptAnswer | None:
    """Return the answer that is kept of a question, unless it was withdrawn."""
    found = opened(request).kept.of(handover.id)
    return None if found is None or found.state == "withdrawn" else found


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
    drafted = {"text": text, "source": form.get("source") or quoted.url}
    return _show(request, handover, form=_typed(request, handover) | drafted, drafted=True)
