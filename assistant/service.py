"""The assistant as its doors see it: open it over an index, ask, read an answer again."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.runnables import Runnable

from assistant import encoder, rerank
from assistant.answer import Answer
from assistant.answering import Switch, passed_on
from assistant.chain import Way
from assistant.errors import InvalidQuestion, NotFound
from assistant.feedback import Feedbacks
from assistant.handover import Asked, Handover, Handovers
from assistant.idempotency import Requests, fingerprint
from assistant.index import Index
from assistant.kept import KeptAnswers
from assistant.question import Question, clean
from assistant.record import Record, audience_of
from assistant.retrieve import HybridRetriever
from assistant.route import is_small_talk
from assistant.settings import Settings
from assistant.texts import LANGUAGES
from assistant.transcript import Transcripts

_HISTORY = 10  # earlier questions that are looked at


class Assistant:
    """Answers questions over one index; safe to use from several threads."""

    def __init__(self, settings: Settings, index: Index, loaded: encoder.Encoder) -> None:
        self.settings, self.index = settings, index
        self.retriever = HybridRetriever(index=index, encoder=loaded, reranker=rerank.load(settings))
        self.chain: Runnable[Question, Answer] = Way(settings, index, self.retriever).chain()
        audience = audience_of(index.audiences)
        self.record = Record(index.engine, audience)
        self.handovers = Handovers(index.engine, audience)
        self.kept = KeptAnswers(index.engine)
        self.feedback = Feedbacks(index.engine, audience)
        self.transcripts = Transcripts(index.engine, settings, index.audiences)
        self.switch = Switch(index.engine, settings.answering)
        self.requests = Requests(index.engine)

    @classmethod
    def open(cls, settings: Settings, audiences: Sequence[str] = ("public",)) -> Assistant:
        """Open the index and load the encoder.

        Raises:
            IndexMissing, IndexMismatch, ModelMissing, ConfigurationError: the message says what to do.

        """
        index = Index(settings, audiences)
        assistant = cls(settings, index, encoder.load(settings))
        assistant.warm_up()
        return assistant

    def warm_up(self) -> None:
        """Load what the first questions would otherwise wait for."""
        self.index.preload()
        self.chain.invoke(Question("Wie kan subsidie krijgen?", first=False))

    def ask(  # noqa: PLR0913 -- all that a door may know of a question
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        history: Sequence[str] | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
        door: str = "terminal",
    ) -> Answer:
        """Answer a question and keep it in its conversation; while answers are off, hand all but greetings to a person.

        `history` stands in for the stored conversation, for callers that keep their own; `language` is the page's. The
        id of a conversation that another door holds is as unknown: a new conversation is begun. A question that comes
        again with the same `idempotency_key` within a day gets the answer that it got.

        Raises:
            InvalidInput: the key cannot be one, or was used for another question.
            InvalidQuestion: the question is empty, holds nothing readable, or has over 2,000 characters.
            NotFound: the conversation was deleted while the answer was being written.
            IndexMismatch: the index was made anew with another model since this was opened.

        """
        cleaned = clean(question, language or "en")

        def make() -> Answer:
            return self._ask(cleaned, conversation_id, history, language, door)

        if idempotency_key is None:
            return make()
        asked = [self.record.audience, cleaned, conversation_id, language, None if history is None else [*history]]
        return self.requests.once(idempotency_key, fingerprint(*asked), make, self.answer)

    def _ask(
        self,
        cleaned: str,
        conversation_id: str | None,
        history: Sequence[str] | None,
        language: str | None,
        door: str,
    ) -> Answer:
        key, begun = self.record.enter(conversation_id)
        stored = self.record.history(key) if begun and history is None else []
        earlier = [text for text in (_readable(h) for h in (stored if history is None else history)) if text]
        spoken = language or (self.record.language(key) if stored else None)
        asked = Question(cleaned, tuple(earlier[-_HISTORY:]), spoken, first=not earlier)
        is_on = self.switch.on() or any(is_small_talk(cleaned, name) for name in LANGUAGES)
        made = self.chain.invoke(asked) if is_on else passed_on(asked, self.settings)
        answer = made.model_copy(update={"conversation_id": key})
        with self.index.engine.begin() as connection:
            self.record.add(connection, answer, begun=begun)
            if not is_on:
                self.handovers.add(connection, Asked(cleaned, key, answer.language, door, answer.id))
        return answer

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that was given before, by any door of the same audience.

        Raises:
            NotFound: there is no such answer, or it cites what this door must not show (any more).

        """
        found = self.record.answer(answer_id)
        self.index.refresh()
        cited = [*found.citations, *found.near_misses, *(c for part in found.parts for c in part.citations)]
        if not self.record.is_own(answer_id) or not all(self.index.shows(c.document_id) for c in cited):
            raise NotFound(f"There is no answer {answer_id!r}.")
        return found

    def handover(self, handover_id: str) -> Handover:
        """Return a question for a person that was asked through a door of the same audience.

        Raises:
            NotFound: there is none with this id.

        """
        found = self.handovers.get(handover_id)
        if not self.record.holds(found.conversation_id):
            raise NotFound(f"There is no question for a person {handover_id!r}.")
        return found


def _readable(question: str) -> str:
    try:
        return clean(question)
    except InvalidQuestion:
        return ""
