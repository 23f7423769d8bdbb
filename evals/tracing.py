"""What the chain found for a question, read off it while it answers, as any LangChain tracer would."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from evals.retrieval import DEPTH


class Trace(BaseCallbackHandler):
    """Remembers the passages that one question found and how likely they are to answer it.

    `retrieved` lists `document-id#slug`, best first, and `probability` is that of support, 0 to 1; both are None until
    the step `support` has ended, which a friendly reply never reaches.
    """

    raise_error = True

    def __init__(self) -> None:
        self.retrieved: tuple[str, ...] | None = None
        self.probability: float | None = None
        self._support: set[UUID] = set()

    def on_chain_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002 -- LangChain hands these in by name
        inputs: Any,  # noqa: ARG002
        *,
        run_id: UUID,
        name: str | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Notice that the step `support` begins."""
        if name == "support":
            self._support.add(run_id)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """Read what the step `support` returns: several questions in one message are as weak as the weakest."""
        if run_id not in self._support or not outputs.steps:
            return
        rankings = [[_name(c) for c in step.reading.candidates] for step in outputs.steps]
        self.retrieved = interleave(rankings)
        self.probability = round(min(float(step.support.probability) for step in outputs.steps), 4)


def interleave(rankings: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return rankings as one, rank by rank, each passage once, at most 20.

    >>> interleave([["a", "b"], ["c", "a", "d"]])
    ('a', 'c', 'b', 'd')
    """
    ranked = [name for rank in zip_longest(*rankings) for name in rank if name is not None]
    return tuple(dict.fromkeys(ranked))[:DEPTH]


def _name(candidate: Any) -> str:
    return f"{candidate.passage.document.id}#{candidate.passage.slug}"
