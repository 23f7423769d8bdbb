"""The way of a question as one LangChain Runnable, from the message to the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from langchain_core.runnables import Runnable, RunnableLambda

from assistant import language as languages
from assistant.answer import Answer
from assistant.assemble import assemble
from assistant.compose import MAX_TEXT, Quote, compose, length, merge, whole
from assistant.conversation import converse
from assistant.index import Index
from assistant.premise import contradicts, premises
from assistant.query import Query
from assistant.question import Question
from assistant.retrieve import Candidate, HybridRetriever
from assistant.route import is_small_talk, route
from assistant.settings import Settings
from assistant.standalone import Leaning, lean
from assistant.support import Support, nearest_gap, support
from assistant.turn import Reading, Step, Turn
from assistant.verify import verify

_LEANING = 0.5  # share of the threshold below which an earlier question counts as refused
_PREMISES = 2  # clauses taken for granted that are looked up
_OF_PARTS = 900  # characters of an answer to several questions
_OF_ONE_PART = 240  # characters that each of them gets at least


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
        """Notice what leans on earlier questions, those of the same message included."""
        history = [said for said in turn.question.history if not is_small_talk(said, turn.language)]
        steps = []
        for number, step in enumerate(turn.steps):
            leaning = lean(step.asked, history, turn.language)
            if leaning is None and number:
                # What is asked in one breath may share a subject that only the first question names.
                leaning = Leaning(turn.steps[0].asked, turn.steps[0].asked)
            steps.append(replace(step, leaning=leaning))
            history.append(step.asked)
        return replace(turn, steps=tuple(steps))

    def retrieve(self, turn: Turn) -> Turn:
        """Find candidate passages for each reading of each question, and for what it takes for granted."""
        return replace(turn, steps=tuple(self._retrieve(turn, step) for step in turn.steps))

    def _retrieve(self, turn: Turn, step: Step) -> Step:
        taken = premises(step.asked, turn.language)[:_PREMISES]
        return replace(
            step,
            readings=tuple(self._readings(turn, step)),
            premises=tuple(self._read(turn, clause) for clause in taken),
        )

    def _readings(self, turn: Turn, step: Step) -> Iterator[Reading]:
        """Yield the ways to read a question: completed from the conversation, and as it is."""
        leaning = step.leaning
        if leaning is not None:
            with turn.timed("conversation"):
                query, found = converse(
                    self.retriever, step.asked, leaning, turn.language, lambda text: self._find(turn, text)
                )
                yield _reading(query, self.retriever.weighed(query, found))
        if leaning is None or (leaning.follow_up and leaning.alone):
            yield self._read(turn, step.asked)

    def _find(self, turn: Turn, text: str) -> tuple[Query, list[Candidate]]:
        if text not in turn.found:
            with turn.timed("embed"):
                query = self.retriever.query(text, turn.language)
            with turn.timed("retrieve"):
                turn.found[text] = (query, self.retriever.find(query))
        return turn.found[text]

    def _read(self, turn: Turn, text: str) -> Reading:
        query, found = self._find(turn, text)
        with turn.timed("retrieve"):
            return _reading(query, self.retriever.weighed(query, found))

    def support(self, turn: Turn) -> Turn:
        """Judge whether the candidates answer each question, and keep the reading that is answered best."""
        with turn.timed("support"):
            steps = tuple(self._judged(turn, step) for step in turn.steps)
        return replace(turn, steps=steps)

    def _judged(self, turn: Turn, step: Step) -> Step:
        read = [replace(reading, support=self._judge(turn, step, reading)) for reading in step.readings]
        # What is taken for granted may be known to be wrong although more about it is not known.
        taken = [replace(premise, support=self._support(replace(premise, gap=None))) for premise in step.premises]
        return replace(step, readings=(max(read, key=_best_read),), premises=tuple(taken))

    def _support(self, reading: Reading) -> Support:
        return support(reading.query, reading.candidates, reading.gap, self.settings.threshold)

    def _judge(self, turn: Turn, step: Step, reading: Reading) -> Support:
        """Judge a reading; what leans on a question that has no answer has none either, whatever it finds."""
        found = self._support(reading)
        if step.leaning is None or reading.text == step.asked:
            return found
        earlier = self._support(self._read(turn, step.leaning.before))
        reached = earlier.related and earlier.reachable
        if not reached or earlier.probability < self.settings.threshold * _LEANING:
            return replace(found, supported=False, related=earlier.related)
        return replace(found, related=True)

    def compose(self, turn: Turn) -> Turn:
        """Choose what to quote for each question that is supported."""
        room = MAX_TEXT if len(turn.steps) < 2 else max(_OF_PARTS // len(turn.steps), _OF_ONE_PART)
        with turn.timed("compose"):
            steps = tuple(self._composed(step, room) for step in turn.steps)
        return replace(turn, steps=steps)

    def _composed(self, step: Step, room: int) -> Step:
        """Quote what corrects the question first, then what answers it, as far as there is room."""
        corrections = tuple(found for premise in step.premises for found in self._corrections(premise))
        first = merge(list(dict.fromkeys(quote for _, quote in corrections)))
        rest = compose(step.reading.candidates, self.index, room) if step.support.supported else []
        quotes = merge([*first, *rest])
        while first and len(quotes) > 1 and length(quotes) > room:
            quotes = quotes[:-1]
        return replace(step, corrections=corrections, quotes=tuple(quotes))

    def _corrections(self, premise: Reading) -> list[tuple[str, Quote]]:
        """Return the sentence that contradicts what a question takes for granted, where there is one."""
        if premise.support is None or not premise.support.supported:
            return []
        passage, best = premise.candidates[0].passage, premise.candidates[0].sentences[0].sentence
        language = premise.query.language
        if not contradicts(best.text, passage.document.language, premise.text, language):
            return []
        return [(premise.text, quote) for quote in whole(passage, best)]

    def verify(self, turn: Turn) -> Turn:
        """Drop every quote that does not stand in its document."""
        with turn.timed("verify"):
            steps = tuple(replace(step, quotes=tuple(verify(step.quotes, self.index))) for step in turn.steps)
        return replace(turn, steps=steps)

    def answer(self, turn: Turn) -> Answer:
        """Put the answer together."""
        return assemble(turn, self.settings, self.index)


def _best_read(reading: Reading) -> tuple[bool, float]:
    return reading.support is not None and reading.support.supported, reading.probability


def _reading(query: Query, found: Sequence[Candidate]) -> Reading:
    return Reading(query.text, query, tuple(c for c in found if not c.passage.unanswered), nearest_gap(query, found))
