"""Finding contradictions: claims that say nearly the same thing with another number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.encoder import Vectors
from assistant.index import Index, Passage
from assistant.index.validity import standing, today
from ingest.contradictions.claims import Claim, claims, common, conflict, named_alike, narrower
from ingest.contradictions.quantities import Quantity, apart, comparable, differences

# Tuned on evals/contradictions/dev, dev_near and the corpus: `python -m evals.contradictions --dev`.
_NEAR = 0.68  # cosine similarity from which two sentences may say the same thing
_MARGIN = 0.03  # a sentence's counterpart in a document is at most so much less like it than the likest one there
_COMMON = 0.2  # share of their words that both have, at least, unless they agree on another number
_CERTAIN = 0.88  # certainty from which a pair is reported: the similarity with what follows
_WORDS, _AGREE, _NAMED = 0.25, 0.1, 0.05  # for words in common, for another number that agrees, for the same call
_LESSER, _APART = 0.03, 0.08  # less for each lesser condition that only one has, and for how far the numbers lie apart
_BLOCK = 1024  # sentences compared at once
_FETCHED = 5000  # vectors read at once


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

    `certainty` orders them, about 0.88 to 1.4; it is no probability.
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
    passages = [p for document_id in index.documents for p in index.passages_in(document_id) if _current(p)]
    found = [*_between(index, passages, documents), *_translated(index, passages, documents)]
    return sorted(found, key=lambda c: (-c.certainty, c.one.document_id, c.other.document_id, c.one.quote))


def _current(passage: Passage) -> bool:
    return not passage.superseded and passage.unanswered is None and standing(passage.document, today()) is None


def _between(index: Index, passages: Sequence[Passage], documents: Collection[str] | None) -> Iterator[Contradiction]:
    in_language: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims(passages):
        in_language[claim.language].append(claim)
    for stated in in_language.values():
        keys = list(dict.fromkeys(claim.sentence.vector for claim in stated))
        known: dict[str, Vectors] = {}
        for start in range(0, len(keys), _FETCHED):
            known.update(index.vectors("sentence", keys[start : start + _FETCHED]))
        stored = [claim for claim in stated if claim.sentence.vector in known]
        if stored:
            vectors = np.stack([known[claim.sentence.vector] for claim in stored])
            yield from _Comparison(index, stored, vectors).contradictions(documents)


class _Comparison:
    """The claims of one language beside each other; `vectors` are their unit vectors, one a row."""

    def __init__(self, index: Index, stated: Sequence[Claim], vectors: Vectors) -> None:
        self._claims, self._vectors = stated, vectors
        self._sparse = index.sparse(stated[0].language)
        self._names = np.asarray([claim.document_id for claim in stated])
        rows: dict[str, list[int]] = defaultdict(list)
        for row, claim in enumerate(stated):
            rows[claim.document_id].append(row)
        self._rows = {name: np.asarray(numbers) for name, numbers in rows.items()}

    def contradictions(self, documents: Collection[str] | None) -> Iterator[Contradiction]:
        """Yield the surest contradictions, one at most for a claim and another document."""
        found = []
        for one, other, similarity in self._near(documents):
            made = self._judged(one, other, similarity)
            if made is not None:
                found.append((one, other, made))
        taken: set[tuple[int, str]] = set()
        for one, other, made in sorted(found, key=lambda each: -each[2].certainty):
            places = {(one, self._claims[other].document_id), (other, self._claims[one].document_id)}
            if taken.isdisjoint(places):
                yield made
            taken |= places

    def _near(self, documents: Collection[str] | None) -> Iterator[tuple[int, int, float]]:
        """Yield the pairs of rows of different documents that are near, each once, with their cosine similarity."""
        everywhere = np.ones(len(self._names), dtype=bool)
        asked = everywhere if documents is None else np.isin(self._names, list(documents))
        rows = np.flatnonzero(asked)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            similarity = self._vectors[block] @ self._vectors.T
            for at, column in zip(*np.nonzero(similarity >= _NEAR), strict=True):
                one, other = int(block[at]), int(column)
                if self._names[one] != self._names[other] and (one < other or not asked[other]):
                    yield one, other, float(similarity[at, column])

    def _judged(self, one: int, other: int, similarity: float) -> Contradiction | None:
        """Return the contradiction of two claims that are near, or None where they can both be true."""
        mine, yours = self._claims[one], self._claims[other]
        different = _different(mine, yours)
        narrowed, lesser = narrower(mine, yours)
        if not different or narrowed or not self._counterparts(one, other, similarity):
            return None
        words, agreement = common(mine, yours, self._sparse), self._agreement(one, other)
        first, second = min(different, key=lambda pair: apart(*pair))
        certainty = similarity + _WORDS * words + agreement + _NAMED * named_alike(mine, yours)
        certainty -= _LESSER * lesser + _APART * apart(first, second)
        if certainty < _CERTAIN or (words < _COMMON and not agreement):
            return None
        return Contradiction(_side(mine, first), _side(yours, second), "documents", round(certainty, 3))

    def _counterparts(self, one: int, other: int, similarity: float) -> bool:
        """Whether neither document has a claim with such a number that is clearly liker to the other one's claim."""
        enough = similarity + self._agreement(one, other) + _MARGIN
        for row, counterpart in ((one, other), (other, one)):
            there = self._rows[self._claims[counterpart].document_id]
            likeness = self._vectors[there] @ self._vectors[row]
            rivals = there[likeness + _AGREE > enough]
            for rival, alike in zip(rivals, likeness[likeness + _AGREE > enough], strict=True):
                if alike + self._agreement(row, int(rival)) > enough and self._same_kinds(row, int(rival)):
                    return False
        return True

    def _agreement(self, one: int, other: int) -> float:
        mine, yours = self._claims[one].quantities, self._claims[other].quantities
        return _AGREE * any(comparable(q, r) and q.agrees(r) for q in mine for r in yours)

    def _same_kinds(self, one: int, other: int) -> bool:
        mine, yours = self._claims[one].quantities, self._claims[other].quantities
        return not {q.kind for q in mine}.isdisjoint(q.kind for q in yours)


def _different(mine: Claim, yours: Claim) -> list[tuple[Quantity, Quantity]]:
    """Return the quantities in which two claims differ; none where they are about different things, or know of both."""
    if mine.periods and yours.periods and mine.periods.isdisjoint(yours.periods):
        return []
    found = differences(mine.quantities, yours.quantities)
    if not found or conflict(mine, yours, about_dates=all(first.kind == "date" for first, _ in found)):
        return []
    return [] if _known_to_both(found, mine.passage, yours.passage) else found


def _known_to_both(different: Sequence[tuple[Quantity, Quantity]], mine: Passage, yours: Passage) -> bool:
    """Whether one of the passages gives the other one's number too."""
    here, there = ([q for claim in claims([passage]) for q in claim.quantities] for passage in (mine, yours))
    return any(
        any(comparable(second, q) and second.same(q) for q in here)
        or any(comparable(first, q) and first.same(q) for q in there)
        for first, second in different
    )


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
        here, there = _only(passage, twin), _only(twin, passage)
        pairs = [(one, other) for one in here for other in there if one[1].kind == other[1].kind]
        if pairs:
            (mine, first), (yours, second) = min(pairs, key=lambda pair: apart(pair[0][1], pair[1][1]))
            yield Contradiction(_side(mine, first), _side(yours, second), "translation", 1.0)


def _only(passage: Passage, twin: Passage) -> list[tuple[Claim, Quantity]]:
    """Return the quantities of a passage that its translation does not state, whatever they count."""
    there = [q for claim in claims([twin]) for q in claim.quantities]
    stated = ((claim, q) for claim in claims([passage]) for q in claim.quantities)
    return [(claim, q) for claim, q in stated if not any(q.kind == r.kind and q.same(r) for r in there)]


def _side(claim: Claim, quantity: Quantity) -> Side:
    passage = claim.passage
    return Side(claim.document_id, passage.slug, passage.locator, claim.sentence.text, quantity.said)
