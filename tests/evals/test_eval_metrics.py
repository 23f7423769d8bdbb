"""Metrics of one answer: absent where they do not apply, strict where they do."""

from __future__ import annotations

import pytest

from assistant.answer import Note, Part
from evals.dataset import Item
from evals.metrics import cites, follow_up, judge, judge_error, right

ALWAYS = {"answered", "refused", "latency_ms", "length"}


def item(**fields) -> Item:
    return Item(id="q-1", question="Can my company get funding?", **fields)


def test_nothing_expected_means_nothing_judged(answer, stored):
    assert set(judge(item(), answer("unsupported"), stored, 1.0)) == ALWAYS


def test_unanswerable_question_has_no_facts_to_find(answer, stored):
    metrics = judge(item(answerable=False, facts=[["x"]], sources=["companies"]), answer(), stored, 1.0)
    assert not {"facts", "correct", "first_citation", "source"} & set(metrics)
    assert metrics["refusal_correct"] is False


def test_answer_without_citation_has_no_first_citation_or_source(answer, stored):
    metrics = judge(
        item(answerable=True, facts=[["cannot"]], sources=["companies"]), answer("unsupported"), stored, 1.0
    )
    assert metrics["facts"] == 0
    assert not {"first_citation", "source", "verbatim"} & set(metrics)


def test_share_of_facts(answer, stored):
    metrics = judge(item(answerable=True, facts=[["cannot receive"], ["80%"]]), answer(), stored, 1.0)
    assert metrics["facts"] == 0.5
    assert metrics["correct"] is False
    assert metrics["first_citation"] is True


@pytest.mark.parametrize(
    ("length", "tags", "parts", "counts"),
    [(600, (), 0, True), (601, (), 0, False), (1000, ("parts",), 0, True), (1000, (), 2, True), (1001, (), 2, False)],
)
def test_fact_in_a_long_answer_does_not_count(answer, stored, length, tags, parts, counts):
    said = "cannot ".ljust(length, "x")
    given = answer(text=said, parts=tuple(Part(question="q", status="answered", text="t") for _ in range(parts)))
    metrics = judge(item(answerable=True, facts=[["cannot"]], tags=tags), given, stored, 1.0)
    assert metrics["facts"] == float(counts)


def test_citation_mark_is_no_fact(answer, citation, stored):
    given = answer(text="A long story. [4]", citations=(citation(4),))
    assert judge(item(facts=[["4"]]), given, stored, 1.0)["facts"] == 0


def test_refusal_that_happens_to_name_the_fact_found_nothing(answer, stored):
    given = answer("unsupported", text="That is not in the documents of 2021-2027.")
    assert judge(item(answerable=True, facts=[["2021-2027"]]), given, stored, 1.0)["facts"] == 0


@pytest.mark.parametrize(
    ("status", "answerable", "right"),
    [
        ("answered", True, True), ("partial", True, True), ("unsupported", True, False), ("small_talk", True, False),
        ("unsupported", False, True), ("off_topic", False, True), ("small_talk", False, True),
        ("partial", False, False),
    ],
)  # fmt: skip
def test_refusal_is_judged_by_what_was_expected(answer, stored, status, answerable, right):
    metrics = judge(item(answerable=answerable), answer(status), stored, 1.0)
    assert metrics["refusal_correct"] is right
    assert metrics["refused"] is (status in {"unsupported", "off_topic"} or (status == "small_talk" and not answerable))


def test_reason_of_a_refusal(answer, stored):
    expected = item(answerable=False, reason="other_programme")
    right = answer("unsupported", reason="other_programme")
    assert judge(expected, right, stored, 1.0)["reason_correct"] is True
    assert judge(expected, answer("off_topic"), stored, 1.0)["reason_correct"] is False
    assert "reason_correct" not in judge(expected, answer(), stored, 1.0)
    assert judge(item(answerable=False, reason="off_topic"), answer("off_topic"), stored, 1.0)["reason_correct"] is True


@pytest.mark.parametrize(
    ("source", "matches"),
    [
        ("companies", True), ("companies#can-my-company-get-money", True),
        ("companies#Can my company get money?", True),
        ("companies#elsewhere", False), ("company", False), ("bedrijven#can-my-company-get-money", False),
    ],
)  # fmt: skip
def test_source_is_matched_by_document_and_locator(citation, source, matches):
    assert cites(citation(), source) is matches


@pytest.mark.parametrize("change", [{"end": 20}, {"revision": "r0"}, {"quote": "A company can."}, {"start": 0}])
def test_quote_is_verbatim_in_its_revision_only(answer, citation, stored, change):
    assert judge(item(), answer(), stored, 1.0)["verbatim"] is True
    assert judge(item(), answer(citations=(citation(), citation(2, **change))), stored, 1.0)["verbatim"] is False


def test_near_misses_are_quotes_too(answer, citation, stored):
    given = answer("unsupported", near_misses=(citation(quote="Invented."),))
    assert judge(item(), given, stored, 1.0)["verbatim"] is False


def test_language_is_judged_where_it_is_known(answer, stored):
    assert judge(item(language="nl"), answer(), stored, 1.0)["language"] is False
    assert "language" not in judge(item(), answer(), stored, 1.0)


def test_error_found_no_facts_and_is_no_refusal():
    assert judge_error(item()) == {"error": True}
    assert judge_error(item(answerable=True, facts=[["x"]])) == {
        "error": True, "facts": 0.0, "correct": False, "refusal_correct": False,
    }  # fmt: skip
    assert judge_error(item(answerable=False)) == {"error": True, "refusal_correct": False}


@pytest.mark.parametrize(
    ("text", "facts", "share"),
    [
        ("Companies cannot. [1]", [["cannot"]], 0.0),
        ("Companies cannot. Cities are. [1]", [["cannot"]], 11 / 28),
        ("Cities are. [1]", [["cannot"]], 1.0),
    ],
)
def test_how_much_is_beside_the_point(answer, stored, text, facts, share):
    metrics = judge(item(answerable=True, facts=facts), answer(text=text), stored, 1.0)
    assert metrics["beside"] == pytest.approx(share, abs=1e-4)


def test_refusal_is_not_beside_the_point(answer, stored):
    assert "beside" not in judge(item(answerable=True, facts=[["x"]]), answer("unsupported"), stored, 1.0)


@pytest.mark.parametrize(
    ("status", "expected", "wrong"),
    [
        ("answered", {"facts": [["cannot receive"], ["80%"]]}, False),
        ("answered", {"facts": [["80%"]]}, True),
        ("unsupported", {"facts": [["80%"]]}, False),
        ("answered", {"answerable": False}, True),
        ("off_topic", {"answerable": False}, False),
        ("answered", {"answerable": True}, None),
    ],
)
def test_wrong_answer_misleads(answer, stored, status, expected, wrong):
    assert judge(item(**expected), answer(status), stored, 1.0).get("wrong_answer") is wrong


def test_long_answer_that_holds_the_fact_is_not_wrong_but_not_correct(answer, stored):
    metrics = judge(item(facts=[["cannot"]]), answer(text="cannot ".ljust(700, "x")), stored, 1.0)
    assert (metrics["correct"], metrics["wrong_answer"]) == (False, False)


@pytest.mark.parametrize(
    ("period", "fields", "right_one"),
    [
        ("2021-2027", {}, True),
        ("2014-2020", {}, False),
        ("2028-2034", {}, True),
        ("2014-2020", {"period": "2014-2020"}, True),
        ("2021-2027", {"period": "2014-2020"}, False),
        ("2014-2020", {"question": "What held in 2014 – 2020?"}, True),
        ("2014-2020", {"question": "what about 14-20?"}, True),
        ("2014-2020", {"question": "Hoe was dat in de vorige periode?"}, True),
        ("2014-2020", {"history": ["And in the previous programme?"]}, True),
        ("2007-2013", {"question": "What held in 2014-2020?"}, False),
        ("2014-2020", {"sources": ["companies"]}, True),
    ],
)
def test_quote_of_an_earlier_period_needs_a_question_about_it(answer, citation, stored, period, fields, right_one):
    asked = Item.model_validate({"id": "q", "question": "What is the rate?", **fields})
    given = answer(citations=(citation(period=period),))
    assert judge(asked, given, stored, 1.0)["period"] is right_one


def test_period_is_not_judged_without_one(answer, citation, stored):
    assert "period" not in judge(item(), answer(citations=(citation(period=None),)), stored, 1.0)
    assert "period" not in judge(item(answerable=False), answer(), stored, 1.0)


def test_expected_date_note(answer, stored):
    noted = answer(notes=(Note(code="earlier_period", text="x"), Note(code="automated", text="y")))
    assert judge(item(notes=["earlier_period"]), noted, stored, 1.0)["date_note"] is True
    assert judge(item(notes=["superseded"]), noted, stored, 1.0)["date_note"] is False
    assert "date_note" not in judge(item(notes=["superseded"]), answer("unsupported"), stored, 1.0)
    assert "date_note" not in judge(item(), noted, stored, 1.0)


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ({"correct": False, "refusal_correct": True}, False),
        ({"refusal_correct": True}, True),
        ({"error": True}, False),
        ({}, None),
    ],
)
def test_right_is_all_facts_or_else_a_right_decision(metrics, expected):
    assert right(metrics) is expected


def test_follow_up_is_only_blamed_where_the_question_alone_went_well():
    leaning = item(history=["Who can be lead partner?"])
    good, bad = {"correct": True}, {"correct": False}
    assert follow_up(leaning, bad, good) is False
    assert follow_up(leaning, good, good) is True
    assert follow_up(leaning, bad, bad) is None
    assert follow_up(leaning, bad, None) is False
    assert follow_up(item(), good, None) is None
