"""The `assistant` command: its sub-commands put together."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bots.terminal import answers, ask, doctor, evaluate, ingest, phrasings, serve, slack, sources
from bots.terminal.failures import House

app = typer.Typer(
    cls=House,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(ingest.ingest)
app.command()(ask.ask)
app.add_typer(sources.app, name="sources")
app.command()(serve.serve)
app.command()(slack.slack)
app.add_typer(evaluate.app, name="eval")
app.add_typer(phrasings.app, name="phrasings")
app.add_typer(answers.app, name="answers")
app.command()(doctor.doctor)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(version("interreg-europe-assistant"))
        raise typer.Exit


@app.callback()
def assistant(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Answer questions about the Interreg Europe programme from its own documentation, with citations.

    \b
    A first round:
      assistant ingest
      assistant ask "Can my company get funding?"
      assistant serve

    Every setting is an environment variable that starts with ASSISTANT_, or a line in `.env`; 'assistant doctor' shows
    what is in use. Exit codes: 0 done (a refusal is an answer too), 1 problems, 2 wrong input, 3 not configured or
    nothing indexed, 4 not found, 5 another ingest is running.
    """


def main() -> None:
    """Run the command line."""
    app(prog_name="assistant")
