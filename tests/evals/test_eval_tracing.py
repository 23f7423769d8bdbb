"""What the chain found is read off it while it answers."""

from __future__ import annotations

from contextlib import closing

import pytest

from evals.asking import InProcess
from evals.dataset import Item
from evals.tracing import Trace, interleave


@pytest.fixture(scope="module")
def door(tiny_settings):
    with closing(InProcess(tiny_settings)) as opened:
        yield opened


def test_passages_and_probability_of_an_answer(door):
    asked = door.ask(Item(id="q", question="Can a private company receive funding from Interreg Europe?"))
    assert asked.retrieved[0] == "companies#can-my-company-get-money"
    assert len(asked.retrieved) == len(set(asked.retrieved)) <= 20
    assert 0 <= asked.probability <= 1
    if asked.answer.confidence is not None:
        assert asked.probability == pytest.approx(asked.answer.confidence, abs=1e-3)


def test_refused_question_has_them_too(door):
    asked = door.ask(Item(id="q", question="What does a ticket for the Eiffel Tower cost?"))
    assert asked.answer.status in {"unsupported", "off_topic"}
    assert asked.probability is not None


def test_several_questions_in_one_message_are_as_weak_as_the_weakest(door):
    one, other = "Can a private company receive funding from Interreg Europe?", "What is the weather in Lille today?"
    alone = [door.ask(Item(id="q", question=question)) for question in (one, other)]
    both = door.ask(Item(id="q", question=f"{one} {other}"))
    assert len(both.answer.parts) == 2
    weak, strong = sorted(asked.probability for asked in alone)
    assert weak - 0.05 <= both.probability < strong - 0.2


def test_friendly_word_is_never_searched_for(door):
    asked = door.ask(Item(id="q", question="Hello!"))
    assert (asked.retrieved, asked.probability) == (None, None)
    assert Trace().retrieved is None


def test_rankings_are_interleaved_without_repeats():
    assert interleave([["a", "b", "c"], ["b", "d"]]) == ("a", "b", "d", "c")
    assert interleave([]) == ()
    assert len(interleave([[str(number) for number in range(50)]])) == 20


def test_passages_of_a_document(door):
    assert [held.slug for held in door.passages("companies")] == ["can-my-company-get-money"]
    assert list(door.passages("nowhere")) == []
