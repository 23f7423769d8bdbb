"""What is measured of one answer; a metric that does not apply to a question is absent, never zero."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assistant.answer import Answer, Citation
from evals import grounding
from evals.dataset import Item
from evals.matching import facts_found
from ingest.blocks import slugify
from ingest.sentences import spans

LONGEST = 600  # characters of an answer in which facts still count
LONGEST_OF_PARTS = 1000  # where the question has several parts

Value = float | bool
StoredText = Callable[[str, str], str | None]
"""The stored text of a document at a revision, or None where there is none."""


def judge(item: Item, answer: Answer, stored: StoredText, latency_ms: float) -> dict[str, Value]:
    """Return every metric of the answer that applies to this question: shares 0 to 1, or yes and no."""
    return {
        "answered": answered(answer),
        "refused": refused(item, answer),
        "latency_ms": round(latency_ms, 2),
        "length": len(answer.text),
        **dict(_of_facts(item, answer)),
        **dict(_of_sources(item, answer)),
        **dict(_of_refusal(item, answer)),
        **dict(grounding.of_quotes(answer, stored)),
        **dict(_of_time(item, answer)),
        **({"language": answer.language == item.language} if item.language else {}),
    }


def judge_error(item: Item) -> dict[str, Value]:
    """Return the metrics of a question that got an error: what should have been found was not."""
    metrics: dict[str, Value] = {"error": True}
    if item.facts and item.answerable is not False:
        metrics |= {"facts": 0.0, "correct": False}
    if item.answerable is not None:
        metrics["refusal_correct"] = False
    return metrics


def right(metrics: Mapping[str, Any]) -> bool | None:
    """Whether a question went as it should: all facts found where facts are expected, else refused or answered rightly.

    An error is wrong. None where nothing is expected of the answer.
    """
    if metrics.get("error"):
        return False
    judged = metrics.get("correct", metrics.get("refusal_correct"))
    return None if judged is None else bool(judged)


def follow_up(item: Item, metrics: Mapping[str, Any], standalone: Mapping[str, Any] | None) -> bool | None:
    """Whether a question that leans on earlier ones went as it should.

    Where the same question written out (`standalone`) fails too, the conversation is not to blame, and nothing is
    judged.
    """
    if not item.history or (standalone is not None and not right(standalone)):
        return None
    return right(metrics)


def answered(answer: Answer) -> bool:
    """Whether the answer says something about the question; `partial` does."""
    return answer.status in {"answered", "partial"}


def refused(item: Item, answer: Answer) -> bool:
    """Whether the question was refused; a short friendly reply refuses only what has no answer."""
    return answer.status in {"unsupported", "off_topic"} or (answer.status == "small_talk" and item.answerable is False)


def is_short(item: Item, answer: Answer) -> bool:
    """Whether the answer is short enough for its facts to count: 600 characters, 1,000 for several questions in one."""
    several = bool(answer.parts) or "parts" in item.tags
    return len(answer.text) <= (LONGEST_OF_PARTS if several else LONGEST)


def said(answer: Answer) -> str:
    """Return the text without its citation marks, so that the mark [4] is not taken for the fact "4"."""
    numbers = {citation.number for citation in answer.citations}
    return re.sub(r"\[(\d{1,3})\]", lambda mark: " " if int(mark[1]) in numbers else mark[0], answer.text)


def beside(item: Item, answer: Answer) -> float:
    """Return the share of the text, in characters of its sentences, that holds none of the expected facts, 0 to 1.

    A fact that runs over the end of a sentence is found in none of its sentences.
    """
    text = said(answer)
    sentences = [text[start:end] for start, end in spans(text, answer.language)]
    on_point = sum(len(s) for s in sentences if facts_found(s, item.facts or ()))
    return 1 - on_point / (sum(map(len, sentences)) or 1)


def _of_facts(item: Item, answer: Answer) -> Iterator[tuple[str, Value]]:
    if item.answerable is False:
        yield "wrong_answer", answered(answer)
        return
    if not item.facts:
        return
    there = facts_found(said(answer), item.facts) if answered(answer) else 0
    found = there if is_short(item, answer) else 0
    yield "facts", found / len(item.facts)
    yield "correct", found == len(item.facts)
    yield "wrong_answer", answered(answer) and not there
    if answered(answer):
        yield "beside", round(beside(item, answer), 4)
    if answer.citations:
        yield "first_citation", facts_found(answer.citations[0].quote, item.facts) > 0


def _of_sources(item: Item, answer: Answer) -> Iterator[tuple[str, Value]]:
    if item.sources and item.answerable is not False and answer.citations:
        yield "source", any(cites(citation, source) for citation in answer.citations for source in item.sources)


def cites(citation: Citation, source: str) -> bool:
    """Whether a citation is of `document-id`, or of the place in it that `document-id#locator` names."""
    document, _, locator = source.partition("#")
    if citation.document_id != document:
        return False
    return not locator or citation.locator == locator or slugify(citation.locator) == slugify(locator)


def _of_refusal(item: Item, answer: Answer) -> Iterator[tuple[str, Value]]:
    if item.answerable is None:
        return
    yield "refusal_correct", answered(answer) == item.answerable
    if item.reason and not item.answerable and not answered(answer):
        yield "reason_correct", item.reason in {answer.status, answer.reason}


def _of_time(item: Item, answer: Answer) -> Iterator[tuple[str, Value]]:
    if item.answerable is not False and any(citation.period for citation in answer.citations):
        yield "period", all(grounding.is_of_period(item, citation) for citation in answer.citations)
    if item.notes and answered(answer):
        yield "date_note", set(item.notes) <= {note.code for note in answer.notes}
