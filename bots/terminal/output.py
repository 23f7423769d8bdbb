"""What the commands print: results on stdout, for people or as JSON, and everything else on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Colours and cursor movements that a document or a question holds would otherwise reach the terminal.
_CONTROL = dict.fromkeys(c for c in (*range(32), *range(127, 160)) if chr(c) not in "\n\t")
_PIPED_WIDTH = 240


def screen(*, stderr: bool = False) -> Console:
    """Return a console that prints texts as they are; lines are only wrapped on a terminal."""
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width, console.soft_wrap = _PIPED_WIDTH, True
    return console


def plain(text: str) -> str:
    """Return a text without control characters."""
    return text.translate(_CONTROL)


def block(console: Console, text: Text, indent: int = 0) -> Iterator[Text]:
    """Wrap a text for a terminal and indent it; a pipe gets its lines whole."""
    from rich.text import Text

    lines = text.wrap(console, max(console.width - indent, 20)) if console.is_terminal else text.split("\n")
    for line in lines:
        line.rstrip()
        yield Text(" " * indent) + line


def write_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value in UTF-8, whatever the terminal's encoding."""
    write_text(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def write_text(text: str) -> None:
    """Print a text byte for byte in UTF-8."""
    typer.echo(text.encode("utf-8", "replace"), nl=False)


def say(line: str) -> None:
    """Print a line for a person on stderr."""
    typer.echo(plain(line), err=True)


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """Show that something takes a while, where somebody watches."""
    console = screen(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(message):
        yield
