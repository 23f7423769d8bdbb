"""What the routes of the interface share: the assistant behind them, ids, and responses that nobody keeps a copy of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel

from assistant.errors import NotFound
from bots.web.body import Language
from bots.web.readiness import Readiness

if TYPE_CHECKING:
    from assistant.service import Assistant

NO_STORE = {"Cache-Control": "no-store"}

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what every database takes; the ids that are given out are UUIDs

AskedLanguage = Annotated[
    Language | None, Query(description="`nl` or `en`; left out: what the browser prefers, else Dutch.")
]


def readiness(app: FastAPI) -> Readiness:
    """Return what knows whether the assistant is open."""
    held: Readiness = app.state.readiness
    return held


def opened(request: Request) -> Assistant:
    """Return the assistant; it may wait for seconds, so not from the event loop.

    Raises:
        IndexUnavailable: it cannot be opened, or not yet.

    """
    return readiness(request.app).assistant()


@contextmanager
def known(kind: Literal["answer", "conversation", "question for a person"], identifier: str) -> Iterator[None]:
    """Say in the same words that something is not here, whether its id is unknown, malformed or another door's.

    Raises:
        NotFound: it is none of this door's.

    """
    missing = NotFound(f"There is no {kind} with this id here: it was deleted, its time is over, or the id is wrong.")
    if not _ID.fullmatch(identifier):
        raise missing
    try:
        yield
    except NotFound as error:
        raise missing from error


def private(model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an object as JSON that no cache on the way may keep."""
    return Response(model.model_dump_json(), status, {**NO_STORE, **(headers or {})}, media_type="application/json")
