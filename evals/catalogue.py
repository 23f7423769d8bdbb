"""The metrics of a question, in the order in which tables show them, and which way each is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """`label` names it in a terminal's table; `higher` says whether more of it is better."""

    label: str
    higher: bool = True


METRICS = {
    "right": Metric("right"),
    "facts": Metric("facts found"),
    "correct": Metric("all facts found"),
    "wrong_answer": Metric("wrong answers", higher=False),
    "beside": Metric("beside the point", higher=False),
    "first_citation": Metric("first citation holds a fact"),
    "source": Metric("an expected source is cited"),
    "refusal_correct": Metric("answered or refused rightly"),
    "reason_correct": Metric("right reason of refusal"),
    "follow_up": Metric("follow-ups right"),
    "verbatim": Metric("quotes word for word"),
    "numbers": Metric("numbers stand in the quotes"),
    "period": Metric("quoted from the right period"),
    "date_note": Metric("expected date notes"),
    "language": Metric("language of the question"),
    "hit_5": Metric("a right passage in the first 5"),
    "recall_5": Metric("passages: recall@5"),
    "recall_10": Metric("passages: recall@10"),
    "mrr": Metric("passages: MRR"),
    "ndcg_10": Metric("passages: nDCG@10"),
    "document_recall_5": Metric("documents: recall@5"),
    "document_mrr": Metric("documents: MRR"),
    "document_ndcg_10": Metric("documents: nDCG@10"),
}
"""Every metric between 0 and 1 that the figures are made of; `right` is derived (`evals.metrics.right`)."""

REFUSAL = {
    "precision": Metric("refusals: precision"),
    "recall": Metric("refusals: recall"),
    "f1": Metric("refusals: F1"),
}
"""The shares of the 2×2 of refusals, in which a refusal is the positive class."""
