"""A corpus of two documents, indexed once, and answers as the assistant gives them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Citation
from assistant.settings import ROOT, Settings
from ingest.sync import ingest

QUOTE = "A private company cannot receive funding from Interreg Europe in 2021-2027."
TEXT = f"Companies\n\nCan my company get money?\n\n{QUOTE}"
_DOCUMENTS = {
    "companies": ("en", "Companies", "Can my company get money?", QUOTE),
    "bedrijven": (
        "nl",
        "Bedrijven",
        "Kan mijn bedrijf geld krijgen?",
        "Een privébedrijf kan in 2021-2027 geen subsidie krijgen van Interreg Europe.",
    ),
}


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("eval-corpus")
    for name, (language, title, heading, sentence) in _DOCUMENTS.items():
        front = f"---\nid: {name}\ntitle: {title}\nlanguage: {language}\ndate: 2023\nperiod: 2021-2027\n---\n"
        (folder / f"{name}.md").write_text(f"{front}\n# {title}\n\n## {heading}\n\n{sentence}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_settings(tmp_path_factory, tiny_corpus) -> Settings:
    var = tmp_path_factory.mktemp("eval-var")
    settings = Settings(
        var_dir=var, corpus_dir=tiny_corpus, model_dir=ROOT / "var" / "models", database_url="", chroma_url=""
    )
    ingest(settings)
    return settings


@pytest.fixture
def citation():
    def make(number: int = 1, quote: str = QUOTE, **changes: Any) -> Citation:
        start = max(TEXT.find(quote), 0)
        values = {
            "number": number, "document_id": "companies", "revision": "r1", "title": "Companies", "publisher": "IE",
            "date": "2023", "period": "2021-2027", "locator": "can-my-company-get-money", "start": start,
            "end": start + len(quote), "quote": quote, "language": "en", "url": "/sources/companies",
        }  # fmt: skip
        return Citation(**values | changes)

    return make


@pytest.fixture
def answer(citation):
    def make(status: str = "answered", text: str | None = None, **changes: Any) -> Answer:
        cited = (citation(),) if status in {"answered", "partial"} else ()
        said = text if text is not None else (f"{QUOTE} [1]" if cited else "That is not in the documents.")
        values = {
            "id": "a", "question": "q", "language": "en", "status": status, "text": said, "citations": cited,
        }  # fmt: skip
        return Answer(**values | changes)

    return make


@pytest.fixture
def stored():
    return lambda document_id, revision: TEXT if (document_id, revision) == ("companies", "r1") else None


@pytest.fixture
def dataset(tmp_path):
    def write(*rows: dict[str, Any], name: str = "set.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def digest():
    return lambda path: hashlib.sha256(path.read_bytes()).hexdigest()
