"""Why an answer is right or wrong, in sentences that need no knowledge of the measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from assistant.answer import Answer
from evals.dataset import Item
from evals.matching import contains
from evals.metrics import LONGEST, LONGEST_OF_PARTS, answered, is_short, said
from evals.texts import Number, Percent, Sentence, knows, sentence
from evals.verdict import right

Row = Mapping[str, Any]
Weight = Literal["good", "fault", "doubt", "fact"]
Reason = tuple[Weight, Sentence]
"""A sentence and its weight: what went well, a fault, something to look at, or a fact that helps to understand."""

_OF_A_ROW = {"answer", "metrics", "error", "retrieved", "probability", "standalone_metrics", "ratings"}
_SPELLINGS = 4  # of a fact that are shown
_MUCH = 0.5  # of an answer beside the point
# A metric that is no: the sentence that says so.
_DOUBTS = ("verbatim", "numbers", "period", "date_note", "first_citation")


def item_of(row: Row) -> Item:
    """Return the question of a line of results, without what came of it."""
    return Item.model_validate({name: value for name, value in row.items() if name not in _OF_A_ROW})


def reasons(row: Row, threshold: float | None = None) -> list[Reason]:
    """Return why a line of results is right or wrong; `threshold` is the probability from which it is answered."""
    item = item_of(row)
    if not row["answer"]:
        return [("fault", sentence("why.error", error=row.get("error", "?")))]
    answer = Answer.model_validate(row["answer"])
    found = [*_decision(item, answer), *_doubts(item, answer, row), *_search(row, threshold)]
    if not any(weight in {"good", "fault"} for weight, _ in found) and right(row) is None:
        return [*found, ("fact", sentence("why.nothing"))]
    return found


def reason_name(code: str) -> Sentence | str:
    """Return a status or reason of an answer in words; a code that is not known stays as it is."""
    return sentence(f"reasons.{code}") if knows(f"reasons.{code}") else code


def fact_name(fact: tuple[str, ...]) -> str:
    """Return a fact by its first spellings."""
    return " / ".join(fact[:_SPELLINGS])


def _decision(item: Item, answer: Answer) -> Iterator[Reason]:
    if item.answerable is False:
        yield _refusal(item, answer)
    elif not answered(answer):
        if item.answerable or item.facts:
            yield "fault", sentence("why.refused_wrongly")
    elif item.facts:
        yield from _facts(item, answer)
    elif item.answerable:
        yield "good", sentence("why.answered")


def _refusal(item: Item, answer: Answer) -> Reason:
    if answered(answer):
        return "fault", sentence("why.answered_wrongly")
    if item.reason and item.reason not in {answer.status, answer.reason}:
        given, expected = reason_name(answer.reason or answer.status), reason_name(item.reason)
        return "doubt", sentence("why.refused_otherwise", given=given, expected=expected)
    return "good", sentence("why.refused")


def _facts(item: Item, answer: Answer) -> Iterator[Reason]:
    if not is_short(item, answer):
        limit = LONGEST_OF_PARTS if answer.parts or "parts" in item.tags else LONGEST
        yield "fault", sentence("why.too_long", length=Number(len(answer.text)), limit=Number(limit))
        return
    text, facts = said(answer), item.facts or ()
    missing = [fact for fact in facts if not any(contains(text, spelling) for spelling in fact)]
    for fact in missing:
        yield "fault", sentence("why.missing", fact=fact_name(fact))
    if not missing:
        yield "good", sentence("why.complete")


def _doubts(item: Item, answer: Answer, row: Row) -> Iterator[Reason]:
    metrics = row["metrics"]
    if metrics.get("source") is False:
        yield "doubt", sentence("why.elsewhere")
    for name in _DOUBTS:
        if metrics.get(name) is False and not (name == "first_citation" and metrics.get("facts") == 0):
            yield "doubt", sentence(f"why.{name}")
    if metrics.get("language") is False:
        yield "doubt", sentence("why.language", asked=_language(item.language), given=_language(answer.language))
    if metrics.get("follow_up") is False and "standalone_metrics" in row:
        yield "doubt", sentence("why.follow_up")
    if answered(answer) and metrics.get("facts") and metrics.get("beside", 0) > _MUCH:
        yield "doubt", sentence("why.beside", share=Percent(metrics["beside"]))


def _language(code: str | None) -> Sentence:
    known = code in {"nl", "en"}
    return sentence(f"languages.{code}") if known else sentence("languages.other", code=code)


def _search(row: Row, threshold: float | None) -> Iterator[Reason]:
    """Say how far the search came, where the question went wrong."""
    if right(row) is not False:
        return
    rank, probability = row["metrics"].get("mrr"), row.get("probability")
    if rank is not None:
        found = sentence("why.found_at", rank=round(1 / rank)) if rank > 0 else sentence("why.not_found")
        yield "fact", found
    if probability is None:
        return
    if threshold is not None and probability < threshold:
        values = {"probability": Percent(probability), "threshold": Percent(threshold)}
        yield "fact", sentence("why.below", **values)
    else:
        yield "fact", sentence("why.probability", probability=Percent(probability))
