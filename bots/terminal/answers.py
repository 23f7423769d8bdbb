"""`assistant answers`: what staff answered and was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bots.terminal.failures import Json
from bots.terminal.output import plain, say, screen, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.kept import KeptAnswer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_COLUMNS = ("state", "changed", "until", "audience", "languages", "id", "question")


@app.callback()
def answers() -> None:
    """What staff answered and was kept: each answers everybody who asks the same afterwards.

    They are written, edited, expired and withdrawn on the staff pages and in Slack.

    \b
    Examples:
      assistant answers list
      assistant answers export
    """


@app.command("list")
def listed(
    search: Annotated[str, typer.Argument(metavar="[WORDS]", help="Only those that hold all of these words.")] = "",
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="Only those that are kept, expired or withdrawn.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the kept answers, the last changed first.

    \b
    Examples:
      assistant answers list
      assistant answers list parking --state kept --json
    """
    from typing import cast, get_args

    from assistant.errors import InvalidInput
    from assistant.index.database import connect
    from assistant.kept import KeptAnswers, KeptState
    from assistant.settings import load

    if state is not None and state not in get_args(KeptState):
        raise InvalidInput(f"--state {state!r} is unknown: give {', '.join(get_args(KeptState))}.")
    found = KeptAnswers(connect(load().database)).list(search, cast("KeptState | None", state))
    if as_json:
        write_json([kept.model_dump(mode="json") for kept in found])
    else:
        _table(found)


def _table(found: Sequence[KeptAnswer]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name not in {"id", "question"}, overflow="fold")
    for kept in found:
        until = kept.valid_until.isoformat() if kept.valid_until else "–"
        cells = (kept.state, f"{kept.changed_at:%Y-%m-%d}", until, kept.audience, " ".join(kept.texts()), kept.id)
        table.add_row(*cells, Text(plain(kept.question)))
    screen().print(table)
    screen().print("1 answer" if len(found) == 1 else f"{len(found)} answers")


@app.command()
def export(as_json: Json = False) -> None:
    """Write the kept answers to staff-answers in the corpus folder, for git to keep and for people to review.

    Those that were withdrawn go from there. Where the database is lost or new, 'assistant ingest' brings the files in
    as they stand; an answer that the database knows is indexed as it is there, whatever its file says.

    \b
    Example:
      assistant answers export
    """
    from assistant.settings import load
    from ingest.kept import export as write

    settings = load()
    paths = write(settings)
    if as_json:
        write_json([str(path) for path in paths])
        return
    for path in paths:
        screen().print(plain(str(path.relative_to(settings.corpus_dir))))
    say(f"{len(paths)} files are in {settings.corpus_dir}: commit them.")
