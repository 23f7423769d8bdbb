"""Vectors in Chroma: one collection for each audience and kind, keyed by the hash of the embedded text."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

import numpy as np

from assistant.encoder import Vectors
from assistant.errors import ConfigurationError
from assistant.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma

Kind = Literal["sentence", "passage", "phrasing"]
KINDS: tuple[Kind, ...] = ("sentence", "passage", "phrasing")
_BATCH = 5000  # Chroma takes at most 5,461 rows at once
# Chroma registers a process's clients in a dictionary that it reads twice: dropping them in between is a KeyError.
_CLIENTS = threading.Lock()


def open_client(settings: Settings) -> ClientAPI:
    """Connect to the configured Chroma server, or open the embedded one in the var folder.

    Raises:
        ConfigurationError: no Chroma server answers at ASSISTANT_CHROMA_URL.

    """
    # Importing Chroma takes most of a second, which an ingest that finds nothing to do does not wait for.
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    options = ChromaSettings(anonymized_telemetry=False)
    if not settings.chroma_url:
        folder = settings.var_dir / "chroma"
        folder.mkdir(parents=True, exist_ok=True)
        with _CLIENTS:
            return chromadb.PersistentClient(str(folder), settings=options)
    address = urlsplit(settings.chroma_url)
    host, port, ssl = address.hostname or "", address.port or 8000, address.scheme == "https"
    try:
        with _CLIENTS:
            return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=options)
    except ValueError as error:
        raise ConfigurationError(
            f"No Chroma server answers at ASSISTANT_CHROMA_URL={settings.chroma_url!r}: start it or correct it."
        ) from error


def forget_clients() -> None:
    """Drop the embedded clients of this process, so that the next one sees what another process wrote."""
    from chromadb.api.shared_system_client import SharedSystemClient

    with _CLIENTS:
        SharedSystemClient.clear_system_cache()


@cache
def collection_name(audience: str, kind: Kind, model: str) -> str:
    """Name a collection: public doors never open a `staff` one, and another model has collections of its own."""
    slug = "".join(c if c.isalnum() else "-" for c in model).strip("-")[-40:].strip("-")
    return f"{audience}-{kind}-{slug}"


class VectorStore:
    """The vectors of one audience and kind."""

    def __init__(self, client: ClientAPI, name: str) -> None:
        self._client = client
        self._collection = client.get_or_create_collection(name, configuration={"hnsw": {"space": "cosine"}})

    def as_langchain(self) -> Chroma:
        """Return the collection as LangChain's vector store, for whoever wants its interface."""
        from langchain_chroma import Chroma

        return Chroma(client=self._client, collection_name=self._collection.name, create_collection_if_not_exists=False)

    def search(self, vectors: Sequence[Sequence[float]], k: int) -> list[dict[str, float]]:
        """Return for each vector the `k` nearest ones' hashes with their cosine similarity, nearest first."""
        if not k:
            return [{} for _ in vectors]
        # LangChain's reader always fetches texts and metadata too, which nearly doubles the time.
        rows: Any = self._collection.query(
            query_embeddings=cast(Any, [list(vector) for vector in vectors]), n_results=k, include=["distances"]
        )
        return [
            {key: 1.0 - distance for key, distance in zip(ids, distances, strict=True)}
            for ids, distances in zip(rows["ids"], rows["distances"], strict=True)
        ]

    def fetch(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return the stored vectors of those hashes that are there."""
        if not hashes:
            return {}
        rows: Any = self._collection.get(ids=list(hashes), include=["embeddings"])
        return dict(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))

    def present(self, hashes: Sequence[str]) -> set[str]:
        """Return those of the hashes that have a stored vector."""
        there: set[str] = set()
        for start in range(0, len(hashes), _BATCH):
            there.update(self._collection.get(ids=list(hashes[start : start + _BATCH]), include=[])["ids"])
        return there

    def ids(self) -> set[str]:
        """Return the hashes of all stored vectors."""
        found: set[str] = set()
        while page := self._collection.get(include=[], limit=_BATCH * 4, offset=len(found))["ids"]:
            found.update(page)
        return found

    def add(self, hashes: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        """Store vectors with the text they were made from; LangChain's reader skips rows without text."""
        for start in range(0, len(hashes), _BATCH):
            part = slice(start, start + _BATCH)
            self._collection.upsert(
                ids=list(hashes[part]), documents=list(texts[part]), embeddings=cast(Any, vectors[part])
            )

    def delete(self, hashes: Iterable[str]) -> None:
        """Remove vectors by hash."""
        gone = list(hashes)
        for start in range(0, len(gone), _BATCH):
            self._collection.delete(ids=gone[start : start + _BATCH])


def open_stores(client: ClientAPI, audience: str, model: str) -> dict[Kind, VectorStore]:
    """Open the three collections of an audience, making those that are missing."""
    return {kind: VectorStore(client, collection_name(audience, kind, model)) for kind in KINDS}
