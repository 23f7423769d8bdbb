"""A question in a conversation: ordered by what it finds alone, completed, and said after the questions before it.

"En de deadline?" finds a deadline; with the questions before it, it finds the deadline that is meant. The document
that answered just before is likelier than others, and the passage that did, less likely. The weights are fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.index import Passage
from assistant.query import Query
from assistant.retrieve import Candidate, HybridRetriever
from assistant.standalone import Leaning
from assistant.weights import Weights

VIEWS = ("alone", "completed", "after_last", "after_before")
FEATURES = (*VIEWS, "same_document", "said_last", "said_before")
Found = tuple[Query, list[Candidate]]
Find = Callable[[str], Found]  # a search for a text in the language of the conversation; each is made once
_SAYS_IT = 0.5  # share of a follow-up that a passage says from which it may answer once more


@dataclass(frozen=True)
class Answered:
    """The passages that answered just before (`last`), and the question that the follow-ups lean on (`before`)."""

    last: Passage | None
    before: Passage | None


def converse(retriever: HybridRetriever, asked: str, leaning: Leaning, language: str, find: Find) -> Found:
    """Return a question of a conversation as a query, and the candidates for it, best first."""
    answered = _answered(leaning, find, retriever.weights)
    also = retriever.index.ids_in(answered.last.document.id) if answered.last else ()
    query = retriever.complete(asked, leaning, language)
    own = retriever.query(asked, language) if leaning.follow_up else query
    said = {"after_last": f"{leaning.last} {asked}", "after_before": f"{leaning.before} {asked}"}
    joined = {text: retriever.find(retriever.query(text, language, asked), also) for text in set(said.values())}
    views = {name: joined[text] for name, text in said.items()}
    views["alone"] = retriever.find(own, also)
    views["completed"] = retriever.find(query, also) if leaning.follow_up else views["alone"]
    return query, in_conversation(own, views, answered, retriever.weights)


def _answered(leaning: Leaning, find: Find, weights: Weights) -> Answered:
    """Return what answered before, as it is found again: a conversation is a list of questions."""
    _, candidates = find(leaning.before)
    before = _best(candidates)
    if leaning.last == leaning.before:
        return Answered(before, before)
    own, alone = find(leaning.last)
    _, joined = find(f"{leaning.before} {leaning.last}")
    views = dict.fromkeys(VIEWS, joined) | {"alone": alone}
    return Answered(_best(in_conversation(own, views, Answered(before, before), weights)), before)


def _best(candidates: Sequence[Candidate]) -> Passage | None:
    return next((c.passage for c in candidates if not c.passage.unanswered), None)


def in_conversation(
    own: Query, views: Mapping[str, Sequence[Candidate]], answered: Answered, weights: Weights
) -> list[Candidate]:
    """Return the candidates of all `views` (by their names in `VIEWS`), best first, each with its `leaning`."""
    known = [{c.passage.id: c.score for c in views[name]} for name in VIEWS]
    lowest = [min(scores.values(), default=0.0) for scores in known]

    def leaning(candidate: Candidate) -> Candidate:
        passage = candidate.passage
        unsaid = own.coverage(passage.asked_vocabulary, passage.document.language) < _SAYS_IT
        values = {
            **{n: s.get(passage.id, low) for n, s, low in zip(VIEWS, known, lowest, strict=True)},
            "same_document": float(answered.last is not None and passage.document.id == answered.last.document.id),
            "said_last": float(answered.last is not None and unsaid and passage.id == answered.last.id),
            "said_before": float(answered.before is not None and unsaid and passage.id == answered.before.id),
        }
        return replace(candidate, score=weights.conversation.score(values), leaning=values)

    # Of a candidate that several views found, the signals are those of the completed question.
    order = (*(name for name in VIEWS if name != "completed"), "completed")
    every = {c.passage.id: c for name in order for c in views[name]}
    return sorted(map(leaning, every.values()), key=lambda c: -c.score)
