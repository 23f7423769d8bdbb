"""A reply that is given and kept in one go, whatever dies in between.

The question is claimed first, so that one person gets to keep; then the answer is kept, then given. Where a process
dies after keeping, what is kept says the rest: `finish` gives it. Done twice, each step happens once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from assistant.errors import Conflict
from assistant.handover import Handover, Handovers, State
from assistant.index.schema import handovers, kept_answers
from assistant.kept import KeptAnswers


@dataclass(frozen=True)
class Keep:
    """How an answer is kept: the question and its other wordings, for whom, until which day, and both in the other
    language.
    """

    question: str
    wordings: tuple[str, ...]
    audience: str
    valid_until: date | None
    other: tuple[str, str] | None

    def terms(self, reply: Reply, language: str) -> dict[str, Any]:
        """Return all that is kept of a reply in a language, as `KeptAnswers.keep` takes it."""
        said = {"answer": reply.text, "language": language, "source": reply.source}
        return vars(self) | said | {"by": reply.by, "role": reply.role}


@dataclass(frozen=True)
class Reply:
    """What a person answers, in 1 to 4,000 characters, where it is known from, and how it is kept, if it is.

    `by` is the person's name, for colleagues; `role` is what the asker reads.
    """

    text: str
    source: str | None
    keep: Keep | None
    by: str
    role: str

    def is_in(self, found: Handover) -> bool:
        """Whether this is what a question was answered with."""
        said = found.reply
        return found.claimed_by == self.by and said is not None and (said.text, said.source) == (self.text, self.source)


def give(engine: Engine, handover_id: str, reply: Reply, seen: State) -> None:
    """Answer a question for a person, and keep the answer where that is asked; repeated, nothing happens twice.

    Raises:
        Conflict: somebody else has claimed it, it is closed, or it was answered since it was `seen`.
        NotFound, InvalidInput: there is none with this id; a text is empty or too long.

    """
    questions = Handovers(engine)
    before = questions.get(handover_id)
    if reply.is_in(before):
        _keep(engine, before, reply)
    elif seen == "answered":
        _answer(engine, handover_id, reply, seen)
        _keep(engine, before, reply)
    else:
        questions.claim(handover_id, reply.by)
        kept_id = _keep(engine, before, reply)
        _answer_kept(engine, handover_id, reply, kept_id)


def _answer(engine: Engine, handover_id: str, reply: Reply, seen: State) -> None:
    Handovers(engine).answer(handover_id, reply.text, by=reply.by, role=reply.role, source=reply.source, seen=seen)


def _answer_kept(engine: Engine, handover_id: str, reply: Reply, kept_id: str | None) -> None:
    """Answer what was claimed; where a colleague took it over in this very moment, nothing stays kept."""
    try:
        _answer(engine, handover_id, reply, "claimed")
    except Conflict:
        if reply.is_in(Handovers(engine).get(handover_id)):  # another process finished it
            return
        if kept_id is not None:
            KeptAnswers(engine).withdraw(kept_id, reply.by)
        raise


def finish(engine: Engine) -> int:
    """Give the answers that were kept for a claimed question by a process that died then; return how many."""
    own = (handovers.c.id == kept_answers.c.handover_id) & (handovers.c.claimed_by == kept_answers.c.by)
    left = select(kept_answers.c.id, handovers.c.id).join(handovers, own)
    left = left.where(handovers.c.state == "claimed", kept_answers.c.state == "kept")
    with engine.connect() as connection:
        found = connection.execute(left).all()
    for kept_id, handover_id in found:
        kept = KeptAnswers(engine).get(kept_id)
        with suppress(Conflict):
            _answer_kept(engine, handover_id, Reply(kept.answer, kept.source, None, kept.by, kept.role), kept_id)
    return len(found)


def _keep(engine: Engine, found: Handover, reply: Reply) -> str | None:
    """Keep an answer, in the place of what was kept of the same question before; return its id."""
    keep, kept = reply.keep, KeptAnswers(engine)
    if keep is None:
        return None
    terms = keep.terms(reply, found.language)
    earlier = kept.of(found.id)
    if earlier is not None and earlier.state != "withdrawn":
        return kept.edit(earlier.id, **terms).id
    return kept.keep(**terms, handover_id=found.id).id
