"""`assistant eval import|export|show|rate|judge`: test sets and results in and out, and what people say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.errors import InvalidInput
from bots.terminal.failures import Json
from bots.terminal.output import plain, say, write_json, write_text

if TYPE_CHECKING:
    from evals.interchange.model import Passages, Row

Form = Literal["jsonl", "csv", "squad", "promptfoo", "ragas", "beir"]
Lang = Annotated[Literal["nl", "en"], typer.Option("--lang", help="Language to read the results in.")]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]
Formatted = Annotated[
    Form | None, typer.Option("--format", help="Format of the file; without it, it is seen from the file.")
]

rate = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add these commands to `assistant eval`."""
    app.command("import")(import_set)
    app.command("export")(export_set)
    app.command("show")(show)
    app.command("judge")(judge)
    app.add_typer(rate, name="rate")


def import_set(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File, or for BEIR the folder, to import.")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="Test set to write (.jsonl), or a folder for it.")],
    form: Formatted = None,
    as_json: Json = False,
) -> None:
    """Turn another tool's test set into one for 'eval run'; texts that come with it become a folder of documents.

    Formats: SQuAD JSON, promptfoo YAML or CSV, ragas JSON lines, JSON or CSV, BEIR folders, and tables (CSV, XLSX, JSON
    lines) with at least a column `question`; `expected` says what must stand in the answer.

    \b
    Examples:
      assistant eval import questions.csv --out questions.jsonl
      assistant eval import dev-v2.0.json --format squad --out /tmp/squad
    """
    from evals.interchange import load, save

    found = load(file, form)
    written = save(found, out)
    _remark(found.remarks)
    if as_json:
        counts = {"questions": len(found.items), "documents": len(found.documents)}
        write_json({**counts, "written": [str(path) for path in written], "remarks": list(found.remarks)})
        return
    corpus = f" --corpus {written[1]}" if len(written) > 1 else ""
    texts = f" and {_counted(len(found.documents), 'document')}" if found.documents else ""
    _print([
        f"{_counted(len(found.items), 'question')}{texts}: {', '.join(map(str, written))}",
        f"Next: assistant eval run --dataset {written[0]}{corpus} --out DIR",
    ])  # fmt: skip


def export_set(  # noqa: PLR0913, PLR0917 -- an option each
    source: Annotated[Path, typer.Argument(metavar="RUN_OR_SET", help="Folder of a run, or a test set.")],
    form: Annotated[Form, typer.Option("--format", help="Format to write.")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="File to write; for BEIR a folder.")],
    ratings: Annotated[
        list[Path] | None,
        typer.Option("--ratings", metavar="FILE", help="What people said, saved from the report or a filled-in sheet."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Key of the sheet, where it does not lie beside it.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help="Documents of the sources, where not the indexed.")
    ] = None,
) -> None:
    """Write a test set or a run's results for another tool or for a spreadsheet.

    A CSV (or .xlsx) of a run has the answer, each measure and the machine's verdict, with --ratings what people said.

    \b
    Examples:
      assistant eval export var/evals/today --format csv --out today.xlsx --ratings ratings-mia.csv
      assistant eval export evals/sets/test-nl.jsonl --format promptfoo --out promptfooconfig.yaml
    """
    from evals.interchange import WITH_TEXTS, export, rows_of, tables
    from evals.rating import attach

    rows: Sequence[Row] = rows_of(source)
    if ratings:
        rows = attach(rows, ratings, key)
    remarks = export(rows, form, out, _passages(corpus) if form in WITH_TEXTS else {})
    _remark(remarks)
    count = len(tables.read(out / "queries.jsonl")) if form == "beir" else len(rows)
    _print([f"{_counted(count, 'question')}: {out}"])


def _passages(corpus: Path | None) -> Passages:
    """Return the text of every passage by `document-id#slug`; parts of one section are put together again."""
    from assistant.index import Index
    from assistant.settings import load
    from evals.corpora import settings_for

    index = Index(settings_for(load(), corpus) if corpus is not None else load())
    found: dict[str, tuple[str, str]] = {}
    for document in index.documents.values():
        for passage in index.passages_in(document.id):
            name = f"{document.id}#{passage.slug}"
            before = f"{found[name][1]}\n" if name in found else ""
            found[name] = (document.title, before + passage.text)
    return found


def show(run: Run, lang: Lang = "en", as_json: Json = False) -> None:
    """Print the verdict on a run and every question that failed, with why.

    \b
    Examples:
      assistant eval show var/evals/today
      assistant eval show var/evals/today --lang nl
    """
    from evals import terminal
    from evals.interchange import rows_of

    summary = terminal.summary_of(run)
    found = terminal.told(run, summary, rows_of(run), lang)
    if as_json:
        write_json(found)
    else:
        _print(terminal.lines(found, lang))


@rate.callback()
def rating() -> None:
    """Let people rate answers, blind to the version, and see how far they agree.

    \b
    Examples:
      assistant eval rate sheet var/evals/before var/evals/after --out sheet.xlsx
      assistant eval rate agree sheet-mia.xlsx sheet-jan.xlsx --key sheet.key.json
    """


@rate.command("sheet")
def rate_sheet(
    run: Run,
    other: Annotated[Path | None, typer.Argument(metavar="RUN_B", help="Folder of a second run to mix in.")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Sheet to write, .xlsx or .csv.")] = Path(
        "sheet.xlsx"
    ),
    lang: Annotated[Literal["nl", "en"], typer.Option("--lang", help="Language of the sheet.")] = "en",
) -> None:
    """Write a sheet in which people rate the answers of one run or of two, shuffled and without the version.

    Which answer is whose stands in the key beside it, which raters do not get.

    \b
    Examples:
      assistant eval rate sheet var/evals/before var/evals/after --out sheet.xlsx
      assistant eval rate sheet var/evals/today --out blad.xlsx --lang nl
    """
    from evals.interchange import rows_of
    from evals.rating import key_of, write_sheet

    folders = [folder for folder in (run, other) if folder is not None]
    runs = [(folder, _results(rows_of(folder), folder)) for folder in folders]
    count = write_sheet(runs, out, lang)
    _print([f"{_counted(count, 'answer')} to rate: {out}", f"The key, not for the raters: {key_of(out)}"])


def _results(rows: Sequence[Row], folder: Path) -> Sequence[Row]:
    if not all("metrics" in row for row in rows):
        raise InvalidInput(f"{str(folder)!r} holds no answers: name a folder that 'assistant eval run' wrote.")
    return rows


@rate.command("agree")
def rate_agree(
    first: Annotated[Path, typer.Argument(metavar="A", help="What one person filled in: a sheet or a saved file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="What another filled in.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Key of the sheet, to see both versions apart.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Say how far two raters agree (Cohen's kappa), and list the answers on which they do not.

    \b
    Example:
      assistant eval rate agree sheet-mia.xlsx sheet-jan.xlsx --key sheet.key.json
    """
    from evals.agreement import agree, in_words
    from evals.rating import read_key, read_ratings
    from evals.texts import text

    found = agree(read_ratings(first), read_ratings(second), read_key(key) if key is not None else None)
    if as_json:
        write_json(found)
        return
    _print(said.say(lang) for said in in_words(found))
    if found["disagreements"]:
        _print(["", text(lang, "rating.disagreements")])
        _print(line for one in found["disagreements"] for line in _disagreement(one, found["raters"], lang))


def _disagreement(one: Mapping[str, str], raters: Sequence[str], lang: str) -> list[str]:
    from evals.texts import text

    said = [
        f"{name}: {text(lang, 'questions.' + one[side])}"
        for name, side in zip(raters, ("first", "second"), strict=True)
    ]
    lines = ["", f"{one['key']}  {'; '.join(said)}", f"  {text(lang, 'questions.asked')}: {one['question']}"]
    if one["answer"]:
        lines.append(f"  {text(lang, 'questions.answer')}: {one['answer']}")
    return [*lines, *([f"  {text(lang, 'questions.comment')}: {one['comments']}"] if one["comments"] else [])]


def judge(run: Run, as_json: Json = False) -> None:
    """Let a language model judge the answers of a run: are they faithful to their sources, relevant, and right?

    Optional: needs the extra `judges` (deepeval) and a language model in ASSISTANT_LLM_MODEL, such as
    openai:gpt-5-mini. Writes judged.jsonl.

    \b
    Example:
      assistant eval judge var/evals/today
    """
    from assistant.settings import load
    from evals.interchange import rows_of, tables
    from evals.judges import judge_rows, means, open_judge

    rows = _results(rows_of(run), run)
    judged = judge_rows(open_judge(load()), rows)
    tables.write(run / "judged.jsonl", judged)
    found: dict[str, Any] = means(judged)
    if as_json:
        write_json(found)
        return
    _print(
        [
            *(f"{name}: {figure['value']:.3f} (n={figure['n']})" for name, figure in found.items()),
            str(run / "judged.jsonl"),
        ]
    )


def _counted(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _print(lines: Iterable[str]) -> None:
    write_text("".join(f"{plain(line)}\n" for line in lines))


def _remark(remarks: Iterable[str]) -> None:
    for remark in remarks:
        say(remark)
