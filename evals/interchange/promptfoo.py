"""promptfoo's test cases, as YAML configuration or CSV (promptfoo.dev, "Test case configuration")."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import InvalidDataset
from evals.dataset import Item
from evals.explain import item_of
from evals.interchange import tables
from evals.interchange.model import Imported, Row, items_of
from ingest.blocks import slugify

_QUESTIONS = ("question", "vraag", "query", "input", "user_input", "message", "prompt")
_ONE = frozenset({"equals", "contains", "icontains", "starts-with"})
_ANY, _ALL = frozenset({"contains-any", "icontains-any"}), frozenset({"contains-all", "icontains-all"})
_BY_MEANING = frozenset({"llm-rubric", "factuality", "similar", "answer-relevance", "model-graded-closedqa"})
_OF_AN_ITEM = ("id", "language", "tags", "sources", "reason", "period", "notes", "standalone", "pair")
_ASSERTION = re.compile(r"(?P<type>(?:not-)?[a-z][a-z-]*)(?:\((?P<threshold>[\d.]+)\))?(?::(?P<value>.*))?", re.DOTALL)
_ASKED = "{{question}}"


@dataclass
class _Expected:
    """What the assertions of a test come to."""

    row: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def take(self, assertion: Mapping[str, Any]) -> None:
        """Add an assertion, or note that it cannot be judged here."""
        kind, value = str(assertion.get("type", "")), assertion.get("value")
        facts = list(_facts(kind, value))
        if facts:
            self.row["facts"] = [*self.row.get("facts", ()), *facts]
            self.row.setdefault("answerable", True)
        elif kind in {"is-refusal", "not-is-refusal"}:
            self.row["answerable"] = kind != "is-refusal"
        elif kind == "assert-set" and assertion.get("threshold") in (None, 1, 1.0):
            for inner in assertion.get("assert", ()):
                self.take(inner)
        else:
            if kind in _BY_MEANING and isinstance(value, str):
                self.row.setdefault("reference", value)
            self.left.append(kind)


def load(path: Path) -> Imported:
    """Read test cases; what an assertion of text demands becomes facts, `is-refusal` expects a refusal.

    The question is the variable of that name (or query, input, …), or the only one. Assertions that need a model or
    code are not judged; a text to compare by meaning is kept as `reference`, for judges.

    Raises:
        InvalidDataset: it cannot be read, or a test has no question.

    """
    tests = [(where, _merged(test, default)) for default in (_default(path),) for where, test in _tests(path)]
    rows, left = [], Counter[str]()
    for number, (where, test) in enumerate(tests, 1):
        for again, asked in enumerate(_asked(test, path, where)):
            row, skipped = _row(test, asked, f"{slugify(path.stem)}-{number:03}" + (f"-{again}" if again else ""))
            rows.append((where, row))
            left.update(skipped)
    kinds = ", ".join(f"{kind} ({n})" for kind, n in left.most_common())
    remarks = (f"Assertions that are not judged here: {kinds}.",) if left else ()
    return Imported(items_of(rows, path.name), remarks=remarks)


def _row(test: Mapping[str, Any], asked: str, otherwise: str) -> tuple[dict[str, Any], list[str]]:
    expected = _Expected()
    for assertion in test.get("assert") or ():
        expected.take(assertion)
    said = {**test.get("vars", {}), **(test.get("metadata") or {})}
    row = {"id": otherwise} | {name: said[name] for name in _OF_AN_ITEM if said.get(name) not in (None, "", [])}
    for name in ("tags", "sources", "notes"):
        if isinstance(row.get(name), str):
            row[name] = [part.strip() for part in row[name].split(",")]
    if history := said.get("history"):
        row["history"] = json.loads(history) if isinstance(history, str) and history.startswith("[") else history
        row["history"] = [row["history"]] if isinstance(row["history"], str) else row["history"]
    if test.get("description"):
        row["description"] = test["description"]
    return {**row, "id": str(row["id"]), "question": asked, **expected.row}, expected.left


def _facts(kind: str, value: Any) -> Iterator[list[str]]:
    if kind in _ONE and isinstance(value, str | int | float):
        yield [str(value).strip()]
    elif kind in _ANY | _ALL:
        spellings = value.split(",") if isinstance(value, str) else value or []
        texts = [str(spelling).strip() for spelling in spellings]
        yield from [texts] if kind in _ANY else ([text] for text in texts)


def _asked(test: Mapping[str, Any], path: Path, where: str) -> list[str]:
    """Return the questions of a test: a variable with several values is a test for each."""
    variables = test.get("vars") or {}
    names = [name for name in _QUESTIONS if name in variables] or (list(variables) if len(variables) == 1 else [])
    if not names:
        raise InvalidDataset(f"{path.name}, {where}: no variable is the question; name it 'question'.")
    value = variables[names[0]]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _default(path: Path) -> Mapping[str, Any]:
    found = _yaml(path).get("defaultTest") if path.suffix.lower() in {".yaml", ".yml"} else None
    return found if isinstance(found, dict) else {}


def _merged(test: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """Return a test with what holds for every test; its own values go before."""
    return {
        **default,
        **test,
        "vars": {**(default.get("vars") or {}), **(test.get("vars") or {})},
        "metadata": {**(default.get("metadata") or {}), **(test.get("metadata") or {})},
        "assert": [*(default.get("assert") or ()), *(test.get("assert") or ())],
    }


def _tests(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return test cases with where they stand, those of other files that a configuration names too."""
    if path.suffix.lower() == ".csv":
        yield from ((f"row {n}", _of_csv(row)) for n, row in tables.numbered(path))
        return
    found = _yaml(path).get("tests") or []
    for number, test in enumerate([found] if isinstance(found, str) else found, 1):
        if isinstance(test, str):
            yield from _tests(path.parent / test.removeprefix("file://"))
        elif isinstance(test, dict):
            yield f"test {number}", test
        else:
            raise InvalidDataset(f"{path.name}, test {number}: it is no test case with 'vars' and 'assert'.")


def _yaml(path: Path) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidDataset(f"{path.name} cannot be read as YAML: check the path and its text.") from error
    if isinstance(found, list):
        return {"tests": found}
    if not isinstance(found, dict):
        raise InvalidDataset(f"{path.name} is no configuration of promptfoo: it has no 'tests'.")
    return found


def _of_csv(row: Mapping[str, str]) -> dict[str, Any]:
    """Return a row of promptfoo's CSV as a test case: `__expected…` are assertions, `__metadata:…` metadata."""
    asserts, metadata, variables = [], {}, {}
    for name, value in row.items():
        if name.startswith("__expected") and value:
            asserts.append(_assertion(value))
        elif name.startswith("__metadata:") and value:
            key = name.removeprefix("__metadata:")
            metadata[key.removesuffix("[]")] = value
        elif not name.startswith("__"):
            variables[name] = value
    return {
        "vars": {name: value for name, value in variables.items() if value},
        "metadata": metadata,
        "assert": asserts,
        "description": row.get("__description"),
    }


def _assertion(text: str) -> dict[str, Any]:
    """Return the assertion that a cell stands for: `type: value`, and without a type the very text."""
    match = _ASSERTION.fullmatch(text.strip())
    known = (
        _ONE | _ANY | _ALL | _BY_MEANING | {"is-refusal", "grade", "regex", "javascript", "python", "latency", "cost"}
    )
    if match is None or match["type"].removeprefix("not-") not in known:
        return {"type": "equals", "value": text}
    kind = "llm-rubric" if match["type"] == "grade" else match["type"]
    return {"type": kind, "value": (match["value"] or "").strip()}


def dump(path: Path, rows: Sequence[Row]) -> tuple[str, ...]:
    """Write questions as promptfoo's YAML, or CSV by the suffix; return what could not be kept, in sentences.

    The YAML asks the assistant's own HTTP interface, so `promptfoo eval -c FILE` runs beside `assistant serve`.
    promptfoo looks for a fact as a part of the text, we look for it between word boundaries.
    """
    items = [item_of(row) for row in rows]
    if path.suffix.lower() == ".csv":
        return _dump_csv(path, items)
    provider = {
        "id": "https",
        "label": "assistant",
        "config": {
            "url": "http://127.0.0.1:8000/api/v1/ask",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": {"question": "{{prompt}}"},
            "transformResponse": "json.text",
        },
    }
    tests = [_test(item) for item in items]
    whole = {"prompts": [_ASKED], "providers": [provider], "tests": tests}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    asked_before = sum(bool(item.history) for item in items)
    if not asked_before:
        return ()
    return (f"{asked_before} questions lean on earlier ones, in 'vars.history', which the provider does not send.",)


def _test(item: Item) -> dict[str, Any]:
    variables: dict[str, Any] = {"question": item.question}
    if item.history:
        variables["history"] = json.dumps(item.history, ensure_ascii=False)
    asserts: list[dict[str, Any]] = [{"type": "icontains-any", "value": list(fact)} for fact in item.facts or ()]
    if item.answerable is False:
        asserts = [{"type": "is-refusal"}]
    return {"vars": variables, "assert": asserts, "metadata": _metadata(item)}


def _metadata(item: Item) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _OF_AN_ITEM}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v not in (None, ())}


def _dump_csv(path: Path, items: Sequence[Item]) -> tuple[str, ...]:
    rows, lost = [], 0
    for item in items:
        row = dict(_test(item)["vars"])
        cells = [_cell(fact) for fact in item.facts or ()] if item.answerable is not False else ["is-refusal"]
        lost += sum(cell is None for cell in cells)
        row |= {f"__expected{number}": cell for number, cell in enumerate(cells, 1) if cell}
        row |= {f"__metadata:{k}": ",".join(v) if isinstance(v, list) else v for k, v in _metadata(item).items()}
        rows.append(row)
    columns = sorted({name for row in rows for name in row}, key=lambda name: (name.startswith("__"), name))
    tables.write(path, rows, columns)
    return (
        (f"{lost} facts have commas in every spelling, which promptfoo's CSV cannot hold: write YAML.",) if lost else ()
    )


def _cell(fact: Sequence[str]) -> str | None:
    """Return a fact as promptfoo's CSV writes it, where a comma separates spellings."""
    if len(fact) == 1:
        return f"icontains: {fact[0]}"
    spellings = [spelling for spelling in fact if "," not in spelling]
    return f"icontains-any: {', '.join(spellings)}" if spellings else None
