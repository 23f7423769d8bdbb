"""One measure in two runs over the same questions: the difference, whether it may be chance, and that in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evals import statistics
from evals.statistics import Figure
from evals.texts import LANGUAGES, Number, Percent, Sayable, Sentence, sentence

ALPHA = 0.05

SHARES = ("facts", "ndcg_10", "beside")
"""Graded measures between 0 and 1 that are compared; `length` is compared in characters."""

_LOWER_IS_BETTER = {"beside"}
_NO_DIRECTION = {"length"}


def of_right(pairs: Sequence[tuple[bool, bool]]) -> dict[str, Any]:
    """Compare right and wrong, over (A, B) of each question, with McNemar's exact test.

    The result holds the figures `a` and `b`, `difference` (B − A) with `low`, `high` and `n`, how many questions are
    right in A alone and in B alone (`only_a`, `only_b`), `p`, a `verdict` (see `verdict`), how many `more` questions
    would be needed to tell, where too few were asked, and a `sentence` in `nl` and `en`.
    """
    n = len(pairs)
    only_a, only_b = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
    figure = statistics.paired_shares(only_a, only_b, n)
    made = {
        "a": statistics.share(sum(a for a, _ in pairs), n),
        "b": statistics.share(sum(b for _, b in pairs), n),
        **_difference(figure),
        "only_a": only_a,
        "only_b": only_b,
        "p": round(statistics.mcnemar(only_a, only_b), 4),
    }
    return _told("right", made, statistics.questions_for_shares(only_a, only_b, n))


def of_graded(name: str, pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Compare a graded measure, over (A, B) of each question, with the paired randomisation test; as `of_right`."""
    differences = [b - a for a, b in pairs]
    made = {
        "a": statistics.mean([a for a, _ in pairs]),
        "b": statistics.mean([b for _, b in pairs]),
        **_difference(statistics.paired_difference(pairs)),
        "p": round(statistics.randomisation(differences), 4),
    }
    return _told(name, made, statistics.questions_for_means(differences))


def _difference(figure: Figure) -> dict[str, Any]:
    return {"difference": figure["value"], **{key: figure[key] for key in ("n", "low", "high") if key in figure}}


def verdict(name: str, made: Mapping[str, Any]) -> str:
    """Return what a comparison says: `better`, `worse`, `other` (neither is good), `unclear`, or `equal`.

    `unclear` is a difference that may be chance, `equal` none at all.
    """
    if not made["difference"]:
        return "equal"
    if made["p"] >= ALPHA:
        return "unclear"
    if name in _NO_DIRECTION:
        return "other"
    return "better" if (made["difference"] > 0) != (name in _LOWER_IS_BETTER) else "worse"


def _told(name: str, made: dict[str, Any], needed: int | None) -> dict[str, Any]:
    said = verdict(name, made)
    told = {**made, "verdict": said}
    if said == "unclear" and needed is not None:
        told["more"] = rounded(max(needed - made["n"], 1))
    words = named(name, in_words(name, told))
    return {**told, "sentence": {language: words.say(language) for language in LANGUAGES}}


def named(name: str, words: Sentence) -> Sentence:
    """Return what a comparison says, with the measure's name before it."""
    return sentence("compare.named", what=sentence(f"compare.of.{name}"), words=words)


def rounded(count: int) -> int:
    """Return a number of questions to two significant digits, upwards: more would be a precision that is not there.

    >>> rounded(7), rounded(123), rounded(4_310)
    (7, 130, 4400)
    """
    unit: int = 10 ** max(len(str(count)) - 2, 0)
    return math.ceil(count / unit) * unit


def in_words(name: str, made: Mapping[str, Any]) -> Sentence:
    """Return one sentence that says which run does better, or why that cannot be said."""
    values = {"both": _both(name, made), "n": made["n"]}
    if made["verdict"] == "unclear":
        if "more" in made:
            return sentence("compare.unclear", more=Number(made["more"]), **values)
        return sentence("compare.unclear_alone", **values)
    if made["verdict"] == "equal":
        return _equal(name, made, values)
    return sentence(f"compare.{made['verdict']}", p=_chance(made["p"]), **values)


def _both(name: str, made: Mapping[str, Any]) -> Sentence:
    """Say both figures, and where there is a difference, how large it is with its interval."""
    figures = {side: _shown(name, made[side]["value"]) for side in ("a", "b")}
    if not made["difference"] or "low" not in made:
        return sentence("compare.both", **figures)
    low, high = (Number(made[end]) if name == "length" else Number(100 * made[end], 1) for end in ("low", "high"))
    return sentence("compare.both_apart", difference=_step(name, made["difference"]), low=low, high=high, **figures)


def _equal(name: str, made: Mapping[str, Any], values: Mapping[str, Any]) -> Sentence:
    if "low" not in made or made["low"] == made["high"]:
        return sentence("compare.equal", **values)
    bounds = {key: _step(name, made[key]) for key in ("low", "high")}
    return sentence("compare.equal_within", **bounds, **values)


def _shown(name: str, value: float) -> Sayable:
    if name == "length":
        return sentence("compare.characters", n=Number(value))
    return Percent(value, 1)


def _step(name: str, value: float) -> Sayable:
    if name == "length":
        return sentence("compare.characters", n=Number(value))
    return sentence("compare.points", n=Number(100 * value, 1))


def _chance(p: float) -> Sayable:
    return Percent(p, 1) if p >= 0.001 else sentence("compare.hardly_any")
