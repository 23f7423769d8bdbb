"""Proposals: questions from use that could become a phrasing of the passage that answers them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from assistant.answer import Answer
from assistant.decisions import Decisions
from assistant.index import Index
from assistant.index.sparse import fold, terms, words
from assistant.personal import MASK, masked
from assistant.record import Record
from assistant.sections import Section, Sections
from assistant.standalone import is_follow_up
from assistant.texts import lexicon, text
from assistant.verdicts import Lesson, Origin, Verdicts

LeftOut = Literal["no_passage", "other_language", "too_short", "follow_up", "known", "decided"]
SHOWN = 8  # characters of a key that people see and type
_NEARLY = 92.0  # per cent of characters in common from which two questions are the same
_OWN, _SHORT = 3, 4  # content words with which a follow-up can be understood alone, and words with which it cannot


@dataclass(frozen=True)
class Proposal:
    """A question, and the section that it would become a way into.

    `asked` counts how often it was asked; `personal` says that personal data was masked in it, so that it needs another
    wording.
    """

    key: str
    question: str
    language: str
    section: Section
    origins: tuple[Origin, ...]
    asked: int
    personal: bool

    @property
    def id(self) -> str:
        """The beginning of the key, as people see it."""
        return self.key[:SHOWN]


@dataclass(frozen=True)
class _Lead:
    question: str  # masked
    section: Section
    lesson: Lesson

    @property
    def key(self) -> str:
        return key_of(self.question, self.section.reference)


def normalised(question: str) -> str:
    """Return a question as it is compared: its words without case, accents and punctuation."""
    return " ".join(words(question))


def key_of(question: str, reference: str) -> str:
    """Return the key of a question that leads to `document-id#slug`."""
    return hashlib.sha256(f"{normalised(question)}\n{reference}".encode()).hexdigest()[:32]


def nearly_among(question: str, known: Iterable[str]) -> bool:
    """Whether a question equals one of the known ones, but for a typing error or so."""
    choices = [normalised(other) for other in known]
    return process.extractOne(normalised(question), choices, scorer=fuzz.ratio, score_cutoff=_NEARLY) is not None


def propose(index: Index) -> tuple[list[Proposal], dict[LeftOut, int]]:
    """Return the open proposals, the most asked first, and how many answers gave none, by reason."""
    sections, left_out = Sections(index), Counter[LeftOut]()
    leads: dict[str, list[_Lead]] = defaultdict(list)
    for lesson in Verdicts(index.engine).lessons():
        found = _lead(lesson, sections)
        if isinstance(found, _Lead):
            leads[found.key].append(found)
        else:
            left_out[found] += 1
    decided = _decided(index)
    open_leads = {}
    for key, own in leads.items():
        why = _settled(own[0], decided)
        if why:
            left_out[why] += len(own)
        else:
            open_leads[key] = own
    return _proposals(index, open_leads), dict(left_out)


def _decided(index: Index) -> dict[str, list[str]]:
    """Return what was accepted or rejected, by the section it led to."""
    decided: dict[str, list[str]] = defaultdict(list)
    for decision in Decisions(index.engine).all():
        decided[decision.reference] += [decision.question, decision.text]
    return decided


def _settled(lead: _Lead, decided: dict[str, list[str]]) -> LeftOut | None:
    if nearly_among(lead.question, lead.section.phrasings):
        return "known"
    return "decided" if nearly_among(lead.question, decided.get(lead.section.reference, ())) else None


def _proposals(index: Index, leads: dict[str, list[_Lead]]) -> list[Proposal]:
    asked: Counter[str] = Counter()
    if leads:
        asked.update(map(normalised, map(masked, Record(index.engine).questions())))
    made = [_proposal(key, own, asked) for key, own in leads.items()]
    return sorted(made, key=lambda p: (-p.asked, p.section.reference, p.question))


def _proposal(key: str, leads: Sequence[_Lead], asked: Counter[str]) -> Proposal:
    first = leads[0]
    origins = tuple(sorted({lead.lesson.origin for lead in leads}))
    # A completed follow-up was never asked in those words: then the answers that taught it are counted.
    count = max(asked[normalised(first.question)], len(leads))
    language = first.lesson.answer.language
    return Proposal(key, first.question, language, first.section, origins, count, MASK in first.question)


def _lead(lesson: Lesson, sections: Sections) -> _Lead | LeftOut:
    """Return the question that an answer teaches and the section it leads to, or why there is none."""
    answer = lesson.answer
    if lesson.passage is not None:
        section = sections.at(lesson.passage)
    else:
        section = sections.of(answer.citations[0].model_dump()) if answer.citations else None
    if section is None:
        return "no_passage"
    if any(note.code == "spoken_languages" for note in answer.notes):
        return "other_language"
    question = _question(answer, section, sections)
    if question is None:
        return "follow_up"
    if len(words(question)) < 2:
        return "too_short"
    return _Lead(masked(question), sections.in_language(section, answer.language), lesson)


def _question(answer: Answer, section: Section, sections: Sections) -> str | None:
    """Return what was asked about a section, a follow-up completed; None where it says too little alone."""
    completed = _completed(answer)
    for number, part in enumerate(answer.parts):
        if section in {sections.of(citation.model_dump()) for citation in part.citations}:
            if completed and completed.endswith(part.question):
                return completed
            leans = _leans(part.question, answer.language, first=number == 0 and _is_first(answer))
            return None if leans else part.question
    if completed and not answer.parts:
        return completed
    return None if _leans(answer.question, answer.language, first=_is_first(answer)) else answer.question


def _completed(answer: Answer) -> str | None:
    """Return the question that was looked for in the place of a follow-up."""
    before, _, after = text(answer.language, "notes.looked_for", question="\0").partition("\0")
    said = next((note.text for note in answer.notes if note.code == "looked_for"), None)
    return said.removeprefix(before).removesuffix(after).strip() if said else None


def _is_first(answer: Answer) -> bool:
    """Whether nothing was asked before in the conversation: then comes the note about the automated system."""
    return any(note.code == "automated" for note in answer.notes)


def _leans(question: str, language: str, *, first: bool) -> bool:
    """Whether a question says too little without the one before it; a first one only does where it opens like that."""
    if not is_follow_up(question, language):
        return False
    short = len(words(question)) <= _SHORT or len(set(terms(question, language))) < _OWN
    said = f"{normalised(question)} "
    return short and (not first or any(said.startswith(fold(opening)) for opening in lexicon(language).follow_up))
