"""A comparison as people read it: a few lines in the terminal, and a page in Dutch and in English."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evals import plots
from evals.contrast import in_words, named
from evals.explain import item_of, reasons
from evals.page import environment
from evals.report import made_name
from evals.texts import Sentence, knows, sentence
from evals.writing import writable, write_whole

Comparison = Mapping[str, Any]

_CHANGES = ("worse", "better", "other")


def as_text(found: Comparison, language: str = "en") -> str:
    """Return a comparison as lines for a terminal."""
    return "\n".join(_lines(found, language))


def _lines(found: Comparison, language: str) -> Iterator[str]:
    counts = Counter(question["change"] for question in found["changed"])
    yield sentence("compare.intro", n=found["questions"]["both"]).say(language)
    if left_out := _left_out(found):
        yield sentence("compare.left_out", n=left_out).say(language)
    if verdict := _verdict(found):
        yield verdict.say(language)
    for _, made in _measures(found):
        yield f"  {made['sentence'][language]}"
    yield sentence("compare.turned", **{change: counts[change] for change in _CHANGES}).say(language)
    for question in found["changed"]:
        if question["change"] != "other":
            label = sentence(f"compare.change_{question['change']}").say(language)
            yield f"  {label}: {question['id']}: {question['question']}"
    differs = [_named("compare.what", difference["what"]).say(language) for difference in found["differs"]]
    if differs:
        yield f"{sentence('compare.differs').say(language)} {', '.join(differs)}."


def write(found: Comparison, out: Path) -> None:
    """Write `compare.json` and `compare.html` into a folder.

    Raises:
        InvalidInput: the folder cannot be made.

    """
    writable(out)
    write_whole(out / "compare.html", render(found))
    write_whole(out / "compare.json", json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def render(found: Comparison) -> str:
    """Return a comparison as one self-contained HTML page."""
    counts = Counter(question["change"] for question in found["changed"])
    return (
        environment()
        .get_template("compare.html")
        .render(
            found=found,
            left_out=_left_out(found),
            verdict=_verdict(found),
            standing=found.get("right", {}).get("verdict", "unclear"),
            dates={side: str(found[side]["provenance"].get("date", "?"))[:10] for side in ("a", "b")},
            differs=[_named("compare.what", difference["what"]) for difference in found["differs"]],
            parts=_parts(found),
            counts={"all": len(found["changed"]), **{change: counts[change] for change in _CHANGES}},
            cards=[_card(question, found) for question in found["changed"]],
            in_words=in_words,
            named=named,
            made_name=made_name,
            language_name=lambda code: _named("languages", code),
        )
    )


def _measures(part: Comparison) -> list[tuple[str, Mapping[str, Any]]]:
    first = [("right", part["right"])] if "right" in part else []
    return [*first, *part["metrics"].items()]


def _parts(found: Comparison) -> list[tuple[str | None, list[tuple[str, Any, Markup | None]]]]:
    """Return the measures of all questions, and of each language, with pictures on one scale; length has its own."""
    parts = [
        (None, _measures(found)),
        *((name, _measures(part)) for name, part in found.get("by_language", {}).items()),
    ]
    reach: dict[bool, float] = {True: 0.05, False: 0.05}
    for name, made in (measure for _, measures in parts for measure in measures):
        widest = max(abs(made.get("low", 0.0)), abs(made.get("high", 0.0)))
        reach[name == "length"] = max(reach[name == "length"], 1.1 * widest)
    return [
        (
            language,
            [(n, m, plots.difference(m, reach[n == "length"]) if "low" in m else None) for n, m in measures],
        )
        for language, measures in parts
    ]


def _left_out(found: Comparison) -> int:
    return sum(count for name, count in found["questions"].items() if name != "both")


def _verdict(found: Comparison) -> Sentence | None:
    return sentence(f"compare.verdict_{found['right']['verdict']}") if "right" in found else None


def _named(table: str, code: str) -> Sentence:
    """Return the words for a code, or the code itself where there are none."""
    return sentence(f"{table}.{code}" if knows(f"{table}.{code}") else "languages.other", code=code)


def _card(question: Mapping[str, Any], found: Comparison) -> dict[str, Any]:
    asked = {name: value for name, value in question.items() if name not in {"a", "b", "change"}}
    sides = []
    for name in ("a", "b"):
        threshold = found[name]["provenance"].get("threshold")
        side = {**asked, **question[name]}
        sides.append({"name": name, **question[name], "why": reasons(side, threshold)})
    return {"item": item_of(asked), "change": question["change"], "sides": sides}
