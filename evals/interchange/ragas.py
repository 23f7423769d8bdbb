"""ragas' samples as JSON lines, JSON or CSV: those of 0.2 and later, and the columns of 0.1."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset
from evals.explain import item_of
from evals.interchange import tables
from evals.interchange.model import Imported, Names, Passages, Row, SourceText, items_of, spoken
from ingest.blocks import slugify

_COLUMNS = ("user_input", "response", "reference", "retrieved_contexts", "reference_contexts")
_OLD = {"question": "user_input", "answer": "response", "ground_truth": "reference", "contexts": "retrieved_contexts"}
_SHORT = 12  # words up to which a reference answer is looked for word for word
_TITLE = 8  # words of a context that make its title


def load(path: Path) -> Imported:
    """Read samples; every context becomes a document, and the reference contexts are the expected sources.

    A reference of up to twelve words is a fact that must be in the answer; a longer one is kept as `reference`, to be
    compared by judges or by hand. Of a conversation the earlier questions become the history.

    Raises:
        InvalidDataset: it cannot be read, or a sample has no question.

    """
    numbered = [(n, _renamed(row)) for n, row in _read(path)]
    samples = [sample for _, sample in numbered]
    names, ids, documents = Names(), {}, []
    texts = [context for sample in samples for context in _contexts(sample)]
    language = spoken([str(_last(sample)) for sample in samples])
    for text in dict.fromkeys(texts):
        title = " ".join(text.split()[:_TITLE])
        ids[text] = names.give(title, "context")
        documents.append(SourceText(ids[text], title, (("", text),), spoken([text])))
    name = slugify(path.stem)
    rows = [(f"row {n}", _row(sample, ids, f"{name}-{n:03}", language)) for n, sample in numbered]
    items = items_of(rows, path.name)
    long = sum("reference" in (item.model_extra or {}) for item in items)
    remark = (
        f"{long} reference answers are whole sentences: they are kept for 'assistant eval judge' and for people, and "
        f"not looked for word for word."
    )
    return Imported(items, tuple(documents), (remark,) if long else ())


def _row(sample: Row, ids: Mapping[str, str], otherwise: str, language: str | None) -> dict[str, Any]:
    gold = _texts(sample.get("reference_contexts"))
    row: dict[str, Any] = {
        "id": str(sample.get("id") or otherwise),
        "question": str(_last(sample) or ""),
        "history": list(_earlier(sample)) or None,
        "language": sample.get("language") or language,
        "sources": [ids[text] for text in gold] or None,
        "reference_contexts": gold or None,
    }
    reference = sample.get("reference")
    if isinstance(reference, list):
        reference = reference[0] if reference else None
    if reference and len(str(reference).split()) <= _SHORT:
        row |= {"facts": [[str(reference)]], "answerable": True}
    elif reference:
        row["reference"] = str(reference)
    return {name: value for name, value in row.items() if value is not None}


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    made = {_OLD.get(name, name): value for name, value in row.items()}
    if "ground_truths" in made and "reference" not in made:
        made["reference"] = _texts(made["ground_truths"])
    if isinstance(made.get("user_input"), str) and made["user_input"].lstrip().startswith("[{"):
        made["user_input"] = _literal(made["user_input"])
    return made


def _read(path: Path) -> list[tuple[int, Any]]:
    if path.suffix.lower() != ".json":
        return tables.numbered(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidDataset(f"{path.name} cannot be read as JSON: check the path and its text.") from error
    rows = found.get("samples", found) if isinstance(found, dict) else found
    if isinstance(rows, dict) and all(isinstance(column, list) for column in rows.values()):
        rows = [dict(zip(rows, values, strict=False)) for values in zip(*rows.values(), strict=False)]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidDataset(f"{path.name} is no list of ragas samples.")
    return list(enumerate(rows, 1))


def _texts(value: Any) -> list[str]:
    """Return a list of texts, which in CSV stands as Python or JSON writes it."""
    if isinstance(value, str):
        value = _literal(value) if value.lstrip().startswith("[") else [value]
    return [str(text) for text in value or () if str(text).strip()]


def _literal(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return [text]


def _contexts(sample: Row) -> Iterator[str]:
    for name in ("reference_contexts", "retrieved_contexts"):
        yield from _texts(sample.get(name))


def _asked(sample: Row) -> list[str]:
    """Return what a person said in a sample, oldest first."""
    said = sample.get("user_input")
    if not isinstance(said, list):
        return [str(said)] if said else []
    people = [turn for turn in said if isinstance(turn, dict) and (turn.get("type") or turn.get("role")) in _PEOPLE]
    return [str(turn.get("content", "")) for turn in people]


_PEOPLE = frozenset({"human", "user"})


def _last(sample: Row) -> str | None:
    return next(reversed(_asked(sample)), None)


def _earlier(sample: Row) -> list[str]:
    return _asked(sample)[:-1]


def dump(path: Path, rows: Sequence[Row], passages: Passages) -> tuple[str, ...]:
    """Write questions, or a run's results, as samples of ragas; return what could not be kept, in sentences.

    `response` is the answer, `retrieved_contexts` the passages that were found (by their text in `passages`) or else
    what was quoted, `reference` the expected facts, `reference_contexts` the texts of the expected sources.
    """
    tables.write(path, [_sample(row, passages, path.suffix.lower() == ".csv") for row in rows])
    turns = sum(bool(row.get("history")) for row in rows)
    return (f"{turns} questions lean on earlier ones, which a single-turn sample does not hold.",) if turns else ()


def _sample(row: Row, passages: Passages, as_text: bool) -> dict[str, Any]:
    item, answer = item_of(row), row.get("answer") or {}
    found = [passages[name][1] for name in row.get("retrieved", ()) if name in passages]
    quoted = [citation["quote"] for citation in answer.get("citations", ())]
    sources = [passages[name][1] for name in item.sources or () if name in passages]
    facts = "; ".join(fact[0] for fact in item.facts or ())
    sample = {
        "user_input": item.question,
        "response": answer.get("text"),
        "reference": row.get("reference") or facts or None,
        "retrieved_contexts": (found or quoted) if answer else None,
        "reference_contexts": list(row.get("reference_contexts") or sources) or None,
    }
    there = {name: sample[name] for name in _COLUMNS if sample[name] is not None}
    if not as_text:
        return there
    return {n: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for n, v in there.items()}
