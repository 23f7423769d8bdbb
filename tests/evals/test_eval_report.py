"""The report: hostile text stays text, and every fault is said in words."""

from __future__ import annotations

from evals.dataset import Item
from evals.metrics import judge, judge_error
from evals.report import card, render
from evals.summary import summarise

HOSTILE = '"><img src=x onerror=alert(1)></h3><script>alert(2)</script>{{ 7*7 }}'
PROVENANCE = {"date": "2026-01-02T03:04:05+00:00", "command": "assistant eval run", "datasets": {"a.jsonl": "abc"}}


def row(given, stored, **fields):
    item = Item(id="q", question="Q?", **fields)
    answer = given.model_dump(mode="json") if given else None
    metrics = judge(item, given, stored, 1.0) if given else judge_error(item)
    return {**item.model_dump(mode="json", exclude_unset=True), "answer": answer, "metrics": metrics}


def page(*rows, **provenance):
    return render({**summarise(rows), "provenance": PROVENANCE | provenance}, rows)


def test_hostile_text_is_shown_and_never_run(answer, citation, stored):
    given = answer(text=HOSTILE, citations=(citation(title=HOSTILE, document_id=HOSTILE, locator=HOSTILE),))
    hostile = {"facts": [[HOSTILE]], "sources": [HOSTILE], "tags": [HOSTILE], "history": [HOSTILE], "language": HOSTILE}
    rows = (
        {**row(given, stored, **hostile), "question": HOSTILE, "id": HOSTILE},
        {**row(None, stored), "error": HOSTILE},
    )
    shown = page(*rows, command=HOSTILE, datasets={HOSTILE: HOSTILE})
    assert shown.count("<script") == 1  # its own
    assert "<img" not in shown
    assert "alert(2)&lt;/script&gt;" in shown
    assert "{{ 7*7 }}" in shown


def test_page_asks_nothing_of_the_network(answer, stored):
    shown = page(row(answer(), stored))
    assert "http://" not in shown
    assert "https://" not in shown
    assert not [word for word in (" src=", "<link", "@import", "url(") if word in shown]


def test_verdict_is_said_in_both_languages(answer, stored):
    shown = page(
        row(answer(), stored, language="en", answerable=True, facts=[["cannot receive"]]),
        row(answer("unsupported"), stored, answerable=False),
    )
    assert "2 van de 2 vragen liepen zoals het moet" in shown
    assert "2 of 2 questions went as they should" in shown
    assert "Every quote stands word for word" in shown
    assert "All (2)" in shown
    assert "Failures (0)" in shown
    assert "Refusals (1)" in shown


def test_every_fault_is_said_in_words(answer, citation, stored):
    cases = [
        (row(answer(), stored, answerable=True, facts=[["80%", "80 %"]]), "Not in the answer: 80% / 80 %."),
        (row(answer("unsupported"), stored, answerable=True), "but it was refused"),
        (row(answer(), stored, answerable=False), "but something was answered"),
        (row(answer(text="x" * 601), stored, answerable=True, facts=[["x"]]), "over 600"),
        (row(answer(citations=(citation(start=1),)), stored), "word for word"),
        (row(answer(), stored, language="nl"), "the answer in 'en'"),
        ({**row(None, stored), "error": "HTTP 500"}, "HTTP 500"),
    ]
    for given, sentence in cases:
        made = card(given)
        assert not made["passed"]
        assert any(fault and sentence in why for fault, why in made["why"]), sentence


def test_other_place_or_reason_is_said_and_no_fault(answer, stored):
    elsewhere = card(row(answer(), stored, answerable=True, facts=[["cannot"]], sources=["other"]))
    reason = card(row(answer("off_topic"), stored, answerable=False, reason="judgement"))
    assert elsewhere["passed"]
    assert "another place" in elsewhere["why"][-1][1]
    assert reason["passed"]
    assert "another reason (off_topic)" in reason["why"][0][1]
