"""The way of a question as one LangChain Runnable, from the message to the answer."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from langchain_core.runnables import Runnable, RunnableLambda

from assistant import language as languages
from assistant.answer import Answer, Citation, Contact, Note, Part, Reason, Status
from assistant.compose import MAX_TEXT, Quote, cite, compose
from assistant.index import Index
from assistant.question import Question
from assistant.retrieve import Candidate, HybridRetriever, Query
from assistant.route import Route, route
from assistant.settings import Settings
from assistant.standalone import readings
from assistant.support import Support, reason, support
from assistant.texts import text
from assistant.verify import verify

_NEAR_MISSES = 2


@dataclass(frozen=True)
class Reading:
    """One way to read a question, with what was found for it."""

    text: str
    query: Query
    candidates: tuple[Candidate, ...]
    gap: Candidate | None
    support: Support | None = None


@dataclass(frozen=True)
class Step:
    """One question on its way; the parts of a message travel one by one.

    `readings` are the ways to read it, until support has chosen the one that is best answered.
    """

    asked: str
    texts: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def reading(self) -> Reading:
        """The reading that support chose."""
        return self.readings[0]

    @property
    def support(self) -> Support:
        """How well the chosen reading is supported."""
        assert self.reading.support is not None
        return self.reading.support


@dataclass(frozen=True)
class Turn:
    """A message on its way through the steps; `found` remembers what was searched for in it already."""

    question: Question
    language: str
    foreign: bool
    other_script: bool = False
    route: Route = field(default_factory=Route)
    steps: tuple[Step, ...] = ()
    found: dict[str, tuple[Query, list[Candidate]]] = field(default_factory=dict)
    latency: dict[str, float] = field(default_factory=dict)
    started: float = 0.0

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the milliseconds of a block to a step's latency."""
        start = time.perf_counter()
        yield
        self.latency[name] = self.latency.get(name, 0.0) + (time.perf_counter() - start) * 1000


class Way:
    """The steps over one index; each takes a turn and returns it one step further."""

    def __init__(self, settings: Settings, index: Index, retriever: HybridRetriever) -> None:
        self.settings, self.index, self.retriever = settings, index, retriever

    def chain(self) -> Runnable[Question, Answer]:
        """Return the steps as one Runnable."""
        steps = (self.route, self.standalone, self.retrieve, self.support, self.compose, self.verify)
        runnable: Runnable[Question, Turn] = RunnableLambda(self.language, name="language")
        for step in steps:
            runnable = runnable | RunnableLambda(step, name=step.__name__)
        return (runnable | RunnableLambda(self.answer, name="answer")).with_config(run_name="assistant")

    def language(self, question: Question) -> Turn:
        """Detect the language of the question."""
        started = time.perf_counter()
        found = languages.detect(question.text, question.language, question.history)
        return Turn(question, found.language, found.foreign, found.other_script, started=started)

    def route(self, turn: Turn) -> Turn:
        """Answer small talk, or take the message apart into questions; what cannot be read is not searched for."""
        if turn.other_script:
            return turn
        found = route(turn.question.text, turn.language)
        steps = tuple(Step(asked) for asked in found.questions)
        return replace(turn, route=found, language=found.language or turn.language, steps=steps)

    def standalone(self, turn: Turn) -> Turn:
        """Complete what leans on earlier questions, those of the same message included."""
        history = list(turn.question.history)
        steps = []
        for step in turn.steps:
            steps.append(replace(step, texts=readings(step.asked, history, turn.language)))
            history.append(step.asked)
        return replace(turn, steps=tuple(steps))

    def retrieve(self, turn: Turn) -> Turn:
        """Find candidate passages for each reading of each question."""
        steps = tuple(
            replace(step, readings=tuple(self._read(turn, step.asked, text) for text in step.texts))
            for step in turn.steps
        )
        return replace(turn, steps=steps)

    def _find(self, turn: Turn, text: str, asked: str) -> tuple[Query, list[Candidate]]:
        if text not in turn.found:
            with turn.timed("embed"):
                query = self.retriever.query(text, turn.language, asked)
            with turn.timed("retrieve"):
                turn.found[text] = (query, self.retriever.search(query))
        return turn.found[text]

    def _read(self, turn: Turn, asked: str, text: str) -> Reading:
        query, found = self._find(turn, text, asked)
        candidates = tuple(c for c in found if not c.passage.unanswered)
        # The gaps are today's: what is unsaid of an earlier period is not among them.
        gap = None if query.period else next((c for c in found if c.passage.unanswered), None)
        return Reading(text, query, candidates, gap)

    def support(self, turn: Turn) -> Turn:
        """Judge whether the candidates answer each question, and keep the reading that is answered best."""
        with turn.timed("support"):
            steps = tuple(replace(step, readings=(self._best_read(turn, step),)) for step in turn.steps)
        return replace(turn, steps=steps)

    def _best_read(self, turn: Turn, step: Step) -> Reading:
        judged = [replace(reading, support=self._judge(turn, step, reading)) for reading in step.readings]
        return max(judged, key=lambda reading: reading.support.probability if reading.support else 0.0)

    def _judge(self, turn: Turn, step: Step, reading: Reading) -> Support:
        """Judge a reading; a follow-up to a question that is off topic is off topic, whatever it finds."""
        found = support(reading.query, reading.candidates, reading.gap, self.index)
        before = reading.text.removesuffix(step.asked).strip()
        if not found.supported or before in {"", reading.text}:
            return found
        query, candidates = self._find(turn, before, before)
        related = support(query, candidates, None, self.index).related
        return found if related else replace(found, supported=False, related=False)

    def compose(self, turn: Turn) -> Turn:
        """Choose what to quote for each question that is supported."""
        room = MAX_TEXT if len(turn.steps) < 2 else max(900 // len(turn.steps), 240)
        with turn.timed("compose"):
            steps = tuple(
                replace(step, quotes=tuple(compose(step.reading.candidates, self.index, room)))
                if step.support.supported
                else step
                for step in turn.steps
            )
        return replace(turn, steps=steps)

    def verify(self, turn: Turn) -> Turn:
        """Drop every quote that does not stand in its document."""
        with turn.timed("verify"):
            steps = tuple(replace(step, quotes=tuple(verify(step.quotes, self.index))) for step in turn.steps)
        return replace(turn, steps=steps)

    def answer(self, turn: Turn) -> Answer:
        """Put the answer together."""
        if turn.other_script:
            said = self._refusal(turn, "other_language", None)
            asked = turn.question.text
            return self._refuse(turn, [Part(question=asked, status="unsupported", reason="other_language", text=said)])
        if turn.route.small_talk:
            return self._reply(turn, "small_talk", None, text(turn.language, f"small_talk.{turn.route.small_talk}"))
        if turn.route.unclear or not turn.steps:
            return self._reply(turn, "unsupported", "unclear", text(turn.language, "refusals.unclear"))
        numbers = _Numbers(self.settings.public_url)
        parts = [self._part(turn, step, numbers) for step in turn.steps]
        answered = [part for part in parts if part.status == "answered"]
        if not answered:
            return self._refuse(turn, parts)
        status: Status = "answered" if len(answered) == len(parts) else "partial"
        confidence = min(step.support.probability for step in turn.steps if step.quotes)
        unanswered = next((part for part in parts if part.status != "answered"), None)
        return self._finish(
            turn,
            status=status,
            reason=unanswered.reason if unanswered else None,
            mode="quote",
            text=_joined(parts),
            citations=tuple(numbers.citations),
            confidence=round(confidence, 4),
            parts=tuple(parts) if len(parts) > 1 else (),
            contact=self._contact(turn) if unanswered else None,
        )

    def _part(self, turn: Turn, step: Step, numbers: _Numbers) -> Part:
        if step.quotes:
            citations = [numbers.cite(quote) for quote in step.quotes]
            said = " ".join(f"{c.quote} [{c.number}]" for c in citations)
            return Part(question=step.asked, status="answered", text=said, citations=tuple(citations))
        gap = _known_gap(step)
        if gap is None and not step.support.related and not turn.foreign:
            said = text(turn.language, "refusals.off_topic")
            return Part(question=step.asked, status="off_topic", text=said)
        why = reason(step.reading.query, gap, turn.foreign)
        return Part(question=step.asked, status="unsupported", reason=why, text=self._refusal(turn, why, gap))

    def _refusal(self, turn: Turn, why: Reason, gap: Candidate | None) -> str:
        if gap is not None and gap.passage.document.language == turn.language:
            return gap.passage.text
        contact = text(turn.language, "contacts.national")
        return text(turn.language, f"refusals.{why}", contact=contact, Contact=contact[:1].upper() + contact[1:])

    def _refuse(self, turn: Turn, parts: Sequence[Part]) -> Answer:
        first = next((part for part in parts if part.status == "unsupported"), parts[0])
        misses: list[Citation] = []
        if first.status == "unsupported":
            numbers = _Numbers(self.settings.public_url)
            near = [
                c for step in turn.steps for c in step.reading.candidates[:_NEAR_MISSES] if not c.signals.other_language
            ]
            misses = [numbers.cite(_best(candidate)) for candidate in near[:_NEAR_MISSES]]
        return self._finish(
            turn,
            status=first.status,
            reason=first.reason,
            text=first.text,
            near_misses=tuple(misses),
            parts=tuple(parts) if len(parts) > 1 else (),
            contact=self._contact(turn) if first.status == "unsupported" else None,
        )

    def _reply(self, turn: Turn, status: Status, why: Reason | None, said: str) -> Answer:
        return self._finish(turn, status=status, reason=why, text=said)

    def _contact(self, turn: Turn) -> Contact:
        return Contact(
            role=text(turn.language, "contacts.national"),
            name=self.settings.contact_name,
            url=self.settings.contact_url,
        )

    def _finish(self, turn: Turn, **values: object) -> Answer:
        turn.latency["total"] = (time.perf_counter() - turn.started) * 1000
        made = Answer.model_validate(
            {
                "id": str(uuid.uuid4()),
                "question": turn.question.text,
                "language": turn.language,
                "latency_ms": {name: round(ms, 2) for name, ms in turn.latency.items()},
                **values,
            }
        )
        return made.model_copy(update={"notes": tuple(self._notes(turn, made))})

    def _notes(self, turn: Turn, answer: Answer) -> Iterator[Note]:
        spoken = turn.language
        if turn.question.first:
            yield Note(code="automated", text=text(spoken, "notes.automated"))
        if turn.foreign:
            yield Note(code="spoken_languages", text=text(spoken, "notes.spoken_languages"))
        if any(c.language != spoken for c in answer.citations):
            yield Note(code="source_language", text=text(spoken, "notes.source_language"))
        yield from self._superseded(turn)
        earlier = sorted({c.period for c in answer.citations if c.period and c.period < "2021"})
        if earlier:
            yield Note(code="earlier_period", text=text(spoken, "notes.earlier_period", period=", ".join(earlier)))
        if answer.status == "partial":
            yield Note(code="partial", text=text(spoken, "notes.partial"))
        leaning = [step.reading.text for step in turn.steps if step.readings and step.reading.text != step.asked]
        if leaning and answer.status in {"answered", "partial", "unsupported"}:
            yield Note(code="looked_for", text=text(spoken, "notes.looked_for", question=leaning[-1]))

    def _superseded(self, turn: Turn) -> Iterator[Note]:
        quoted = (quote.passage for step in turn.steps for quote in step.quotes)
        for targets in dict.fromkeys(passage.superseded_by for passage in quoted if passage.superseded):
            newer = next((p for p in map(self.index.passage_at, targets) if p is not None), None)
            said = text(turn.language, "notes.superseded")
            if newer is not None:
                title, place = newer.document.title, newer.headings[-1]
                said = text(turn.language, "notes.superseded_by", title=title, locator=place)
            yield Note(code="superseded", text=said)


class _Numbers:
    """Citations in order of appearance; a place that is cited again keeps its number."""

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url
        self.citations: list[Citation] = []

    def cite(self, quote: Quote) -> Citation:
        for known in self.citations:
            if (known.document_id, known.start, known.end) == (quote.passage.document.id, quote.start, quote.end):
                return known
        made = cite(quote, len(self.citations) + 1, self.public_url)
        self.citations.append(made)
        return made


def _known_gap(step: Step) -> Candidate | None:
    """Return the gap that a question landed on: one nearer than anything that could answer it."""
    gap, candidates = step.reading.gap, step.reading.candidates
    nearer = gap is not None and (not candidates or gap.score > candidates[0].score)
    return gap if nearer else None


def _best(candidate: Candidate) -> Quote:
    sentence = candidate.sentences[0].sentence
    return Quote(candidate.passage, sentence.start, sentence.end)


def _joined(parts: Sequence[Part]) -> str:
    """Join the parts' texts; what was quoted for one part already is not said twice."""
    said: list[str] = []
    for part in parts:
        if part.status != "answered":
            continue
        pieces = [f"{c.quote} [{c.number}]" for c in part.citations]
        said.extend(piece for piece in pieces if piece not in said)
    return " ".join(said)
