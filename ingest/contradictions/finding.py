"""Finding contradictions in an index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.index import Index, Passage
from ingest.contradictions.claims import Claim, claims
from ingest.contradictions.pairs import pairs
from ingest.contradictions.quantities import Quantity, apart
from ingest.contradictions.weights import REPORTED, certainty


@dataclass(frozen=True)
class Side:
    """Where one of two statements stands; `said` is its number or date as it is written there."""

    document_id: str
    slug: str
    locator: str
    quote: str
    said: str


@dataclass(frozen=True)
class Contradiction:
    """Two statements of one thing with different numbers: in two documents, or in a document and its translation.

    `certainty`, 0 to 1, orders them; it was fitted to planted contradictions and is no share of true ones.
    """

    one: Side
    other: Side
    kind: Literal["documents", "translation"]
    certainty: float


def find(index: Index, documents: Collection[str] | None = None) -> list[Contradiction]:
    """Return the contradictions between documents that hold today, the most certain first.

    `documents` are the ids of those that one side has to be in, for instance those that an ingest changed; None means
    all. Documents of different periods, and translations of each other, are not compared as two documents.
    """
    passages = current(index)
    found = [*_between(index, passages, documents), *_translated(index, passages, documents)]
    return sorted(found, key=lambda c: (-c.certainty, c.one.document_id, c.other.document_id, c.one.quote))


def current(index: Index) -> list[Passage]:
    """Return the passages that hold today: not replaced, of a document in force, and naming no gap."""
    holding = [document.id for document in index.documents.values() if index.standing(document) is None]
    passages = (passage for document_id in holding for passage in index.passages_in(document_id))
    return [passage for passage in passages if not passage.superseded and passage.unanswered is None]


def _between(index: Index, passages: Sequence[Passage], documents: Collection[str] | None) -> Iterator[Contradiction]:
    """Yield the surest contradictions, one at most for a claim and another document."""
    judged = [(certainty(pair.features), pair) for pair in pairs(index, passages, documents)]
    taken: set[tuple[int, str]] = set()
    for sure, pair in sorted(judged, key=lambda each: -each[0]):
        places = {(pair.one.sentence.id, pair.other.document_id), (pair.other.sentence.id, pair.one.document_id)}
        if sure >= REPORTED and taken.isdisjoint(places):
            one, other = _side(pair.one, pair.first), _side(pair.other, pair.second)
            yield Contradiction(one, other, "documents", round(sure, 3))
        taken |= places


def _translated(
    index: Index, passages: Sequence[Passage], documents: Collection[str] | None
) -> Iterator[Contradiction]:
    """Yield the passages that state a number where the same passage of the translation states another one."""
    by_id = {passage.id: passage for passage in passages}
    for passage in passages:
        twin = by_id.get(index.twin(passage.id) or -1)
        if twin is None or twin.id < passage.id:
            continue
        if documents is not None and not {passage.document.id, twin.document.id} & set(documents):
            continue
        differing = [
            (one, other)
            for one in _only(passage, twin)
            for other in _only(twin, passage)
            if one[1].kind == other[1].kind
        ]
        if differing:
            mine, yours = min(differing, key=lambda both: apart(both[0][1], both[1][1]))
            yield Contradiction(_side(*mine), _side(*yours), "translation", 1.0)


def _only(passage: Passage, twin: Passage) -> list[tuple[Claim, Quantity]]:
    """Return the quantities of a passage that its translation does not state, whatever they count."""
    there = [q for claim in claims([twin]) for q in claim.quantities]
    stated = ((claim, q) for claim in claims([passage]) for q in claim.quantities)
    return [(claim, q) for claim, q in stated if not any(q.kind == r.kind and q.same(r) for r in there)]


def _side(claim: Claim, quantity: Quantity) -> Side:
    passage = claim.passage
    return Side(claim.document_id, passage.slug, passage.locator, claim.sentence.text, quantity.said)
