"""Whatever is asked, what is quoted stands word for word in the document."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Citation
from assistant.compose import worded
from assistant.errors import InvalidQuestion
from assistant.service import Assistant

ASKED = (
    "Kan mijn bedrijf subsidie krijgen?",
    "Can my company get funding?",
    "Hoeveel cofinanciering krijgt een gemeente?",
    "How much co-financing does a municipality get?",
    "Wie kan leadpartner zijn?",
    "Hoe lang duurt een project?",
    "Wat stond er op slide 9?",
    "What was the co-financing rate in 2014-2020?",
    "Hoeveel bedraagt het budget, en wie mag leadpartner zijn?",
    "Wanneer start de trein naar Parijs?",
)
ABOUT_WHAT_WAS_REPLACED = "What did the slides say about the budget?"
TAKEN = ("Since", "Is it true that", "Now that", "Omdat", "Klopt het dat", "Aangezien")
CLAUSES = (
    "a municipality gets 85% co-financing",
    "a project lasts five years",
    "een gemeente 85% cofinanciering krijgt",
    "een bedrijf leadpartner kan zijn",
)
WORDS = tuple(dict.fromkeys(re.findall(r"\w+", " ".join([*ASKED, ABOUT_WHAT_WAS_REPLACED]))))

questions = st.one_of(
    st.sampled_from((*ASKED, ABOUT_WHAT_WAS_REPLACED)),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.text(max_size=80),
    st.builds(lambda asked, noise: asked + noise, st.sampled_from(ASKED), st.text(max_size=20)),
    st.builds("{0} {1}, {2}".format, st.sampled_from(TAKEN), st.sampled_from(CLAUSES), st.sampled_from(ASKED)),
    st.lists(st.sampled_from(ASKED), min_size=2, max_size=4).map(lambda many: " ".join(f"- {one}" for one in many)),
)
histories = st.lists(questions, max_size=2)


def all_citations(answer: Answer) -> list[Citation]:
    return [*answer.citations, *answer.near_misses, *(c for part in answer.parts for c in part.citations)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions, history=histories)
@example(question="x" * 2000, history=[])
@example(question="?" * 2000, history=["Wie?"])
def test_quote_is_verbatim(assistant: Assistant, question: str, history: list[str]) -> None:
    try:
        answer = assistant.ask(question, history=history)
    except InvalidQuestion:
        return
    for citation in all_citations(answer):
        stored = assistant.index.text(citation.document_id, citation.revision)
        assert citation.quote
        assert stored.text[citation.start : citation.end] == citation.quote
    for citation in answer.citations:
        assert f"{worded(citation.quote)} [{citation.number}]" in answer.text
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions)
def test_an_answer_says_nothing_beside_its_quotes(assistant: Assistant, question: str) -> None:
    try:
        answer = assistant.ask(question)
    except InvalidQuestion:
        return
    if answer.status not in {"answered", "partial"}:
        assert answer.citations == ()
        assert answer.mode is None
        assert answer.confidence is None
        return
    rest = answer.text
    for citation in answer.citations:
        rest = rest.replace(f"{worded(citation.quote)} [{citation.number}]", "")
    assert rest.strip() == ""
    assert answer.mode == "quote"
    assert 0.0 <= (answer.confidence or 0.0) <= 1.0


@pytest.mark.parametrize(
    "question",
    [*ASKED, ABOUT_WHAT_WAS_REPLACED],
)
def test_an_answer_is_short_enough_to_be_read(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert len(answer.text) <= (1000 if answer.parts else 600)


@pytest.mark.parametrize("question", ASKED)
def test_the_same_question_gets_the_same_answer(assistant: Assistant, question: str) -> None:
    first, second = assistant.ask(question), assistant.ask(question)
    assert (first.text, first.citations, first.status) == (second.text, second.citations, second.status)


def test_a_given_answer_can_be_read_again(assistant: Assistant) -> None:
    answer = assistant.ask("Can my company get funding?")
    assert assistant.answer(answer.id) == answer
