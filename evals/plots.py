"""The report's pictures: each drawn from the figures of a summary, in one language, and said in words too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from evals.statistics import share
from evals.svg import Drawing, Frame, axes, percents
from evals.texts import Number, Percent, Sentence, sentence, spread, text

Figure = Mapping[str, Any]
_WIDTH, _HEIGHT = 440.0, 300.0
_FRAME = (56.0, 28.0, 424.0, 252.0)
_FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
_ROOM = 60.0  # that a figure above the picture needs beside the axis' name
_SLOW = 4  # a tail longer than so many times the 95th percentile goes into the last bar


def describe_outcomes(counts: Mapping[str, int], language: str) -> str:
    """Return what became of the questions in words; `counts` by the names of `evals.verdict.OUTCOMES`."""
    said = ", ".join(f"{text(language, f'outcomes.{name}')}: {n}" for name, n in counts.items())
    return text(language, "outcomes.description", counts=said)


def whiskers(figures: Sequence[tuple[str, Figure]]) -> Markup:
    """Draw a dot and its 95 % interval between 0 and 1 for each figure, one below the other, styled by name."""
    height = 10.0 * len(figures) + 6
    frame = Frame(8, 0, 212, height)
    drawing = Drawing(220, height)
    for value in (0, 0.25, 0.5, 0.75, 1):
        x, _ = frame.at(value, 0)
        drawing.line((x, 0), (x, height), "grid")
    for row, (style, figure) in enumerate(figures):
        y = 8 + 10.0 * row
        if "low" in figure:
            drawing.line((frame.at(figure["low"], 0)[0], y), (frame.at(figure["high"], 0)[0], y), f"whisker of-{style}")
        drawing.dot((frame.at(figure["value"], 0)[0], y), 4 if row == 0 else 3, f"dot of-{style}")
    return drawing.markup()


def difference(figure: Figure, reach: float) -> Markup:
    """Draw a difference with its interval on a line through zero, from `-reach` to `reach`."""
    frame = Frame(8, 0, 212, 16, x=(-reach, reach))
    drawing = Drawing(220, 16)
    drawing.line(frame.at(0, 0), frame.at(0, 1), "axis")
    drawing.line((frame.at(figure["low"], 0)[0], 8), (frame.at(figure["high"], 0)[0], 8), "whisker of-whole")
    drawing.dot((frame.at(figure["difference"], 0)[0], 8), 4, "dot of-whole")
    return drawing.markup()


def risk_coverage(risk: Mapping[str, Any], language: str) -> Markup:
    """Draw the share of errors among the answered questions against the share that is answered.

    The risk-coverage curve of El-Yaniv and Wiener (2010), with the threshold in use marked, and the cheapest one.
    """
    points = sorted(risk["points"], key=lambda point: point["coverage"])
    top = _round_up(max(point["risk"] for point in points))
    frame = Frame(*_FRAME, y=(0, top))
    used = point_at(risk, risk.get("threshold"))
    said = (used_threshold(risk) or sentence("risk.text")).say(language)
    drawing = Drawing(_WIDTH, _HEIGHT, text(language, "risk.title"), said)
    names = text(language, "risk.x"), text(language, "risk.y")
    axes(drawing, frame, (_FIFTHS, np.linspace(0, top, 5).tolist()), names, (percents(language), percents(language)))
    drawing.path([frame.at(point["coverage"], point["risk"]) for point in points], "curve")
    best = point_at(risk, risk.get("best_threshold"))
    if best is not None and best is not used:
        x, y = frame.at(best["coverage"], best["risk"])
        drawing.dot((x, y), 6, "best")
        said = text(language, "risk.best", threshold=Number(risk["best_threshold"], 2))
        if y + 26 < frame.bottom:
            drawing.words((min(max(x, frame.left + 80), frame.right - 80), y + 22), said, "best", "middle")
        else:  # below the point stand the axis' figures
            drawing.words((max(x - 8, frame.left + 170), y - 10), said, "best", "end")
    if used is not None:
        x, y = frame.at(used["coverage"], used["risk"])
        drawing.dot((x, y), 6, "used")
        said = text(language, "risk.used", threshold=Number(risk["threshold"], 2))
        drawing.words((max(x - 8, frame.left + 170), y - 12), said, "used", "end")
    return drawing.markup()


def used_threshold(risk: Mapping[str, Any]) -> Sentence | None:
    """Say what share is answered at the threshold in use, and what share of that is wrong."""
    used = point_at(risk, risk.get("threshold"))
    if used is None or not used["n"]:
        return None
    answered = used["n"]
    wrong = share(round(used["risk"] * answered), answered)
    return sentence(
        "risk.used_text",
        threshold=Number(risk["threshold"], 2),
        coverage=Percent(used["coverage"]),
        total=round(answered / used["coverage"]),
        risk=Percent(used["risk"], 1),
        spread=spread(answered, Percent(wrong["low"]), Percent(wrong["high"])),
    )


def point_at(risk: Mapping[str, Any], threshold: float | None) -> Mapping[str, Any] | None:
    """Return the point of a risk-coverage curve at a threshold: the loosest of those that are at least as strict."""
    if threshold is None:
        return None
    strict = [point for point in risk.get("points", ()) if point["threshold"] >= threshold - 1e-4]
    return max(strict, key=lambda point: point["coverage"], default=None)


def reliability(calibration: Mapping[str, Any], language: str) -> Markup:
    """Draw what was observed against what was estimated, a dot a bin, larger where more questions are.

    A reliability diagram (Murphy and Winkler 1977; DeGroot and Fienberg 1983), with the bins' 95 % intervals.
    """
    bins = [part for part in calibration["bins"] if part["n"]]
    frame, say = Frame(*_FRAME), percents(language)
    said = " ".join(
        text(
            language,
            "calibration.describe",
            predicted=Percent(b["predicted"]),
            observed=Percent(b["observed"]),
            n=b["n"],
        )
        for b in bins
    )
    drawing = Drawing(_WIDTH, _HEIGHT, text(language, "calibration.title"), said)
    names = text(language, "calibration.x"), text(language, "calibration.y")
    axes(drawing, frame, (_FIFTHS, _FIFTHS), names, (say, say))
    drawing.line(frame.at(0, 0), frame.at(1, 1), "diagonal")
    most = max(part["n"] for part in bins)
    for part in bins:
        x, y = frame.at(part["predicted"], part["observed"])
        if "observed_low" in part:
            low, high = (frame.at(0, part[name])[1] for name in ("observed_low", "observed_high"))
            drawing.line((x, low), (x, high), "whisker of-whole")
        drawing.dot((x, y), 4 + 6 * (part["n"] / most) ** 0.5, "dot of-whole")
    return drawing.markup()


def latencies(values: Sequence[float], language: str, bars: int = 24) -> Markup:
    """Draw how many questions took how many milliseconds, with the median and the 95th percentile marked."""
    p50, p95 = np.percentile(values, [50, 95])
    end = _round_up(min(max(values), _SLOW * p95))
    counts, edges = np.histogram(np.minimum(values, end), bins=bars, range=(0, end))
    frame = Frame(*_FRAME, x=(0, end), y=(0, _round_up(counts.max())))
    said = text(language, "latency.describe", p50=Number(p50), p95=Number(p95))
    drawing = Drawing(_WIDTH, _HEIGHT, text(language, "latency.title"), said)
    whole = [value for value in np.linspace(0, frame.y[1], 5).tolist() if value == int(value)]
    ticks = np.linspace(0, end, 5).tolist(), whole
    names = text(language, "latency.x"), text(language, "figures.questions")
    digits = 0 if end >= bars else 1
    axes(drawing, frame, ticks, names, (lambda v: Number(v, digits).say(language), lambda v: Number(v).say(language)))
    for n, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        (x, y), (till, _) = frame.at(left, n), frame.at(right, n)
        if n:
            drawing.add("rect", "bar", x=x, y=y, width=till - x - 1, height=frame.bottom - y)
    for value, name, anchor in ((p50, 0.5, "end"), (p95, 0.95, "start")):
        x, _ = frame.at(value, 0)
        drawing.line((x, frame.top), (x, frame.bottom), "mark")
        aside = anchor if x > frame.left + _ROOM else "start"
        drawing.words((x + (3 if aside == "start" else -3), frame.top - 4), Percent(name).say(language), "mark", aside)
    return drawing.markup()


def _round_up(value: float) -> float:
    """Return the next value of 1, 2, 4 or 8 times a power of ten: an axis of four equal steps ends well there."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value - 1e-12))
