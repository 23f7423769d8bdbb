"""Asked before: is this the question that staff answered and kept, in other words?

A section of the documentation answers many questions; a kept answer answers one. So it is not weighed against sections,
for which people have written many phrasings: it leads where the question is near one of its wordings, or near question
and answer together, and nearer than to any document. Otherwise it is not quoted, however much there is of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.kept import KIND
from assistant.weights import AskedBefore

if TYPE_CHECKING:
    from assistant.retrieve import Candidate


def lead(candidates: Sequence[Candidate], bounds: AskedBefore) -> list[Candidate]:
    """Return the candidates without kept answers, but for the one that answers this very question, which comes first.

    Its `asked_before` says how near it is, 0 to 1. One that holds goes before one that no longer does.
    """
    documents = [c for c in candidates if c.passage.document.kind != KIND]
    wording = max((c.signals.phrasing for c in documents), default=0.0)
    text = max((c.signals.passage for c in documents), default=0.0)
    asked = [
        one
        for one in candidates
        if one.passage.document.kind == KIND
        and (one.signals.phrasing >= bounds.wording or one.signals.passage >= bounds.text)
        and (one.signals.phrasing >= wording or one.signals.passage >= text)
    ]
    best = min(asked, key=_rank, default=None)
    if best is None:
        return documents
    return [replace(best, asked_before=max(best.signals.phrasing, best.signals.passage)), *documents]


def _rank(one: Candidate) -> tuple[float, float]:
    return one.signals.superseded, -(one.signals.phrasing + one.signals.passage)
