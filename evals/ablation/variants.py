"""The variants: each switches one step off, or one on that was left out, for a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from unittest.mock import patch

from assistant import dictionary, extract, query, retrieve
from assistant.index import Index, Passage
from assistant.index.sparse import SparseIndex, Vocabulary, vocabulary
from assistant.query import Query
from assistant.retrieve import Candidate, HybridRetriever, Nearest, Signals

DENSE = ("sentence", "passage", "phrasing")
COVERAGE = ("coverage", "asked_coverage")
_DATED = ("other_period", "superseded")
_OF_A_DOCUMENT = 2


@dataclass(frozen=True)
class Patch:
    """What stands in the place of an attribute of a module or class."""

    owner: object
    name: str
    value: Any


@dataclass(frozen=True)
class Variant:
    """The system with a step switched off; `phrased` says whether the corpus has its phrasings."""

    name: str
    patches: tuple[Patch, ...] = ()
    phrased: bool = True


@contextmanager
def patched(patches: Sequence[Patch]) -> Iterator[None]:
    """Put every patch in place, and take it out again at the end."""
    with ExitStack() as stack:
        for one in patches:
            stack.enter_context(patch.object(one.owner, one.name, one.value))
        yield


def without(*signals: str) -> tuple[Patch, ...]:
    """Return what takes signals away: they find no passages and are zero for those that others found."""
    find, lists = HybridRetriever._find, [name for name in signals if name in (*DENSE, "bm25")]

    def found(self: HybridRetriever, index: Index, asked: Query, nearest: Nearest) -> Any:
        hits = find(self, index, asked, nearest)
        for name in lists:
            getattr(hits, name).clear()
        return hits

    def made(**values: float) -> Signals:
        # Where a text has no phrasings, its best sentence stands in for them, and its words for theirs.
        stand_in = "sentence" in signals and values["phrasing"] == values["sentence"]
        gone = (*signals, "phrasing") if stand_in else signals
        return Signals(**{**values, **dict.fromkeys(gone, 0.0)})

    return Patch(HybridRetriever, "_find", found), Patch(retrieve, "Signals", made)


def _headless() -> tuple[Patch, ...]:
    """Return what makes the vocabularies of passages and sentences without the headings above them."""
    said: Callable[[str, str], Vocabulary] = cache(vocabulary)

    def of_text(passage: Passage) -> Vocabulary:
        return said(passage.text, passage.document.language)

    def of_asked(passage: Passage) -> Vocabulary:
        return said("\n".join([passage.text, *passage.asked]), passage.document.language)

    def of_sentences(passage: Passage) -> tuple[Vocabulary, ...]:
        return tuple(said(sentence.text, passage.document.language) for sentence in passage.sentences)

    # A property comes before what a passage has kept of its cached one.
    return (
        Patch(Passage, "vocabulary", property(of_text)),
        Patch(Passage, "asked_vocabulary", property(of_asked)),
        Patch(Passage, "sentence_vocabularies", property(of_sentences)),
    )


def _diverse() -> Callable[..., list[Candidate]]:
    """Return a search that puts a document's third passage, and later ones, behind all others."""
    find = HybridRetriever.find

    def found(self: HybridRetriever, asked: Query) -> list[Candidate]:
        seen: Counter[str] = Counter()
        candidates = find(self, asked)
        behind = []
        for candidate in candidates:
            seen[candidate.passage.document.id] += 1
            behind.append(seen[candidate.passage.document.id] > _OF_A_DOCUMENT)
        order = sorted(range(len(candidates)), key=lambda i: behind[i])
        return [replace(candidates[i], score=candidates[place].score) for place, i in enumerate(order)]

    return found


FULL = Variant("full")
VARIANTS = (
    FULL,
    Variant("BM25 alone", without(*DENSE, *COVERAGE)),
    Variant("dense alone", without("bm25", *COVERAGE)),
    Variant("without phrasings", phrased=False),
    Variant("without BM25", without("bm25")),
    Variant("without word coverage", (Patch(Query, "coverage", lambda *_: 0.0),)),
    Variant("without glossary translations", (Patch(query, "translations", lambda *_: {}),)),
    Variant("without abbreviations and sayings", (Patch(query, "spell_out", lambda text, _: text),)),
    Variant("without compound matching", (Patch(Vocabulary, "has", lambda self, term: term in self.stems),)),
    Variant("without the dictionary", (Patch(dictionary, "translations", lambda *_: ()),)),
    Variant("without spelling correction", (Patch(SparseIndex, "correct", lambda _, term: term),)),
    Variant("without headings in coverage", _headless()),
    Variant("without the sentence signal", without("sentence")),
    Variant("one set of weights for all ways", (Patch(extract, "way", lambda *_: "nl-nl"),)),
    Variant("without preference of period and date", without(*_DATED)),
    Variant("without the other language's phrasings", (Patch(retrieve, "_credit_twins", lambda *_: None),)),
    Variant("with two passages of a document at most", (Patch(HybridRetriever, "find", _diverse()),)),
)
