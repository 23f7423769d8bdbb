"""Dutch against English: each question beside its twin."""

from __future__ import annotations

from evals.paired import paired_languages


def row(language, correct, **fields):
    return {"id": "a", "language": language, "metrics": {"correct": correct, "facts": float(correct)}, **fields}


def test_questions_over_the_same_fact_are_twins():
    rows = [row("nl", i < 4, fact_numbers=[i]) for i in range(10)] + [
        row("en", True, fact_numbers=[i]) for i in range(10)
    ]
    found = paired_languages(rows)
    assert found["n"] == 10
    assert found["metrics"]["correct"]["difference"] == -0.6
    assert found["metrics"]["correct"]["p"] == found["metrics"]["right"]["p"] < 0.05
    assert found["metrics"]["facts"]["low"] < -0.6 < found["metrics"]["facts"]["high"] < 0


def test_pair_comes_before_facts_and_works_without():
    rows = [row("nl", True, pair="x", fact_numbers=[1]), row("en", False, pair="x"), row("en", False, fact_numbers=[1])]
    assert paired_languages(rows)["n"] == 1


def test_several_questions_of_one_language_count_as_their_mean():
    rows = [row("nl", True, pair="x"), row("nl", False, pair="x"), row("en", True, pair="x")]
    rows += [row("nl", True, pair="y"), row("en", True, pair="y")]
    found = paired_languages(rows)["metrics"]["correct"]
    assert (found["difference"], found["n"], found["low"], found["high"]) == (-0.25, 2, -0.5, 0.0)


def test_one_pair_tells_nothing():
    assert paired_languages([row("nl", True, pair="x"), row("en", False, pair="x")]) == {"n": 1, "metrics": {}}


def test_follow_up_is_no_twin_of_a_question_that_stands_alone():
    assert paired_languages([row("nl", True, fact_numbers=[1], history=["x"]), row("en", True, fact_numbers=[1])]) == {}


def test_nothing_is_said_where_nothing_is_asked_in_both():
    assert (
        paired_languages([row("nl", True, fact_numbers=[1]), row("en", True), row("fr", True, fact_numbers=[1])]) == {}
    )
