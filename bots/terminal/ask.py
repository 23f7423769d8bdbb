"""`assistant ask`: an answer in the terminal, or a chat."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.errors import InvalidInput
from bots.terminal.failures import Json
from bots.terminal.output import screen, waiting, write_text

if TYPE_CHECKING:
    from assistant.service import Assistant

Language = Literal["nl", "en"]


def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question; '-' takes the whole of stdin; none starts a chat.")
    ] = None,
    as_json: Json = False,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language to speak where the question does not show it.")
    ] = None,
) -> None:
    """Answer a question with numbered citations, or chat.

    Without a question it is a chat: an empty line or Ctrl-D ends it. From a pipe, each line is a question of one
    conversation; with --json or '-', all of it is one question. A refusal is an answer too and exits 0.

    \b
    Examples:
      assistant ask "Kan mijn bedrijf subsidie krijgen?"
      assistant ask --json "What is the co-financing rate for an NGO?"
      assistant ask
    """
    from assistant.question import clean

    if question is None and not as_json:
        from bots.terminal.chat import chat

        chat(lambda: open_public(lang), lang)
        return
    asked = clean(_whole_stdin() if question in {None, "-"} else question or "", lang or "en")
    answer = open_public(lang).ask(asked, language=lang)
    if as_json:
        write_text(answer.model_dump_json() + "\n")
        return
    from bots.terminal.answer import show

    show(answer, screen())


def open_public(lang: str | None) -> Assistant:
    """Open the assistant over what everyone may read; the model loads beside the imports, which saves a second."""
    from concurrent.futures import ThreadPoolExecutor

    from assistant import encoder
    from assistant.settings import load
    from assistant.texts import text

    settings = load()
    with waiting(text(lang or "en", "terminal.thinking")), ThreadPoolExecutor(1) as beside:
        loading = beside.submit(encoder.load, settings)
        from assistant.index import Index
        from assistant.service import Assistant

        index = Index(settings, ("public",))
        return Assistant(settings, index, loading.result())


def _whole_stdin() -> str:
    if sys.stdin.isatty():
        raise InvalidInput("There is no question: give it as an argument or pipe it in.")
    return sys.stdin.buffer.read().decode("utf-8", "replace")
