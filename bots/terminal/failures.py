"""How a command fails: one line on stderr, or one problem object on stdout where a program reads."""

from __future__ import annotations

import sys
import traceback
from dataclasses import asdict, dataclass
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from assistant.errors import AssistantError, InvalidInput
from bots.terminal.output import say, write_json

_JSON = "bots.terminal.json"
# Click's own class, whichever click this version of typer builds on.
UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


@dataclass(frozen=True)
class Problem:
    """An error as a program reads it: the shape of the web door's problems (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def _remember(ctx: typer.Context, value: bool) -> bool:
    if value:
        ctx.meta[_JSON] = True
    return value


# Read before all other options, so that what is wrong with those is told as JSON too.
Json = Annotated[
    bool, typer.Option("--json", callback=_remember, is_eager=True, help="Print JSON, for a program to read.")
]


class House(TyperGroup):
    """The group of all commands; what any of them raises ends here."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command, and turn its error into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except UsageError as error:
            if not ctx.meta.get(_JSON):
                raise
            _fail(ctx, _problem(InvalidInput, error.format_message()), error.exit_code)
        except AssistantError as error:
            _fail(ctx, _problem(type(error), str(error), error.status), error.exit_code)
        except KeyboardInterrupt:
            _fail(ctx, Problem("/problems/interrupted", "Interrupted", 500, "Interrupted."), 130)
        except Exception as error:
            detail = " ".join(f"Something went wrong: {type(error).__name__}: {error}".split())
            _fail(ctx, Problem("/problems/unexpected", "Unexpected error", 500, detail), 1)


def _problem(kind: type[AssistantError], detail: str, status: int | None = None) -> Problem:
    return Problem(f"/problems/{kind.slug}", kind.title, status or kind.status, detail)


def _fail(ctx: Any, problem: Problem, exit_code: int) -> None:
    if _debugging():
        sys.stderr.write(traceback.format_exc())
    if ctx.meta.get(_JSON):
        write_json(asdict(problem))
    else:
        say(problem.detail)
    raise typer.Exit(exit_code)


def _debugging() -> bool:
    from assistant.settings import load

    try:
        return load().debug
    except AssistantError:
        return False
