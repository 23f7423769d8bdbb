"""The report: one HTML file that a person reads, on a screen or on paper, in Dutch or in English."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from assistant.answer import Answer
from evals import plots
from evals.catalogue import METRICS
from evals.dataset import Item
from evals.explain import fact_name, item_of, reason_name, reasons
from evals.metrics import answered
from evals.page import environment
from evals.texts import LANGUAGES, Listed, Number, Percent, Sentence, knows, sentence, spread
from evals.verdict import outcome, outcomes, right

Row = Mapping[str, Any]
Summary = Mapping[str, Any]

GROUPS = {
    "answers": ("right", "facts", "correct", "wrong_answer", "beside", "language", "period", "date_note"),
    "sources": ("first_citation", "source", "verbatim", "numbers"),
    "retrieval": (
        "hit_5", "recall_5", "recall_10", "mrr", "ndcg_10",
        "document_recall_5", "document_mrr", "document_ndcg_10",
    ),
    "refusals": ("refusal_correct", "reason_correct", "refusal_precision", "refusal_recall", "refusal_f1"),
    "dialogue": ("follow_up",),
}  # fmt: skip
LOWER_IS_BETTER = frozenset(name for name, metric in METRICS.items() if not metric.higher)
_PAIRED = ("right", "facts", "refusal_correct", "source", "hit_5", "mrr")
_OF_A_TAG = ("right", "facts", "wrong_answer")


def render(summary: Summary, rows: Sequence[Row]) -> str:
    """Return the report as one self-contained HTML page.

    `summary` is a run's `summary.json`, `rows` the lines of its `results.jsonl`. What the summary does not hold is
    not shown.
    """
    threshold = summary.get("risk_coverage", {}).get("threshold")
    cards = [card(row, threshold) for row in rows]
    counts = {kind: sum(kind in c["kinds"] for c in cards) for kind in ("failure", "pass", "refusal")}
    return environment().get_template("report.html").render(
        summary=summary,
        run=run_id(rows),
        verdict=verdict(summary, rows),
        failed=any(not gate["passed"] for gate in summary.get("gates", ())),
        bars=_bars(rows),
        groups=_groups(summary),
        tags=_tags(summary),
        pairs=_pairs(summary),
        pictures=_pictures(summary, rows),
        costs=_costs(summary),
        cards=cards,
        counts={"every": len(cards), **counts},
        lower=LOWER_IS_BETTER,
        tag_metrics=_OF_A_TAG,
        used=plots.used_threshold(summary.get("risk_coverage", {})),
        off=_off(summary.get("calibration", {})),
        plots=plots,
        reason_name=reason_name,
        made_name=made_name,
        measure_name=measure_name,
    )  # fmt: skip


def run_id(rows: Sequence[Row]) -> str:
    """Return a short name of a run's results, by which a reader's own verdicts are kept: 12 hexadecimal digits."""
    whole = json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def verdict(summary: Summary, rows: Sequence[Row]) -> list[Sentence]:
    """Say in a few plain sentences how it went, the most important first."""
    counts = outcomes(rows)
    judged = [well for row in rows if (well := right(row)) is not None]
    said = []
    if judged:
        said += [
            sentence("verdict.right", right=sum(judged), n=len(judged), share=Percent(sum(judged) / len(judged))),
            _wrong(counts.get("wrong_answer", 0), len(judged)),
        ]
    for name in ("incomplete", "unjudged"):
        if name in counts:
            said.append(sentence(f"verdict.{name}", n=counts[name]))
    if "error" in counts:
        said.append(sentence("verdict.errors", n=counts["error"]))
    return [*said, *_details(summary, counts), *_gates(summary)]


def _wrong(wrong: int, judged: int) -> Sentence:
    if not wrong:
        return sentence("verdict.no_wrong")
    return sentence("verdict.wrong", n=wrong, wrong=wrong, share=Percent(wrong / judged))


def _details(summary: Summary, counts: Mapping[str, int]) -> list[Sentence]:
    said, metrics, cells = [], summary["metrics"], summary.get("refusal", {})
    if "recall" in cells:
        said.append(sentence("verdict.refused", n=cells["recall"]["n"], hits=cells["right_refusals"]))
    if counts.get("wrong_refusal"):
        said.append(sentence("verdict.refused_wrongly", n=counts["wrong_refusal"]))
    if "facts" in metrics:
        said.append(
            sentence("verdict.facts", share=Percent(metrics["facts"]["value"]), spread=_spread(metrics["facts"]))
        )
    if "verbatim" in metrics:
        missing = 1 - metrics["verbatim"]["value"]
        said.append(
            sentence("verdict.not_verbatim", share=Percent(missing, 1)) if missing else sentence("verdict.verbatim")
        )
    if "low" in metrics.get("right", {}):
        between = {end: Percent(metrics["right"][end]) for end in ("low", "high")}
        said.append(sentence("verdict.sure", n=metrics["right"]["n"], **between))
    return said


def _spread(figure: Mapping[str, Any]) -> Sentence:
    ends = [Percent(figure[end]) for end in ("low", "high") if end in figure]
    return spread(figure["n"], *ends)


def _gates(summary: Summary) -> list[Sentence]:
    gates = summary.get("gates", ())
    failed = sum(not gate["passed"] for gate in gates)
    if not gates:
        return []
    return [sentence("verdict.gates_failed", n=failed) if failed else sentence("verdict.gates_passed")]


def card(row: Row, threshold: float | None = None) -> dict[str, Any]:
    """Return one question as the page shows it: expected, given, and right or wrong in words."""
    item, became = item_of(row), outcome(row)
    answer = Answer.model_validate(row["answer"]) if row["answer"] else None
    machine = {True: "right", False: "wrong", None: "wrong" if became == "error" else "unjudged"}[right(row)]
    kinds = [{"right": "pass", "wrong": "failure", "unjudged": "unjudged"}[machine]]
    if answer is not None and not answered(answer):
        kinds.append("refusal")
    return {
        "item": item,
        "answer": answer,
        "machine": machine,
        "outcome": became,
        "kinds": kinds,
        "why": reasons(row, threshold),
        "expected": _expected(item),
        "notes": [note for note in answer.notes if note.code != "automated"] if answer else [],
    }


def _expected(item: Item) -> Sentence | str:
    if item.answerable is False:
        if not item.reason:
            return sentence("questions.expected_refusal")
        return sentence("questions.expected_refusal_for", reason=reason_name(item.reason))
    return "; ".join(map(fact_name, item.facts or ()))


def measure_name(name: str) -> Sentence | str:
    """Return a measure in words, also one of the refusals' by its short name; nothing for one that is not known."""
    key = f"metrics.{name if knows(f'metrics.{name}') else f'refusal_{name}'}"
    return sentence(f"{key}.label") if knows(key) else ""


def made_name(key: str) -> Sentence | str:
    """Return what a field of the provenance is, in words; a field that is not known keeps its name."""
    return sentence(f"made.{key}") if knows(f"made.{key}") else key


def _bars(rows: Sequence[Row]) -> list[tuple[str, dict[str, int]]]:
    """Return what became of the questions: all of them, and those of each language where there are two."""
    spoken = sorted({row["language"] for row in rows if row.get("language") in LANGUAGES}, reverse=True)
    bars = [("all", outcomes(rows))]
    if len(spoken) > 1:
        bars += [(name, outcomes([r for r in rows if r.get("language") == name])) for name in spoken]
    return bars


def figure(part: Summary, name: str) -> Mapping[str, Any] | None:
    """Return a figure of a part of a summary; those of the refusals go by `refusal_precision` and the like."""
    group, _, rest = name.partition("_")
    if group == "refusal" and rest in {"precision", "recall", "f1"}:
        return part.get("refusal", {}).get(rest)  # type: ignore[no-any-return]
    return part["metrics"].get(name)  # type: ignore[no-any-return]


def _groups(summary: Summary) -> list[tuple[str, list[tuple[str, list[tuple[str, Any]], Markup]]]]:
    """Return the table of figures: groups of measures, each with its figures over all and by language."""
    parts = {"whole": summary, **{name: summary["by_language"][name] for name in _spoken(summary)}}
    groups = []
    for group, names in GROUPS.items():
        lines = []
        for name in names:
            cells = [(style, figure(part, name)) for style, part in parts.items()]
            there = [(style, cell) for style, cell in cells if cell is not None]
            if there:
                lines.append((name, cells, plots.whiskers(there)))
        if lines:
            groups.append((group, lines))
    return groups


def _spoken(summary: Summary) -> list[str]:
    spoken = [name for name in LANGUAGES if name in summary.get("by_language", {})]
    return spoken if len(spoken) > 1 else []


def _tags(summary: Summary) -> list[tuple[str, int, list[tuple[Any, Markup | None]]]]:
    made = []
    for tag, part in sorted(summary.get("by_tag", {}).items(), key=lambda pair: (-pair[1]["questions"], pair[0])):
        cells = [part["metrics"].get(name) for name in _OF_A_TAG]
        made.append((tag, part["questions"], [(cell, _whisker(cell)) for cell in cells]))
    return made


def _pairs(summary: Summary) -> list[tuple[str, Mapping[str, Any], Markup, str]]:
    """Return where Dutch and English are compared fact by fact: measure, figure, picture, what it means."""
    metrics = summary.get("paired_languages", {}).get("metrics", {})
    there = {name: metrics[name] for name in _PAIRED if name in metrics}
    reach = 1.1 * max((abs(f[end]) for f in there.values() for end in ("low", "high")), default=1) or 1
    return [
        (name, found, plots.difference(found, reach), f"figures.pairs_{_better(found)}")
        for name, found in there.items()
    ]


def _better(found: Mapping[str, Any]) -> str:
    if found["low"] > 0:
        return "nl"
    return "en" if found["high"] < 0 else "no"


def _whisker(cell: Mapping[str, Any] | None) -> Markup | None:
    return plots.whiskers([("whole", cell)]) if cell else None


def _pictures(summary: Summary, rows: Sequence[Row]) -> dict[str, Markup]:
    """Return the pictures for which there are figures, each in both languages."""
    risk, calibration = summary.get("risk_coverage", {}), summary.get("calibration", {})
    times = [float(row["metrics"]["latency_ms"]) for row in rows if "latency_ms" in row["metrics"]]
    drawn = {
        "risk": (plots.risk_coverage, risk, risk.get("points")),
        "calibration": (plots.reliability, calibration, calibration.get("bins")),
        "latency": (plots.latencies, times, times and summary.get("latency_ms", {}).get("n")),
    }
    return {
        name: _in_both([draw(data, language) for language in LANGUAGES])  # type: ignore[operator]
        for name, (draw, data, there) in drawn.items()
        if there
    }


def _in_both(pictures: Sequence[Markup]) -> Markup:
    frames = (
        Markup('<div class="{0}" lang="{0}">{1}</div>').format(language, picture)
        for language, picture in zip(LANGUAGES, pictures, strict=True)
    )
    return Markup("").join(frames)


def _costs(summary: Summary) -> Sentence | None:
    cost = summary.get("refusal", {}).get("cost")
    if not cost:
        return None
    named = Listed(
        tuple(sentence(f"refusals.cost_{name}", value=Number(v, _digits(v))) for name, v in cost["costs"].items())
    )
    total, per_question = Number(cost["total"], _digits(cost["total"])), Number(cost["per_question"], 2)
    ends = [Number(cost[end], 2) for end in ("low", "high") if end in cost]
    behind = spread(cost["n"], *ends)
    return sentence("refusals.cost", costs=named, total=total, per_question=per_question, spread=behind)


def _off(calibration: Mapping[str, Any]) -> Sentence | None:
    """Say how far the estimates are off."""
    if "ece" not in calibration:
        return None
    ends = [Percent(calibration[end], 1) for end in ("ece_low", "ece_high") if end in calibration]
    behind = spread(calibration["n"], *ends)
    return sentence("calibration.ece", ece=Percent(calibration["ece"], 1), spread=behind)


def _digits(value: float) -> int:
    """Return how many digits after the point a price needs."""
    return 0 if float(value).is_integer() else 2
