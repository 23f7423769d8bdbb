"""People rate answers: blind sheets from one or two runs, what raters filled in, and how far two of them agree."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset, InvalidInput
from evals.explain import item_of
from evals.interchange import tables
from evals.interchange.model import Row
from evals.interchange.plain import expected_cell
from evals.report import run_id
from evals.verdict import right

VERDICTS = ("right", "wrong", "unsure")
COLUMNS = ("code", "question", "earlier", "expected", "answer", "sources", "verdict", "comment", "rater")
# What the columns and verdicts are called in a Dutch sheet; either sheet can be read.
_DUTCH = dict(
    zip(
        COLUMNS,
        ("code", "vraag", "eerder", "verwacht", "antwoord", "bronnen", "oordeel", "opmerking", "beoordelaar"),
        strict=True,
    )
)
_DUTCH_VERDICTS = ("goed", "fout", "twijfel")
_WIDTHS = (8, 45, 30, 30, 60, 60, 12, 40, 16)
_WORDS = {
    "right": {"right", "goed", "juist", "correct", "r", "g", "j"},
    "wrong": {"wrong", "fout", "verkeerd", "incorrect", "w", "f"},
    "unsure": {"unsure", "twijfel", "onzeker", "?", "u", "t"},
}
_VERSIONS = "AB"


@dataclass(frozen=True)
class Rating:
    """What one person said of one answer; `key` is the code of a sheet, or a question's id on the report page."""

    key: str
    verdict: str
    comment: str
    rater: str
    question: str
    answer: str
    run: str


def key_of(sheet: Path) -> Path:
    """Return where the key of a sheet lies: which code is which answer of which version."""
    return sheet.with_name(f"{sheet.stem}.key.json")


def write_sheet(runs: Sequence[tuple[Path, Sequence[Row]]], out: Path, lang: str = "en") -> int:
    """Write a sheet to rate the answers of one or two runs, and its key beside it; return how many answers it holds.

    Columns and verdicts are in `lang`, en or nl. The answers are shuffled, the same way each time, and go by codes that
    tell neither question nor version; an answer that both versions gave is rated once. The sheet shows neither the
    machine's verdict nor its figures.

    Raises:
        InvalidInput: there are none or more than two runs, or the path cannot be written.

    """
    if not 1 <= len(runs) <= len(_VERSIONS):
        raise InvalidInput("A rating sheet is of one run or of two: name one or two folders of runs.")
    answers: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for version, (_, rows) in zip(_VERSIONS, runs, strict=False):
        for row in rows:
            line = _line(row)
            same = json.dumps([row["id"], line], sort_keys=True, ensure_ascii=False)
            machine = {True: "right", False: "wrong", None: "unjudged"}[right(row)]
            entry = {"version": version, "id": row["id"], "machine_verdict": machine}
            answers.setdefault(same, (line, []))[1].append(entry)
    order = sorted(answers, key=lambda same: hashlib.sha256(same.encode()).hexdigest())
    random.Random(len(order)).shuffle(order)  # noqa: S311 (nothing depends on nobody guessing it)
    codes = {same: f"r{number:03}" for number, same in enumerate(order, 1)}
    lines = [{"code": codes[same], **answers[same][0], "verdict": "", "comment": "", "rater": ""} for same in order]
    names = _DUTCH if lang == "nl" else dict(zip(COLUMNS, COLUMNS, strict=True))
    tables.write(out, [{names[name]: value for name, value in line.items()} for line in lines], tuple(names.values()))
    if out.suffix.lower() == ".xlsx":
        _lay_out(out, _DUTCH_VERDICTS if lang == "nl" else VERDICTS)
    versions = {v: {"folder": str(f), "run": run_id(rows)} for v, (f, rows) in zip(_VERSIONS, runs, strict=False)}
    key = {"versions": versions, "codes": {codes[same]: answers[same][1] for same in order}}
    key_of(out).write_text(json.dumps(key, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(lines)


def _line(row: Row) -> dict[str, str]:
    item, answer = item_of(row), row["answer"] or {}
    cited = [f"[{c['number']}] {c['title']}, {c['locator']}: {c['quote']}" for c in answer.get("citations", ())]
    return {
        "question": item.question,
        "earlier": "\n".join(item.history),
        "expected": expected_cell(item),
        "answer": answer.get("text", ""),
        "sources": "\n".join(cited),
    }


def _lay_out(path: Path, verdicts: Sequence[str]) -> None:
    """Make a sheet that a person can work in: widths, wrapped lines, and a list to choose a verdict from."""
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    choice = DataValidation(type="list", formula1=f'"{",".join(verdicts)}"', allow_blank=True)
    choice.promptTitle, choice.showInputMessage = "Verdict / Oordeel", True
    choice.prompt = "right = goed, wrong = fout, unsure = twijfel"
    sheet.add_data_validation(choice)
    choice.add(f"G2:G{max(sheet.max_row, 2)}")
    book.save(path)


def read_ratings(path: Path) -> list[Rating]:
    """Return what a person filled in: a sheet, or what the report page saved; rows without a verdict are left out.

    Verdicts may be Dutch (goed, fout, twijfel). A rater without a name is called by the file. Comments without a
    verdict are kept, with an empty verdict.

    Raises:
        InvalidDataset: it is neither, or a verdict is none that is known; the row is named.

    """
    found = []
    english = {dutch: name for name, dutch in _DUTCH.items()}
    for number, named in tables.numbered(path):
        row = {english.get(str(name), name): value for name, value in named.items()}
        key = str(row.get("code") or row.get("id") or "").strip()
        if not key or not {"verdict", "own_verdict"} & set(row):
            raise InvalidDataset(f"{path.name}, row {number}: it has no code or id, or no column 'verdict'.")
        verdict = _verdict(str(row.get("verdict") or row.get("own_verdict") or ""), f"{path.name}, row {number}")
        comment = str(row.get("comment") or "").strip()
        if verdict or comment:
            said = {name: str(row.get(name) or "") for name in ("question", "answer", "run")}
            rater = str(row.get("rater") or "").strip() or path.stem
            found.append(Rating(key, verdict, comment, rater, **said))
    return found


def _verdict(word: str, where: str) -> str:
    plain = word.strip().casefold()
    if not plain:
        return ""
    for verdict, words in _WORDS.items():
        if plain in words:
            return verdict
    known = f"{', '.join(VERDICTS)} (goed, fout, twijfel)"
    raise InvalidDataset(f"{where}: the verdict {word!r} is none of {known}.")


def attach(rows: Sequence[Row], files: Sequence[Path], key: Path | None = None) -> list[dict[str, Any]]:
    """Return a run's rows with what people said of them, in `ratings`: own_verdict, comment and rater of each.

    Files from the report page must be of this very run; sheets need their `key`, by default the one beside them.

    Raises:
        InvalidDataset: a file cannot be read, or its key is missing.
        InvalidInput: the ratings are of another run.

    """
    run, said = run_id(rows), {row["id"]: [dict(entry) for entry in row.get("ratings", ())] for row in rows}
    for path in files:
        for rating in _by_id(read_ratings(path), path, key, run):
            if rating.key in said:
                entry = {"own_verdict": rating.verdict, "comment": rating.comment, "rater": rating.rater}
                said[rating.key].append(entry)
    return [{**row, "ratings": said[row["id"]]} if said[row["id"]] else dict(row) for row in rows]


def _by_id(ratings: Sequence[Rating], path: Path, key: Path | None, run: str) -> list[Rating]:
    """Return ratings by the ids of a run's questions."""
    if any(rating.run for rating in ratings):
        if any(rating.run != run for rating in ratings):
            raise InvalidInput(f"{path.name} was saved from the report of another run: export that run instead.")
        return list(ratings)
    told = read_key(key or key_of(path))
    versions = {name for name, version in told["versions"].items() if version["run"] == run}
    if not versions:
        raise InvalidInput(f"{path.name} rates another run: export the one that its key names.")
    return [
        Rating(entry["id"], r.verdict, r.comment, r.rater, r.question, r.answer, run)
        for r in ratings
        for entry in told["codes"].get(r.key, ())
        if entry["version"] in versions
    ]


def read_key(path: Path) -> Mapping[str, Any]:
    """Return which code of a sheet is which answer: `versions` and `codes`.

    Raises:
        InvalidDataset: it is missing, or no key.

    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        _ = (found["versions"], found["codes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidDataset(
            f"The key {str(path)!r} cannot be read: 'assistant eval rate sheet' wrote it beside the sheet; name it "
            f"with --key."
        ) from error
    return found  # type: ignore[no-any-return]
