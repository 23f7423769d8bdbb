"""The figures as a compact table for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.catalogue import METRICS, REFUSAL
from evals.statistics import Figure

Find = Callable[[Mapping[str, Any]], Figure | None]

_WIDTH = 120


def percent(figure: Figure | None) -> str:
    """Return a figure as a reader wants it: "87.3 % (79.1-92.5, n=60)"; empty where there is none."""
    if figure is None:
        return ""
    between = f"{100 * figure['low']:.1f}-{100 * figure['high']:.1f}, " if "low" in figure else ""
    return f"{100 * figure['value']:.1f} % ({between}n={figure['n']})"


def lines(summary: Mapping[str, Any]) -> list[tuple[str, Find]]:
    """Return the rows of a table of figures: a label, and how to find the figure in a part of the summary."""
    parts = [summary, *summary["by_language"].values()]
    rows: list[tuple[str, Find]] = [
        (metric.label, lambda part, name=name: part["metrics"].get(name))  # type: ignore[misc]
        for name, metric in METRICS.items()
    ]
    rows += [
        (metric.label, lambda part, name=name: part.get("refusal", {}).get(name))  # type: ignore[misc]
        for name, metric in REFUSAL.items()
    ]
    return [(label, find) for label, find in rows if any(find(part) for part in parts)]


def as_text(summary: Mapping[str, Any]) -> str:
    """Return the summary as text of at most 120 columns: the figures by language, then what stands in no table."""
    parts = {"all": summary, **summary["by_language"]}
    table = Table(box=None, pad_edge=False)
    table.add_column("share (95 % interval, questions)")
    for name in parts:
        table.add_column(name, justify="right", no_wrap=True)
    for label, find in lines(summary):
        table.add_row(label, *(percent(find(part)) for part in parts.values()))
    return "\n".join([rendered(table), *_tail(summary)])


def rendered(table: Table) -> str:
    """Return a table as plain text."""
    console = Console(width=_WIDTH, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _tail(summary: Mapping[str, Any]) -> Iterator[str]:
    counts = summary["counts"]
    yield (
        f"{counts['questions']} questions: {counts['answerable']} with an answer in the documents, "
        f"{counts['unanswerable']} without; {counts['errors']} errors"
    )
    if "refusal" in summary:
        yield from _refusals(summary["refusal"])
    if "risk_coverage" in summary:
        yield from _risk(summary["risk_coverage"], summary["calibration"])
    pairs = summary.get("paired_languages", {})
    if "right" in pairs.get("metrics", {}):
        found = pairs["metrics"]["right"]
        points = f"{100 * found['difference']:+.1f} points, p = {found['p']:.2f}"
        yield f"Dutch against English over the same {found['n']} facts, share right: {points}"
    latency = summary["latency_ms"]
    if latency["n"]:
        yield f"latency: median {latency['p50']:.1f} ms, 95th percentile {latency['p95']:.1f} ms"
    for gate in summary.get("gates", ()):
        given = f"{gate['value']:.4f}" if gate["value"] is not None else "not judged"
        yield f"gate {gate['metric']} >= {gate['wanted']:g}: {given}, {'passed' if gate['passed'] else 'FAILED'}"


def _refusals(cells: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"refused rightly {cells['right_refusals']}, wrongly {cells['wrong_refusals']}; "
        f"should have been refused and was not {cells['missed_refusals']}"
    )
    paid = cells["cost"]
    each = ", ".join(f"{name} {value:g}" for name, value in paid["costs"].items())
    yield f"cost {paid['total']:g} in all, {paid['per_question']:.3f} a question ({each})"


def _risk(curve: Mapping[str, Any], calibration: Mapping[str, Any]) -> Iterator[str]:
    here = next((p for p in curve["points"] if p["threshold"] == round(curve.get("threshold", -1), 4)), None)
    if here:
        at = f"at the threshold {here['threshold']:g} {100 * here['coverage']:.0f} % is answered"
        yield f"{at}, {100 * here['risk']:.1f} % of that wrong; the cheapest threshold is {curve['best_threshold']:g}"
    yield f"area under risk and coverage {curve['aurc']:.3f}, calibration error {calibration['ece']:.3f}"
