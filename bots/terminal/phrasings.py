"""`assistant phrasings`: learn from use how people ask for what the documents say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import InvalidInput, NotFound
from bots.terminal.failures import Json
from bots.terminal.output import plain, say, screen, waiting, write_json
from bots.terminal.ways import LEFT_OUT, decision_row, few_row, print_few, print_proposals, proposal_row

if TYPE_CHECKING:
    from assistant.decisions import Decision
    from assistant.index import Index
    from assistant.proposals import Proposal

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many to show at most.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids from 'assistant phrasings proposed'.")]


@app.callback()
def phrasings() -> None:
    """Learn from use: the ways in which people ask for what the documents say.

    A phrasing is a question that leads to a passage and is never quoted. It stands in NAME.asked.yaml beside the
    document NAME.md, in the corpus folder. Nothing is learned before a person has accepted it.

    \b
    A first round (ANSWER_ID is the "id" of 'assistant ask --json'):
      assistant phrasings confirm ANSWER_ID
      assistant phrasings proposed
      assistant phrasings accept 3f2a9c1e --ingest
    """


@app.command()
def few(
    limit: Limit = 20,
    fewer_than: Annotated[
        int, typer.Option("--fewer-than", min=1, metavar="N", help="Show passages with fewer phrasings than this.")
    ] = 3,
    as_json: Json = False,
) -> None:
    """List passages that have few ways in.

    Those that no recorded answer ever cited come first, with how often each was cited or shown as a near miss. A
    passage that names a gap (something that no document says) is never cited; its count says nothing.

    \b
    Examples:
      assistant phrasings few
      assistant phrasings few --fewer-than 1 --limit 100 --json
    """
    index = _index()
    from assistant.record import Record
    from assistant.sections import Sections

    with waiting("Reading the recorded answers"):
        found = Sections(index).few(Record(index.engine).every(), fewer_than)
    if as_json:
        write_json([few_row(section, counts) for section, counts in found[:limit]])
        return
    print_few(found[:limit])
    screen().print(f"{min(limit, len(found))} of {len(found)} passages with fewer than {fewer_than} phrasings")


@app.command()
def proposed(limit: Limit = 20, as_json: Json = False) -> None:
    """List questions that could become phrasings.

    The most asked come first. They come from answers that a person confirmed, from refusals for which a person named
    the right passage, and from what staff answered. Personal data is masked as […]; such a question needs other words
    before it is accepted.

    \b
    Examples:
      assistant phrasings proposed
      assistant phrasings proposed --limit 5 --json
    """
    from assistant.proposals import propose

    with waiting("Reading the recorded answers"):
        found, left_out = propose(_index())
    if as_json:
        write_json({"proposals": [proposal_row(p) for p in found[:limit]], "total": len(found), "left_out": left_out})
        return
    print_proposals(found[:limit])
    screen().print(f"{min(limit, len(found))} of {len(found)} proposals")
    for reason, count in left_out.items():
        screen().print(f"  not proposed: {count} that {LEFT_OUT[reason]}")


@app.command()
def accept(
    ids: Ids,
    text: Annotated[
        str | None, typer.Option("--text", metavar="QUESTION", help="Other words for the question; for one ID.")
    ] = None,
    then_ingest: Annotated[
        bool, typer.Option("--ingest", help="Bring the index in line at once, as 'assistant ingest' does.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write proposals beside their documents.

    Each becomes a line in NAME.asked.yaml in the corpus folder, for git to show; of several ids all are written or
    none.

    \b
    Examples:
      assistant phrasings accept 3f2a9c1e 77b0d2aa
      assistant phrasings accept 3f2a9c1e --text "Can a company of ours get money?" --ingest
    """
    if text is not None and len(ids) > 1:
        raise InvalidInput("--text gives one question other words: accept the others in a command of their own.")
    from assistant.settings import load
    from ingest.accept import accept as write

    index = _index()
    decisions = write(load(), index, _chosen(index, ids), text)
    if not as_json:
        for decision in decisions:
            say(f"Accepted: {decision.text!r} leads to {decision.reference}.")
        if not then_ingest:
            say("Run 'assistant ingest' to bring it into the index.")
    _report(decisions, then_ingest, as_json)


@app.command()
def reject(ids: Ids, as_json: Json = False) -> None:
    """Reject proposals, so that they do not come back.

    The same question may still be proposed for another passage.

    \b
    Example:
      assistant phrasings reject 3f2a9c1e 77b0d2aa
    """
    from ingest.accept import reject as keep

    index = _index()
    decisions = keep(index, _chosen(index, ids))
    if as_json:
        write_json([decision_row(decision) for decision in decisions])
    for decision in decisions if not as_json else ():
        say(f"Rejected: {decision.text!r} for {decision.reference}.")


@app.command()
def accepted(limit: Limit = 50, as_json: Json = False) -> None:
    """List what was accepted, the newest first.

    It says of each whether the index has it yet.

    \b
    Examples:
      assistant phrasings accepted
      assistant phrasings accepted --json
    """
    from assistant.decisions import Decisions
    from assistant.sections import Sections

    index = _index()
    sections = Sections(index)
    rows = []
    for decision in Decisions(index.engine).all():
        if decision.status == "accepted":
            section = sections.at(decision.reference)
            indexed = section is not None and decision.text in section.phrasings
            rows.append({**decision_row(decision), "indexed": indexed})
    if as_json:
        write_json(rows[:limit])
        return
    for row in rows[:limit]:
        missing = "" if row["indexed"] else "  (not in the index: assistant ingest)"
        screen().print(plain(f"{row['decided_at'][:16]}  {row['passage']}  {row['text']}{missing}"))
    screen().print(f"{min(limit, len(rows))} of {len(rows)} accepted")


@app.command()
def confirm(
    answer_id: Annotated[
        str | None, typer.Argument(metavar="ANSWER_ID", help="The answer's id, from 'assistant ask --json'.")
    ] = None,
    passage: Annotated[
        str | None,
        typer.Option(
            "--passage", metavar="DOCUMENT-ID#SLUG", help="The right passage, where another was cited or none was."
        ),
    ] = None,
    ratings: Annotated[
        Path | None,
        typer.Option("--ratings", metavar="FILE", help="Verdicts saved from a report page, as CSV or JSONL."),
    ] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="DIR", help="The run that --ratings is about: its results folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Record that a stored answer is right.

    With --passage: which passage answers a question that was refused, or was answered from another one. Answers of an
    evaluation run are not stored; --run stores those that are rated. A question that becomes a phrasing can no longer
    measure: do not teach the questions of a test set that you report on.

    \b
    Examples:
      assistant phrasings confirm 0b0e7a52-6f0c-4f5e-9a43-2f1f0f6f6a10
      assistant phrasings confirm ANSWER_ID --passage private-companies#can-my-company-get-money
      assistant phrasings confirm --ratings ~/ratings-today.csv --run var/evals/today
    """
    if (answer_id is None) == (ratings is None):
        raise InvalidInput("Name an answer's id, or a file with --ratings: one of the two.")
    if (ratings is not None and passage is not None) or (ratings is None and run is not None):
        raise InvalidInput("--passage goes with an answer's id, and --run with --ratings.")
    index = _index()
    if ratings is not None:
        _take_over(index, ratings, run, as_json)
    else:
        _confirm(index, str(answer_id), passage, as_json)


@app.command()
def deny(
    answer_id: Annotated[str, typer.Argument(metavar="ANSWER_ID", help="The answer's id.")], as_json: Json = False
) -> None:
    """Record that a stored answer is wrong.

    Nothing is learned from it then.

    \b
    Example:
      assistant phrasings deny 0b0e7a52-6f0c-4f5e-9a43-2f1f0f6f6a10
    """
    from assistant.verdicts import Verdicts

    Verdicts(_index().engine).deny(answer_id)
    if as_json:
        write_json({"answer_id": answer_id, "verdict": "denied", "passage": None})
    else:
        say("Recorded as wrong: nothing is learned from this answer.")


def _index() -> Index:
    from assistant.index import AUDIENCES, Index
    from assistant.settings import load

    return Index(load(), AUDIENCES)


def _confirm(index: Index, answer_id: str, passage: str | None, as_json: bool) -> None:
    from assistant.record import Record
    from assistant.sections import Sections
    from assistant.verdicts import Verdicts, near_misses

    sections = Sections(index)
    section = Verdicts(index.engine).confirm(answer_id, sections, passage)
    if as_json:
        reference = section.reference if section else None
        write_json({"answer_id": answer_id, "verdict": "confirmed", "passage": reference})
    elif section:
        say(f"Recorded as right: its question leads to {section.reference}. See 'assistant phrasings proposed'.")
    else:
        say("Recorded as right: it was right not to answer, and the question leads nowhere.")
        for near in near_misses(Record(index.engine).answer(answer_id), sections):
            say(f"  if this does answer it: --passage {near.reference}")


def _take_over(index: Index, ratings: Path, run: Path | None, as_json: bool) -> None:
    from bots.terminal.ratings import take_over

    taken = take_over(index, ratings, run)
    if as_json:
        write_json(asdict(taken))
        return
    say(f"Recorded: {taken.confirmed} right, {taken.denied} wrong. {taken.unrated} had no verdict of right or wrong.")
    if taken.unknown:
        say(f"{len(taken.unknown)} are no recorded answers (name their run with --run): {', '.join(taken.unknown[:5])}")
    for name, reason in taken.problems.items():
        say(f"  {name}: {reason}")


def _chosen(index: Index, ids: Sequence[str]) -> list[Proposal]:
    from assistant.proposals import propose

    found, _ = propose(index)
    chosen = []
    for given in dict.fromkeys(ids):
        fitting = [p for p in found if p.key.startswith(given.casefold())] if len(given) > 3 else []
        if len(fitting) != 1:
            raise NotFound(_no_proposal(index, given))
        chosen.append(fitting[0])
    return list(dict.fromkeys(chosen))


def _no_proposal(index: Index, given: str) -> str:
    from assistant.decisions import Decisions

    for decision in Decisions(index.engine).all():
        if len(given) > 3 and decision.key.startswith(given.casefold()):
            return (
                f"{given!r} was {decision.status} on {decision.decided_at:%Y-%m-%d}; it is no open proposal any more."
            )
    return f"There is no open proposal {given!r}: 'assistant phrasings proposed' lists them with their ids."


def _report(decisions: Sequence[Decision], then_ingest: bool, as_json: bool) -> None:
    """Print what was accepted as JSON where asked, and ingest where asked."""
    rows = [decision_row(decision) for decision in decisions]
    if not as_json:
        if then_ingest:
            from bots.terminal.ingest import ingest

            ingest(None, dry_run=False, prune=False, watch=False, as_json=False)
        return
    if not then_ingest:
        write_json({"accepted": rows})
        return
    from assistant.settings import load
    from ingest import sync

    report = sync.ingest(load())
    write_json({"accepted": rows, "ingest": asdict(report)})
    if report.problems:
        raise typer.Exit(1)
