"""An assistant over documents of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.encoder import Encoder
from assistant.index import Index
from assistant.index.database import connect
from assistant.index.vectors import forget_clients
from assistant.service import Assistant


@pytest.fixture(scope="module")
def assistant_over(
    tmp_path_factory: pytest.TempPathFactory, loaded: Encoder, open_workshop: Callable[..., Any]
) -> Iterator[Callable[..., Assistant]]:
    """Make an assistant over documents, `id` → (language, text), with settings of its own; closed after the module."""
    made: list[Assistant] = []

    def make(documents: dict[str, tuple[str, str]], **values: Any) -> Assistant:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("assistant.encoder.load", lambda _settings, **_how: loaded)
            workshop = open_workshop(tmp_path_factory.mktemp("over"))
            for name, (language, text) in documents.items():
                workshop.write(f"{name}.md", text, id=name, language=language)
            assert not workshop.ingest().problems
        settings = workshop.settings.model_copy(update=values)
        made.append(Assistant(settings, Index(settings, ("public",)), loaded))
        return made[-1]

    yield make
    for assistant in made:
        assistant.index.engine.dispose()
    forget_clients()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with every table and no row, at an address that another process can open."""
    made = connect(f"sqlite:///{tmp_path / 'people.db'}")
    yield made
    made.dispose()
