"""How well the right passages and documents were found, with the field's own measures (ir-measures over trec_eval)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.errors import ConfigurationError
from evals.dataset import Item
from evals.matching import facts_found
from ingest.blocks import slugify

DEPTH = 20
"""How many passages of a ranking are kept and judged."""


class Held(NamedTuple):
    """A passage that a document holds, as far as rightness needs to know it."""

    slug: str
    locator: str
    text: str
    language: str = ""


Passages = Callable[[str], Sequence[Held]]
"""The passages of a document, none where there is no such document."""


def of_retrieval(item: Item, retrieved: Sequence[str], passages: Passages) -> dict[str, float | bool]:
    """Return the retrieval metrics of a question that names its sources; none where it does not.

    `retrieved` lists `document-id#slug`, best first; of a passage that is there twice the first counts.

    - `hit_5`: a right passage is among the first five ("recall@5 of the right passage"; Success@5).
    - `recall_5`, `recall_10`: the share of all right passages that is among the first five, ten. Where several are
      right it stays below 1 although the first one would do.
    - `mrr`: 1 / the rank of the first right passage, 0 where none was found (Voorhees 1999).
    - `ndcg_10`: discounted cumulative gain of the first ten over that of the best order (Järvelin & Kekäläinen 2002).
    - `document_…`: the same over documents, each at the rank of its first passage, against the documents of `sources`.

    Raises:
        ConfigurationError: the library that measures is not installed.

    """
    if not item.sources or item.answerable is False:
        return {}
    documents = [passage.partition("#")[0] for passage in retrieved]
    by_passage = _measures(right_passages(item, passages), retrieved)
    sources = in_own_language(item, passages)
    by_document = _measures({source.partition("#")[0] for source in sources}, documents)
    return {
        "hit_5": by_passage.pop("hit_5") == 1,
        **by_passage,
        **{f"document_{name}": by_document[name] for name in ("recall_5", "mrr", "ndcg_10")},
    }


def in_own_language(item: Item, passages: Passages) -> tuple[str, ...]:
    """Return the sources in the question's language where there are any: translations give way to them."""
    sources = item.sources or ()
    held = {source: passages(source.partition("#")[0]) for source in sources}
    own = tuple(s for s in sources if any(p.language == item.language for p in held[s]))
    return own or sources


def right_passages(item: Item, passages: Passages) -> set[str]:
    """Return the passages, as `document-id#slug`, in which the answer stands.

    They are the ones that `sources` names; those of a source's document that hold an expected fact; and where a source
    is a whole document, all of its passages, unless some hold an expected fact, which then are the right ones.
    """
    found: set[str] = set()
    for source in in_own_language(item, passages):
        document, _, place = source.partition("#")
        held = passages(document)
        holding = {f"{document}#{p.slug}" for p in held if item.facts and facts_found(p.text, item.facts)}
        named = {f"{document}#{p.slug}" for p in held if place and slugify(place) in {p.slug, slugify(p.locator)}}
        if place:
            found |= holding | (named or {source})
        else:
            found |= holding or {f"{document}#{p.slug}" for p in held} or {source}
    return found


def _measures(right: set[str], ranked: Sequence[str]) -> dict[str, float]:
    try:
        from ir_measures import RR, R, Success, iter_calc, nDCG
    except ModuleNotFoundError as error:
        raise ConfigurationError("Measuring retrieval needs ir-measures: run \"pip install -e '.[evals]'\".") from error
    names = {Success @ 5: "hit_5", R @ 5: "recall_5", R @ 10: "recall_10", RR: "mrr", nDCG @ 10: "ndcg_10"}
    distinct = list(dict.fromkeys(ranked))[:DEPTH]
    run = {"q": {name: float(len(distinct) - place) for place, name in enumerate(distinct)}}
    judged = iter_calc(list(names), {"q": dict.fromkeys(right, 1)}, run)
    values = {names[found.measure]: round(float(found.value), 4) for found in judged}
    return {name: values[name] for name in names.values()}
