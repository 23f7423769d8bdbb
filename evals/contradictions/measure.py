"""Looking for contradictions in the corpus with the planted documents beside it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.errors import AssistantError
from assistant.index import AUDIENCES, Index
from assistant.settings import Settings
from evals.contradictions.planted import SETS, Planted, files, read
from ingest.contradictions import Contradiction, Side, find
from ingest.sync import Watcher, ingest


@dataclass
class Figures:
    """What was found: `hits` are the planted contradictions, by their document's id.

    `elsewhere` counts what a planted document contradicts in other sections than the one that it was written against,
    which is mostly true too; the alarms are false unless a person says otherwise.
    """

    planted: Mapping[str, Planted]
    near: Mapping[str, Planted]
    seconds: float
    passages: int
    hits: set[str] = field(default_factory=set)
    elsewhere: int = 0
    corpus_alarms: list[Contradiction] = field(default_factory=list)
    near_alarms: list[Contradiction] = field(default_factory=list)

    def shares(self) -> Iterator[tuple[str, int, int]]:
        """Yield what was found by wording and language: name, hits, of how many."""
        for name in ("about", "language"):
            of_all = Counter(getattr(row, name) for row in self.planted.values())
            of_hits = Counter(getattr(self.planted[hit], name) for hit in self.hits)
            yield from ((value, of_hits[value], n) for value, n in sorted(of_all.items()))


def opened(settings: Settings, watcher: Watcher | None = None) -> Index:
    """Index corpus and planted documents in a folder of their own, and open that index.

    Raises:
        AssistantError: a planted document cannot be ingested.

    """
    apart = {"var_dir": settings.var_dir / "evals" / "contradictions", "database_url": "", "chroma_url": ""}
    scratch = settings.model_copy(update=apart)
    report = ingest(scratch, files(), prune=True, watcher=watcher)
    if report.problems:
        name, reason = next(iter(report.problems.items()))
        raise AssistantError(f"The planted document {name!r} cannot be ingested: {reason}.")
    return Index(scratch, AUDIENCES)


def measure(settings: Settings, sets: tuple[str, str], watcher: Watcher | None = None) -> Figures:
    """Look for contradictions in the corpus with all planted documents beside it.

    `sets` name the planted contradictions and the near-twins to report on; the others are indexed but not counted.

    Raises:
        AssistantError: a planted document cannot be ingested.

    """
    index = opened(settings, watcher)
    start = time.perf_counter()
    found = find(index)
    seconds = time.perf_counter() - start
    passages = sum(len(index.ids_in(document_id)) for document_id in index.documents)
    figures = Figures(read(sets[0]), read(sets[1]), seconds, passages)
    _count(figures, found)
    index.engine.dispose()
    return figures


def _count(figures: Figures, found: Iterable[Contradiction]) -> None:
    everything = {document_id for name in SETS for document_id in read(name)}
    for each in found:
        ours = [side.document_id for side in (each.one, each.other) if side.document_id in everything]
        if not ours:
            figures.corpus_alarms.append(each)
        elif len(ours) == 1 and ours[0] in figures.near:
            figures.near_alarms.append(each)
        elif len(ours) == 1 and ours[0] in figures.planted:
            there = each.other if each.one.document_id == ours[0] else each.one
            if _is_target(figures.planted[ours[0]], there):
                figures.hits.add(ours[0])
            else:
                figures.elsewhere += 1


def _is_target(row: Planted, side: Side) -> bool:
    return (row.document, row.slug) == (side.document_id, side.slug)
