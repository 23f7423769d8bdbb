"""Answers that are kept for later questions: found, made, changed, expired and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from assistant.errors import Conflict, InvalidInput
from assistant.handover import REPLY_LIMIT, SOURCE_LIMIT
from assistant.kept import WORDING_LIMIT, WORDINGS, unchanged
from assistant.question import LIMIT
from assistant.texts import LANGUAGES
from bots.web.api.common import opened
from bots.web.language import other
from bots.web.staff.fields import KEPT_FIELDS, Unusable, kept_fields, source, usable
from bots.web.staff.guard import StaffRoute
from bots.web.staff.publishing import publish
from bots.web.staff.rendering import page, see

if TYPE_CHECKING:
    from assistant.index import Document
    from assistant.kept import KeptAnswer, KeptState
    from bots.web.staff.sessions import Staff

_SIZE = 25
_LONGEST_SEARCH = 200  # characters
_STATES = ("kept", "expired", "withdrawn")
LIMITS = {
    "question": LIMIT,
    "wordings": WORDINGS,
    "wording": WORDING_LIMIT,
    "text": REPLY_LIMIT,
    "source": SOURCE_LIMIT,
}

router = APIRouter(prefix="/staff/kept", route_class=StaffRoute)


@router.get("")
def listed(request: Request) -> Response:
    """Show the kept answers, those in one state or with some words where that is asked, the last changed first."""
    asked = request.query_params
    state = asked.get("state") if asked.get("state") in _STATES else None
    words = asked.get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    raw = asked.get("page", "")
    number = min(max(int(raw[:6]) if raw.isascii() and raw.isdecimal() else 1, 1), 100_000)
    found = opened(request).kept.list(words, cast("KeptState | None", state))
    context: dict[str, Any] = {
        "found": len(found),
        "kept": [(k, addresses(request, k)) for k in found[(number - 1) * _SIZE : number * _SIZE]],
        "states": _STATES,
        "chosen": state or "",
        "words": words,
        "number": number,
        "pages": max(1, -(-len(found) // _SIZE)),
    }
    return page(request, "kept", turn=lambda to: _turn(state, words, to), **context)


def _turn(state: str | None, words: str, number: int) -> str:
    given = {"state": state, "q": words, "page": str(number)}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def addresses(request: Request, kept: KeptAnswer) -> list[tuple[str, str]]:
    """Return where a kept answer is read as a document: language and address, for those that everybody may read."""
    from assistant.kept import document_id

    documents = _documents(request)
    found = {language: document_id(kept, language) for language in kept.texts()}
    return [(language, f"/sources/{name}") for language, name in found.items() if name in documents]


def _documents(request: Request) -> Mapping[str, Document]:
    """Return the documents that everybody may read, with what was published a moment ago."""
    index = opened(request).index
    index.refresh()
    return index.documents


@router.get("/new")
def begin(request: Request) -> Response:
    """Show the form in which a new answer is written."""
    form = dict.fromkeys((*KEPT_FIELDS, "text", "source"), "")
    return _form(request, None, form | {"language": request.state.language, "kept_audience": "public"})


@router.post("/new")
def make(request: Request) -> Response:
    """Keep a new answer."""
    form: dict[str, str] = request.state.form
    try:
        values = _values(request)
    except Unusable as error:
        return _form(request, None, _typed(form), 422, problem=error.problem)
    staff: Staff = request.state.staff
    made = opened(request).kept.keep(**values, role=staff.role, by=staff.name)
    return see(f"/staff/kept/{made.id}", done="kept", searchable=publish(request))


@router.get("/{kept_id}")
def one(request: Request, kept_id: str) -> Response:
    """Show a kept answer in the form in which it is changed."""
    kept = opened(request).kept.get(kept_id)
    return _form(request, kept, as_typed(kept))


@router.post("/{kept_id}")
def act(request: Request, kept_id: str) -> Response:
    """Change, expire or withdraw a kept answer; what no longer fits is said, with what was typed."""
    store, staff, form = opened(request).kept, request.state.staff, request.state.form
    kept, action = store.get(kept_id), form.get("action", "")
    address = f"/staff/kept/{kept.id}"
    try:
        unchanged(kept, form.get("seen", ""))
        if action == "save":
            store.edit(kept.id, **_values(request), by=staff.name, seen=kept.changed_at)
            return see(address, done="kept_changed", searchable=publish(request))
        if action == "expire":
            store.expire(kept.id, staff.name, seen=kept.changed_at)
            return see(address, done="kept_expired", searchable=publish(request))
        if action == "withdraw":
            store.withdraw(kept.id, staff.name, seen=kept.changed_at)
            return see(address, done="kept_withdrawn", searchable=publish(request))
    except Conflict:
        typed = _typed(form) if action == "save" else as_typed(store.get(kept_id))
        return _form(request, store.get(kept_id), typed, 409, conflict=True)
    except Unusable as error:
        return _form(request, kept, _typed(form), 422, problem=error.problem)
    raise InvalidInput(f"There is no action {action!r}.")


def _values(request: Request) -> dict[str, Any]:
    form: dict[str, str] = request.state.form
    language = form.get("language", "")
    if language not in LANGUAGES:
        raise InvalidInput(f"The language {language!r} is not spoken here: give nl or en.")
    fields = kept_fields(form)
    answer = usable(form, "text", REPLY_LIMIT)
    return vars(fields) | {"answer": answer, "language": language, "source": source(request)}


def as_typed(kept: KeptAnswer) -> dict[str, str]:
    """Return a kept answer as the fields of its form."""
    return {
        "kept_question": kept.question,
        "text": kept.answer,
        "language": kept.language,
        "kept_wordings": "\n".join(kept.wordings),
        "kept_other_question": kept.question_other or "",
        "kept_other_answer": kept.answer_other or "",
        "kept_until": kept.valid_until.isoformat() if kept.valid_until else "",
        "kept_audience": kept.audience,
        "source": kept.source or "",
    }


def _typed(form: dict[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in (*KEPT_FIELDS, "text", "source", "language")}


def _form(
    request: Request, kept: KeptAnswer | None, form: dict[str, str], status: int = 200, **context: Any
) -> Response:
    documents = sorted(_documents(request).values(), key=lambda d: d.title)
    common: dict[str, Any] = {
        "kept": kept,
        "other_of": other,
        "form": form,
        "places": addresses(request, kept) if kept else [],
        "documents": documents,
        "limits": LIMITS,
        "problem": "",
        "conflict": False,
    }
    return page(request, "kept_answer", status, **(common | context))
