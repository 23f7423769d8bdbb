"""What staff type into a form: usable, or refused by the name of the sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from assistant.errors import InvalidInput
from assistant.handover import REPLY_LIMIT, SOURCE_LIMIT
from assistant.index import AUDIENCES, validity
from assistant.kept import typed_wordings
from assistant.question import LIMIT
from assistant.typed import line, paragraphs
from bots.web.api.common import opened
from bots.web.rendering import safe_url

KEPT_FIELDS = (
    "kept_question",
    "kept_wordings",
    "kept_other_question",
    "kept_other_answer",
    "kept_until",
    "kept_audience",
)


class Unusable(InvalidInput):
    """A field that cannot be used; the name of its sentence is in `problem`, and begins with the field's."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class KeptFields:
    """How an answer is to be kept: beside the answer itself, as the form says.

    `question` has 1 to 2,000 characters in one line, `wordings` are others of it, at most 20, of 1 to 300 characters;
    `other` holds question and answer in the other language.
    """

    question: str
    wordings: tuple[str, ...]
    other: tuple[str, str] | None
    valid_until: date | None
    audience: str


def usable(form: Mapping[str, str], name: str, limit: int, *, one_line: bool = False) -> str:
    """Return a text that was typed, of 1 to `limit` characters.

    Raises:
        Unusable: it is empty or too long.

    """
    raw = form.get(name, "")
    try:
        return line(raw, name, limit) if one_line else paragraphs(raw, name, limit)
    except InvalidInput as error:
        raise Unusable(f"{name}_{'too_long' if len(raw.strip()) > limit else 'empty'}") from error


def source(request: Request) -> str | None:
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


def kept_fields(form: Mapping[str, str]) -> KeptFields:
    """Return how an answer is to be kept.

    Raises:
        Unusable: a field cannot be used; the other language has a question or an answer only; the day is over.

    """
    audience = form.get("kept_audience", "public")
    if audience not in AUDIENCES:
        raise InvalidInput(f"There is no audience {audience!r}: give public or staff.")
    question = usable(form, "kept_question", LIMIT, one_line=True)
    return KeptFields(question, _wordings(form), _other(form), _until(form.get("kept_until", "").strip()), audience)


def _wordings(form: Mapping[str, str]) -> tuple[str, ...]:
    try:
        return tuple(typed_wordings(form.get("kept_wordings", "")))
    except InvalidInput as error:
        raise Unusable("kept_wordings_unusable") from error


def _other(form: Mapping[str, str]) -> tuple[str, str] | None:
    if not any(form.get(name, "").strip() for name in ("kept_other_question", "kept_other_answer")):
        return None
    question = usable(form, "kept_other_question", LIMIT, one_line=True)
    return question, usable(form, "kept_other_answer", REPLY_LIMIT)


def _until(raw: str) -> date | None:
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError as error:
        raise Unusable("kept_until_unreadable") from error
    if day < validity.today():
        raise Unusable("kept_until_past")
    return day
