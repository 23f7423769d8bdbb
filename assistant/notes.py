"""Notices beside an answer: automated, in another language, replaced, of an earlier period, passed, a false premise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.answer import Answer, Note
from assistant.dates import asks_for_time, dates, said
from assistant.index import Index
from assistant.texts import text
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
    yield from _superseded(turn, index)
    earlier = sorted({c.period for c in answer.citations if c.period and c.period < "2021"})
    if earlier:
        yield Note(code="earlier_period", text=text(spoken, "notes.earlier_period", period=", ".join(earlier)))
    yield from _passed(turn, answer, today)
    if answer.status == "partial":
        yield Note(code="partial", text=text(spoken, "notes.partial"))
    leaning = [step.reading.text for step in turn.steps if step.readings and step.reading.text != step.asked]
    if leaning and answer.status in {"answered", "partial", "unsupported"}:
        yield Note(code="looked_for", text=text(spoken, "notes.looked_for", question=leaning[-1]))


def _superseded(turn: Turn, index: Index) -> Iterator[Note]:
    quoted = (quote.passage for step in turn.steps for quote in step.quotes)
    for targets in dict.fromkeys(passage.superseded_by for passage in quoted if passage.superseded):
        newer = next((p for p in map(index.passage_at, targets) if p is not None), None)
        sentence = text(turn.language, "notes.superseded")
        if newer is not None:
            title, place = newer.document.title, newer.headings[-1]
            sentence = text(turn.language, "notes.superseded_by", title=title, locator=place)
        yield Note(code="superseded", text=sentence)


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
