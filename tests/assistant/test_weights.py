"""The weights that ship fit the code: every feature has a weight on every way, and no other has one."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest

from assistant.conversation import FEATURES as CONVERSATION
from assistant.extract import FEATURES
from assistant.retrieve import Signals
from assistant.service import Assistant
from assistant.support import features
from assistant.weights import CONVERSATIONS, WAYS, load_weights, way

SIGNALS = {field.name for field in fields(Signals)}


def test_there_is_a_way_from_every_language_to_every_other() -> None:
    found = {way(a, b, phrased) for a in ("nl", "en") for b in ("nl", "en") for phrased in (True, False)}
    assert found == set(WAYS)


@pytest.mark.parametrize("name", WAYS)
def test_every_signal_and_feature_has_a_weight(name: str) -> None:
    weights = load_weights()
    assert set(weights.retrieval[name].coefficients) == SIGNALS
    assert set(weights.sentences[name].coefficients) == set(FEATURES)


@pytest.mark.parametrize(("question", "language"), [("Who can be lead partner?", "en"), ("Wie is leadpartner?", "nl")])
def test_support_is_judged_by_every_feature(assistant: Assistant, question: str, language: str) -> None:
    retriever, weights = assistant.retriever, load_weights()
    query = retriever.query(question, language)
    candidates = [c for c in retriever.search(query) if not c.passage.unanswered]
    found = features(query, candidates, None)
    assert set(weights.support) == {*WAYS, *CONVERSATIONS}
    for name in weights.support:
        assert set(weights.support[name].coefficients) == set(found)
    assert set(weights.topic.coefficients) == set(found)
    assert all(math.isfinite(value) and abs(value) <= 5.0 for value in found.values())


def test_no_way_is_left_over() -> None:
    weights = load_weights()
    assert set(weights.retrieval) == set(weights.sentences) == set(WAYS)
    assert set(weights.conversation.coefficients) == set(CONVERSATION)


@pytest.mark.parametrize("name", WAYS)
def test_what_speaks_for_a_passage_never_speaks_against_it(name: str) -> None:
    found = load_weights().retrieval[name].coefficients
    assert all(found[signal] >= 0.0 for signal in SIGNALS - {"other_period", "superseded"})
    assert found["other_period"] <= -1.0
    assert found["superseded"] <= -1.0


def test_thresholds_are_probabilities() -> None:
    weights = load_weights()
    assert 0.0 < weights.floor < 1.0
    assert 0.0 < weights.topic_threshold < 1.0
    assert 0.0 < weights.compose.near < weights.compose.enough <= 1.0
    assert weights.scale(weights.floor) == weights.scale(0.0) == 0.0
    assert weights.scale(1.0) == 1.0
