"""Another set of documents, indexed apart from the installation's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.errors import InvalidInput
from assistant.settings import Settings
from ingest.sync import Watcher, ingest


def settings_for(settings: Settings, corpus: Path, watcher: Watcher | None = None) -> Settings:
    """Index the documents in `corpus` under the var folder, and return the settings that ask over them.

    Raises:
        InvalidInput: there is no such folder.

    """
    folder = corpus.resolve()
    if not folder.is_dir():
        raise InvalidInput(f"The corpus folder {str(corpus)!r} does not exist.")
    name = hashlib.sha256(folder.as_posix().encode()).hexdigest()[:12]
    apart = {"corpus_dir": folder, "var_dir": settings.var_dir / "evals" / name, "database_url": "", "chroma_url": ""}
    changed = settings.model_copy(update=apart)
    ingest(changed, watcher=watcher)
    return changed
