"""Notices beside an answer: automated, in another language, not today's rule, passed, a false premise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answer import Answer, Note
from assistant.compose import Quote
from assistant.dates import asks_for_time, dates, said
from assistant.index import Index
from assistant.kept import KIND
from assistant.texts import catalogue, text
from assistant.turn import Turn


def notes(turn: Turn, answer: Answer, index: Index, today: date) -> Iterator[Note]:
    """Yield the notices that an answer needs."""
    spoken = turn.language
    if turn.question.first:
        yield Note(code="automated", text=text(spoken, "notes.automated"))
    if turn.foreign:
        yield Note(code="spoken_languages", text=text(spoken, "notes.spoken_languages"))
    if any(c.language != spoken for c in answer.citations):
        yield Note(code="source_language", text=text(spoken, "notes.source_language"))
    for clause in dict.fromkeys(clause for step in turn.steps for clause, _ in step.corrections):
        yield Note(code="premise", text=text(spoken, "notes.premise", clause=clause))
    quotes = [quote for step in turn.steps for quote in step.quotes]
    yield from dict.fromkeys(_superseded(quotes, spoken, index))
    yield from dict.fromkeys(_standing(quotes, spoken, index))
    earlier = sorted({c.period for c in answer.citations if c.period and c.period < "2021"})
    if earlier:
        yield Note(code="earlier_period", text=text(spoken, "notes.earlier_period", period=", ".join(earlier)))
    yield from dict.fromkeys(_kept(answer, spoken))
    yield from _passed(turn, answer, today)
    if answer.status == "partial":
        yield Note(code="partial", text=text(spoken, "notes.partial"))
    leaning = [step.reading.text for step in turn.steps if step.readings and step.reading.text != step.asked]
    if leaning and answer.status in {"answered", "partial", "unsupported"}:
        yield Note(code="looked_for", text=text(spoken, "notes.looked_for", question=leaning[-1]))


def _kept(answer: Answer, spoken: str) -> Iterator[Note]:
    """Say of each answer of staff that is quoted that it is one, whose and when."""
    for citation in answer.citations:
        if citation.kind == KIND:
            day = _spoken(citation.date or "", spoken)
            yield Note(code="staff_answer", text=text(spoken, "notes.staff_answer", role=citation.publisher, date=day))


def _superseded(quotes: Sequence[Quote], spoken: str, index: Index) -> Iterator[Note]:
    """Name what replaced each quote that was replaced: where it is quoted too, the place that is."""
    for old in (quote.passage for quote in quotes if quote.passage.superseded):
        newer = index.instead(old)
        sentence = text(spoken, "notes.superseded")
        if newer is not None:
            beside = [q.passage for q in quotes if q.passage.document.id == newer.document.id]
            place = next((p for p in beside if index.in_force(p)), newer).headings[-1]
            sentence = text(spoken, "notes.superseded_by", title=newer.document.title, locator=place)
        yield Note(code="superseded", text=sentence)


def _standing(quotes: Sequence[Quote], spoken: str, index: Index) -> Iterator[Note]:
    """Say of each document quoted that it has expired, is not in force yet, or is provisional."""
    for document in (quote.passage.document for quote in quotes):
        match index.standing(document):
            case "expired":
                day = _spoken(document.valid_until or "", spoken)
                yield Note(code="expired", text=text(spoken, "notes.expired", title=document.title, date=day))
            case "upcoming":
                day = _spoken(document.valid_from or "", spoken)
                yield Note(code="upcoming", text=text(spoken, "notes.upcoming", title=document.title, date=day))
            case "provisional":
                yield Note(code="provisional", text=text(spoken, "notes.provisional", title=document.title))


def _passed(turn: Turn, answer: Answer, today: date) -> Iterator[Note]:
    """Say that the last date quoted is over, to whoever asks whether there is still time."""
    if not any(asks_for_time(step.asked, turn.language) for step in turn.steps):
        return
    days = [day for c in answer.citations for day in dates(c.quote, c.language)]
    if days and max(days) < today:
        spoken = turn.language
        yield Note(
            code="passed", text=text(spoken, "notes.passed", today=said(today, spoken), date=said(max(days), spoken))
        )


def _spoken(day: str, language: str) -> str:
    """Return a year, a month or a day of ISO 8601 as it is written in a language.

    >>> _spoken("2025-06", "nl")
    'juni 2025'
    """
    year, *rest = day.split("-")
    month = [catalogue(language)["web"]["months"][int(rest[0]) - 1]] if rest else []
    return " ".join([*(str(int(number)) for number in rest[1:]), *month, year])
