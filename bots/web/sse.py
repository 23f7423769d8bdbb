"""An answer as a stream of server-sent events: status, delta, citation, answer, error."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator

from sse_starlette import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.errors import AssistantError
from bots.web.problems import problem_of

HEARTBEAT = 15  # seconds; proxies cut a silent connection after 30 to 60

# A sentence with the closing quotes and citation marks that belong to it, or whatever is left.
_PIECE = re.compile(r".+?(?:[.!?…:][\"'”’)»]*(?:[ \u00a0]?\[\d+\])*(?=\s|$)\s*|\n+|$)", re.DOTALL)

_log = logging.getLogger(__name__)


def pieces(text: str) -> list[str]:
    """Cut a text after its sentences; joined again the pieces are the text.

    >>> pieces("Ja. [1] Maar niet altijd. [2]")
    ['Ja. [1] ', 'Maar niet altijd. [2]']
    """
    return _PIECE.findall(text)


def accepts_stream(accept: str) -> bool:
    """Whether an Accept header asks for a stream."""
    return any(part.partition(";")[0].strip().lower() == "text/event-stream" for part in accept.split(","))


async def events(ask: Callable[[], Answer], instance: str) -> AsyncIterator[ServerSentEvent]:
    """Ask, and yield what a page needs to show the answer as it comes.

    The events of an answer carry its id, by which a stream that broke off can be read again.
    """
    yield ServerSentEvent(event="status", data=json.dumps({"step": "searching"}))
    try:
        answer = await run_in_threadpool(ask)
    except Exception as error:
        if not isinstance(error, AssistantError):
            _log.exception("A question could not be answered")
        yield ServerSentEvent(event="error", data=problem_of(error, instance).model_dump_json())
        return
    for event in _of(answer):
        yield event


def _of(answer: Answer) -> Iterator[ServerSentEvent]:
    yield ServerSentEvent(event="status", data=json.dumps({"step": "answering"}), id=answer.id)
    for piece in pieces(answer.text):
        yield ServerSentEvent(event="delta", data=json.dumps({"text": piece}), id=answer.id)
    for citation in answer.citations:
        yield ServerSentEvent(event="citation", data=citation.model_dump_json(), id=answer.id)
    yield ServerSentEvent(event="answer", data=answer.model_dump_json(), id=answer.id)
