"""An assistant over documents of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.encoder import Encoder
from assistant.index import Index
from assistant.service import Assistant


@pytest.fixture(scope="session")
def assistant_over(
    tmp_path_factory: pytest.TempPathFactory, loaded: Encoder, open_workshop: Callable[..., Any]
) -> Callable[..., Assistant]:
    """Make an assistant over documents, `id` → (language, text), with settings of its own."""

    def make(documents: dict[str, tuple[str, str]], **values: Any) -> Assistant:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("assistant.encoder.load", lambda _settings, **_how: loaded)
            workshop = open_workshop(tmp_path_factory.mktemp("over"))
            for name, (language, text) in documents.items():
                workshop.write(f"{name}.md", text, id=name, language=language)
            assert not workshop.ingest().problems
        settings = workshop.settings.model_copy(update=values)
        return Assistant(settings, Index(settings, ("public",)), loaded)

    return make
