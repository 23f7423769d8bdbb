"""The answer: what every door returns, as one JSON object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["answered", "partial", "unsupported", "off_topic", "small_talk"]
Reason = Literal[
    "not_in_documentation",
    "other_programme",
    "other_period",
    "national_rule",
    "judgement",
    "unclear",
    "not_a_question",
    "other_language",
    "answering_off",
]
Mode = Literal["quote", "write", "staff"]
NoteCode = Literal[
    "automated",
    "spoken_languages",
    "source_language",
    "superseded",
    "expired",
    "upcoming",
    "provisional",
    "earlier_period",
    "partial",
    "looked_for",
    "premise",
    "passed",
    "staff_answer",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """A place in a document at one revision; `text[start:end] == quote` in that revision's stored text.

    `kind` is "staff answer" where a person's answer is quoted that was kept, and None for the documentation.
    """

    number: int = Field(ge=1)
    document_id: str
    revision: str
    title: str
    publisher: str
    date: str | None
    period: str | None
    locator: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    language: str
    superseded: bool = False
    kind: str | None = None
    url: str


class Note(_Frozen):
    """Something to know about an answer that is no part of it."""

    code: NoteCode
    text: str


class Contact(_Frozen):
    """Who would know."""

    role: str
    name: str
    url: str


class Part(_Frozen):
    """One of several questions asked in one message; its citations are numbered as in the whole answer."""

    question: str
    status: Status
    reason: Reason | None = None
    text: str
    citations: tuple[Citation, ...] = ()


class Answer(_Frozen):
    """The answer to a question, or the refusal of one.

    `confidence` is the calibrated probability that the quoted passages answer the question, 0 to 1; `latency_ms` holds
    milliseconds by step.
    """

    id: str
    question: str
    language: str
    status: Status
    reason: Reason | None = None
    mode: Mode | None = None
    text: str
    citations: tuple[Citation, ...] = ()
    near_misses: tuple[Citation, ...] = ()
    confidence: float | None = None
    notes: tuple[Note, ...] = ()
    parts: tuple[Part, ...] = ()
    contact: Contact | None = None
    conversation_id: str | None = None
    latency_ms: dict[str, float] = Field(default_factory=dict)
