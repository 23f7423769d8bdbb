"""An assistant whose answers are scripted; its database, index and people's side are real."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableLambda

from assistant.answer import Answer, Citation, Contact, Note, Part
from assistant.encoder import Encoder
from assistant.index import Index
from assistant.question import Question
from assistant.service import Assistant
from assistant.settings import Settings

QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
ENGLISH = "A private company cannot get funding."
DUTCH = (
    f"# Privébedrijven\n\n## Wie krijgt subsidie?\n\n{QUOTE} Een bedrijf kan wel meedoen als belanghebbende.\n\n"
    "Bron: handleiding, § 3.2\n\n## Vroegere regel\n\nIn de slides van 2021 stond een ander budget.\n"
)
TWIN = (
    f"# Private companies\n\n## Who gets funding?\n\n{ENGLISH}\n\n## Earlier rule\n\nThe slides had another budget.\n"
)
DOCUMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "privebedrijven": (DUTCH, {"language": "nl", "date": "2023-05-01", "period": "2021-2027", "publisher": "VLAIO"}),
    "private-companies": (TWIN, {"language": "en", "date": "2023", "translation_of": "privebedrijven"}),
}
PATIENCE = 60  # seconds that a scripted answer waits to be let go


@dataclass
class Script:
    """Answers by a word in the question; what holds `wait` comes when the gate is opened."""

    index: Index
    gate: threading.Event = field(default_factory=threading.Event)
    hostile: dict[str, str] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.text in self.hostile:
            return Answer(**self._common(question) | hostile_answer(self.cite(), self.hostile[question.text]))
        if "wait" in question.text:
            self.gate.wait(PATIENCE)
        if "crash" in question.text:
            raise RuntimeError("a secret: /etc/passwd")
        make = next((made for word, made in _ANSWERS.items() if word in question.text), _answered)
        return Answer(**self._common(question) | make(self))

    def _common(self, question: Question) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()),
            "question": question.text,
            "language": question.language or "nl",
            "notes": (Note(code="automated", text="Dit antwoord komt van een geautomatiseerd systeem."),),
        }

    def last_conversation(self, assistant: Assistant) -> str:
        """Return the id of the conversation in which something was asked last."""
        newest = assistant.record.last_about(self.asked[-1].text)
        return str(assistant.record.answer(newest or "").conversation_id)

    def cite(
        self, number: int = 1, document_id: str = "privebedrijven", quote: str = QUOTE, **changes: Any
    ) -> Citation:
        """Quote a document as it is stored."""
        stored = self.index.text(document_id)
        document, start = stored.document, stored.text.index(quote)
        end = start + len(quote)
        url = f"/sources/{document.id}?revision={document.revision}&start={start}&end={end}#quote"
        values: dict[str, Any] = {
            "number": number, "document_id": document.id, "revision": document.revision, "title": document.title,
            "publisher": document.publisher, "date": document.date, "period": document.period,
            "locator": "wie-krijgt-subsidie", "start": start, "end": end, "quote": quote,
            "language": document.language, "url": url,
        }  # fmt: skip
        return Citation(**values | changes)

    def english(self, number: int = 2) -> Citation:
        """Quote the English document, which was replaced."""
        return self.cite(number, "private-companies", ENGLISH, superseded=True)


VLAIO = Contact(role="national", name="VLAIO", url="https://www.vlaio.be/")
_SUPERSEDED = Note(code="superseded", text="Een deel van dit antwoord komt uit een tekst die intussen vervangen is.")
_LOOKED_FOR = Note(code="looked_for", text="Ik zocht naar: subsidie voor een bedrijf")


def _answered(script: Script) -> dict[str, Any]:
    text = f"{QUOTE} [1] {ENGLISH} [2]"
    citations = (script.cite(), script.english())
    return {"status": "answered", "mode": "quote", "text": text, "citations": citations, "confidence": 0.9}


def _long(script: Script) -> dict[str, Any]:
    return _answered(script) | {"text": " ".join(f"{QUOTE} [1]" for _ in range(30))}


def _dated(script: Script) -> dict[str, Any]:
    return _answered(script) | {"notes": (_SUPERSEDED, _LOOKED_FOR)}


def _staff(script: Script) -> dict[str, Any]:
    return {"status": "answered", "mode": "staff", "text": f"{QUOTE} [1]", "citations": (script.cite(),)}


def _partial(script: Script) -> dict[str, Any]:
    known = Part(question="Kan mijn bedrijf subsidie krijgen?", status="answered", text=f"{QUOTE} [1]")
    gap = Part(question="En mijn buurman?", status="unsupported", reason="judgement", text="Dat vind ik niet terug.")
    text = f"{QUOTE} [1]\n\nDat vind ik niet terug."
    return {
        "status": "partial", "mode": "quote", "text": text, "citations": (script.cite(),), "contact": VLAIO,
        "parts": (known.model_copy(update={"citations": (script.cite(),)}), gap),
        "notes": (Note(code="partial", text="Niet elk deel van uw vraag staat in de documentatie."),),
    }  # fmt: skip


def _refused(script: Script) -> dict[str, Any]:
    text = "Dat vind ik niet terug in de documentatie van Interreg Europe."
    near = (script.cite(), script.english())
    return {
        "status": "unsupported",
        "reason": "not_in_documentation",
        "text": text,
        "near_misses": near,
        "contact": VLAIO,
    }


def _off_topic(_: Script) -> dict[str, Any]:
    return {"status": "off_topic", "text": "Daar weet ik niets van."}


def _small_talk(_: Script) -> dict[str, Any]:
    return {"status": "small_talk", "text": "Hallo! Stel gerust uw vraag."}


def _unclear(_: Script) -> dict[str, Any]:
    return {"status": "unsupported", "reason": "unclear", "text": "Ik begrijp uw vraag niet helemaal."}


_ANSWERS = {
    "refuse": _refused,
    "partial": _partial,
    "long": _long,
    "dated": _dated,
    "colleague": _staff,
    "weather": _off_topic,
    "hello": _small_talk,
    "unclear": _unclear,
}


def hostile_answer(citation: Citation, payload: str) -> dict[str, Any]:
    """Return an answer that is hostile wherever a document or a model could make it so."""
    bad = {"title": payload, "publisher": payload, "locator": payload, "period": payload, "quote": payload}
    cited = citation.model_copy(update=bad)
    astray = citation.model_copy(update=bad | {"number": 2, "url": "javascript:window.pwned=1"})
    return {
        "status": "partial", "mode": "quote", "text": f"{payload} [1] [2]", "citations": (cited, astray),
        "near_misses": (cited,), "notes": (Note(code="premise", text=payload),),
        "contact": Contact(role="national", name=payload, url="javascript:window.pwned=1"),
        "parts": (Part(question=payload, status="answered", text=f"{payload} [1]", citations=(cited,)),),
    }  # fmt: skip


def scripted(settings: Settings, loaded: Encoder) -> tuple[Assistant, Script]:
    """Open an assistant over an index, with a script in the place of all that makes an answer."""
    index = Index(settings, ("public",))
    assistant, script = Assistant(settings, index, loaded), Script(index)
    assistant.chain = RunnableLambda(script)
    return assistant, script
