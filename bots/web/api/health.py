"""Whether there is anybody home."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from assistant.errors import IndexMissing
from bots.web.api.common import readiness
from bots.web.api.described import failures, gives

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process is there."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Questions can be answered; `generation` is the number of the ingest that the index comes from."""

    status: Literal["ready"] = "ready"
    documents: int
    generation: int


_READY = Ready(documents=42, generation=3)
_FAILURES = failures("/readyz", IndexMissing("There is no index yet: run 'assistant ingest'."))


@router.get("/healthz", summary="Whether the process is alive", responses=gives(alive=Alive()))
async def alive() -> Alive:
    """Say that the process is alive, whatever the index."""
    return Alive()


@router.get("/readyz", summary="Whether questions can be answered", responses=gives(ready=_READY) | _FAILURES)
def ready(request: Request) -> Ready:
    """Say whether questions can be answered; 503 with what to do where they cannot."""
    index = readiness(request.app).assistant(patience=0.5).index
    index.refresh()
    return Ready(documents=len(index.documents), generation=index.generation)
