"""A fake assistant behind the real web application, for what a real one never says: hostile text, broken states."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from assistant import suggestions
from assistant.answer import Answer, Citation, Contact, Note
from assistant.answering import Switch
from assistant.errors import NotFound
from assistant.feedback import Feedbacks
from assistant.handover import Handovers
from assistant.idempotency import Requests, fingerprint
from assistant.index import validity
from assistant.index.database import connect
from assistant.index.documents import Document, Heading, Passage
from assistant.index.schema import revisions
from assistant.index.store import StoredText
from assistant.record import Record
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.transcript import Transcripts
from bots.web import create_app

PATIENCE = 60  # seconds that an answer waits for the gate
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
COMPANIES_NL = (
    "Privébedrijven\n\n"
    "Wie krijgt subsidie?\n\n"
    "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen. "
    "Een bedrijf kan wel meedoen als belanghebbende.\n\n"
    "Wie een partner van Interreg Europe kan zijn:\n\n"
    "een overheid;\neen publiekrechtelijke instelling;\neen particuliere non-profitorganisatie.\n\n"
    "Vroegere regel\n\n"
    "In de slides van 2021 stond een ander budget."
)
SUGGESTION_NL, SUGGESTION_EN = "Wie kan partner zijn?", "Who can be a partner?"
QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
HOSTILE_TEXT = f"Vijandig {HOSTILE}\n\nEen zin met {HOSTILE} erin."


def heading(text: str, level: int, title: str, slug: str) -> Heading:
    return Heading(level, title, slug, text.index(title))


@dataclass
class FakeIndex:
    documents: dict[str, Document] = field(default_factory=dict)
    stored: dict[tuple[str, str], StoredText] = field(default_factory=dict)
    sections: dict[str, list[Passage]] = field(default_factory=dict)
    generation: int = 1
    engine: Engine | None = None
    audiences: tuple[str, ...] = ("public",)

    def add(self, document: Document, text: str, outline: tuple[Heading, ...] = (), current: bool = True) -> None:
        self.stored[document.id, document.revision] = StoredText(document, text, outline, current)
        if current:
            self.documents[document.id] = document

    def refresh(self) -> None:
        pass

    def shows(self, document_id: str) -> bool:
        return any(document_id == known for known, _ in self.stored)

    def text(self, document_id: str, revision: str | None = None) -> StoredText:
        wanted = revision or (self.documents[document_id].revision if document_id in self.documents else "")
        if (document_id, wanted) not in self.stored:
            raise NotFound(f"There is no document {document_id!r} here.")
        return self.stored[document_id, wanted]

    def standing(self, document: Document) -> validity.Standing | None:
        return validity.standing(document, validity.today())

    def passages_in(self, document_id: str) -> list[Passage]:
        return self.sections.get(document_id, [])

    def passage_at(self, target: str) -> Passage | None:
        document_id, _, slug = target.partition("#")
        return next((p for p in self.passages_in(document_id) if not slug or p.slug == slug), None)


def passage(document: Document, text: str, quoted: str, headings: tuple[str, ...], slug: str, **values: Any) -> Passage:
    start = text.index(quoted)
    source = values.pop("source", "")
    superseded_by = values.pop("superseded_by", ())
    return Passage(1, document, headings, slug, slug, start, start + len(quoted), quoted, source, superseded_by, "v")


def small_index() -> FakeIndex:
    index = FakeIndex()
    title = "Privébedrijven"
    nl = Document(
        "privebedrijven", "r2", title, "VLAIO", "nl", "2023-05-01", "2021-2027", url="https://www.interregeurope.eu/"
    )
    en = Document(
        "private-companies", "r1", "Private companies", "VLAIO", "en", "2023", translation_of="privebedrijven"
    )
    text = COMPANIES_NL
    outline = (
        heading(text, 1, title, "privebedrijven"),
        heading(text, 2, "Wie krijgt subsidie?", "wie-krijgt-subsidie"),
        heading(text, 2, "Vroegere regel", "vroegere-regel"),
    )
    index.add(nl, text, outline)
    index.add(replace(nl, revision="r1"), "Privébedrijven\n\nEen oudere tekst.", current=False)
    index.add(en, "Private companies\n\nA private company cannot get funding.")
    index.add(replace(nl, id="vijandig", title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)"), HOSTILE_TEXT)
    index.sections["privebedrijven"] = [
        passage(nl, text, QUOTE, (title, "Wie krijgt subsidie?"), "wie-krijgt-subsidie", source="handleiding, § 3.2"),
        passage(
            nl,
            text,
            "In de slides van 2021 stond een ander budget.",
            (title, "Vroegere regel"),
            "vroegere-regel",
            superseded_by=("privebedrijven#wie-krijgt-subsidie",),
        ),
    ]
    return index


def citation(number: int = 1, **changes: Any) -> Citation:
    start = COMPANIES_NL.index(QUOTE)
    end = start + len(QUOTE)
    values: dict[str, Any] = {
        "number": number, "document_id": "privebedrijven", "revision": "r2", "title": "Privébedrijven",
        "publisher": "VLAIO", "date": "2023-05-01", "period": "2021-2027", "locator": "wie-krijgt-subsidie",
        "start": start, "end": end, "quote": QUOTE, "language": "nl",
        "url": f"/sources/privebedrijven?revision=r2&start={start}&end={end}#quote",
    }  # fmt: skip
    return Citation(**values | changes)


class FakeAssistant:
    """Answers from the words in the question: refuse, hostile, crash, slow; anything else with a quote.

    What holds `wait` is answered when the gate is opened.

    What becomes of questions, answers and people's replies is real, over a small database of its own.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings, self.index = settings, small_index()
        self.index.engine = engine
        self.gate = threading.Event()
        self.asked: list[dict[str, Any]] = []
        self.answered: list[str] = []  # without those that came again with the same key
        self.suggestions = {"nl": [SUGGESTION_NL], "en": [SUGGESTION_EN]}
        self.record = Record(engine)
        self.handovers = Handovers(engine, "public")
        self.feedback = Feedbacks(engine, "public")
        self.transcripts = Transcripts(engine, settings, ("public",))
        self.switch = Switch(engine, settings.answering)
        self.requests = Requests(engine)
        with engine.begin() as connection:
            connection.execute(revisions.insert(), [_row(stored) for stored in self.index.stored.values()])

    def ask(self, question: str, *, idempotency_key: str | None = None, **how: Any) -> Answer:
        self.asked.append({"question": question, **how})
        if idempotency_key is None:
            return self._ask(question, how)
        asked = fingerprint(question, *sorted(how.items()))
        return self.requests.once(idempotency_key, asked, lambda: self._ask(question, how), self.answer)

    def _ask(self, question: str, how: dict[str, Any]) -> Answer:
        if "crash" in question:
            raise RuntimeError("a secret: /etc/passwd")
        if "slow" in question:
            time.sleep(1.5)
        if "wait" in question:
            self.gate.wait(PATIENCE)
        answer = self._answer(question, how)
        self.answered.append(question)
        self.record.keep(answer)
        if answer.reason == "answering_off":
            self.handovers.open(
                question,
                conversation_id=str(answer.conversation_id),
                language=answer.language,
                door=how.get("door", "web"),
                answer_id=answer.id,
            )
        return answer

    def _answer(self, question: str, how: dict[str, Any]) -> Answer:
        common: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "question": question,
            "language": how.get("language") or "nl",
            "conversation_id": how.get("conversation_id") or "c-1",
            "notes": (Note(code="automated", text="Dit antwoord komt van een geautomatiseerd systeem."),),
        }
        if not self.switch.on():
            contact = Contact(role="national", name="VLAIO", url="https://www.vlaio.be/")
            return Answer(
                **common, status="unsupported", reason="answering_off", text="Een mens antwoordt.", contact=contact
            )
        if "refuse" in question:
            return Answer(
                **common,
                status="unsupported",
                reason="not_in_documentation",
                text="Dat vind ik niet terug in de documentatie.",
                near_misses=(citation(),),
                contact=Contact(role="national", name="VLAIO", url="https://www.vlaio.be/"),
            )
        if "hostile" in question:
            bad = citation(
                quote=HOSTILE, title=HOSTILE, publisher=HOSTILE, url="javascript:document.title=3", language="en"
            )
            contact = Contact(role="national", name=HOSTILE, url="javascript:document.title=4")
            return Answer(
                **common, status="answered", mode="quote", text=f"{HOSTILE} [1]", citations=(bad,), contact=contact
            )
        english = citation(
            2, quote="A private company cannot get funding.", language="en", superseded=True, date="2023"
        )
        text = f"{QUOTE} [1] A private company cannot get funding. [2]"
        return Answer(
            **common, status="answered", mode="quote", text=text, citations=(citation(), english), confidence=0.9
        )

    answer = Assistant.answer
    handover = Assistant.handover


def _row(stored: StoredText) -> dict[str, Any]:
    """What the database holds of a document, so that answers may cite it."""
    names = {column.name for column in revisions.columns} & vars(stored.document).keys()
    values = {name: getattr(stored.document, name) for name in names}
    return {**values, "document_id": stored.document.id, "supersedes": [], "text": stored.text, "outline": []}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a row in it: to bring its schema up to date takes longer than to copy it."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = connect(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], object]], None]:
    """Wait until something holds, for a minute at most."""

    def wait(holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    return wait


@pytest.fixture
def fake_settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path / "var", contact_name="VLAIO", contact_url="https://www.vlaio.be/")


@pytest.fixture
def fake(
    fake_settings: Settings, tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeAssistant]:
    shutil.copy(empty_database, tmp_path / "fake.db")
    engine = connect(f"sqlite:///{tmp_path / 'fake.db'}")
    monkeypatch.setattr(suggestions, "first", lambda fake, language, limit=3: fake.suggestions[language][:limit])
    monkeypatch.setattr(suggestions, "after", lambda fake, answer, limit=3: fake.suggestions[answer.language][:limit])
    made = FakeAssistant(fake_settings, engine)
    yield made
    made.gate.set()
    engine.dispose()


@pytest.fixture
def fake_app(fake: FakeAssistant, fake_settings: Settings) -> FastAPI:
    return create_app(fake_settings, lambda _: fake)  # type: ignore[arg-type,return-value]


@pytest.fixture
def client(fake_app: FastAPI) -> Iterator[TestClient]:
    with TestClient(fake_app) as client:
        yield client


@pytest.fixture
def serving() -> Iterator[Callable[[FastAPI], str]]:
    """Serve an application on a free port and return its address."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, thread))
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join(30)
