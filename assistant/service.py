"""The assistant as its doors see it: open it over an index, ask, read an answer again."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.runnables import Runnable

from assistant import encoder, rerank
from assistant.answer import Answer
from assistant.chain import Way
from assistant.errors import InvalidQuestion, NotFound
from assistant.index import Index
from assistant.question import Question, clean
from assistant.record import Record, own_or_new
from assistant.retrieve import HybridRetriever
from assistant.settings import Settings

_HISTORY = 10  # earlier questions that are looked at


class Assistant:
    """Answers questions over one index; safe to use from several threads."""

    def __init__(self, settings: Settings, index: Index, loaded: encoder.Encoder) -> None:
        self.settings, self.index = settings, index
        self.retriever = HybridRetriever(index=index, encoder=loaded, reranker=rerank.load(settings))
        self.chain: Runnable[Question, Answer] = Way(settings, index, self.retriever).chain()
        self.record = Record(index.engine)

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

    def ask(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        history: Sequence[str] | None = None,
        language: str | None = None,
    ) -> Answer:
        """Answer a question and keep it in its conversation.

        `history` stands in for the stored conversation, for callers that keep their own; `language` is the page's.

        Raises:
            InvalidQuestion: the question is empty, holds nothing readable, or has over 2,000 characters.
            IndexMismatch: the index was made anew with another model since this was opened.

        """
        cleaned = clean(question, language or "en")
        key = own_or_new(conversation_id)
        stored = self.record.history(key) if conversation_id and history is None else []
        earlier = [text for text in (_readable(h) for h in (stored if history is None else history)) if text]
        spoken = language or (self.record.language(key) if stored else None)
        asked = Question(cleaned, tuple(earlier[-_HISTORY:]), spoken, first=not earlier)
        answer = self.chain.invoke(asked).model_copy(update={"conversation_id": key})
        self.record.keep(answer)
        return answer

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that was given before, by any door.

        Raises:
            NotFound: there is no such answer, or it cites what this door must not show (any more).

        """
        found = self.record.answer(answer_id)
        self.index.refresh()
        cited = [*found.citations, *found.near_misses, *(c for part in found.parts for c in part.citations)]
        if not all(self.index.shows(citation.document_id) for citation in cited):
            raise NotFound(f"There is no answer {answer_id!r}.")
        return found


def _readable(question: str) -> str:
    try:
        return clean(question)
    except InvalidQuestion:
        return ""
