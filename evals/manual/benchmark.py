"""How long a manual takes to ingest, what a changed page costs, and whether the answers cite the right page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant import encoder
from assistant.errors import AssistantError, InvalidInput
from assistant.index.vectors import Kind, VectorStore, collection_name, open_client
from assistant.settings import Settings
from evals.asking import Door, InProcess, QuestionError
from evals.dataset import Item, read
from evals.manual.make import make
from evals.manual.prose import WORDINGS, manual_of, questions_path
from evals.metrics import answered, judge
from evals.statistics import share
from ingest.sync import Watcher, ingest

_JUDGED = ("answered", "first_page", "any_page", "correct")
_EMBEDDED: tuple[Kind, ...] = ("passage", "sentence")


@dataclass
class _Stopwatch(Watcher):
    """Seconds from the start until the embedding began, and until it ended."""

    began: float = field(default_factory=time.perf_counter)
    read_s: float = 0.0
    embedded_s: float = 0.0

    def embedding(self, total: int) -> None:  # noqa: ARG002 -- the base says what it is told
        self.read_s = self.embedded_s = time.perf_counter() - self.began

    def embedded(self, count: int) -> None:  # noqa: ARG002
        self.embedded_s = time.perf_counter() - self.began


def measure(settings: Settings, language: str, pages: int, folder: Path) -> dict[str, Any]:
    """Make a manual in `folder`, ingest it, change a page and ingest it again, and ask the questions over it.

    The index lies in `folder` too. Seconds end in `_s`. What `asked` found stands under each wording of the questions.

    Raises:
        InvalidInput: the folder holds an index already, or a manual of so many pages cannot be made.
        AssistantError: the manual was not ingested; the text says why.

    """
    apart = _apart(settings, folder)
    path = apart.corpus_dir / f"{manual_of(language).name}.pdf"
    found = make(language, path, pages)
    figures = {"pages": pages, **_first(apart)}
    before = _texts(apart, "passage").keys()
    changed = _make_changed(language, path, pages)
    again = _timed(apart)
    passages = _texts(apart, "passage").keys()
    figures |= {
        "passages": len(passages),
        "changed_page": changed,
        "again_s": again["whole_s"],
        "embedded_anew": round(len(passages - before) / len(passages), 4),
    }
    with closing(InProcess(apart)) as door:
        for wording in WORDINGS:
            items = [item for item in read(questions_path(language, wording)) if item.id in found]
            figures[wording] = asked(door, items, found)
    return figures


def asked(door: Door, items: Sequence[Item], pages: Mapping[str, int]) -> dict[str, Any]:
    """Ask the questions and return shares of them as `evals.statistics.share` gives them, and what each one cited.

    `pages` holds the physical page of each answer by question id.
    """
    rows = [_row(door, item, pages[item.id]) for item in items]
    shares = {name: share(sum(bool(row[name]) for row in rows), len(rows)) for name in _JUDGED}
    return {**shares, "questions": rows}


def _row(door: Door, item: Item, page: int) -> dict[str, Any]:
    try:
        answer = door.ask(item).answer
    except QuestionError as error:
        return {"id": item.id, "page": page, "error": str(error), **dict.fromkeys(_JUDGED, False)}
    cited = [citation.locator for citation in answer.citations]
    return {
        "id": item.id,
        "page": page,
        "cited": cited,
        "answered": answered(answer),
        "first_page": cited[:1] == [f"p. {page}"],
        "any_page": f"p. {page}" in cited,
        "correct": bool(judge(item, answer, door.text, 0.0).get("correct")),
        "text": answer.text,
    }


def _apart(settings: Settings, folder: Path) -> Settings:
    corpus, var = folder / "corpus", folder / "var"
    if var.exists():
        raise InvalidInput(f"The folder {str(folder)!r} holds an index already: name another one with --out.")
    corpus.mkdir(parents=True, exist_ok=True)
    apart = {"corpus_dir": corpus, "var_dir": var, "database_url": "", "chroma_url": ""}
    return settings.model_copy(update=apart)


def _timed(settings: Settings) -> dict[str, float]:
    watch = _Stopwatch()
    report = ingest(settings, watcher=watch)
    whole = time.perf_counter() - watch.began
    if report.problems or not (report.added or report.changed):
        raise AssistantError(
            f"The manual was not ingested: {'; '.join(report.problems.values()) or 'no loader reads PDF files'}."
        )
    embedding = watch.embedded_s - watch.read_s
    return {"read_s": round(watch.read_s, 2), "embed_s": round(embedding, 2), "whole_s": round(whole, 2)}


def _first(settings: Settings) -> dict[str, Any]:
    """Ingest, and hold its pace against that of the encoder alone over the same texts."""
    times = _timed(settings)
    texts = [text for kind in _EMBEDDED for text in _texts(settings, kind).values()]
    loaded = encoder.load(settings, bulk=True)
    tokens = sum(min(loaded.count_tokens(text), loaded.max_tokens) for text in texts)
    start = time.perf_counter()
    loaded.encode_passages(texts)
    alone = time.perf_counter() - start
    return {
        **times,
        "texts": len(texts),
        "tokens": tokens,
        "tokens_per_s": round(tokens / max(times["embed_s"], 0.01)),
        "encoder_tokens_per_s": round(tokens / max(alone, 0.01)),
    }


def _texts(settings: Settings, kind: Kind) -> dict[str, str]:
    """Return the texts whose vectors are stored, by hash."""
    store = VectorStore(open_client(settings), collection_name("public", kind, encoder.identity(settings)))
    held = store.as_langchain().get(include=["documents"])
    return dict(zip(held["ids"], held["documents"], strict=True))


def _make_changed(language: str, path: Path, pages: int) -> int:
    """Make the manual again with another page near the middle, and return its number."""
    for page in range(pages // 2, pages + 1):
        try:
            make(language, path, pages, page)
        except InvalidInput:
            continue
        return page
    raise InvalidInput(f"No page of a manual of {pages} pages can be changed: make it longer.")
