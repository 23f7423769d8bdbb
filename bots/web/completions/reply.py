"""A chat completion as OpenAI's clients read it, whole or in chunks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from bots.web.completions.request import MODEL, Asked
from bots.web.completions.said import UrlCitation, say
from bots.web.sse import pieces


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Annotation(_Frozen):
    """A citation, as OpenAI's web search gives it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(_Frozen):
    """What is answered; a refusal to answer is a text like any other."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: tuple[Annotation, ...]


class Choice(_Frozen):
    """The only answer."""

    index: Literal[0] = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(_Frozen):
    """Tokens of the embedding model: of what users say in the messages, and of the text that is given."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(_Frozen):
    """A chat completion; `answer` is an extension: the answer as `/api/v1/ask` gives it, with every citation."""

    id: str = Field(description="`chatcmpl-` and the id of the answer, by which `/api/v1/answers/{id}` gives it again.")
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: tuple[Choice]
    usage: Usage
    answer: Answer


def completion(answer: Answer, asked: Asked, site: str, count: Callable[[str], int]) -> Completion:
    """Make a completion of an answer.

    `site` is where its links start; `count` returns how many tokens a text has.
    """
    said = say(answer, site)
    read, given = sum(map(count, (*asked.history, asked.question))), count(said.content)
    annotations = tuple(Annotation(url_citation=citation) for citation in said.citations)
    return Completion(
        id=f"chatcmpl-{answer.id}",
        created=int(time.time()),
        choices=(Choice(message=AssistantMessage(content=said.content, annotations=annotations)),),
        usage=Usage(prompt_tokens=read, completion_tokens=given, total_tokens=read + given),
        answer=answer,
    )


def chunks(whole: Completion, with_usage: bool) -> Iterator[dict[str, Any]]:
    """Cut a completion into chunks, sentence by sentence.

    The chunk that ends the message carries `answer` and, in its delta, `annotations`; the one after it, where it was
    asked for, `usage`.
    """
    message = whole.choices[0].message
    usage = {"usage": None} if with_usage else {}
    yield _chunk(whole, [_choice({"role": "assistant", "content": ""})], **usage)
    for piece in pieces(message.content):
        yield _chunk(whole, [_choice({"content": piece})], **usage)
    annotations = [annotation.model_dump() for annotation in message.annotations]
    last = _choice({"annotations": annotations} if annotations else {}, "stop")
    yield _chunk(whole, [last], **usage, answer=whole.answer.model_dump(mode="json"))
    if with_usage:
        yield _chunk(whole, [], usage=whole.usage.model_dump())


def _chunk(whole: Completion, choices: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    common = {"id": whole.id, "object": "chat.completion.chunk", "created": whole.created, "model": whole.model}
    return common | {"choices": choices} | more


def _choice(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
