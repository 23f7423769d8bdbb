"""A chat completion request: read, and understood as a question with the questions before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request

from bots.web.body import BodyTooLarge, InvalidBody, parse
from bots.web.completions.errors import Refused, UnknownModel

MODEL = "interreg-europe-assistant"
LIMIT = 1024 * 1024  # bytes; clients send a whole conversation again, with our footnotes in it


class Message(BaseModel):
    """A message; only what users say is looked at, as a text or as a list of parts of type `text`."""

    model_config = ConfigDict(frozen=True)

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    content: Any = Field(None, description="A text, or a list of `{type: text, text: …}`.")


class StreamOptions(BaseModel):
    """What comes with a stream."""

    model_config = ConfigDict(frozen=True)

    include_usage: bool | None = None


class CompletionRequest(BaseModel):
    """OpenAI's request, as far as it is looked at; what only steers a language model is ignored.

    The last message of a user is the question, those before it are the questions that came before. What other messages
    say, those of the system too, changes nothing.
    """

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "Can my company get money?"}]},
                {
                    "model": MODEL,
                    "messages": [
                        {"role": "user", "content": "Wie kan leadpartner zijn?"},
                        {"role": "assistant", "content": "…"},
                        {"role": "user", "content": "En in Noorwegen?"},
                    ],
                    "stream": True,
                    "stream_options": {"include_usage": True},
                },
            ]
        },
    )

    model: str
    messages: list[Message]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, description="1; there is one answer to a question.")
    response_format: Any = Field(None, description="`{type: text}`; any other is refused.")
    tool_choice: Any = Field(None, description="`auto` or `none`; the assistant calls no tools.")
    function_call: Any = Field(None, description="`auto` or `none`, as `tool_choice`.")
    modalities: list[str] | None = Field(None, description="`text`; any other is refused.")
    logprobs: bool | None = Field(None, description="`false`; there are none.")


@dataclass(frozen=True)
class Asked:
    """A question and those before it, oldest first."""

    question: str
    history: tuple[str, ...]


async def read(request: Request) -> CompletionRequest:
    """Read and understand a request.

    Raises:
        BodyTooLarge: it has more than `LIMIT` bytes.
        Refused: it is not of OpenAI's shape.

    """
    try:
        return parse(CompletionRequest, await _body(request))
    except InvalidBody as error:
        raise Refused(str(error), _field(error.__cause__)) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LIMIT:
                raise BodyTooLarge(f"The body is larger than {LIMIT:,} bytes: leave out the oldest messages.")
    except ClientDisconnect as error:
        raise Refused("The connection ended before the message did.") from error
    return bytes(body)


def _field(cause: BaseException | None) -> str | None:
    where = cause.errors()[0]["loc"] if isinstance(cause, ValidationError) else ()
    return str(where[0]) if where else None


def understand(request: CompletionRequest) -> Asked:
    """Return what is asked.

    Raises:
        UnknownModel: it is asked of another model.
        Refused: no user says anything, the question is more than text, or the answer is wanted in a form that this
            assistant does not have.

    """
    require_model(request.model)
    _refuse_other_forms(request)
    said = [(number, message.content) for number, message in enumerate(request.messages) if message.role == "user"]
    if not said:
        raise Refused("There is no question: send it in a message of role 'user'.", "messages")
    *earlier, (number, last) = said
    return Asked(_text(last, f"messages[{number}]"), tuple(_readable(content) for _, content in earlier))


def require_model(model: str) -> None:
    """Refuse any model but the one that is here.

    Raises:
        UnknownModel: it is another.

    """
    if model != MODEL:
        raise UnknownModel(f"There is no model {model[:100]!r} here: use {MODEL!r}.")


def _refuse_other_forms(request: CompletionRequest) -> None:
    refusals = {
        "n": (request.n not in {None, 1}, "There is one answer to a question: leave 'n' out, or make it 1."),
        "response_format": (
            _kind(request.response_format) not in {None, "text"},
            "The answer is plain text: leave 'response_format' out. Its parts stand in the field 'answer'.",
        ),
        "tool_choice": (
            request.tool_choice not in (None, "auto", "none"),
            "This assistant calls no tools: leave 'tool_choice' out, or make it 'auto' or 'none'.",
        ),
        "function_call": (
            request.function_call not in (None, "auto", "none"),
            "This assistant calls no functions: leave 'function_call' out, or make it 'auto' or 'none'.",
        ),
        "modalities": (
            set(request.modalities or ["text"]) != {"text"},
            "The answer is plain text: leave 'modalities' out, or make it ['text'].",
        ),
        "logprobs": (bool(request.logprobs), "There are no probabilities of words here: leave 'logprobs' out."),
    }
    for param, (wanted, sentence) in refusals.items():
        if wanted:
            raise Refused(sentence, param)


def _kind(response_format: Any) -> Any:
    return response_format.get("type") if isinstance(response_format, dict) else response_format


def _text(content: Any, where: str) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise Refused(
            f"The content of {where} is neither a text nor a list of parts: send the question as text.", where
        )
    for number, part in enumerate(content):
        if not _is_text(part):
            kind = part.get("type") if isinstance(part, dict) else None
            said = f"is of type {kind[:40]!r}" if isinstance(kind, str) and kind != "text" else "is no text part"
            raise Refused(f"{where}.content[{number}] {said}: only text can be read, send the question as text.", where)
    return _readable(content)


def _readable(content: Any) -> str:
    """Return the text of a message; of earlier ones, what is no text is passed over."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(part["text"] for part in parts if _is_text(part))


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
