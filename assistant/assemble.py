"""Assembling the answer: parts, citations, refusals with their reason, near misses, and who would know."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Contact, Part, Reason, Status
from assistant.compose import Quote, cite, worded
from assistant.index import Index, validity
from assistant.kept import KIND
from assistant.notes import notes
from assistant.retrieve import Candidate
from assistant.settings import Settings
from assistant.support import reason
from assistant.texts import text
from assistant.turn import Step, Turn

_NEAR_MISSES = 2


def assemble(turn: Turn, settings: Settings, index: Index) -> Answer:
    """Return the answer to a message that has passed all other steps."""
    values = _Assembly(turn, settings).values()
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
    return made.model_copy(update={"notes": tuple(notes(turn, made, index, validity.today()))})


class _Assembly:
    """One answer being put together; a place that is cited again keeps its number."""

    def __init__(self, turn: Turn, settings: Settings) -> None:
        self.turn, self.settings = turn, settings
        self.citations: list[Citation] = []

    def values(self) -> dict[str, object]:
        turn = self.turn
        if turn.other_script:
            refused = self._refusal("other_language", None)
            asked = turn.question.text
            return self._refuse([Part(question=asked, status="unsupported", reason="other_language", text=refused)])
        if turn.route.small_talk:
            return {"status": "small_talk", "text": text(turn.language, f"small_talk.{turn.route.small_talk}")}
        if turn.route.unclear or not turn.steps:
            return {"status": "unsupported", "reason": "unclear", "text": text(turn.language, "refusals.unclear")}
        if turn.route.aside:
            return {"status": "off_topic", "text": text(turn.language, "refusals.off_topic")}
        parts = [self._part(step) for step in turn.steps]
        answered = [part for part in parts if part.status == "answered"]
        return self._answer(parts, answered) if answered else self._refuse(parts)

    def _answer(self, parts: list[Part], answered: list[Part]) -> dict[str, object]:
        status: Status = "answered" if len(answered) == len(parts) else "partial"
        confidence = min(_confidence(step) for step in self.turn.steps if step.quotes)
        unanswered = next((part for part in parts if part.status != "answered"), None)
        return {
            "status": status,
            "reason": unanswered.reason if unanswered else None,
            "mode": "staff" if self.citations[0].kind == KIND else "quote",
            "text": _joined(parts),
            "citations": tuple(self.citations),
            "confidence": round(confidence, 4),
            "parts": tuple(parts) if len(parts) > 1 else (),
            "contact": self._contact() if unanswered else None,
        }

    def _part(self, step: Step) -> Part:
        turn = self.turn
        if step.quotes:
            citations = [self._cite(quote) for quote in step.quotes]
            said = " ".join(f"{worded(c.quote)} [{c.number}]" for c in citations)
            return Part(question=step.asked, status="answered", text=said, citations=tuple(citations))
        gap = step.known_gap
        if gap is None and not step.support.related and not turn.foreign:
            return Part(question=step.asked, status="off_topic", text=text(turn.language, "refusals.off_topic"))
        why = reason(step.reading.query, gap, turn.foreign)
        return Part(question=step.asked, status="unsupported", reason=why, text=self._refusal(why, gap))

    def _refusal(self, why: Reason, gap: Candidate | None) -> str:
        if gap is not None and gap.passage.document.language == self.turn.language:
            return gap.passage.text
        contact = text(self.turn.language, "contacts.national")
        return text(self.turn.language, f"refusals.{why}", contact=contact, Contact=contact[:1].upper() + contact[1:])

    def _refuse(self, parts: Sequence[Part]) -> dict[str, object]:
        first = next((part for part in parts if part.status == "unsupported"), parts[0])
        unsupported = first.status == "unsupported"
        return {
            "status": first.status,
            "reason": first.reason,
            "text": first.text,
            "near_misses": tuple(self._near_misses()) if unsupported else (),
            "parts": tuple(parts) if len(parts) > 1 else (),
            "contact": self._contact() if unsupported else None,
        }

    def _near_misses(self) -> list[Citation]:
        near = [
            c
            for step in self.turn.steps
            for c in step.reading.candidates[:_NEAR_MISSES]
            if c.sentences and c.passage.document.language == self.turn.language
        ]
        return [self._cite(_best(candidate)) for candidate in near[:_NEAR_MISSES]]

    def _cite(self, quote: Quote) -> Citation:
        for known in self.citations:
            if (known.document_id, known.start, known.end) == (quote.passage.document.id, quote.start, quote.end):
                return known
        made = cite(quote, len(self.citations) + 1, self.settings.public_url)
        self.citations.append(made)
        return made

    def _contact(self) -> Contact:
        return Contact(
            role=text(self.turn.language, "contacts.national"),
            name=self.settings.contact_name,
            url=self.settings.contact_url,
        )


def _confidence(step: Step) -> float:
    """Return how sure the answer to a question is: of what it asks, or of what corrects what it takes for granted."""
    return max(step.support.probability, *(premise.probability for premise in step.premises if step.corrections), 0.0)


def _best(candidate: Candidate) -> Quote:
    sentence = candidate.sentences[0].sentence
    return Quote(candidate.passage, sentence.start, sentence.end)


def _joined(parts: Sequence[Part]) -> str:
    """Join the parts' texts; what was quoted for one part already is not said twice."""
    said: list[Citation] = []
    for part in parts:
        if part.status == "answered":
            said.extend(c for c in part.citations if not any(_within(c, other) for other in said))
    return " ".join(f"{worded(c.quote)} [{c.number}]" for c in said)


def _within(one: Citation, other: Citation) -> bool:
    return one.document_id == other.document_id and other.start <= one.start and one.end <= other.end
