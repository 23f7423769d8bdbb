"""Ratings: the verdicts that a person saved from a report page, taken over as verdicts on answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.errors import AssistantError, InvalidInput
from assistant.index import Index
from assistant.record import Record, own_or_new
from assistant.sections import Sections
from assistant.verdicts import Verdicts, near_misses


@dataclass(frozen=True)
class _Asked:
    answer: Answer
    sources: tuple[str, ...]


@dataclass
class Taken:
    """What came of a file of ratings; `unknown` and `problems` name its lines by their id."""

    confirmed: int = 0
    denied: int = 0
    unrated: int = 0
    unknown: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def take_over(index: Index, path: Path, run: Path | None) -> Taken:
    """Record the verdicts of a ratings file.

    A line is about the answer with its `answer_id`, else about the answer of `run` with its `id` (stored now, where it
    was not), else about the last recorded answer to its `question`. Where `wrong` comes with a `passage`, or the answer
    was a refusal with a near miss that the run's test set expects, that passage is confirmed as the right one.

    Raises:
        InvalidInput: the file or the run cannot be read.

    """
    taken, record, sections, verdicts = Taken(), Record(index.engine), Sections(index), Verdicts(index.engine)
    asked = _read_run(run) if run else {}
    for row in _rows(path):
        name, verdict = row.get("id") or row.get("question") or "?", row.get("own_verdict", "")
        if verdict not in {"right", "wrong"}:
            taken.unrated += 1
            continue
        answer_id = _answer_id(row, asked, record)
        passage = None if verdict == "right" else row.get("passage") or _expected(asked.get(name), sections)
        try:
            if answer_id is None:
                taken.unknown.append(name)
            elif verdict == "right" or passage:
                verdicts.confirm(answer_id, sections, passage)
                taken.confirmed += 1
            else:
                verdicts.deny(answer_id)
                taken.denied += 1
        except AssistantError as error:
            taken.problems[name] = str(error)
    return taken


def _answer_id(row: Mapping[str, str], asked: Mapping[str, _Asked], record: Record) -> str | None:
    if row.get("answer_id"):
        return row["answer_id"]
    found = asked.get(row.get("id", ""))
    if found is None:
        return record.last_about(row.get("question", ""))
    answer = found.answer
    if not record.has(answer.id):
        record.keep(answer.model_copy(update={"conversation_id": own_or_new(answer.conversation_id)}))
    return answer.id


def _expected(found: _Asked | None, sections: Sections) -> str | None:
    """Return the near miss of a refusal that its test set names as a source."""
    if found is None or found.answer.citations:
        return None
    near = (section.reference for section in near_misses(found.answer, sections))
    return next((reference for reference in near if reference in found.sources), None)


def _read_run(run: Path) -> dict[str, _Asked]:
    """Return what a run asked, by the id of the question."""
    path = run / "results.jsonl" if run.is_dir() else run
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {
            str(row["id"]): _Asked(Answer.model_validate(row["answer"]), tuple(row.get("sources") or ()))
            for row in rows
            if row.get("answer")
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{str(run)!r} is no folder of a run: name the --out of 'assistant eval run'.") from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = list(_from_json(text) if text.lstrip().startswith("{") else _from_csv(text))
    except OSError as error:
        raise InvalidInput(f"{str(path)!r} cannot be read ({error.strerror}): check the path.") from error
    except (ValueError, csv.Error) as error:
        raise InvalidInput(f"{str(path)!r} is neither CSV nor JSON lines in UTF-8.") from error
    if not rows or "own_verdict" not in rows[0]:
        raise InvalidInput(f"{str(path)!r} has no column 'own_verdict': save it with a button of the report page.")
    yield from rows


def _from_json(text: str) -> Iterator[dict[str, str]]:
    for line in text.splitlines():
        if line.strip():
            row: Any = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(line)
            yield {str(key): str(value or "") for key, value in row.items()}


def _from_csv(text: str) -> Iterator[dict[str, str]]:
    """Read CSV with commas or, from a Dutch page, semicolons; Excel's apostrophe before a formula goes off."""
    head = text.partition("\n")[0]
    for row in csv.DictReader(
        text.splitlines(keepends=True), delimiter=";" if head.count(";") > head.count(",") else ","
    ):
        yield {key: _unguarded(value or "") for key, value in row.items() if key}


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell
