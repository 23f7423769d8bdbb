"""The figures over all questions, each with how many it judged and a 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

Row = Mapping[str, Any]
Figure = dict[str, Any]

SHARES = {
    "facts": "facts found",
    "correct": "all facts found",
    "first_citation": "first citation holds a fact",
    "source": "an expected source is cited",
    "refusal_correct": "answered or refused rightly",
    "reason_correct": "right reason of refusal",
    "verbatim": "quotes word for word",
    "language": "language of the question",
}
_OF_A_TAG = ("facts", "correct", "refusal_correct")
_RESAMPLES = 500
_SEED = 20_211_027


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures over `results.jsonl`'s rows: overall, by language and by tag."""
    languages = sorted({row["language"] for row in rows if row.get("language")})
    tags = sorted({tag for row in rows for tag in row.get("tags", ())})
    return {
        "counts": {
            "questions": len(rows),
            "answerable": sum(row.get("answerable") is True for row in rows),
            "unanswerable": sum(row.get("answerable") is False for row in rows),
            "errors": sum("error" in row["metrics"] for row in rows),
        },
        **_part(rows, tuple(SHARES)),
        "latency_ms": _percentiles(rows, "latency_ms"),
        "length": _percentiles(rows, "length"),
        "by_language": {x: _part([r for r in rows if r.get("language") == x], tuple(SHARES)) for x in languages},
        "by_tag": {tag: _part([r for r in rows if tag in r.get("tags", ())], _OF_A_TAG) for tag in tags},
    }


def _part(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    values = {name: [float(row["metrics"][name]) for row in rows if name in row["metrics"]] for name in names}
    part: dict[str, Any] = {
        "questions": len(rows),
        "metrics": {name: mean(found) for name, found in values.items() if found},
    }
    refusals = refusal(rows)
    if refusals and len(names) == len(SHARES):
        part["refusal"] = refusals
    return part


def share(hits: int, n: int) -> Figure:
    """Return a share with its Wilson interval (Wilson 1927)."""
    interval = stats.binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    return _figure(hits / n, n, interval, "wilson")


def mean(values: Sequence[float]) -> Figure:
    """Return a mean with its interval: of yes and no a share, of anything between by the bootstrap."""
    if all(value in (0.0, 1.0) for value in values):
        return share(int(sum(values)), len(values))
    if len(values) < 2:
        return {"value": round(float(values[0]), 4), "n": 1}
    found = stats.bootstrap(
        (np.asarray(values),),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=0.95,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    return _figure(float(np.mean(values)), len(values), found.confidence_interval, "bootstrap")


def _figure(value: float, n: int, interval: Any, method: str) -> Figure:
    low, high = round(float(interval.low), 4), round(float(interval.high), 4)
    return {"value": round(value, 4), "n": n, "low": low, "high": high, "interval": method}


def refusal(rows: Sequence[Row]) -> dict[str, Any]:
    """Return refusals against what was expected; a refusal is the positive class, an error is in no cell."""
    judged = [r for r in rows if r.get("answerable") is not None and "answered" in r["metrics"]]
    cells = {
        "right_refusals": sum(not r["answerable"] and not r["metrics"]["answered"] for r in judged),
        "wrong_refusals": sum(r["answerable"] and not r["metrics"]["answered"] for r in judged),
        "missed_refusals": sum(not r["answerable"] and r["metrics"]["answered"] for r in judged),
        "right_to_answer": sum(r["answerable"] and r["metrics"]["answered"] for r in judged),
    }
    hits, wrong, missed = cells["right_refusals"], cells["wrong_refusals"], cells["missed_refusals"]
    figures: dict[str, Any] = dict(cells) if judged else {}
    if hits + wrong:
        figures["precision"] = share(hits, hits + wrong)
    if hits + missed:
        figures["recall"] = share(hits, hits + missed)
        figures["f1"] = {"value": round(2 * hits / (2 * hits + wrong + missed), 4), "n": len(judged)}
    return figures


def _percentiles(rows: Sequence[Row], name: str) -> dict[str, Any]:
    values = [float(row["metrics"][name]) for row in rows if name in row["metrics"]]
    if not values:
        return {"n": 0}
    p50, p95 = np.percentile(values, [50, 95])
    return {"n": len(values), "p50": round(float(p50), 1), "p95": round(float(p95), 1), "max": round(max(values), 1)}


def percent(figure: Figure | None) -> str:
    """Return a figure as a reader wants it: "87.3 % (79.1-92.5, n=60)"; empty where there is none."""
    if figure is None:
        return ""
    between = f"{100 * figure['low']:.1f}-{100 * figure['high']:.1f}, " if "low" in figure else ""
    return f"{100 * figure['value']:.1f} % ({between}n={figure['n']})"


def lines(summary: Mapping[str, Any]) -> list[tuple[str, Callable[[Mapping[str, Any]], Figure | None]]]:
    """Return the rows of a table of figures: a label, and how to find the figure in a part of the summary."""
    parts = [summary, *summary["by_language"].values()]
    rows: list[tuple[str, Callable[[Mapping[str, Any]], Figure | None]]] = [
        (label, lambda part, name=name: part["metrics"].get(name))  # type: ignore[misc]
        for name, label in SHARES.items()
    ]
    rows += [
        (f"refusals: {name}", lambda part, name=name: part.get("refusal", {}).get(name))  # type: ignore[misc]
        for name in ("precision", "recall", "f1")
    ]
    return [(label, find) for label, find in rows if any(find(part) for part in parts)]


def as_text(summary: Mapping[str, Any]) -> str:
    """Return the summary as a compact table for the terminal."""
    counts, latency = summary["counts"], summary["latency_ms"]
    parts = {"all": summary, **summary["by_language"]}
    table = Table(box=None, pad_edge=False)
    table.add_column("share (95 % interval, questions)")
    for name in parts:
        table.add_column(name, justify="right", no_wrap=True)
    for label, find in lines(summary):
        table.add_row(label, *(percent(find(part)) for part in parts.values()))
    console = Console(width=120, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    tail = [
        f"{counts['questions']} questions: {counts['answerable']} with an answer in the documents, "
        f"{counts['unanswerable']} without; {counts['errors']} errors"
    ]
    if "refusal" in summary:
        cells = summary["refusal"]
        tail.append(
            f"refused rightly {cells['right_refusals']}, wrongly {cells['wrong_refusals']}; "
            f"should have been refused and was not {cells['missed_refusals']}"
        )
    if latency["n"]:
        tail.append(f"latency: median {latency['p50']:.1f} ms, 95th percentile {latency['p95']:.1f} ms")
    body = "\n".join(line.rstrip() for line in captured.get().splitlines())
    return "\n".join([body, *tail])
