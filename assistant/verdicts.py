"""Verdicts: what a person says of a stored answer, right or wrong, and to which passage its question leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, select

from assistant.answer import Answer
from assistant.errors import InvalidInput
from assistant.index.schema import answers, verdicts
from assistant.record import Record
from assistant.sections import Section, Sections

Origin = Literal["confirmed", "near_miss", "staff"]
Word = Literal["confirmed", "denied"]


@dataclass(frozen=True)
class Lesson:
    """A recorded answer from which a phrasing may be learned.

    `passage` is the `document-id#slug` that a person named or confirmed; None where only the answer's citations tell.
    """

    answer: Answer
    passage: str | None
    origin: Origin


class Verdicts:
    """Verdicts in the database; the last one on an answer counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def confirm(self, answer_id: str, sections: Sections, passage: str | None = None) -> Section | None:
        """Record that an answer is right, or that `passage` is the right one for its question.

        Returns the section that the question leads to: `passage`, else that of the first citation, else None (a refusal
        that is right as it is).

        Raises:
            NotFound: there is no such answer.
            InvalidInput: there is no such passage, or the first citation's is gone.

        """
        answer = Record(self._engine).answer(answer_id)
        section = _section(answer, sections, passage)
        self._give(answer_id, "confirmed", section.reference if section else None)
        return section

    def deny(self, answer_id: str) -> None:
        """Record that an answer is wrong.

        Raises:
            NotFound: there is no such answer.

        """
        self._give(Record(self._engine).answer(answer_id).id, "denied", None)

    def _give(self, answer_id: str, word: Word, passage: str | None) -> None:
        row = {"answer_id": answer_id, "verdict": word, "passage": passage, "created_at": datetime.now(UTC)}
        with self._engine.begin() as connection:
            connection.execute(verdicts.delete().where(verdicts.c.answer_id == answer_id))
            connection.execute(verdicts.insert(), [row])

    def lessons(self) -> Iterator[Lesson]:
        """Return what may be learned from, oldest first: confirmed answers, and what staff answered unless denied."""
        by_staff = answers.c.answer["mode"].as_string() == "staff"
        undenied = verdicts.c.verdict.is_(None) | (verdicts.c.verdict == "confirmed")
        query = (
            select(answers.c.answer, verdicts.c.passage)
            .outerjoin(verdicts, verdicts.c.answer_id == answers.c.id)
            .where((by_staff & undenied) | (verdicts.c.verdict == "confirmed"))
            .order_by(answers.c.created_at, answers.c.id)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                answer = Answer.model_validate(row.answer)
                yield Lesson(answer, row.passage, _origin(answer))


def _section(answer: Answer, sections: Sections, passage: str | None) -> Section | None:
    if passage is not None:
        section = sections.at(passage)
        if section is None:
            raise InvalidInput(f"There is no passage {passage!r}{_suggest(answer, sections)}.")
        return section
    if not answer.citations:
        return None
    section = sections.of(answer.citations[0].model_dump())
    if section is None:
        place = answer.citations[0].document_id
        raise InvalidInput(
            f"What this answer cites of {place!r} is not indexed any more: name today's passage with --passage."
        )
    return section


def near_misses(answer: Answer, sections: Sections) -> list[Section]:
    """Return the sections that an answer cites or shows as near misses, those that are still there."""
    places = (sections.of(c.model_dump()) for c in (*answer.citations, *answer.near_misses))
    return list(dict.fromkeys(section for section in places if section))


def _suggest(answer: Answer, sections: Sections) -> str:
    near = ", ".join(section.reference for section in near_misses(answer, sections))
    return f": write it as document-id#heading-slug; near this question lie {near}" if near else ""


def _origin(answer: Answer) -> Origin:
    if answer.mode == "staff":
        return "staff"
    return "confirmed" if answer.citations else "near_miss"
