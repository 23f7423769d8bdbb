"""Documents: what the index holds of one, word for word."""

from __future__ import annotations

import re

from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel

from assistant.errors import NotFound
from assistant.index.store import StoredText
from bots.web.api.common import private, readiness
from bots.web.api.described import failures, gives

router = APIRouter(prefix="/api/v1", tags=["sources"])

_ID = re.compile(r"[a-z0-9-]{1,200}")
_REVISION = re.compile(r"[A-Za-z0-9-]{1,64}")


class Source(BaseModel):
    """A document's metadata with its stored text, in which every span counts."""

    id: str
    revision: str
    title: str
    publisher: str
    language: str
    date: str | None = None
    period: str | None = None
    audience: str
    url: str | None = None
    translation_of: str | None = None
    supersedes: tuple[str, ...]
    valid_from: str | None = None
    valid_until: str | None = None
    kind: str | None = None
    current: bool
    text: str

    @classmethod
    def of(cls, stored: StoredText) -> Source:
        """Describe a stored text."""
        return cls(**vars(stored.document), current=stored.current, text=stored.text)


def stored_text(app: FastAPI, document_id: str, revision: str | None) -> StoredText:
    """Return a document's stored text as the index has it now.

    Raises:
        NotFound: no such document or revision, or an address that can be none; databases differ in what they take.

    """
    if not _ID.fullmatch(document_id) or not (revision is None or _REVISION.fullmatch(revision)):
        raise NotFound(f"There is no document {document_id!r} at revision {revision!r} here.")
    index = readiness(app).assistant().index
    index.refresh()
    return index.text(document_id, revision)


_EXAMPLE = Source(
    id="private-bedrijven",
    revision="09b66e45e255e622",
    title="Private bedrijven in Interreg Europe 2021-2027",
    publisher="Interreg Europe-assistent, samenvatting van programmabronnen",
    language="nl",
    date="2023",
    period="2021-2027",
    audience="public",
    url="https://www.interregeurope.eu/help-centre/apply-for-funding/project-budget",
    translation_of="private-companies",
    supersedes=(),
    current=True,
    text="Private bedrijven in Interreg Europe 2021-2027\n\nKan mijn bedrijf subsidie krijgen?\n\n"
    "Een privaat bedrijf of onderneming kan in 2021-2027 geen subsidie krijgen van Interreg Europe: private bedrijven "
    "komen niet in aanmerking voor steun.",
)
_FAILURES = failures(
    "/api/v1/sources/private-bedrijf", NotFound("There is no document 'private-bedrijf' at revision None here.")
)


@router.get(
    "/sources/{document_id}",
    summary="Read a document's stored text",
    response_model=Source,
    responses=gives(document=_EXAMPLE) | _FAILURES,
)
def read_source(request: Request, document_id: str, revision: str | None = None) -> Response:
    """Return a document's metadata and stored text, at the current revision unless another is asked.

    The spans of citations count in the text of the revision that they name.
    """
    return private(Source.of(stored_text(request.app, document_id, revision)))
