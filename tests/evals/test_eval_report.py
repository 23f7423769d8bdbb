"""The report: hostile text stays text, every fault is said in words, and it needs nothing but itself."""

from __future__ import annotations

import html
import re

import pytest

from evals import plots
from evals.dataset import Item
from evals.metrics import judge, judge_error
from evals.report import card, render, run_id
from evals.summary import summarise
from evals.verdict import OUTCOMES, outcome, outcomes, right

HOSTILE = '"><img src=x onerror=alert(1)></h3><script>alert(2)</script>{{ 7*7 }}'
PROVENANCE = {"date": "2026-01-02T03:04:05+00:00", "command": "assistant eval run", "datasets": {"a.jsonl": "abc"}}


def row(given, stored, **fields):
    fields = {"id": "q", "question": "Q?", **fields}
    metrics = judge(Item(**fields), given, stored, 1.0) if given else judge_error(Item(**fields))
    return {**fields, "answer": given.model_dump(mode="json") if given else None, "metrics": metrics}


def page(*rows, summary=None, **provenance):
    return render({**summarise(rows), **(summary or {}), "provenance": PROVENANCE | provenance}, rows)


def said(made, weight=None):
    return [words.say("en") for kind, words in made["why"] if weight in {None, kind}]


def visible(shown, language):
    """The text of a page as a reader of one language sees it."""
    other = "en" if language == "nl" else "nl"
    body = re.sub(r"<(style|script|template).*?</\1>", "", shown, flags=re.DOTALL)
    body = re.sub(rf'<span class="{other}".*?</span>', "", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_hostile_text_is_shown_and_never_run(answer, citation, stored):
    given = answer(text=HOSTILE, citations=(citation(title=HOSTILE, document_id=HOSTILE, locator=HOSTILE),))
    hostile = {
        "facts": [[HOSTILE]], "sources": [HOSTILE], "tags": [HOSTILE], "history": [HOSTILE], "language": HOSTILE,
        "reason": HOSTILE,
    }  # fmt: skip
    rows = (
        {**row(given, stored, **hostile), "question": HOSTILE, "id": HOSTILE},
        {**row(None, stored), "error": HOSTILE},
        {**row(answer("unsupported"), stored, answerable=False), "reason": HOSTILE},
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
        row(answer("unsupported"), stored, id="r", answerable=False),
    )
    dutch, english = visible(shown, "nl"), visible(shown, "en")
    assert "2 van de 2 beoordeelde vragen liepen zoals het moet: 100 %" in dutch
    assert "De assistent gaf geen enkel fout antwoord." in dutch
    assert "2 of the 2 judged questions went as they should: 100%" in english
    assert "Every quote stands word for word" in english
    assert "2 January 2026" in english
    for word in ("All ( 2 )", "Failures ( 0 )", "Passes ( 2 )", "Refusals ( 1 )", "My verdict differs ( 0 )"):
        assert word in english


def test_wrong_answers_errors_and_gates_are_named_in_the_verdict(answer, stored):
    gates = [{"metric": "facts", "wanted": 0.9, "value": 0.5, "passed": False}]
    rows = (
        row(answer(), stored, id="a", answerable=False),
        row(answer("unsupported"), stored, id="b", answerable=True, facts=[["x"]]),
        {**row(None, stored, id="c", answerable=True), "error": "HTTP 500"},
        row(answer(), stored, id="d"),
    )
    english = visible(page(*rows, summary={"gates": gates}), "en")
    assert "0 of the 3 judged questions went as they should: 0%" in english
    assert "1 time the assistant gave a wrong answer" in english
    assert "One question was refused wrongly" in english
    assert "One question got a technical error" in english
    assert "For one question nobody said what is expected" in english
    assert "One demand that was set is not met." in english
    assert "not met expected facts found facts wanted: 90.0%; measured: 50.0%" in english


def test_every_fault_is_said_in_words(answer, citation, stored):
    cases = [
        (row(answer(), stored, answerable=True, facts=[["80%", "80 %"]]), "Not in the answer: 80% / 80 %."),
        (row(answer("unsupported"), stored, answerable=True), "but it was refused"),
        (row(answer(), stored, answerable=False), "but something was answered"),
        (row(answer(text="x" * 601), stored, answerable=True, facts=[["x"]]), "over 600"),
        ({**row(None, stored), "error": "HTTP 500"}, "HTTP 500"),
    ]
    for given, sentence in cases:
        made = card(given)
        assert made["machine"] == "wrong"
        assert any(sentence in words for words in said(made, "fault")), sentence


def test_what_is_to_be_looked_at_is_said_and_no_fault(answer, citation, stored):
    right_row = row(
        answer(citations=(citation(start=1),)), stored, answerable=True, facts=[["cannot"]], sources=["other"]
    )
    right_row["metrics"] |= {"numbers": False, "period": False, "date_note": False, "beside": 0.8, "follow_up": False}
    made = card(
        {**right_row, "standalone_metrics": {}, "language": "nl", "metrics": right_row["metrics"] | {"language": False}}
    )
    assert made["machine"] == "right"
    doubts = " ".join(said(made, "doubt"))
    for words in ("another source", "word for word", "number or date", "another period", "note on date", "80%",
                  "Written out", "The question is in Dutch, the answer in English"):  # fmt: skip
        assert words in doubts
    refused = card(row(answer("off_topic"), stored, answerable=False, reason="judgement"))
    assert refused["machine"] == "right"
    assert "another reason (off topic) than expected (asks for a judgement" in said(refused, "doubt")[0]


def test_answer_without_any_fact_is_not_told_three_times_that_it_holds_none(answer, stored):
    made = card(row(answer(), stored, answerable=True, facts=[["x"], ["y"]]))
    assert said(made, "fault") == ["Not in the answer: x.", "Not in the answer: y."]
    assert said(made, "doubt") == []


def test_figures_of_the_verdict_have_their_interval_and_number(answer, stored):
    rows = [row(answer(), stored, id=name, answerable=True, facts=[["cannot receive"]]) for name in "abc"]
    english = visible(page(*rows), "en")
    assert "100% stood in them (44% to 100%, n = 3)." in english
    assert "From 3 questions that is known only so far" in english
    assert "lies with 95% confidence between 44% and 100%." in english


def test_labels_lie_on_no_figure_of_the_axes():
    points = [{"threshold": t, "coverage": c, "risk": r, "n": 4} for t, c, r in ((0.9, 0.5, 0.0), (0.2, 1.0, 0.5))]
    picture = plots.risk_coverage({"points": points, "threshold": 0.2, "best_threshold": 0.9}, "nl")
    assert float(re.search(r'class="best" x="[\d.]+" y="([\d.]+)"', picture)[1]) < 252
    times = plots.latencies([10.0, 11.0], "nl")
    assert ">0.5<" not in times
    assert "50\u00a0%" in times


def test_failure_says_how_far_the_search_came(answer, stored):
    refused = row(answer("unsupported"), stored, answerable=True, facts=[["x"]])
    refused["metrics"] |= {"mrr": 0.5}
    words = said(card({**refused, "probability": 0.2}, 0.31), "fact")
    assert words == [
        "The right passage was at place 2 of what was found.",
        "The assistant put the chance that the passages it found hold the answer at 20%, under the threshold of 31%.",
    ]
    lost = {**refused, "metrics": refused["metrics"] | {"mrr": 0}, "probability": 0.4}
    assert said(card(lost, 0.31), "fact") == [
        "The right passage was not found.",
        "The assistant put the chance that the passages it found hold the answer at 40%.",
    ]


def test_nothing_expected_is_not_judged(answer, stored):
    made = card(row(answer(), stored))
    assert (made["machine"], made["outcome"], made["kinds"]) == ("unjudged", "unjudged", ["unjudged"])
    assert said(made) == ["Nobody said what is expected of this answer."]


@pytest.mark.parametrize(
    ("status", "fields", "became"),
    [
        ("answered", {"answerable": True, "facts": [["cannot receive"]]}, "right_answer"),
        ("answered", {"answerable": True, "facts": [["cannot receive"], ["80"]]}, "incomplete"),
        ("answered", {"answerable": True, "facts": [["80"]]}, "wrong_answer"),
        ("answered", {"answerable": True}, "right_answer"),
        ("answered", {"answerable": False}, "wrong_answer"),
        ("off_topic", {"answerable": False}, "right_refusal"),
        ("unsupported", {"answerable": True}, "wrong_refusal"),
        ("unsupported", {"facts": [["80"]]}, "wrong_refusal"),
        ("answered", {}, "unjudged"),
    ],
)
def test_what_became_of_a_question(answer, stored, status, fields, became):
    given = row(answer(status), stored, **fields)
    assert outcome(given) == became
    assert right(given) is {"right_answer": True, "right_refusal": True, "unjudged": None}.get(became, False)


def test_outcomes_are_counted_in_their_order(answer, stored):
    rows = [
        row(answer(), stored, answerable=False),
        row(answer("off_topic"), stored, answerable=False),
        row(None, stored),
    ]
    assert outcomes(rows) == {"right_refusal": 1, "wrong_answer": 1, "error": 1}
    assert list(outcomes(rows)) == [name for name in OUTCOMES if name in outcomes(rows)]


POINTS = [
    {"threshold": t, "coverage": c, "risk": r, "n": round(10 * c)}
    for t, c, r in ((0.9, 0.2, 0.0), (0.3, 0.5, 0.2), (0.1, 1, 0.4))
]
FULL = {
    "refusal": {"right_refusals": 1, "wrong_refusals": 0, "missed_refusals": 0, "right_to_answer": 1,
                "cost": {"costs": {"wrong_answer": 5, "wrong_refusal": 1}, "total": 6, "per_question": 0.6,
                         "n": 10, "low": 0.1, "high": 1.2}},
    "risk_coverage": {"threshold": 0.3, "points": POINTS, "aurc": 0.1, "best_threshold": 0.9},
    "calibration": {"ece": 0.05, "brier": 0.1, "n": 10, "bins": [
        {"low": 0, "high": 0.5, "n": 4, "predicted": 0.3, "observed": 0.25, "observed_low": 0.1, "observed_high": 0.6},
        {"low": 0.5, "high": 1, "n": 0, "predicted": 0.0, "observed": 0.0}]},
    "reasons": {"off_topic": {"off_topic": 3, "judgement": 1}},
    "paired_languages": {"n": 4, "metrics": {"facts": {"difference": 0.2, "low": 0.1, "high": 0.3, "n": 4, "p": 0.02}}},
}  # fmt: skip


def test_figures_are_drawn_and_said(answer, stored):
    english = visible(page(row(answer(), stored, answerable=True, facts=[["cannot"]]), summary=FULL), "en")
    for words in (
        "With the threshold in use (0.30), 50% of the 10 questions is answered, and 20.0% of that is wrong (4%"
        " to 62%, n = 5).",
        "a threshold of 0.90 would have been the cheapest",
        "at a price of 5 for a wrong answer, 1 for a wrong refusal: 6 in all, 0.60 a question (0.10 to 1.20, n = 10)",
        "On average the estimate is 5.0% off (n = 10).",
        "Where it estimated 30%, this held in 25% of 4 cases.",
        "Dutch better 20.0 ( 10.0 to 30.0 ); p = 0.02 ; n = 4",
        "off topic asks for a judgement of one's own project 1",
    ):
        assert words in english, words


def test_pictures_have_a_title_and_a_description(answer, stored):
    shown = page(row(answer(), stored, answerable=True, facts=[["cannot"]]), summary=FULL)
    for picture in re.findall(r"<svg.*?</svg>", shown, flags=re.DOTALL):
        named = re.search(r'aria-labelledby="(\S+) (\S+)"', picture)
        if named is None:
            assert 'aria-hidden="true"' in picture
            continue
        assert all(re.search(rf'id="{name}">[^<]+<', picture) for name in named.groups())
    assert len(re.findall(r'role="img" aria-labelledby', shown)) == 6


def test_what_the_summary_lacks_is_not_shown(answer, stored):
    summary = {"counts": {}, "metrics": {}, "provenance": PROVENANCE}
    shown = render(summary, [row(answer(), stored)])
    assert "Undefined" not in shown
    assert "None" not in visible(shown, "en")


def test_three_hundred_questions_stay_under_two_megabytes(answer, citation, stored):
    cited = tuple(citation(number=n, quote="A quote of some length. " * 8) for n in (1, 2, 3))
    given = answer(text="An answer of a usual length. " * 18, citations=cited)
    facts = [[f"a spelling {n}" for n in range(8)] for _ in range(2)]
    rows = [row(given, stored, id=f"q{n}", answerable=True, facts=facts, language="en") for n in range(300)]
    assert len(page(*rows).encode()) < 2_000_000


def test_same_run_makes_the_same_page(answer, stored):
    rows = [row(answer(), stored, answerable=True, facts=[["cannot"]])]
    assert page(*rows, summary=FULL) == page(*rows, summary=FULL)


def test_run_is_named_after_its_results(answer, stored):
    rows = [row(answer(), stored)]
    assert run_id(rows) == run_id([dict(reversed(rows[0].items()))])
    assert run_id(rows) != run_id([{**rows[0], "question": "Other?"}])
