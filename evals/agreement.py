"""How far two raters agree, beyond what chance would give (Cohen 1960)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from assistant.errors import InvalidInput
from evals.rating import VERDICTS, Rating
from evals.statistics import Values, bootstrap, share
from evals.texts import Number, Percent, Sentence, sentence, spread

_STRENGTHS = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"), (1.0, "perfect"))


def agree(a: Sequence[Rating], b: Sequence[Rating], key: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return how far two raters agree on the answers that both gave a verdict on.

    `agreement` is the share with the same verdict, with Wilson's interval; `kappa` Cohen's kappa over right, wrong and
    unsure, -1 to 1, with a bootstrap interval, absent where chance alone would give full agreement; `disagreements` the
    answers with different verdicts; `only_one` how many only one of them rated. With a sheet's `key`, `versions` holds
    for each version the share that each rater found right.

    Raises:
        InvalidInput: the two rated different runs, or no answer in common.

    """
    first, second = ({rating.key: rating for rating in ratings if rating.verdict} for ratings in (a, b))
    shared = [name for name in first if name in second]
    if len({rating.run for rating in (*first.values(), *second.values())}) > 1:
        raise InvalidInput(
            "The two files rate different runs: give the same sheet, or the same report, to both raters."
        )
    if not shared:
        raise InvalidInput("The two files have no rated answer in common: fill in the column 'verdict' in both.")
    pairs = [(first[name].verdict, second[name].verdict) for name in shared]
    found: dict[str, Any] = {
        "n": len(pairs),
        "raters": _raters(first, second),
        "agreement": share(sum(x == y for x, y in pairs), len(pairs)),
        "only_one": len(set(first) ^ set(second)),
        "disagreements": [_both_said(first[n], second[n]) for n in shared if first[n].verdict != second[n].verdict],
    }
    return {**found, **_kappa(pairs), **({"versions": _versions(first, second, shared, key)} if key else {})}


def _raters(first: Mapping[str, Rating], second: Mapping[str, Rating]) -> list[str]:
    names = [next((r.rater for r in ratings.values() if r.rater), "") for ratings in (first, second)]
    alike = names[0] == names[1]
    return [f"{name or 'rater'} ({number})" if alike else name for number, name in enumerate(names, 1)]


def _kappa(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    columns = [np.array([VERDICTS.index(verdict) for verdict in side]) for side in zip(*pairs, strict=True)]
    if len(np.unique(np.concatenate(columns))) == 1:
        return {}
    low, high = bootstrap(columns, _kappas)
    value = float(cohen_kappa_score(*columns))
    return {"kappa": {"value": round(value, 4), "n": len(pairs), "low": round(low, 4), "high": round(high, 4)}}


def _kappas(x: Values, y: Values) -> Values:
    """Return Cohen's kappa of each resample; one in which both gave the same verdict throughout agrees fully."""
    observed = (x == y).mean(axis=-1)
    expected = sum((x == k).mean(axis=-1) * (y == k).mean(axis=-1) for k in range(len(VERDICTS)))
    by_chance = np.asarray(expected)
    return np.where(by_chance < 1, (observed - by_chance) / np.where(by_chance < 1, 1 - by_chance, 1), 1.0)


def _both_said(x: Rating, y: Rating) -> dict[str, str]:
    return {
        "key": x.key,
        "question": x.question or y.question,
        "answer": x.answer or y.answer,
        "first": x.verdict,
        "second": y.verdict,
        "comments": " / ".join(said for said in (x.comment, y.comment) if said),
    }


def _versions(
    first: Mapping[str, Rating], second: Mapping[str, Rating], shared: Sequence[str], key: Mapping[str, Any]
) -> dict[str, Any]:
    found = {}
    for version, told in key["versions"].items():
        names = [n for n in shared if any(entry["version"] == version for entry in key["codes"].get(n, ()))]
        if names:
            shares = [share(sum(side[n].verdict == "right" for n in names), len(names)) for side in (first, second)]
            found[version] = {"folder": told["folder"], "right": shares}
    return found


def in_words(found: Mapping[str, Any]) -> Iterator[Sentence]:
    """Say what `agree` found."""
    agreement, kappa, raters = found["agreement"], found.get("kappa"), found["raters"]
    yield sentence("rating.summary", n=found["n"])
    if found["only_one"]:
        yield sentence("rating.only_one", n=found["only_one"])
    yield sentence("rating.agreement", **_spread(agreement, "share"))
    if kappa is None:
        yield sentence("rating.no_kappa")
    else:
        values = {name: Number(kappa[name], 2) for name in ("low", "high")}
        yield sentence("rating.kappa", kappa=Number(kappa["value"], 2), strength=strength(kappa["value"]), **values)
    for version, told in found.get("versions", {}).items():
        names: dict[str, Any] = {"first": raters[0], "second": raters[1]}
        for side, figure in zip(("first", "second"), told["right"], strict=True):
            ends = Percent(figure["low"]), Percent(figure["high"])
            names |= {f"{side}_share": Percent(figure["value"]), f"{side}_spread": spread(figure["n"], *ends)}
        yield sentence("rating.version", version=f"{version} ({told['folder']})", **names)


def _spread(figure: Mapping[str, Any], name: str) -> dict[str, Percent]:
    return {name: Percent(figure["value"]), "low": Percent(figure["low"]), "high": Percent(figure["high"])}


def strength(kappa: float) -> Sentence:
    """Return the customary word for a kappa (Landis and Koch 1977): up to 0.2 slight, 0.4 fair, 0.6 moderate, …."""
    word = next((name for limit, name in _STRENGTHS if kappa <= limit), "perfect")
    return sentence(f"rating.{'poor' if kappa < 0 else 'slight' if word == 'poor' else word}")
