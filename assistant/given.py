"""Answers that were given, as staff read them: lately, in a conversation, or by their ids; through any door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, or_, select

from assistant.answer import Answer, Status
from assistant.clock import utc
from assistant.index.schema import answers


@dataclass(frozen=True)
class Given:
    """An answer and when it was given, aware, in UTC."""

    answer: Answer
    at: datetime


@dataclass(frozen=True)
class Page:
    """Some of the answers that were found, newest first, and how many were."""

    answers: tuple[Given, ...]
    found: int


def lately(engine: Engine, status: Status | None = None, words: str = "", *, page: int = 1, size: int = 25) -> Page:
    """Return a page, counted from 1, of the answers with a status whose question or text holds every one of `words`."""
    where = [] if status is None else [answers.c.answer["status"].as_string() == status]
    where += [_holds(word) for word in words.split()]
    query = _select().where(*where).order_by(answers.c.created_at.desc(), answers.c.id)
    with engine.connect() as connection:
        found = connection.execute(select(func.count()).select_from(answers).where(*where)).scalar_one()
        rows = connection.execute(query.limit(size).offset((page - 1) * size)).mappings().all()
    return Page(tuple(map(_given, rows)), found)


def _holds(word: str) -> ColumnElement[bool]:
    text = answers.c.answer["text"].as_string()
    return or_(answers.c.question.icontains(word, autoescape=True), text.icontains(word, autoescape=True))


def in_conversation(engine: Engine, conversation_id: str, limit: int = 50) -> list[Given]:
    """Return the last answers of a conversation, oldest first."""
    query = _select().where(answers.c.conversation_id == conversation_id).order_by(answers.c.created_at.desc())
    with engine.connect() as connection:
        return [_given(row) for row in reversed(connection.execute(query.limit(limit)).mappings().all())]


def by_id(engine: Engine, ids: Iterable[str]) -> dict[str, Given]:
    """Return those of some answers that are still there."""
    with engine.connect() as connection:
        rows = connection.execute(_select().where(answers.c.id.in_(list(ids)))).mappings()
        return {given.answer.id: given for given in map(_given, rows)}


def _select() -> Select[Any]:
    return select(answers.c.answer, answers.c.created_at)


def _given(row: RowMapping) -> Given:
    return Given(Answer.model_validate(row["answer"]), utc(row["created_at"]))
