"""What a colleague filled in in a modal: read, and held to what can be used, each problem at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from assistant.errors import AssistantError, InvalidInput
from assistant.handover import REASON_LIMIT, REPLY_LIMIT, SOURCE_LIMIT
from assistant.index import AUDIENCES, validity
from assistant.kept import WORDING_LIMIT, WORDINGS, typed_wordings
from assistant.question import LIMIT, clean
from assistant.typed import paragraphs
from bots.slack.card import said
from bots.slack.keeping import Keep, Reply

_T = TypeVar("_T")


@dataclass(frozen=True)
class Filled:
    """The fields of the modal to answer, as they were filled in; `valid_until` as `2027-12-31`."""

    text: str = ""
    source: str = ""
    keep: bool = False
    wording: str = ""
    wordings: str = ""
    audience: str = "public"
    valid_until: str = ""
    other_question: str = ""
    other_answer: str = ""

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> Filled:
        """Read the fields off a view, as Slack sends it."""
        state = {name: field for block in view["state"]["values"].values() for name, field in block.items()}

        def typed(name: str) -> str:
            return str((state.get(name) or {}).get("value") or "")

        audience = ((state.get("audience") or {}).get("selected_option") or {}).get("value")
        return cls(
            text=typed("text"),
            source=typed("source").strip(),
            keep=bool((state.get("keep") or {}).get("selected_options")),
            wording=typed("wording"),
            wordings=typed("wordings"),
            audience=audience if audience in AUDIENCES else "public",
            valid_until=str((state.get("valid_until") or {}).get("selected_date") or ""),
            other_question=typed("other_question"),
            other_answer=typed("other_answer"),
        )


class Unusable(InvalidInput):
    """Fields that cannot be used: what is wrong with each, by the id of its block."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class _Reading:
    """Reads one field after the other, and gathers what is wrong with each."""

    def __init__(self, view: Mapping[str, Any], language: str) -> None:
        self._blocks = {
            block["element"]["action_id"]: block["block_id"] for block in view["blocks"] if block["type"] == "input"
        }
        self._language, self.problems = language, dict[str, str]()

    def read(self, name: str, value: str, limit: int, how: Callable[[], _T]) -> _T | None:
        """Return what `how` makes of a field of 1 to `limit` characters; None where it cannot."""
        try:
            return how()
        except AssistantError:
            self.wrong(name, "too_long" if len(value.strip()) > limit else "empty", limit=limit)
            return None

    def wrong(self, name: str, key: str, **values: object) -> None:
        """Note what is wrong with a field."""
        self.problems.setdefault(self._blocks[name], said(self._language, key, **values))

    def check(self) -> None:
        """Raise `Unusable` where anything was wrong."""
        if self.problems:
            raise Unusable(self.problems)


def reply_of(  # noqa: PLR0913 -- all that a reply is made of
    filled: Filled,
    view: Mapping[str, Any],
    documents: Container[str],
    language: str,
    *,
    spoken: str,
    by: str,
    role: str,
) -> Reply:
    """Return the reply that was filled in; `spoken` is the question's language, `documents` those it may name.

    Raises:
        Unusable: fields are empty, too long, or do not fit; it names each.

    """
    reading = _Reading(view, language)
    text = reading.read("text", filled.text, REPLY_LIMIT, lambda: paragraphs(filled.text, "answer", REPLY_LIMIT))
    source = source_address(filled.source, documents)
    if filled.source and source is None:
        reading.wrong("source", "source_unknown")
    keep = _keep(filled, reading, spoken) if filled.keep else None
    reading.check()
    return Reply(text or "", source, keep, by, role)


def reason_of(view: Mapping[str, Any], language: str) -> str:
    """Return the reason that was filled in, of 1 to 1,000 characters.

    Raises:
        Unusable: it is empty or too long.

    """
    reading = _Reading(view, language)
    state = {name: field for block in view["state"]["values"].values() for name, field in block.items()}
    raw = str((state.get("reason") or {}).get("value") or "")
    reason = reading.read("reason", raw, REASON_LIMIT, lambda: paragraphs(raw, "reason", REASON_LIMIT))
    reading.check()
    return reason or ""


def _keep(filled: Filled, reading: _Reading, spoken: str) -> Keep:
    wording = reading.read("wording", filled.wording, LIMIT, lambda: clean(filled.wording, spoken))
    try:
        wordings = typed_wordings(filled.wordings)
    except InvalidInput:
        wordings = []
        reading.wrong("wordings", "wordings_unusable", most=WORDINGS, longest=WORDING_LIMIT)
    until = date.fromisoformat(filled.valid_until) if filled.valid_until else None
    if until is not None and until < validity.today():
        reading.wrong("valid_until", "past")
    other = (filled.other_question.strip(), filled.other_answer.strip())
    if any(other) and not all(other):
        reading.wrong("other_answer" if other[0] else "other_question", "both")
    if all(other):
        reading.read("other_question", other[0], LIMIT, lambda: clean(other[0], spoken))
        reading.read("other_answer", other[1], REPLY_LIMIT, lambda: paragraphs(other[1], "answer", REPLY_LIMIT))
    return Keep(wording or "", tuple(wordings), filled.audience, until, other if all(other) else None)


def source_address(raw: str, documents: Container[str]) -> str | None:
    """Return the address of a source: of a document that may be named, or any on the web; None where it is neither."""
    named = re.match(r"/sources/([a-z0-9-]+)", raw)
    document_id = named[1] if named else raw
    if raw and document_id in documents:
        address = raw if named else f"/sources/{document_id}"
    elif re.match(r"https?://[^\s/]\S*$", raw) and _is_address(raw):
        address = raw
    else:
        return None
    return address if len(address) <= SOURCE_LIMIT else None


def _is_address(raw: str) -> bool:
    try:
        return bool(urlsplit(raw).hostname)
    except ValueError:
        return False
