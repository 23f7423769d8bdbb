"""The encoder as one ONNX file: int8, pooled and normalised, in operators that onnxruntime has kernels for.

The graph is that of BERT (Devlin et al., 2018, arXiv:1810.04805). It is written node by node instead of exported: the
file is then the same wherever it is made, needs no PyTorch to be made, and has none of an export's bookkeeping nodes,
which cost a third of the time of a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ingest.model.adapter import Adapter
from ingest.model.weights import PLACES, Weights

_OPSET, _IR = 18, 10
_FUSED = "com.microsoft"

Matrix = NDArray[np.float32]


class _Graph:
    """Nodes and constants in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **how: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **how))
        return output

    def split(self, value: str, outputs: Sequence[str]) -> None:
        how = {"axis": -1, "num_outputs": len(outputs)}
        self.nodes.append(helper.make_node("Split", [value], outputs, name=f"{value}.split", **how))

    def linear(self, value: str, name: str, matrix: Matrix, bias: Matrix) -> str:
        """Multiply by `matrix` (outputs, inputs), in int8 with one scale per output, and add `bias`."""
        levels, scales = quantise(matrix)
        inputs = [
            value,
            self.constant(f"{name}.weight", levels.T),
            self.constant(f"{name}.scale", scales),
            self.constant(f"{name}.zero", np.zeros(len(scales), np.int8)),
            self.constant(f"{name}.bias", bias),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, name, _FUSED)

    def normalised(self, value: str, name: str, scale: Matrix, shift: Matrix, epsilon: float) -> str:
        """Normalise each token's state, scale and shift it."""
        inputs = [value, self.constant(f"{name}.weight", scale), self.constant(f"{name}.bias", shift)]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)


def quantise(matrix: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    """Return int8 levels of shape (rows, columns) and a scale for each row; row = levels · scale.

    Per row, since one scale for the whole matrix takes the cosine to fp32 from above 0.99 down to 0.96.
    """
    scales = np.abs(matrix).max(axis=1) / 127
    scales[scales == 0] = 1
    levels = np.round(matrix / scales[:, None]).astype(np.int8)
    return levels, scales.astype(np.float32)


def write(weights: Weights, adapter: Adapter | None, kept: Sequence[int], target: Path) -> None:
    """Write the encoder with `adapter` merged in, and the embeddings of the `kept` pieces only, to `target`.

    Inputs `input_ids` and `attention_mask`, int64 of shape (batch, tokens); output `embedding`, float32 of shape
    (batch, dimensions), unit length, the mean of the tokens' last states.
    """
    graph = _Graph()
    state = _embeddings(graph, weights, kept)
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for layer in range(weights.shape.layers):
        state = _layer(graph, weights, adapter, layer, state)
    _pool(graph, state)
    axes = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", weights.shape.hidden])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=_IR), target)


def _embeddings(graph: _Graph, weights: Weights, kept: Sequence[int]) -> str:
    shape = weights.shape
    levels, scales = quantise(weights.matrix("emb.word", shape.vocabulary, shape.hidden)[np.asarray(kept)])
    graph.constant("word", levels)
    graph.constant("word.scale", scales[:, None])
    graph.node("Gather", ["word", "input_ids"], "word.levels")
    graph.node("Cast", ["word.levels"], "word.floats", to=TensorProto.FLOAT)
    graph.node("Gather", ["word.scale", "input_ids"], "word.scales")
    graph.node("Mul", ["word.floats", "word.scales"], "words")
    # Every text is of the first type, so that type's embedding goes in with the positions'.
    types = weights.vector("emb.type").reshape(-1, shape.hidden)
    graph.constant("position", weights.vector("emb.pos").reshape(-1, shape.hidden) + types[0])
    graph.constant("first", np.array([0], np.int64))
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    graph.node("Slice", ["position", "first", "length", "first"], "positions")
    graph.node("Add", ["words", "positions"], "embedded")
    return graph.normalised("embedded", "state", weights.vector("emb.ln.w"), weights.vector("emb.ln.b"), shape.epsilon)


def _layer(graph: _Graph, weights: Weights, adapter: Adapter | None, layer: int, state: str) -> str:
    at = f"layer.{layer}"

    def matrix(short: str) -> Matrix:
        plain = weights.linear(layer, short)
        return adapter.change(f"encoder.{at}.{PLACES[short]}", plain) if adapter else plain

    def bias(short: str) -> Matrix:
        return weights.vector(f"l{layer}.{short}.b")

    def added(value: str, beside: str, norm: str) -> str:
        total = graph.node("Add", [value, beside], f"{at}.{norm}.sum")
        scale, shift = (weights.vector(f"l{layer}.{norm}.{part}") for part in "wb")
        return graph.normalised(total, f"{at}.{norm}", scale, shift, weights.shape.epsilon)

    # One multiplication makes queries, keys and values: the state is then quantised once instead of three times.
    joined = np.concatenate([matrix(short) for short in "qkv"]), np.concatenate([bias(short) for short in "qkv"])
    parts = [f"{at}.{short}" for short in "qkv"]
    graph.split(graph.linear(state, f"{at}.qkv", *joined), parts)
    heads = weights.shape.heads
    attended = graph.node("MultiHeadAttention", [*parts, "", "mask"], f"{at}.attention", _FUSED, num_heads=heads)
    middle = added(graph.linear(attended, f"{at}.ao", matrix("ao"), bias("ao")), state, "aln")
    wide = graph.node("Gelu", [graph.linear(middle, f"{at}.fi", matrix("fi"), bias("fi"))], f"{at}.gelu", _FUSED)
    return added(graph.linear(wide, f"{at}.fo", matrix("fo"), bias("fo")), middle, "oln")


def _pool(graph: _Graph, state: str) -> None:
    """Add the tokens' states up; normalising makes a mean of the sum."""
    graph.constant("tokens", np.array([1], np.int64))
    graph.constant("width", np.array([2], np.int64))
    graph.node("Cast", ["attention_mask"], "counted", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["counted", "width"], "counted.wide")
    graph.node("Mul", [state, "counted.wide"], "states")
    graph.node("ReduceSum", ["states", "tokens"], "sum", keepdims=0)
    graph.node("LpNormalization", ["sum"], "embedding", axis=1, p=2)
