"""Pairs: claims of two documents that are near each other and differ in a number, and what tells if it matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.encoder import Vectors
from assistant.index import Index, Passage
from assistant.index.vectors import Kind
from ingest.contradictions.claims import Claim, claims, common, conflict, elsewhere, narrower
from ingest.contradictions.quantities import Quantity, apart, comparable, differences, rivals
from ingest.contradictions.weights import Features

_NEAR = 0.62  # cosine similarity from which two sentences may say the same thing
_MARGIN = 0.03  # a claim's counterpart in a document is at most so much less like it than the likest one there
_AGREEING = 0.1  # what an agreeing number adds to likeness there
_NEIGHBOURS = 5  # what a similarity is measured against: the mean of so many nearest claims of other documents
_BLOCK = 1024  # claims compared at once
_FETCHED = 5000  # vectors read at once


@dataclass(frozen=True)
class Pair:
    """Two claims of different documents, and the quantities of each in which they differ least."""

    one: Claim
    other: Claim
    first: Quantity
    second: Quantity
    features: Features


def pairs(index: Index, passages: Sequence[Passage], documents: Collection[str] | None = None) -> Iterator[Pair]:
    """Yield the pairs of claims in one language that are near each other and cannot both be true of one thing.

    `documents` are the ids of those that one side has to be in; None means all.
    """
    in_language: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims(passages):
        in_language[claim.language].append(claim)
    for language, stated in in_language.items():
        sentence = _vectors(index, "sentence", [claim.sentence.vector for claim in stated])
        passage = _vectors(index, "passage", [claim.passage.vector for claim in stated])
        known = [c for c in stated if c.sentence.vector in sentence and c.passage.vector in passage]
        if known:
            spaces = (
                np.stack([sentence[claim.sentence.vector] for claim in known]),
                np.stack([passage[claim.passage.vector] for claim in known]),
            )
            yield from _Comparison(index, language, known, spaces).pairs(documents)


def _vectors(index: Index, kind: Kind, keys: Sequence[str]) -> Mapping[str, Vectors]:
    wanted = list(dict.fromkeys(keys))
    found: dict[str, Vectors] = {}
    for start in range(0, len(wanted), _FETCHED):
        found.update(index.vectors(kind, wanted[start : start + _FETCHED]))
    return found


class _Comparison:
    """The claims of one language beside each other; `spaces` are the unit vectors of sentences and of passages."""

    def __init__(self, index: Index, language: str, stated: Sequence[Claim], spaces: tuple[Vectors, Vectors]) -> None:
        self._claims, self._spaces = stated, spaces
        self._sparse = index.sparse(language)
        self._names = np.asarray([claim.document_id for claim in stated])
        self._backgrounds: dict[int, float] = {}

    def pairs(self, documents: Collection[str] | None) -> Iterator[Pair]:
        """Yield the pairs that differ, each once."""
        for one, other, similarity in self._near(documents):
            mine, yours = self._claims[one], self._claims[other]
            different = _different(mine, yours)
            if different and self._counterparts(one, other, similarity):
                first, second = min(different, key=lambda pair: apart(*pair))
                features = Features(
                    margin=self._margin(one, other),
                    words=common(mine, yours, self._sparse),
                    agreement=float(_agree(mine, yours)),
                    narrower=float(narrower(mine, yours)),
                    apart=apart(first, second),
                )
                yield Pair(mine, yours, first, second, features)

    def _near(self, documents: Collection[str] | None) -> Iterator[tuple[int, int, float]]:
        """Yield the rows of different documents whose sentences are near, each two once, with their similarity."""
        everywhere = np.ones(len(self._names), dtype=bool)
        asked = everywhere if documents is None else np.isin(self._names, list(documents))
        rows, sentences = np.flatnonzero(asked), self._spaces[0]
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            similarity = sentences[block] @ sentences.T
            for at, column in zip(*np.nonzero(similarity >= _NEAR), strict=True):
                one, other = int(block[at]), int(column)
                if self._names[one] != self._names[other] and (one < other or not asked[other]):
                    yield min(one, other), max(one, other), float(similarity[at, column])

    def _counterparts(self, one: int, other: int, similarity: float) -> bool:
        """Whether neither document has a claim with such a number that is clearly liker to the other one's claim."""
        enough = similarity + _AGREEING * _agree(self._claims[one], self._claims[other]) + _MARGIN
        for row, counterpart in ((one, other), (other, one)):
            there = np.flatnonzero(self._names == self._names[counterpart])
            likeness = self._spaces[0][there] @ self._spaces[0][row]
            for rival, alike in zip(there, likeness, strict=True):
                if alike + _AGREEING > enough and self._rivals(row, int(rival), enough - float(alike)):
                    return False
        return True

    def _rivals(self, row: int, rival: int, lacking: float) -> bool:
        mine, yours = self._claims[row], self._claims[rival]
        if not any(rivals(q, r) for q in mine.quantities for r in yours.quantities):
            return False
        return _AGREEING * _agree(mine, yours) > lacking

    def _margin(self, one: int, other: int) -> float:
        """Return how much liker two claims are than each is to its neighbours in other documents.

        Source: Artetxe and Schwenk, Margin-based Parallel Corpus Mining (2019), with the difference as margin; summed
        over the vectors of the sentences and of the passages.
        """
        alike = sum(float(space[one] @ space[other]) for space in self._spaces)
        return alike - (self._background(one) + self._background(other)) / 2

    def _background(self, row: int) -> float:
        if row not in self._backgrounds:
            elsewhere = self._names != self._names[row]
            self._backgrounds[row] = sum(_nearest((space @ space[row])[elsewhere]) for space in self._spaces)
        return self._backgrounds[row]


def _nearest(similarities: NDArray[np.float32]) -> float:
    """Return the mean of the few highest."""
    return float(np.sort(similarities)[-_NEIGHBOURS:].mean())


def _agree(mine: Claim, yours: Claim) -> bool:
    return any(comparable(q, r) and q.agrees(r) for q in mine.quantities for r in yours.quantities)


def _different(mine: Claim, yours: Claim) -> list[tuple[Quantity, Quantity]]:
    """Return the quantities in which two claims differ; none where they are about different things, or know of both."""
    if mine.periods and yours.periods and mine.periods.isdisjoint(yours.periods):
        return []
    found = differences(mine.quantities, yours.quantities)
    if (
        not found
        or elsewhere(mine, yours)
        or conflict(mine, yours, about_dates=all(first.kind == "date" for first, _ in found))
    ):
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
