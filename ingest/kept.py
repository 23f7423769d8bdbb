"""Kept answers on their way into the index and into the corpus folder."""

from __future__ import annotations

from pathlib import Path

from assistant.encoder import Encoder
from assistant.index.database import connect
from assistant.settings import Settings
from ingest import staff_answers
from ingest.report import Report
from ingest.sync import ingest_kept


def publish(settings: Settings, loaded: Encoder | None = None) -> Report:
    """Make every kept answer searchable as it is now, and those that were withdrawn gone; another ingest is waited for.

    `loaded` is the encoder, where the caller has one: loading it takes most of the time.

    Raises:
        ModelMissing, ConfigurationError: the encoder, the database or Chroma cannot be opened.

    """
    return ingest_kept(settings, loaded)


def export(settings: Settings) -> list[Path]:
    """Write the kept answers to the corpus folder, where git keeps them, and return the Markdown files.

    Files of answers that were withdrawn go; those of answers that this database does not know stay.
    """
    engine = connect(settings.database)
    try:
        return staff_answers.write(engine, settings.corpus_dir / staff_answers.EXPORTED, strangers=True)
    finally:
        engine.dispose()
