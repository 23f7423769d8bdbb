"""The tables: what every variant reaches, how far that is from the full system, and how likely by chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from statistics import fmean

from evals.ablation.measure import Score, Scores
from evals.ablation.variants import FULL
from evals.dataset import Item
from evals.statistics import randomisation

_COLUMNS = {"hit_1": "hit@1", "hit_5": "hit@5", "ndcg_10": "nDCG@10", "first_sentence": "fact in first sentence"}
_SURE = 0.05

Judged = Mapping[str, Score]


def main_table(results: Mapping[str, Scores], ground: str) -> Iterator[str]:
    """Yield the lines of a ground's table: every measure with its difference to the full system, and p for nDCG@10."""
    whole = results[FULL.name][ground]
    yield f"| {ground} (n = {len(whole)}) | {' | '.join(_COLUMNS.values())} | p |"
    yield "|---|" + "--:|" * (len(_COLUMNS) + 1)
    for name, scores in results.items():
        judged = scores[ground]
        cells = [_percent(judged, measure) for measure in _COLUMNS]
        if name != FULL.name:
            cells = [f"{c} ({_change(whole, judged, m)})" for c, m in zip(cells, _COLUMNS, strict=True)]
        yield f"| {name} | {' | '.join(cells)} | {_p(whole, judged) if name != FULL.name else ''} |"


def other_table(results: Mapping[str, Scores], grounds: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table of nDCG@10 on further grounds, each with its difference to the full system and p."""
    full = results[FULL.name]
    yield "| nDCG@10 (difference, p) | " + " | ".join(f"{grounds[g]} (n = {len(full[g])})" for g in grounds) + " |"
    yield "|---|" + "--:|" * len(grounds)
    for name, scores in results.items():
        cells = [_percent(scores[ground], "ndcg_10") for ground in grounds]
        if name != FULL.name:
            pairs = [(full[ground], scores[ground]) for ground in grounds]
            cells = [f"{c} ({_change(*p, 'ndcg_10')}, {_p(*p)})" for c, p in zip(cells, pairs, strict=True)]
        yield f"| {name} | {' | '.join(cells)} |"


def added(results: Mapping[str, Scores], before: str, after: str, grounds: Mapping[str, str]) -> str:
    """Return a line that says how much nDCG@10 one variant has more than another, on each ground."""
    pairs = [(results[before][ground], results[after][ground]) for ground in grounds]
    changes = [f"{label} {_change(*p, 'ndcg_10')} ({_p(*p)})" for label, p in zip(grounds.values(), pairs, strict=True)]
    return f"From *{before}* to *{after}*, nDCG@10 (p): {'; '.join(changes)}."


def tagged(results: Mapping[str, Scores], items: Mapping[str, Item], tag: str) -> dict[str, Scores]:
    """Return the results with one more ground, named as the tag: the corpus's questions that have it."""
    having = {key for key, item in items.items() if tag in item.tags}
    return {
        name: {**scores, tag: {key: score for key, score in scores["corpus"].items() if key in having}}
        for name, scores in results.items()
    }


def together(results: Mapping[str, Scores], grounds: Collection[str]) -> dict[str, Scores]:
    """Return the results with one more ground, `together`: each question at its mean over the grounds it is asked on.

    A question counts once, so that p does not take what happens to it on two grounds for two observations.
    """
    return {
        name: {**scores, "together": _means([scores[ground] for ground in grounds])} for name, scores in results.items()
    }


def _means(grounds: Collection[Judged]) -> dict[str, Score]:
    found: dict[str, list[Score]] = defaultdict(list)
    for judged in grounds:
        for key, score in judged.items():
            found[key].append(score)
    return {key: Score(*map(fmean, zip(*scores, strict=True))) for key, scores in found.items()}


def _percent(judged: Judged, measure: str) -> str:
    return f"{100 * fmean(getattr(score, measure) for score in judged.values()):.1f}"


def _change(whole: Judged, judged: Judged, measure: str) -> str:
    return f"{100 * fmean(_differences(whole, judged, measure)):+.1f}"


def _p(whole: Judged, judged: Judged) -> str:
    p = randomisation(_differences(whole, judged, "ndcg_10"))
    shown = "< 0.001" if p < 0.001 else f"{p:.3f}"
    return f"**{shown}**" if p < _SURE else shown


def _differences(whole: Judged, judged: Judged, measure: str) -> list[float]:
    return [getattr(judged[key], measure) - getattr(score, measure) for key, score in whole.items()]
