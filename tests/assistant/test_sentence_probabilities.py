"""The probabilities of all sentences that may be quoted add up to one."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversation import converse
from assistant.extract import FEATURES
from assistant.query import Query
from assistant.retrieve import Candidate
from assistant.service import Assistant
from assistant.standalone import lean

WORDS = (
    "project",
    "partner",
    "lead",
    "budget",
    "duration",
    "rate",
    "gemeente",
    "bedrijf",
    "hoe",
    "lang",
    "who",
    "80",
    "2014",
)


def check(candidates: list[Candidate]) -> None:
    """Sentences of the first few candidates only, each with all features, best first, together certain."""
    scored = [sentence for candidate in candidates for sentence in candidate.sentences]
    assert scored
    assert math.isclose(sum(sentence.probability for sentence in scored), 1.0, abs_tol=1e-9)
    for candidate in candidates:
        found = [sentence.probability for sentence in candidate.sentences]
        assert found == sorted(found, reverse=True)
        assert all(0.0 <= probability <= 1.0 for probability in found)
        assert all(set(sentence.features) == set(FEATURES) for sentence in candidate.sentences)
        if candidate.sentences:
            assert {s.sentence.start for s in candidate.sentences} == {s.start for s in candidate.passage.sentences}
            assert not candidate.passage.unanswered


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How long does a project last?", "en"),
        ("Hoe lang duurt een project?", "nl"),
        ("Which football club won the cup?", "en"),
        ("?", "nl"),
    ],
)
def test_probabilities_add_up_to_one(assistant: Assistant, question: str, language: str) -> None:
    retriever = assistant.retriever
    check(retriever.search(retriever.query(question, language)))


@pytest.mark.parametrize(
    ("before", "then", "language"),
    [
        ("How long does a project last?", "And the budget?", "en"),
        ("Hoe lang duurt een project?", "En het budget?", "nl"),
    ],
)
def test_probabilities_of_a_follow_up_add_up_to_one(
    assistant: Assistant, before: str, then: str, language: str
) -> None:
    retriever = assistant.retriever
    leaning = lean(then, [before], language)
    assert leaning is not None

    def find(text: str) -> tuple[Query, list[Candidate]]:
        query = retriever.query(text, language)
        return query, retriever.find(query)

    query, found = converse(retriever, then, leaning, language, find)
    check(retriever.weighed(query, found))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), st.sampled_from(["nl", "en"]))
def test_probabilities_add_up_whatever_is_asked(assistant: Assistant, question: str, language: str) -> None:
    retriever = assistant.retriever
    check(retriever.search(retriever.query(question, language)))
