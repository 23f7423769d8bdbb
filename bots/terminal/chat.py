"""The chat in the terminal: questions line by line, in one conversation."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.errors import InvalidQuestion
from assistant.question import clean
from assistant.texts import LANGUAGES, text
from bots.terminal.answer import show
from bots.terminal.output import say, screen

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.service import Assistant


def chat(opened: Callable[[], Assistant], lang: str | None) -> None:
    """Talk until an empty line, the end of the input or Ctrl-C; `opened` gives the assistant when it is needed."""
    if sys.stdin.isatty():
        _talk(opened, lang)
    else:
        _answer_lines(opened, lang)


def _talk(opened: Callable[[], Assistant], lang: str | None) -> None:
    console = screen()
    spoken = [lang] if lang else list(LANGUAGES)
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 (gives the prompt its line editing)
    for language in spoken:
        console.print(text(language, "terminal.welcome"))
    conversation: str | None = None
    try:
        assistant = opened()
        while line := _prompt(spoken):
            try:
                answer = assistant.ask(line, conversation_id=conversation, language=lang)
            except InvalidQuestion as error:
                say(str(error))
                continue
            conversation, spoken = answer.conversation_id, [answer.language]
            console.print()
            show(answer, console)
            console.print()
    except KeyboardInterrupt:
        console.print()
    for language in spoken:
        console.print(text(language, "terminal.goodbye"))


def _prompt(spoken: list[str]) -> str:
    """Read a line; nothing at the end of the input."""
    try:
        return input(" / ".join(text(language, "terminal.prompt") for language in spoken) + ": ").strip()
    except EOFError:
        screen().print()
        return ""


def _answer_lines(opened: Callable[[], Assistant], lang: str | None) -> None:
    """Answer what comes through a pipe; what cannot be read as a question ends it, as in a single call."""
    console = screen()
    lines = _lines()
    first = clean(next(lines, ""), lang or "en")
    assistant = opened()
    answer: Answer = assistant.ask(first, language=lang)
    show(answer, console)
    for line in lines:
        answer = assistant.ask(line, conversation_id=answer.conversation_id, language=lang)
        console.print()
        show(answer, console)


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip()
        if not line:
            return
        yield line
