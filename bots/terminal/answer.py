"""An answer as it stands in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from assistant.answer import Answer, Citation
from assistant.texts import text
from bots.terminal.output import block, plain

_INDENT = 4


def show(answer: Answer, console: Console) -> None:
    """Print an answer: what it says, what it is from, what to know about it, and who would know more."""
    for line in _lines(answer, console):
        console.print(line)


def _lines(answer: Answer, console: Console) -> Iterator[Text]:
    yield from _said(answer, console)
    yield from _citations(answer.language, "terminal.sources", answer.citations, console)
    yield from _citations(answer.language, "refusals.near_misses", answer.near_misses, console)
    if answer.contact is not None:
        contact = f"{answer.contact.name}, {answer.contact.url}" if answer.contact.url else answer.contact.name
        yield Text()
        yield from block(console, Text(plain(text(answer.language, "web.ask_contact", contact=contact))))
    if answer.notes:
        yield Text()
    for note in answer.notes:
        yield from block(console, Text(plain(note.text), style="italic dim"))


def _said(answer: Answer, console: Console) -> Iterator[Text]:
    if not answer.parts:
        yield from block(console, Text(plain(answer.text)))
        return
    for number, part in enumerate(answer.parts):
        if number:
            yield Text()
        yield from block(console, Text(plain(part.question), style="bold"))
        yield from block(console, Text(plain(part.text)))


def _citations(spoken: str, heading: str, citations: Sequence[Citation], console: Console) -> Iterator[Text]:
    if not citations:
        return
    yield Text()
    yield Text(text(spoken, heading), style="bold")
    for citation in citations:
        number = f"[{citation.number}]".ljust(_INDENT)
        quote = block(console, Text(plain(f"“{citation.quote}”")), _INDENT)
        yield Text(number) + next(quote)[_INDENT:]
        yield from quote
        yield from block(console, Text(plain(_origin(spoken, citation)), style="dim"), _INDENT)


def _origin(spoken: str, citation: Citation) -> str:
    about = ", ".join(part for part in (citation.date, citation.publisher) if part)
    origin = f"{text(spoken, 'terminal.of')} {citation.title}, {citation.locator} ({about})"
    return f"{origin}: {text(spoken, 'web.superseded')}" if citation.superseded else origin
