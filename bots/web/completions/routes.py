"""The routes of OpenAI's protocol: one model, and completions by it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request, Response
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from assistant.errors import AssistantError
from assistant.question import clean
from assistant.settings import Settings
from bots.web.api.common import opened, private
from bots.web.completions import described
from bots.web.completions.errors import completion_problem
from bots.web.completions.models import Model, Models
from bots.web.completions.reply import Completion, chunks, completion
from bots.web.completions.request import read, require_model, understand
from bots.web.keys import require_key
from bots.web.sse import HEARTBEAT

router = APIRouter(prefix="/v1", tags=["OpenAI"], dependencies=[Depends(require_key)])

_PATIENCE = 10.0  # seconds that an error keeps its status, before a stream begins and heartbeats keep it open

_log = logging.getLogger(__name__)


@router.get("/models", summary="List the model", responses=described.LISTED)
def list_models() -> Models:
    """Return the one model that there is."""
    return Models(data=(Model(),))


@router.get("/models/{model}", summary="Describe the model", responses=described.DESCRIBED)
def read_model(model: str) -> Model:
    """Return the model; there is no other."""
    require_model(model)
    return Model()


@router.post(
    "/chat/completions",
    summary="Ask a question as OpenAI's clients do",
    response_model=Completion,
    responses=described.COMPLETIONS,
    openapi_extra=described.BODY,
)
async def complete(request: Request) -> Response:
    """Answer the last message of a user, in the light of those before it; other messages change nothing.

    The text carries marks such as [1] and ends with footnotes; the citations stand in `annotations` too, and the whole
    answer in `answer`. A refusal is a completion like any other. Each completion is kept as a conversation of its own.
    """
    wanted = await read(request)
    asked = understand(wanted)
    question = clean(asked.question)
    key = request.headers.get("idempotency-key")
    assistant = await run_in_threadpool(opened, request)

    def reply() -> Completion:
        answer = assistant.ask(question, history=asked.history, idempotency_key=key, door="api")
        return completion(answer, asked, _site(request), assistant.retriever.encoder.count_tokens)

    if not wanted.stream:
        return private(await run_in_threadpool(reply))
    replying = asyncio.create_task(run_in_threadpool(reply))
    done, _ = await asyncio.wait({replying}, timeout=_PATIENCE)
    if done:
        replying.result()
    usage = bool(wanted.stream_options and wanted.stream_options.include_usage)
    return EventSourceResponse(_events(replying, usage, request.url.path), ping=HEARTBEAT, sep="\n")


def _site(request: Request) -> str:
    settings: Settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")


async def _events(replying: asyncio.Task[Completion], usage: bool, instance: str) -> AsyncIterator[dict[str, str]]:
    try:
        whole = await replying
    except Exception as error:
        if not isinstance(error, AssistantError):
            _log.exception("A question could not be answered")
        yield {"data": completion_problem(error, instance).model_dump_json()}
    else:
        for chunk in chunks(whole, usage):
            yield {"data": json.dumps(chunk)}
    yield {"data": "[DONE]"}
