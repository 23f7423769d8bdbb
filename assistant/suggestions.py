"""Suggested questions that the documents really answer: to begin with, and after an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from langchain_core.runnables import Runnable
from sqlalchemy import func, select

from assistant.answer import Answer, Citation
from assistant.askable import alike, askable
from assistant.index import Index, Passage
from assistant.index.audience import current
from assistant.index.schema import answers, conversations, documents, passages, phrasings, revisions
from assistant.index.validity import today
from assistant.question import Question
from assistant.texts import catalogue

if TYPE_CHECKING:
    from assistant.service import Assistant

_TRIES = 5  # suggestions that are put to the chain for one answer, 10 ms each
_TRIES_FIRST = 30  # once for each index
_OF_EACH = 2  # phrasings of one section that are tried
_HISTORY = 10  # earlier answers that are looked at
_NEAREST = 30  # passages that are looked at around an answer
_NEWEST = 500  # answers in which the sections cited most are counted
_MOST_ASKED = 100  # sections with the most phrasings
_KEPT = 20_000  # phrasings whose proof is remembered
_OWN = re.compile(r"suggestion_\d+")
_WARNINGS = frozenset({"premise", "looked_for", "superseded", "expired", "earlier_period"})


@dataclass(frozen=True)
class _Said:
    """What a conversation in a language holds: its questions, the sections that were cited, what was warned about."""

    language: str
    questions: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Proof:
    """Which section the answer to a phrasing cites first, and the codes of the notes that warn about it."""

    section: str
    warnings: frozenset[str]


@dataclass
class _Known:
    """What is known of an index at one generation and day; `ways` are a section's phrasings that read well."""

    index: Index
    chain: Runnable[Question, Answer]
    stamp: tuple[int, date]
    first: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    ways: dict[str, list[str]] = field(default_factory=dict)
    proofs: dict[tuple[str, str], _Proof | None] = field(default_factory=dict)

    def answer(self, question: str, language: str) -> Answer:
        """Answer a question as a conversation's first one, without a record of it."""
        return self.chain.invoke(Question(question, language=language, first=False))

    def choose(self, near: Iterable[Passage], said: _Said, limit: int, tries: int) -> list[str]:
        """Return the first phrasings of sections that are proved, unlike each other and unlike what was said."""
        found: list[str] = []
        done, before = set(said.sections), len(self.proofs)
        for passage in near:
            if len(found) >= limit or len(self.proofs) - before >= tries:
                break
            section = _section(passage)
            if section in done:
                continue
            done.add(section)
            asked = (*said.questions, *found)
            fresh = [q for q in self._ways_to(passage) if not alike(q, asked, said.language)][:_OF_EACH]
            found += islice((q for q in fresh if self._leads(q, section, said)), 1)
        return found

    def _ways_to(self, passage: Passage) -> list[str]:
        section = _section(passage)
        if section not in self.ways:
            around = self.index.passages_in(passage.document.id)
            self.ways[section] = askable([p for p in around if p.slug == passage.slug], around)
        return self.ways[section]

    def _leads(self, question: str, section: str, said: _Said) -> bool:
        """Whether a question is answered from a section, without a warning that the conversation has not seen."""
        key = (question, said.language)
        if key not in self.proofs:
            answer = self.answer(*key)
            cited = _passages_at(self.index, answer.citations[:1]) if answer.status == "answered" else []
            self.proofs[key] = _Proof(_section(cited[0]), _warnings(answer)) if cited else None
        proof = self.proofs[key]
        return proof is not None and proof.section == section and proof.warnings <= said.warnings


_KNOWN: WeakKeyDictionary[Assistant, _Known] = WeakKeyDictionary()


def first(assistant: Assistant, language: str, limit: int = 3) -> list[str]:
    """Return at most `limit` questions to begin a conversation with, in `language` (`nl` or `en`).

    The house's own come first, then what leads into the sections that answers cite most, then into those that people
    ask for in the most ways; no two of these are of one document. Each was answered by the chain. They stay the same as
    long as the index does. While answers are off, there are none.
    """
    if not assistant.switch.on():
        return []
    known = _known(assistant)
    if (language, limit) not in known.first:
        own = _own(known, language)
        index = assistant.index
        used = {citation.document_id for answer in own.values() for citation in answer.citations}
        near = _of_different(chain(_most_cited(index, language), _most_asked(index, language)), used)
        found = known.choose(near, _Said(language, tuple(own)), limit - len(own), _TRIES_FIRST)
        known.first[language, limit] = [*own, *found][:limit]
    return list(known.first[language, limit])


def after(assistant: Assistant, answer: Answer, limit: int = 3) -> list[str]:
    """Return at most `limit` questions that somebody may ask after an answer, in its language.

    They are phrasings of sections near the cited ones (near the near misses, where it is a refusal): those about the
    same anywhere and those that follow in the same document, never of one that the conversation has cited. Each was
    answered by the chain from the section that it was taken from. Where nothing was cited at all, they are questions to
    begin with. While answers are off, there are none.
    """
    if not assistant.switch.on():
        return []
    known = _known(assistant)
    said = _said(assistant.index, answer)
    cited = _passages_at(assistant.index, answer.citations or answer.near_misses)
    if not cited:
        return [q for q in first(assistant, said.language, limit) if not alike(q, said.questions, said.language)]
    return known.choose(_near(assistant.index, cited, said.language), said, limit, _TRIES)


def _known(assistant: Assistant) -> _Known:
    index = assistant.index
    index.refresh()
    stamp = (index.generation, today())
    known = _KNOWN.get(assistant)
    if known is None or known.stamp != stamp or len(known.proofs) > _KEPT:
        known = _KNOWN[assistant] = _Known(index, assistant.chain, stamp)
    return known


def _own(known: _Known, language: str) -> dict[str, Answer]:
    """Return the house's own questions that are answered, with their answers."""
    texts = catalogue(language)["web"].items()
    asked = {value: known.answer(value, language) for key, value in texts if _OWN.fullmatch(key)}
    return {question: answer for question, answer in asked.items() if answer.status == "answered"}


def _of_different(sections: Iterable[Passage], used: set[str]) -> Iterator[Passage]:
    """Yield the first passage of each document that holds today, those of the `used` ones left out."""
    seen = set(used)
    for passage in sections:
        if passage.document.id not in seen:
            seen.add(passage.document.id)
            yield passage


def _most_cited(index: Index, language: str) -> Iterator[Passage]:
    """Yield the passages that the newest answers of this door cite most, in `language`."""
    query = (
        select(answers.c.answer["citations"])
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(conversations.c.audience.in_(index.audiences))
        .order_by(answers.c.created_at.desc())
        .limit(_NEWEST)
    )
    with index.engine.connect() as connection:
        rows = connection.execute(query).scalars().all()
    cited = Counter(Citation.model_validate(citation) for row in rows for citation in row[:1])
    places: Counter[int] = Counter()
    for citation, count in cited.items():
        places.update({passage.id: count for passage in _passages_at(index, [citation])})
    for passage in index.passages(passage_id for passage_id, _ in places.most_common()):
        own = _in_language(index, passage, language)
        if own is not None and _open(index, own):
            yield own


def _most_asked(index: Index, language: str) -> Iterator[Passage]:
    """Yield the passages in `language` with the most phrasings."""
    ways = func.count(phrasings.c.id)
    query = (
        current(passages.c.id)
        .join(passages, passages.c.document_id == documents.c.id)
        .join(phrasings, phrasings.c.passage_id == passages.c.id)
        .where(revisions.c.audience.in_(index.audiences), revisions.c.language == language)
        .group_by(passages.c.id, passages.c.document_id, passages.c.ordinal)
        .order_by(ways.desc(), passages.c.document_id, passages.c.ordinal)
        .limit(_MOST_ASKED)
    )
    with index.engine.connect() as connection:
        ids = connection.execute(query).scalars().all()
    for passage in index.passages(ids):
        if _open(index, passage):
            yield passage


def _warnings(answer: Answer) -> frozenset[str]:
    return _WARNINGS.intersection(note.code for note in answer.notes)


def _section(passage: Passage) -> str:
    return f"{passage.document.id}#{passage.slug}"


def _passages_at(index: Index, citations: Iterable[Citation]) -> list[Passage]:
    """Return the passages in which citations stand today, each once; in another revision they are known by locator."""
    found: dict[int, Passage] = {}
    for citation in citations:
        for passage in index.passages_in(citation.document_id):
            same = passage.document.revision == citation.revision
            if passage.start <= citation.start < passage.end if same else passage.locator == citation.locator:
                found[passage.id] = passage
                break
    return list(found.values())


def _said(index: Index, answer: Answer) -> _Said:
    """Read what the conversation of an answer holds, that answer included although it may not be stored."""
    query = select(answers.c.answer).where(answers.c.conversation_id == answer.conversation_id)
    with index.engine.connect() as connection:
        rows = connection.execute(query.order_by(answers.c.created_at.desc()).limit(_HISTORY)).scalars().all()
    given = [answer, *(Answer.model_validate(row) for row in rows)]
    cited = _passages_at(index, (citation for each in given for citation in each.citations))
    twins = index.passages(twin for passage in cited if (twin := index.twin(passage.id)) is not None)
    questions = [q for each in given for q in (each.question, *(part.question for part in each.parts))]
    sections = frozenset(map(_section, [*cited, *twins]))
    return _Said(answer.language, tuple(dict.fromkeys(questions)), sections, _warnings(answer) - {"premise"})


def _near(index: Index, cited: Sequence[Passage], language: str) -> Iterator[Passage]:
    """Yield passages in `language` near the cited ones, by turns those about the same and those that follow."""
    periods = {None, *(passage.document.period for passage in cited)}
    vectors = index.vectors("passage", [passage.vector for passage in cited])
    hits = index.search([vector.tolist() for vector in vectors.values()], {"passage": _NEAREST})
    nearest: dict[int, float] = {}
    for key, similarity in chain.from_iterable(found["passage"].items() for found in hits):
        for passage_id in index.passages_of("passage", key):
            nearest[passage_id] = max(nearest.get(passage_id, 0.0), similarity)
    about = index.passages(sorted(nearest, key=lambda i: -nearest[i]))
    turns = zip_longest(about, _following(index, cited))
    for passage in chain.from_iterable(turns):
        own = _in_language(index, passage, language) if passage is not None else None
        if own is not None and own.document.period in periods and _open(index, own):
            yield own


def _following(index: Index, cited: Sequence[Passage]) -> list[Passage]:
    """Return the passages that come after the cited ones in their documents, then those before them."""
    later: list[Passage] = []
    before: list[Passage] = []
    for passage in cited:
        around = index.passages_in(passage.document.id)
        at = next((number for number, other in enumerate(around) if other.id == passage.id), None)
        if at is None:  # an ingest has just replaced the document
            continue
        later += around[at + 1 :]
        before += reversed(around[:at])
    return [*later, *before]


def _in_language(index: Index, passage: Passage, language: str) -> Passage | None:
    """Return the passage, or that of the translation, where it is in `language`."""
    twin = index.twin(passage.id)
    pair = (passage, *index.passages([twin] if twin is not None else []))
    return next((each for each in pair if each.document.language == language), None)


def _open(index: Index, passage: Passage) -> bool:
    """Whether somebody may be led to a passage: it says something, and that holds today."""
    return passage.unanswered is None and index.in_force(passage)
