"""CSV, XLSX and JSON lines: our own format, or a table with as little as `question` and `expected`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset
from evals import dataset
from evals.dataset import Item
from evals.explain import item_of
from evals.interchange import tables
from evals.interchange.model import Imported, Row, items_of
from evals.verdict import outcome, right
from ingest.blocks import slugify

_ALIASES = {
    "question": ("vraag", "query", "input", "prompt"),
    "expected": ("verwacht", "facts", "expected_answer", "ground_truth", "reference", "answer", "antwoord"),
    "id": ("nr", "nummer", "number"),
    "language": ("taal", "lang"),
    "history": ("eerder", "vooraf"),
    "answerable": ("beantwoordbaar",),
    "reason": ("reden",),
    "sources": ("source", "bron", "bronnen"),
    "tags": ("tag", "label", "labels"),
    "period": ("periode",),
}
_REFUSALS = frozenset({"refusal", "refuse", "no answer", "unanswerable", "weigering", "weigeren", "geen antwoord", "-"})
_YES, _NO = frozenset({"true", "yes", "ja", "1", "waar"}), frozenset({"false", "no", "nee", "0", "onwaar"})
# What a run or a rater adds to a question is no part of it.
_NOT_OF_A_QUESTION = frozenset({
    "answer", "metrics", "error", "retrieved", "probability", "standalone_metrics", "ratings", "status", "given_reason",
    "cited", "machine_verdict", "outcome", "own_verdict", "comment", "rater", "run", "expected",
})  # fmt: skip
_A_SENTENCE = 12  # words; an expected text of more is hardly ever found word for word


def load(path: Path) -> Imported:
    """Read questions from a table; without an `id` they are numbered, with the file's name before it.

    `expected` is what must stand in the answer: several facts are separated by `;`, spellings of one of which any
    counts by `|`; "refusal" or "weigering" expects a refusal. Names of columns may be Dutch.

    Raises:
        InvalidDataset: it cannot be read, or a row is no question; the row is named.

    """
    rows = tables.numbered(path)
    if path.suffix.lower() == ".jsonl" and any("id" in row and "expected" not in row for _, row in rows):
        return Imported(tuple(dataset.read(path)))
    name = slugify(path.stem)
    named = [(n, _named(row)) for n, row in rows]
    columns = ", ".join(dict.fromkeys(column for _, row in rows for column in row))
    if named and not any("question" in row for _, row in named):
        raise InvalidDataset(
            f"{path.name} has no column 'question' (or 'vraag'): name one so; its columns are {columns}."
        )
    items = items_of([(f"row {n}", _question(row, f"{name}-{n:03}")) for n, row in named], path.name)
    long = sum(any(len(spelling.split()) > _A_SENTENCE for fact in i.facts or () for spelling in fact) for i in items)
    remark = (
        f"{long} expected texts have more than {_A_SENTENCE} words: they count only where the answer has them word for "
        f"word, so keep of each what must be there (a number, a name, a date)."
    )
    remarks = [remark] if long else []
    if not any(item.facts or item.answerable is not None or item.sources for item in items):
        remarks.append(
            f"{path.name} says of no question what is expected, so nothing can be judged right or wrong: put that into "
            f"a column 'expected' (or 'verwacht'); its columns are {columns}."
        )
    return Imported(items, remarks=tuple(remarks))


def dump(path: Path, rows: Sequence[Row]) -> None:
    """Write questions, or a run's results, as a table; JSON lines hold all, CSV and XLSX one cell a value.

    Raises:
        InvalidInput: the path cannot be written, or has another suffix.

    """
    if path.suffix.lower() == ".jsonl":
        tables.write(path, rows)
        return
    tables.write(path, [dict(_cells(row)) for row in rows])


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with our names for its columns; an own name goes before an alias."""
    folded = {name.strip().casefold().replace(" ", "_"): value for name, value in row.items()}
    taken = set()
    found = {}
    for name, aliases in _ALIASES.items():
        for candidate in (name, *aliases):
            if candidate not in folded or candidate in taken or isinstance(folded[candidate], dict):
                continue
            if name != "expected" or not _has_facts(folded):
                found[name] = folded[candidate]
                taken.add(candidate)
                break
    return {name: value for name, value in folded.items() if name not in taken} | found


def _has_facts(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("facts"), list)


def _question(row: Mapping[str, Any], otherwise: str) -> dict[str, Any]:
    made = {name: value for name, value in row.items() if name not in _NOT_OF_A_QUESTION and value not in ("", None)}
    made["id"] = str(made.get("id") or otherwise)
    made["question"] = str(made.get("question") or "")
    for name in ("history", "sources", "tags", "notes"):
        if isinstance(made.get(name), str):
            made[name] = _listed(made[name], "\n" if name == "history" else ",")
    if isinstance(made.get("answerable"), str):
        told = made.pop("answerable").strip().casefold()
        if told in _YES | _NO:
            made["answerable"] = told in _YES
    expected = row.get("expected")
    return made | _expectation(expected) if expected not in ("", None) else made


def _expectation(expected: Any) -> dict[str, Any]:
    """Return the facts, or that there is no answer, that a cell expects."""
    if isinstance(expected, str) and expected.strip().casefold() in _REFUSALS:
        return {"answerable": False}
    if isinstance(expected, str) and expected.lstrip().startswith("["):
        try:
            return {"facts": json.loads(expected), "answerable": True}
        except ValueError:
            pass
    texts = [str(part) for part in expected] if isinstance(expected, list) else str(expected).split(";")
    facts = [[spelling.strip() for spelling in text.split("|") if spelling.strip()] for text in texts]
    return {"facts": [fact for fact in facts if fact], "answerable": True}


def _listed(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def expected_cell(item: Item) -> str:
    """Return what is expected of a question as one cell, which `load` reads back."""
    if item.answerable is False:
        return "refusal"
    facts = item.facts or ()
    if any(mark in spelling for fact in facts for spelling in fact for mark in ";|"):
        return json.dumps(facts, ensure_ascii=False)
    return "; ".join(" | ".join(fact) for fact in facts)


def _cells(row: Row) -> Iterator[tuple[str, Any]]:
    item = item_of(row)
    yield from (("id", item.id), ("question", item.question), ("history", "\n".join(item.history)))
    yield from (("language", item.language), ("expected", expected_cell(item)), ("reason", item.reason))
    yield from (("sources", ", ".join(item.sources or ())), ("tags", ", ".join(item.tags)))
    for name in ("period", "standalone", "pair"):
        if value := getattr(item, name):
            yield name, value
    if "metrics" in row:
        yield from _came(row)
    for number, rating in enumerate(row.get("ratings", ()), 1):
        suffix = f"_{number}" if number > 1 else ""
        yield from ((f"{name}{suffix}", rating.get(name)) for name in ("own_verdict", "comment", "rater"))


def _came(row: Row) -> Iterator[tuple[str, Any]]:
    """Say what came of a question, and how it was judged."""
    answer = row["answer"] or {}
    yield from (
        ("answer", answer.get("text")),
        ("status", answer.get("status")),
        ("given_reason", answer.get("reason")),
    )
    cited = [f"{c['document_id']}#{c['locator']}: {c['quote']}" for c in answer.get("citations", ())]
    yield from (("cited", "\n".join(cited)), ("error", row.get("error")))
    yield "machine_verdict", {True: "right", False: "wrong", None: ""}[right(row)]
    yield "outcome", outcome(row)
    for name, value in row["metrics"].items():
        if name != "error":
            yield name, int(value) if isinstance(value, bool) else value
