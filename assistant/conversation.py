"""A question in a conversation: ordered by what it finds alone, completed, and said after the questions before it.

"En de deadline?" finds a deadline; with the questions before it, it finds the deadline that is meant. The document
that answered just before is likelier than others, and the passage that did, less likely. The weights are fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.index import Passage
from assistant.query import Query, names_today, period_named
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
    answered = _answered(leaning, find)
    also = retriever.index.ids_in(answered.last.document.id) if answered.last else ()
    texts = {
        "alone": asked,
        "completed": retriever.completed(asked, leaning, language),
        "after_last": f"{leaning.last} {asked}",
        "after_before": f"{leaning.before} {asked}",
    }
    said = list(dict.fromkeys(texts.values()))
    queries = dict(zip(said, retriever.queries(said, language, asked), strict=True))
    query = queries[texts["completed"]] = _of_its_period(queries[texts["completed"]], asked, leaning)
    found = dict(zip(queries, retriever.find_all(list(queries.values()), also), strict=True))
    views = {name: found[text] for name, text in texts.items()}
    return query, in_conversation(queries[asked], views, answered, retriever.weights)


def _of_its_period(query: Query, asked: str, leaning: Leaning) -> Query:
    """Return a follow-up's query with the period that the question before it named, unless it names one itself."""
    if query.period or leaning.replaced or not leaning.follow_up or names_today(asked, query.language):
        return query
    return replace(query, period=period_named(leaning.before, query.language))


def _answered(leaning: Leaning, find: Find) -> Answered:
    """Return what answered before, as it is found again: a conversation is a list of questions."""
    _, candidates = find(leaning.before)
    before = _best(candidates)
    if leaning.last == leaning.before:
        return Answered(before, before)
    _, joined = find(f"{leaning.before} {leaning.last}")
    return Answered(_best(joined), before)


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
