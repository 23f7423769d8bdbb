"""The formats by name, and by what a file looks like."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import InvalidDataset, InvalidInput
from evals.dataset import Item
from evals.interchange import beir, corpus, plain, promptfoo, ragas, squad, tables
from evals.interchange.model import Imported, Passages, Row

FORMATS = ("jsonl", "csv", "squad", "promptfoo", "ragas", "beir")
WITH_TEXTS = frozenset({"squad", "ragas", "beir"})

_LOAD: dict[str, Callable[[Path], Imported]] = {
    "jsonl": plain.load,
    "csv": plain.load,
    "squad": squad.load,
    "promptfoo": promptfoo.load,
    "ragas": ragas.load,
    "beir": beir.load,
}
_OF_FILES = frozenset({".csv", ".tsv", ".xlsx", ".json", ".yaml", ".yml"})
_OF_RAGAS = frozenset({"user_input", "retrieved_contexts", "reference_contexts", "ground_truth", "contexts"})


def load(path: Path, form: str | None = None) -> Imported:
    """Read a file or folder of one of `FORMATS`; without a format it is seen from the file.

    Raises:
        InvalidInput: there is no such format, or no such file.
        InvalidDataset: it is not of that format; what is wrong is named.

    """
    if not path.exists():
        raise InvalidInput(f"There is no file or folder {str(path)!r}: check the path.")
    chosen = form or guess(path)
    if chosen not in _LOAD:
        raise InvalidInput(f"There is no format {chosen!r}: use one of {', '.join(FORMATS)}.")
    return _LOAD[chosen](path)


def guess(path: Path) -> str:
    """Return the format of a file or folder.

    Raises:
        InvalidDataset: it is none that is known.

    """
    if path.is_dir():
        return "beir"
    match path.suffix.lower():
        case ".yaml" | ".yml":
            return "promptfoo"
        case ".json":
            return "squad" if _has_data(path) else "ragas"
        case ".csv" | ".tsv" | ".xlsx" | ".jsonl":
            return _of_table(path)
    raise InvalidDataset(f"{path.name} is of no format that is known: name it with --format ({', '.join(FORMATS)}).")


def _has_data(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidDataset(f"{path.name} cannot be read as JSON: check the path and its text.") from error
    return isinstance(found, dict) and "data" in found


def _of_table(path: Path) -> str:
    rows = tables.read(path)
    columns = set(rows[0]) if rows else set()
    if any(name.startswith("__expected") for name in columns):
        return "promptfoo"
    if columns & _OF_RAGAS and not {"id", "question"} <= columns:
        return "ragas"
    return "jsonl" if path.suffix.lower() == ".jsonl" else "csv"


def read_items(path: Path) -> list[Item]:
    """Return the questions of a file that `eval run` is given: our JSON lines, a table, or another tool's format.

    Raises:
        InvalidDataset: it cannot be read; what is wrong is named.

    """
    return list(load(path).items)


def save(found: Imported, out: Path) -> list[Path]:
    """Write imported questions, and the documents that came with them; return what was written.

    `out` is the test set to write where its name ends in `.jsonl`, with the documents in `NAME-corpus` beside it; else
    a folder that gets `questions.jsonl` and `corpus`.

    Raises:
        InvalidInput: it cannot be written, or the folder for the documents is not empty.

    """
    alone = out.suffix.lower() == ".jsonl"
    if out.suffix.lower() in _OF_FILES and not out.is_dir():
        raise InvalidInput(f"{str(out)!r} is no name for a test set: end it in .jsonl, or name a folder.")
    questions = out if alone else out / "questions.jsonl"
    texts = out.with_name(f"{out.stem}-corpus") if alone else out / "corpus"
    written = [questions]
    if found.documents:
        corpus.write(texts, found.documents)
        written.append(texts)
    tables.write(questions, [item.model_dump(mode="json", exclude_unset=True) for item in found.items])
    return written


def rows_of(path: Path) -> list[Row]:
    """Return a run's results (its folder, or its results.jsonl), or the questions of a test set, as rows.

    Raises:
        InvalidInput: there is no such run or file.
        InvalidDataset: it cannot be read.

    """
    results = path / "results.jsonl" if path.is_dir() else path
    if path.is_dir() and not results.is_file() and (path / "queries.jsonl").is_file():
        results = path
    if not results.exists():
        raise InvalidInput(f"There is no run or test set at {str(path)!r}: check the path.")
    if results.name.endswith(".jsonl") and results.is_file():
        rows = tables.read(results)
        if rows and all("metrics" in row for row in rows):
            return list(rows)
    return [item.model_dump(mode="json", exclude_unset=True) for item in load(results).items]


def export(rows: Sequence[Row], form: str, out: Path, passages: Passages) -> tuple[str, ...]:
    """Write rows in a format; return sentences on what it could not hold. `passages` gives the texts of sources.

    Raises:
        InvalidInput: there is no such format, or the path cannot be written.

    """
    try:
        match form:
            case "jsonl" | "csv":
                plain.dump(out, rows)
                return ()
            case "promptfoo":
                return promptfoo.dump(out, rows)
            case "squad":
                return squad.dump(out, rows, passages)
            case "ragas":
                return ragas.dump(out, rows, passages)
            case "beir":
                return beir.dump(out, rows, passages)
    except OSError as error:
        raise InvalidInput(f"{str(out)!r} cannot be written: {error.strerror}.") from error
    raise InvalidInput(f"There is no format {form!r}: use one of {', '.join(FORMATS)}.")
