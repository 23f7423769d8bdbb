"""Two runs over the same questions: what differs, whether that may be chance, and which questions changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InvalidInput
from evals.contrast import SHARES, of_graded, of_right
from evals.metrics import right

Row = Mapping[str, Any]

_SAME = (
    "corpus_sha256", "documents", "phrasings_sha256", "model", "weights_sha256", "settings_sha256", "threshold", "url",
    "version",
)  # fmt: skip
_LATER = {"phrasings_sha256"}  # not noted by earlier versions: where one run lacks it, nothing is known


@dataclass(frozen=True)
class Run:
    """What a run left in its folder: the rows by id, and the provenance."""

    folder: Path
    rows: dict[str, Row]
    provenance: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Run:
        """Read the results of a run.

        Raises:
            InvalidInput: the folder holds no results, or such as cannot be read.

        """
        results, summary = folder / "results.jsonl", folder / "summary.json"
        if not results.is_file():
            raise InvalidInput(
                f"{str(folder)!r} holds no results.jsonl: name a folder that 'assistant eval run' wrote."
            )
        try:
            rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines() if line.strip()]
            told = json.loads(summary.read_text(encoding="utf-8")) if summary.is_file() else {}
            return cls(
                folder, {row["id"]: row for row in rows if row["metrics"] is not None}, told.get("provenance", {})
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(f"The results in {str(folder)!r} cannot be read: run the test set again.") from error


def compare_runs(a: Path, b: Path) -> dict[str, Any]:
    """Return how run `b` differs from run `a`, over the questions that both were asked in the same words.

    The result holds `a` and `b` (`folder`, `provenance`), `questions` (how many in both, in one alone, or asked in
    other words), `differs` (what of corpus, model, weights, settings is not the same), `right` and `metrics` (see
    `evals.contrast`), the same `by_language`, and `changed`: the questions with another answer, those that turned
    `worse` first, then `better`, then `other`, with both rows' answer and metrics.

    Raises:
        InvalidInput: a folder holds no results, or the two have no question in common.

    """
    before, after = Run.read(a), Run.read(b)
    same = _paired(before.rows, after.rows)
    if not same:
        raise InvalidInput(f"{str(a)!r} and {str(b)!r} have no question in common: run both over the same test set.")
    languages = sorted({x["language"] for x, _ in same if x.get("language")})
    spoken = {name: [pair for pair in same if pair[0].get("language") == name] for name in languages}
    return {
        "a": {"folder": str(a), "provenance": before.provenance},
        "b": {"folder": str(b), "provenance": after.provenance},
        "questions": {
            "both": len(same),
            **_left(before.rows, after.rows, same),
        },
        "differs": _differs(before.provenance, after.provenance),
        **_part(same),
        **({"by_language": {name: _part(found) for name, found in spoken.items()}} if len(spoken) > 1 else {}),
        "changed": _changed(same),
    }


def _paired(before: Mapping[str, Row], after: Mapping[str, Row]) -> list[tuple[Row, Row]]:
    """Return the questions that both were asked in the same words, in the order of the first.

    The same id goes first. A table without ids is numbered by its name and rows, so what is left is paired by its words
    alone, where no other question has them.
    """
    by_id = {name: name for name, row in before.items() if name in after and _asked(row) == _asked(after[name])}
    words = [Counter(_asked(row) for name, row in rows.items() if name not in by_id) for rows in (before, after)]
    others = {_asked(row): name for name, row in after.items() if name not in by_id}
    by_words = {
        name: others[_asked(row)]
        for name, row in before.items()
        if name not in by_id and [count[_asked(row)] for count in words] == [1, 1]
    }
    found = by_id | by_words
    return [(row, after[found[name]]) for name, row in before.items() if name in found]


def _left(before: Mapping[str, Row], after: Mapping[str, Row], same: Sequence[tuple[Row, Row]]) -> dict[str, int]:
    """Return how many questions were asked of one alone, or by the same id in other words."""
    only_a = set(before) - {row["id"] for row, _ in same}
    only_b = set(after) - {row["id"] for _, row in same}
    reworded = only_a & only_b
    return {
        "only_a": len(only_a - reworded),
        "only_b": len(only_b - reworded),
        "other_words": len(reworded),
    }


def _asked(row: Row) -> tuple[str, tuple[str, ...]]:
    return row["question"], tuple(row.get("history", ()))


def _differs(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    sets = [sorted(told.get("datasets", {}).values()) for told in (a, b)]
    known = [name for name in _SAME if name not in _LATER or (name in a and name in b)]
    found = [{"what": name, "a": a.get(name), "b": b.get(name)} for name in known if a.get(name) != b.get(name)]
    return found + ([{"what": "datasets", "a": sets[0], "b": sets[1]}] if sets[0] != sets[1] else [])


def _part(pairs: Sequence[tuple[Row, Row]]) -> dict[str, Any]:
    judged = [(right(a["metrics"]), right(b["metrics"])) for a, b in pairs]
    both = [(bool(x), bool(y)) for x, y in judged if x is not None and y is not None]
    metrics = {}
    for name in (*SHARES, "length"):
        graded = [
            (float(a["metrics"][name]), float(b["metrics"][name]))
            for a, b in pairs
            if name in a["metrics"] and name in b["metrics"]
        ]
        if graded:
            metrics[name] = of_graded(name, graded)
    return {**({"right": of_right(both)} if both else {}), "metrics": metrics}


def _changed(pairs: Sequence[tuple[Row, Row]]) -> list[dict[str, Any]]:
    found = [(_change(a, b), a, b) for a, b in pairs]
    order = ("worse", "better", "other")
    shown = sorted((x for x in found if x[0] is not None), key=lambda x: order.index(x[0] or ""))
    left_out = {"answer", "metrics", "error", "retrieved", "probability", "standalone_metrics"}
    return [
        {**{k: v for k, v in a.items() if k not in left_out}, "change": change, "a": _side(a), "b": _side(b)}
        for change, a, b in shown
    ]


def _change(a: Row, b: Row) -> str | None:
    x, y = right(a["metrics"]), right(b["metrics"])
    if x != y and None not in {x, y}:
        return "better" if y else "worse"
    return "other" if _said(a) != _said(b) else None


def _said(row: Row) -> tuple[Any, ...]:
    answer = row["answer"]
    return (answer["status"], answer["text"]) if answer else (row.get("error"),)


def _side(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("answer", "metrics", "error", "retrieved", "probability") if name in row}
    return {**kept, "right": right(row["metrics"])}
