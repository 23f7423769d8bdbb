"""A place for a reranker: a cross-encoder that reads question and passage together, for those who have one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.errors import ConfigurationError
from assistant.settings import Settings


class Reranker:
    """A sentence-transformers `CrossEncoder`, by name or folder.

    Raises:
        ConfigurationError: sentence-transformers is not installed, or there is no such model.

    """

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"ASSISTANT_RERANKER_MODEL={name!r} needs sentence-transformers: run 'make install', or install this "
                f"package with its extra 'models'."
            ) from error
        try:
            self._model: Any = CrossEncoder(name)
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"ASSISTANT_RERANKER_MODEL={name!r} is neither the folder of a cross-encoder nor a model that can be "
                f"fetched here: name a folder, or leave it empty."
            ) from error

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return how well each passage answers the question; only their order means anything."""
        if not passages:
            return []
        found = self._model.predict([(question, passage) for passage in passages], show_progress_bar=False)
        return [float(score) for score in found]


def load(settings: Settings) -> Reranker | None:
    """Return the configured reranker, or None where there is none.

    Raises:
        ConfigurationError: it cannot be loaded.

    """
    return Reranker(settings.reranker_model) if settings.reranker_model else None
