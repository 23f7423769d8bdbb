"""Answers of staff that are kept for whoever asks next: given once, edited, expired and withdrawn.

kept ⟲ edit ── expire, or its last day has passed ──▶ expired ── edit with a later day ──▶ kept
kept, expired ── withdraw ──▶ withdrawn
"""

from __future__ import annotations

import builtins
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, RowMapping, select

from assistant.clock import now, utc
from assistant.errors import Conflict, InvalidInput, NotFound
from assistant.handed import NAME_LIMIT, REPLY_LIMIT, SOURCE_LIMIT
from assistant.index import AUDIENCES, validity
from assistant.index.schema import kept_answers
from assistant.index.sparse import fold
from assistant.personal import masked
from assistant.question import clean
from assistant.texts import LANGUAGES
from assistant.typed import line, lines, optional, paragraphs

KIND = "staff answer"  # of the documents that kept answers become
PREFIX = "staff-answer-"  # of their ids
DOCUMENT_ID = rf"{PREFIX}([0-9a-f-]{{36}})-[a-z]{{2}}"  # as a pattern; the group is the kept answer's own id
WORDINGS, WORDING_LIMIT = 20, 300  # other wordings of a question; characters of one
_CHANGED = "Somebody changed this answer in the meantime: read it before you change it."
KeptState = Literal["kept", "expired", "withdrawn"]
Texts = tuple[str, str]


class KeptAnswer(BaseModel):
    """An answer that is kept; `question_other` and `answer_other` say the same in the other of `nl` and `en`.

    `wordings` are what else people ask it with, in either language, whichever the answer is in. `source` says where it
    is known from, `role` who answers without a name; `audience` is `public` or `staff`. `valid_until` is the last day
    on which it holds. `by` is who changed it last; times are aware, in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    answer: str
    language: str
    question_other: str | None
    answer_other: str | None
    wordings: tuple[str, ...]
    source: str | None
    role: str
    audience: str
    state: KeptState
    valid_until: date | None
    handover_id: str | None
    by: str
    created_at: datetime
    changed_at: datetime

    def texts(self) -> dict[str, Texts]:
        """Return question and answer by language, in the one or two that it is given in."""
        own = {self.language: (self.question, self.answer)}
        if self.question_other is None or self.answer_other is None:
            return own
        return own | {other_than(self.language): (self.question_other, self.answer_other)}


def other_than(language: str) -> str:
    """Return the other of the two languages."""
    return "en" if language == "nl" else "nl"


def own_wording(asked: str) -> str:
    """Return what a person asked as a wording, for staff who rewrite the question; nothing where it is too personal.

    What is short enough for a wording and names nobody is one.
    """
    return asked if masked(asked) == asked and len(asked) <= WORDING_LIMIT else ""


def typed_wordings(raw: str) -> list[str]:
    """Return the wordings that were typed, one a line.

    Raises:
        InvalidInput: one is too long, or there are too many.

    """
    return lines(raw, "wording", WORDING_LIMIT, WORDINGS)


def unchanged(kept: KeptAnswer, seen: str) -> KeptAnswer:
    """Return a kept answer that is as it was seen; `seen` is its `changed_at` then, in ISO 8601.

    Raises:
        Conflict: it is not.

    """
    if kept.changed_at.isoformat() != seen:
        raise Conflict(_CHANGED)
    return kept


def document_id(kept: KeptAnswer, language: str) -> str:
    """Return the id of the document that a kept answer is in a language."""
    return f"{PREFIX}{kept.id}-{language}"


def id_in(document_id: str) -> str | None:
    """Return which kept answer a document is; None where it is none."""
    found = re.fullmatch(DOCUMENT_ID, document_id)
    return found[1] if found else None


class KeptAnswers:
    """The kept answers in the database, for doors in any number of processes; the index is told by who publishes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(  # noqa: PLR0913 -- all that is known of an answer
        self,
        question: str,
        answer: str,
        *,
        language: str,
        role: str,
        by: str,
        audience: str = "public",
        source: str | None = None,
        valid_until: date | None = None,
        other: Texts | None = None,
        wordings: Iterable[str] = (),
        handover_id: str | None = None,
    ) -> KeptAnswer:
        """Keep an answer of 1 to 4,000 characters to a question of 1 to 2,000, in `nl` or `en`.

        `other` holds both in the other language; `wordings` are at most 20, of 1 to 300 characters each;
        `handover_id` names the question that it answered first. The same question may be kept again: the newest answer
        holds.

        Raises:
            InvalidInput: a text is empty or too long, there are too many wordings, or language or audience are unknown.

        """
        at = now()
        row = _said(question, answer, language, source, other, wordings) | _terms(role, by, audience, valid_until)
        made = {"state": "kept", "handover_id": handover_id, "created_at": at, "changed_at": at}
        kept_id = str(uuid.uuid4())
        with self._engine.begin() as connection:
            connection.execute(kept_answers.insert(), [row | made | {"id": kept_id}])
        return self.get(kept_id)

    def edit(  # noqa: PLR0913 -- all that is known of an answer
        self,
        kept_id: str,
        question: str,
        answer: str,
        *,
        language: str,
        by: str,
        role: str | None = None,
        audience: str = "public",
        source: str | None = None,
        valid_until: date | None = None,
        other: Texts | None = None,
        wordings: Iterable[str] = (),
        seen: datetime | None = None,
    ) -> KeptAnswer:
        """Replace all that a kept answer says; the role stays where none is given.

        `seen` is `changed_at` of what the writer saw: where it was changed since, nothing is overwritten.

        Raises:
            Conflict: it was withdrawn, or is not as it was seen.
            NotFound, InvalidInput: there is none with this id; as `keep`.

        """
        said = _said(question, answer, language, source, other, wordings)
        terms = _terms(role or self.get(kept_id).role, by, audience, valid_until)
        return self._change(kept_id, said | terms, seen)

    def reword(self, kept_id: str, wording: str, by: str) -> KeptAnswer:
        """Let a kept answer be found by one more wording of its question; one that it has, or a 21st, changes nothing.

        Raises:
            Conflict: it was withdrawn.
            NotFound, InvalidInput: there is none with this id; the wording is empty or too long.

        """
        by = line(by, "name", NAME_LIMIT)
        with self._engine.begin() as connection:
            # Held until the transaction ends, so that what a colleague adds in this moment is not lost.
            connection.execute(kept_answers.update().where(kept_answers.c.id == kept_id).values(id=kept_id))
            found = _read(connection, kept_id)
            questions = [question for question, _ in found.texts().values()]
            wordings = _wordings([*found.wordings, wording][:WORDINGS], questions)
            if wordings == list(found.wordings):
                return found
            return _change(connection, kept_id, {"wordings": wordings, "by": by})

    def expire(self, kept_id: str, by: str, *, seen: datetime | None = None) -> KeptAnswer:
        """Let a kept answer hold until yesterday; `seen` as for `edit`.

        Raises:
            Conflict: it was withdrawn, or is not as it was seen.
            NotFound, InvalidInput: there is none with this id; the name is empty or too long.

        """
        yesterday = (validity.today() - timedelta(days=1)).isoformat()
        return self._change(kept_id, {"valid_until": yesterday, "by": line(by, "name", NAME_LIMIT)}, seen)

    def withdraw(self, kept_id: str, by: str, *, seen: datetime | None = None) -> KeptAnswer:
        """Take a kept answer back: nobody finds it any more. Withdrawn already, it stays so; `seen` as for `edit`.

        Raises:
            Conflict: it is not as it was seen.
            NotFound, InvalidInput: there is none with this id; the name is empty or too long.

        """
        by = line(by, "name", NAME_LIMIT)
        try:
            return self._change(kept_id, {"state": "withdrawn", "by": by}, seen)
        except Conflict:
            found = self.get(kept_id)
            if found.state != "withdrawn":
                raise
            return found

    def get(self, kept_id: str) -> KeptAnswer:
        """Return a kept answer.

        Raises:
            NotFound: there is none with this id.

        """
        with self._engine.connect() as connection:
            return _read(connection, kept_id)

    def of(self, handover_id: str) -> KeptAnswer | None:
        """Return what is kept of the answer to a question for a person, the newest where there are several."""
        query = select(kept_answers).where(kept_answers.c.handover_id == handover_id)
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(kept_answers.c.created_at.desc()).limit(1)).mappings().first()
        return None if row is None else _of_row(row)

    def list(self, search: str = "", state: KeptState | None = None) -> builtins.list[KeptAnswer]:
        """Return the kept answers with all words of `search`, in one state or any; those changed last come first."""
        query = select(kept_answers).order_by(kept_answers.c.changed_at.desc(), kept_answers.c.id)
        with self._engine.connect() as connection:
            found = [_of_row(row) for row in connection.execute(query).mappings()]
        wanted = fold(search).split()
        return [k for k in found if state in {None, k.state} and _has(k, wanted)]

    def _change(self, kept_id: str, values: dict[str, Any], seen: datetime | None) -> KeptAnswer:
        with self._engine.begin() as connection:
            return _change(connection, kept_id, values, seen)


def _read(connection: Connection, kept_id: str) -> KeptAnswer:
    found = connection.execute(select(kept_answers).where(kept_answers.c.id == kept_id)).mappings().first()
    if found is None:
        raise NotFound(f"There is no kept answer {kept_id!r}.")
    return _of_row(found)


def _change(connection: Connection, kept_id: str, values: dict[str, Any], seen: datetime | None = None) -> KeptAnswer:
    which = (kept_answers.c.id == kept_id) & (kept_answers.c.state != "withdrawn")
    if seen is not None:
        which &= kept_answers.c.changed_at == seen
    changed = connection.execute(kept_answers.update().where(which).values(changed_at=now(), **values)).rowcount
    found = _read(connection, kept_id)
    if not changed and found.state == "withdrawn":
        raise Conflict("This answer was withdrawn: keep it anew where it holds again.")
    if not changed:
        raise Conflict(_CHANGED)
    return found


def _said(  # noqa: PLR0913, PLR0917 -- all that an answer says
    question: str, answer: str, language: str, source: str | None, other: Texts | None, wordings: Iterable[str]
) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise InvalidInput(f"The language {language!r} is not spoken here: give nl or en.")
    there = other_than(language)
    own, second = clean(question, language), clean(other[0], there) if other else None
    return {
        "question": own,
        "answer": paragraphs(answer, "answer", REPLY_LIMIT),
        "language": language,
        "question_other": second,
        "answer_other": paragraphs(other[1], "answer in the other language", REPLY_LIMIT) if other else None,
        "wordings": _wordings(wordings, [own, second or own]),
        "source": optional(source, "source", SOURCE_LIMIT),
    }


def _wordings(raw: Iterable[str], questions: Sequence[str]) -> builtins.list[str]:
    """Return wordings that say something else than each other and than the questions, in their order."""
    seen = {same_question(question) for question in questions}
    found = []
    for wording in raw:
        cleaned = line(wording, "wording", WORDING_LIMIT)
        if same_question(cleaned) not in seen:
            seen.add(same_question(cleaned))
            found.append(cleaned)
    if len(found) > WORDINGS:
        raise InvalidInput(f"There are {len(found)} other wordings; at most {WORDINGS} are possible: leave some out.")
    return found


def same_question(question: str) -> str:
    """Return what two questions have in common that only differ in capitals, accents, spaces, and marks at the end."""
    return fold(question).strip(" ?!.")


def _terms(role: str, by: str, audience: str, valid_until: date | None) -> dict[str, Any]:
    if audience not in AUDIENCES:
        raise InvalidInput(f"The audience {audience!r} is unknown: give public or staff.")
    return {
        "role": line(role, "role", NAME_LIMIT),
        "by": line(by, "name", NAME_LIMIT),
        "audience": audience,
        "valid_until": valid_until.isoformat() if valid_until else None,
    }


def _has(kept: KeptAnswer, words: list[str]) -> bool:
    texts = [text for both in kept.texts().values() for text in both]
    said = fold(" ".join([*texts, *kept.wordings, kept.source or "", kept.role]))
    return all(word in said for word in words)


def _of_row(row: RowMapping) -> KeptAnswer:
    until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    is_over = row["state"] == "kept" and until is not None and until < validity.today()
    times = {name: utc(row[name]) for name in ("created_at", "changed_at")}
    return KeptAnswer(**{**row, **times, "valid_until": until, "state": "expired" if is_over else row["state"]})
