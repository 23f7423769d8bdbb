"""The encoder: text in, vectors out, as a LangChain `Embeddings`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.errors import ConfigurationError, ModelMissing
from assistant.settings import BUNDLED_MODEL, Settings

RECIPE = 2  # goes up whenever the same weights would give other vectors or other tokens
_BATCH_TOKENS = 512

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


class Encoder(Protocol):
    """What the house asks of an encoder; every implementation is an `Embeddings` too."""

    identity: str
    dimensions: int
    max_tokens: int

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without special tokens and prefix."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (texts, dimensions); `progress` is told how many texts were done."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vectors of several questions, in less time than one by one."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the unit vectors of passages."""


@dataclass(frozen=True)
class ModelCard:
    """What `encoder.json` beside the file says.

    `identity` names weights, adapter and recipe; `max_tokens` is the longest input. `weights` and `adapter` are the
    sha256 of what the file was made from (no adapter: the model as it comes), `file` that of `encoder.onnx`.
    """

    identity: str
    dimensions: int
    max_tokens: int
    weights: str
    adapter: str | None
    file: str

    @classmethod
    def read(cls, folder: Path) -> ModelCard | None:
        """Return the card in `folder`, or None where no whole model lies there."""
        try:
            return cls(**json.loads((folder / "encoder.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


class OnnxEncoder(Embeddings):
    """The bundled multilingual-e5-small in one int8 ONNX file, with its "query: " and "passage: " prefixes.

    Source: Wang et al., Multilingual E5 Text Embeddings (2024), arXiv:2402.05672.
    """

    def __init__(self, folder: Path, threads: int = 2, workers: int = 1) -> None:
        self._workers = workers
        card = ModelCard.read(folder)
        if card is None:
            raise ModelMissing(f"The embedding model is not in {folder}: run 'make install' first.")
        import onnxruntime
        import sentencepiece

        self.identity, self.dimensions, self.max_tokens = card.identity, card.dimensions, card.max_tokens
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "encoder.spm"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Spinning saves a quarter of the time of a question; it ends with the run, so it starves nothing beside it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without special tokens and prefix."""
        return len(self._pieces.encode(text))

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vectors of several questions, in less time than one by one."""
        vectors: list[list[float]] = self._run([self._ids("query: " + text) for text in texts]).tolist()
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the unit vectors of passages."""
        vectors: list[list[float]] = self.encode_passages(texts).tolist()
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (texts, dimensions); texts beyond the longest input are cut for the vector."""
        ids = [self._ids("passage: " + text) for text in texts]
        vectors = np.zeros((len(ids), self.dimensions), dtype=np.float32)
        batches = _batches(ids)
        with ThreadPoolExecutor(self._workers) as pool:
            done = pool.map(lambda batch: self._run([ids[i] for i in batch]), batches)
            for batch, found in zip(batches, done, strict=True):
                vectors[batch] = found
                if progress is not None:
                    progress(len(batch))
        return vectors

    def _ids(self, text: str) -> list[int]:
        pieces = self._pieces
        return [pieces.bos_id(), *pieces.encode(text)[: self.max_tokens - 2], pieces.eos_id()]

    def _run(self, rows: list[list[int]]) -> Vectors:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self._pieces.pad_id(), dtype=np.int64)
        mask = np.zeros_like(ids)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        return cast(Vectors, self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0])


def _batches(ids: list[list[int]]) -> list[list[int]]:
    """Group indices of texts of like length, so that little is padded."""
    batches: list[list[int]] = []
    for index in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        if batches and (len(batches[-1]) + 1) * len(ids[index]) <= _BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


class SentenceTransformerEncoder(Embeddings):
    """Any sentence-transformers model, by name or folder; importing the library takes seconds and 470 MB."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"ASSISTANT_EMBEDDING_MODEL={name!r} needs sentence-transformers: run 'make install', or install this "
                f"package with its extra 'models'."
            ) from error
        try:
            self._model: Any = SentenceTransformer(name)
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"ASSISTANT_EMBEDDING_MODEL={name!r} is neither a sentence-transformers folder nor a model that can be "
                f"fetched here: name a folder, or leave it at 'bundled'."
            ) from error
        # The E5 models on the hub do not say that they were trained with prefixes, and are lost without.
        if "e5" in Path(name).name.lower() and not any(self._model.prompts.values()):
            self._model.prompts = {"query": "query: ", "document": "passage: "}
        self.identity = _identity(name)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or 512)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without special tokens."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False))

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vectors of several questions."""
        vectors: list[list[float]] = self._model.encode_query(list(texts), normalize_embeddings=True).tolist()
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the unit vectors of passages."""
        vectors: list[list[float]] = self.encode_passages(texts).tolist()
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (texts, dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), 64):
            batch = list(texts[start : start + 64])
            vectors[start : start + len(batch)] = self._model.encode_document(batch, normalize_embeddings=True)
            if progress is not None:
                progress(len(batch))
        return vectors


def _identity(name: str) -> str:
    """Name a model by what its folder holds; a hub name stands for itself."""
    folder = Path(name)
    if not folder.is_dir():
        return name
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return f"{folder.name}/{digest.hexdigest()[:16]}"


def identity(settings: Settings) -> str:
    """Return the configured model's identity without loading the model.

    Raises:
        ModelMissing: the bundled model was not installed.

    """
    if settings.embedding_model != BUNDLED_MODEL:
        return _identity(settings.embedding_model)
    card = ModelCard.read(settings.model_dir)
    if card is None:
        raise ModelMissing(f"The embedding model is not in {settings.model_dir}: run 'make install' first.")
    return card.identity


def load(settings: Settings, *, bulk: bool = False) -> Encoder:
    """Load the configured encoder, for one question at a time, or for passages in `bulk`.

    In bulk each thread encodes a batch of its own, which does a third more than all threads on one batch.

    Raises:
        ModelMissing: the bundled model was not installed.
        ConfigurationError: the named model cannot be loaded.

    """
    if settings.embedding_model == BUNDLED_MODEL:
        threads, workers = (1, settings.threads) if bulk else (settings.threads, 1)
        return OnnxEncoder(settings.model_dir, threads, workers)
    return SentenceTransformerEncoder(settings.embedding_model)
