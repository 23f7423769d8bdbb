"""The doors through which a test set is asked: in this process, or over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from pydantic import ValidationError
from sqlalchemy import select

from assistant import encoder, weights
from assistant.answer import Answer
from assistant.errors import AssistantError, InvalidInput, NotFound
from assistant.index.schema import passages, phrasings
from assistant.question import Question, clean
from assistant.service import Assistant
from assistant.settings import Settings
from evals.dataset import Item
from evals.retrieval import Held
from evals.tracing import Trace

_TIMEOUT = 60.0  # seconds for one question
# Where things lie and who is named in a refusal change no answer.
_PLACES = {"corpus_dir", "var_dir", "model_dir", "database_url", "chroma_url", "public_url", "debug", "threads"}


class QuestionError(AssistantError):
    """One question got no answer; the others may."""


@dataclass(frozen=True)
class Asked:
    """An answer, and what the way to it tells: see `evals.tracing.Trace`. A server tells neither."""

    answer: Answer
    retrieved: tuple[str, ...] | None = None
    probability: float | None = None


class Door(Protocol):
    """Something that answers. Neither is told a question's language: the assistant has to see that for itself."""

    def ask(self, item: Item) -> Asked:
        """Return the answer.

        Raises:
            QuestionError: this question got none.
            AssistantError: no question will get one.

        """

    def text(self, document_id: str, revision: str) -> str | None:
        """Return a document's stored text at a revision, or None where there is none."""

    def passages(self, document_id: str) -> Sequence[Held]:
        """Return a document's passages; none where it is not known."""

    def provenance(self) -> dict[str, Any]:
        """Say what answers: corpus, model, weights, as far as it can be known."""

    def close(self) -> None:
        """Let go of connections."""


class InProcess:
    """The assistant in this process; nothing that is asked is kept in its record."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._assistant = Assistant.open(settings)
        self._texts: dict[tuple[str, str], str | None] = {}
        self._passages: dict[str, list[Held]] = {}

    def ask(self, item: Item) -> Asked:
        """Return the answer, as a conversation with the same earlier questions would get it."""
        trace = Trace()
        try:
            history = tuple(clean(earlier) for earlier in item.history)
            question = Question(clean(item.question), history, first=not history)
            answer = self._assistant.chain.invoke(question, {"callbacks": [trace]})
            return Asked(answer, trace.retrieved, trace.probability)
        except AssistantError as error:
            raise QuestionError(str(error)) from error
        except Exception as error:
            raise QuestionError(f"{type(error).__name__}: {error}") from error

    def text(self, document_id: str, revision: str) -> str | None:
        """Return a document's stored text."""
        key = (document_id, revision)
        if key not in self._texts:
            try:
                self._texts[key] = self._assistant.index.text(document_id, revision).text
            except NotFound:
                self._texts[key] = None
        return self._texts[key]

    def passages(self, document_id: str) -> Sequence[Held]:
        """Return a document's passages, without those that name a gap: they answer nothing."""
        index = self._assistant.index
        if document_id not in self._passages:
            known = index.passages_in(document_id) if document_id in index.documents else ()
            self._passages[document_id] = [
                Held(p.slug, p.locator, p.text, p.document.language) for p in known if not p.unanswered
            ]
        return self._passages[document_id]

    def close(self) -> None:
        """Close the database's connections."""
        self._assistant.index.engine.dispose()

    def provenance(self) -> dict[str, Any]:
        """Name corpus, model, weights and settings by their hashes, and the threshold below which it refuses."""
        index = self._assistant.index
        revisions = "\n".join(f"{d.id} {d.revision}" for d in sorted(index.documents.values(), key=lambda d: d.id))
        return {
            "corpus": str(self._settings.corpus_dir),
            "documents": len(index.documents),
            "corpus_sha256": hashlib.sha256(revisions.encode()).hexdigest(),
            "phrasings_sha256": self._phrasings_hash(),
            "model": encoder.identity(self._settings),
            "weights_sha256": sha256(Path(weights.__file__).with_name("weights.toml")),
            "settings_sha256": _settings_hash(self._settings),
            "threshold": self._settings.threshold,
        }

    def _phrasings_hash(self) -> str:
        """Return the hash of all phrasings with the passages they lead to: they change answers and no document."""
        columns = (passages.c.document_id, passages.c.slug, phrasings.c.text)
        query = select(*columns).join(passages, passages.c.id == phrasings.c.passage_id)
        with self._assistant.index.engine.connect() as connection:
            lines = sorted({"\t".join(row) for row in connection.execute(query)})
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class OverHttp:
    """A server that speaks the HTTP interface.

    Raises:
        InvalidInput: `url` is no address.
        AssistantError: nobody answers there, or it is not ready.

    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._texts: dict[tuple[str, str], str | None] = {}
        try:
            self._client = httpx.Client(base_url=self._url, timeout=_TIMEOUT)
            ready = self._client.get("/readyz")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise InvalidInput(f"The URL {url!r} cannot be used: write it as http://127.0.0.1:8000.") from error
        except httpx.TransportError as error:
            self._client.close()
            raise self._unreachable(error) from error
        if ready.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            self._client.close()
            raise AssistantError(f"The server at {url} is not ready: {_detail(ready)}")
        self._ready: dict[str, Any] = _object(ready) if ready.is_success else {}

    def _unreachable(self, error: Exception) -> AssistantError:
        return AssistantError(
            f"Nobody answers at {self._url} ({type(error).__name__}): "
            f"start the server ('assistant serve'), or check --url."
        )

    def ask(self, item: Item) -> Asked:
        """Return the answer that the server gives."""
        body = {"question": item.question, "history": list(item.history), "language": None}
        try:
            response = self._client.post("/api/v1/ask", json=body)
        except httpx.ConnectError as error:
            raise self._unreachable(error) from error
        except httpx.HTTPError as error:
            raise QuestionError(f"{type(error).__name__} over HTTP: {error}") from error
        if not response.is_success:
            raise QuestionError(f"HTTP {response.status_code}: {_detail(response)}")
        try:
            return Asked(Answer.model_validate_json(response.content))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            raise QuestionError(f"What came back is no answer object: {where}: {first['msg']}.") from error

    def text(self, document_id: str, revision: str) -> str | None:
        """Return a document's stored text as the server gives it."""
        key = (document_id, revision)
        if key not in self._texts:
            try:
                response = self._client.get(
                    f"/api/v1/sources/{quote(document_id, safe='')}", params={"revision": revision}
                )
            except httpx.HTTPError:
                return None
            found = _object(response).get("text") if response.is_success else None
            self._texts[key] = found if isinstance(found, str) else None
        return self._texts[key]

    def passages(self, document_id: str) -> Sequence[Held]:  # noqa: ARG002 -- a server does not tell
        """Return none: the HTTP interface gives documents whole."""
        return ()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def provenance(self) -> dict[str, Any]:
        """Say where it was asked, and what the server tells about its index."""
        told: dict[str, Any] = {key: self._ready.get(key) for key in ("documents", "generation")}
        return {"url": self._url, **told}


def open_door(settings: Settings, url: str | None) -> Door:
    """Return the door at `url`, or the one in this process."""
    return OverHttp(url) if url else InProcess(settings)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _settings_hash(settings: Settings) -> str:
    values = settings.model_dump(mode="json", exclude=_PLACES)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _detail(response: httpx.Response) -> str:
    return str(_object(response).get("detail") or response.text[:200])
