"""Retrieval metrics: against examples worked by hand and scikit-learn."""

from __future__ import annotations

import math
import sys

import pytest
from sklearn.metrics import ndcg_score

from assistant.errors import ConfigurationError
from evals.dataset import Item
from evals.retrieval import Held, of_retrieval, right_passages

DOCUMENTS = {
    "rates": [Held("public", "public", "80% for public bodies"), Held("private", "p. 3", "70% for others")],
    "calls": [Held("first", "first", "The first call"), Held("second", "second", "The second call")],
}


def passages(document_id):
    return DOCUMENTS.get(document_id, [])


def item(**fields):
    return Item(id="q", question="Q?", **fields)


def measured(sources, retrieved, **fields):
    return of_retrieval(item(sources=sources, **fields), retrieved, passages)


def test_right_passage_at_second_place():
    found = measured(["rates#public"], ["calls#first", "rates#public", "rates#private"])
    assert found == {
        "hit_5": True, "recall_5": 1.0, "recall_10": 1.0, "mrr": 0.5, "ndcg_10": round(1 / math.log2(3), 4),
        "document_recall_5": 1.0, "document_mrr": 0.5, "document_ndcg_10": round(1 / math.log2(3), 4),
    }  # fmt: skip


def test_two_right_passages_of_which_one_is_far_down():
    ranked = ["rates#public", *(f"x#{number}" for number in range(5)), "calls#first"]
    found = measured(["rates#public", "calls#first"], ranked)
    assert (found["hit_5"], found["recall_5"], found["recall_10"], found["mrr"]) == (True, 0.5, 1.0, 1.0)
    other = ndcg_score([[1, 0, 0, 0, 0, 0, 1]], [[7, 6, 5, 4, 3, 2, 1]], k=10)
    assert found["ndcg_10"] == pytest.approx(other, abs=1e-4)


def test_nothing_found_is_zero_and_nothing_expected_is_absent():
    found = measured(["rates#public"], [])
    assert (found["hit_5"], found["mrr"], found["ndcg_10"], found["document_mrr"]) == (False, 0.0, 0.0, 0.0)
    assert of_retrieval(item(), ["rates#public"], passages) == {}
    assert of_retrieval(item(sources=["rates"], answerable=False), ["rates#public"], passages) == {}


def test_passage_that_is_there_twice_counts_once():
    ranked = ["calls#first"] * 5 + ["rates#public"]
    assert measured(["rates#public"], ranked)["mrr"] == 0.5
    assert measured(["rates#public"], ranked)["document_mrr"] == 0.5


@pytest.mark.parametrize(
    ("sources", "facts", "right"),
    [
        (["rates#public"], None, {"rates#public"}),
        (["rates#P. 3"], None, {"rates#private"}),
        (["rates#public"], [["70%"]], {"rates#public", "rates#private"}),
        (["rates#public"], [["no such thing"]], {"rates#public"}),
        (["rates"], None, {"rates#public", "rates#private"}),
        (["rates"], [["80%"]], {"rates#public"}),
        (["rates"], [["no such thing"]], {"rates#public", "rates#private"}),
        (["gone#section", "gone"], None, {"gone#section", "gone"}),
    ],
)
def test_right_passages_are_named_or_hold_a_fact(sources, facts, right):
    assert right_passages(item(sources=sources, facts=facts), passages) == right


def test_missing_library_is_one_clear_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(ConfigurationError, match=r"\.\[evals\]"):
        measured(["rates"], ["rates#public"])


def test_translation_of_a_source_is_not_missed():
    """Both languages' sections are named as sources, and only those in the asker's language are looked for."""
    held = {
        "rates": [Held("rate", "rate", "The rate is 80%.", "en")],
        "percentages": [Held("percentage", "percentage", "Het percentage is 80%.", "nl")],
    }
    item = Item(
        id="q", question="Hoeveel?", language="nl", facts=[["80%"]], sources=["rates#rate", "percentages#percentage"]
    )
    found = of_retrieval(item, ["percentages#percentage"], lambda document: held.get(document, []))
    assert (found["recall_5"], found["ndcg_10"], found["document_recall_5"]) == (1.0, 1.0, 1.0)
    only_english = of_retrieval(
        item, ["rates#rate"], lambda document: held.get(document, []) if document == "rates" else []
    )
    assert only_english["hit_5"] is True
