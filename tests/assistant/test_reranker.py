"""A reranker changes the order of the passages and nothing else; one that cannot be had is named in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from assistant.encoder import Encoder
from assistant.errors import ConfigurationError
from assistant.rerank import load
from assistant.retrieve import Candidate, reordered
from assistant.service import Assistant
from assistant.settings import Settings

QUESTIONS = [("How long does a project last?", "en"), ("Hoe lang duurt een project?", "nl"), ("who leads", "en")]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cross-encoder of one layer with random weights, which knows single letters."""
    folder = tmp_path_factory.mktemp("cross-encoder")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        num_labels=1,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).eval().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reranking(settings: Settings, assistant: Assistant, loaded: Encoder, cross_encoder: Path) -> Assistant:
    """The same assistant, with the reranker."""
    chosen = settings.model_copy(update={"reranker_model": str(cross_encoder)})
    return Assistant(chosen, assistant.index, loaded)


def found(asked: Assistant, question: str, language: str) -> list[Candidate]:
    retriever = asked.retriever
    return [c for c in retriever.search(retriever.query(question, language)) if not c.passage.unanswered]


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_only_the_order_changes(assistant: Assistant, reranking: Assistant, question: str, language: str) -> None:
    plain, ordered = found(assistant, question, language), found(reranking, question, language)
    assert {c.passage.id: c.signals for c in plain} == {c.passage.id: c.signals for c in ordered}
    assert [c.score for c in ordered] == sorted((c.score for c in plain), reverse=True)
    assert [c.passage.id for c in ordered] != [c.passage.id for c in plain]


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_order_is_that_of_the_reranker(reranking: Assistant, question: str, language: str) -> None:
    ordered = found(reranking, question, language)
    scores = reranking.retriever.reranker.scores(question, [c.passage.text for c in ordered])
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_same_question_gets_the_same_order(reranking: Assistant, question: str, language: str) -> None:
    first, second = found(reranking, question, language), found(reranking, question, language)
    assert [c.passage.id for c in first] == [c.passage.id for c in second]


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_reranked_quote_is_verbatim(reranking: Assistant, question: str, language: str) -> None:
    answer = reranking.ask(question, language=language)
    for citation in (*answer.citations, *answer.near_misses):
        stored = reranking.index.text(citation.document_id, citation.revision)
        assert stored.text[citation.start : citation.end] == citation.quote


def test_no_reranker_unless_one_is_named(assistant: Assistant) -> None:
    assert load(assistant.settings) is None
    assert assistant.retriever.reranker is None


def test_nothing_to_order_is_no_error(reranking: Assistant) -> None:
    assert reranking.retriever.reranker.scores("Who leads?", []) == []


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_reranker_that_is_none_is_named_in_one_sentence(
    assistant: Assistant, loaded: Encoder, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    wrong = assistant.settings.model_copy(update={"reranker_model": str(tmp_path / name)})
    with pytest.raises(ConfigurationError) as caught:
        Assistant(wrong, assistant.index, loaded)
    said = str(caught.value)
    assert f"ASSISTANT_RERANKER_MODEL={str(tmp_path / name)!r}" in said
    assert "leave it empty" in said
    assert "\n" not in said


def test_scores_that_support_is_judged_by_stay_at_their_places(assistant: Assistant) -> None:
    plain = found(assistant, *QUESTIONS[0])[:3]
    scores: Sequence[float] = (0.1, 0.9, 0.5)
    ordered = reordered(plain, scores)
    assert [c.passage.id for c in ordered] == [plain[1].passage.id, plain[2].passage.id, plain[0].passage.id]
    assert [c.score for c in ordered] == [c.score for c in plain]
    assert reordered([], []) == []
