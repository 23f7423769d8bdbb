"""The grounds on which variants are compared: documents with the questions that are asked over them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.index import Index
from assistant.index.vectors import Kind
from assistant.settings import Settings
from evals.corpora import settings_for
from evals.dataset import SETS, Item, read

LANGUAGES = ("nl", "en")
_LETTERS = re.compile(r"[^\W\d_]+")


class Remembering(Index):
    """An index that searches for a vector once, however many variants ask with it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._searched: dict[tuple[float, ...], dict[Kind, dict[str, float]]] = {}

    def search(
        self, vectors: Sequence[Sequence[float]], nearest: Mapping[Kind, int]
    ) -> list[dict[Kind, dict[str, float]]]:
        """Return the nearest vectors of each kind, as at the first time."""
        for vector in vectors:
            if tuple(vector) not in self._searched:
                (self._searched[tuple(vector)],) = super().search([vector], nearest)
        return [self._searched[tuple(vector)] for vector in vectors]


@dataclass(frozen=True)
class Asked:
    """Questions that are asked over an index; `name` is the ground that they belong to."""

    name: str
    index: Index
    items: tuple[Item, ...]


class Grounds:
    """The corpus in both languages and in each alone, with phrasings and without, and the encyclopaedia."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._plain = plain(settings)
        self._opened: dict[Path, Remembering] = {}

    def train(self, phrased: bool) -> list[Asked]:
        """Return what the weights are fitted on: each corpus, and the one that nobody wrote phrasings for."""
        own = questions("train")
        corpora = [self._corpus(phrased, language) for language in ("", *LANGUAGES)]
        return [Asked("train", index, own) for index in (*corpora, *([self._corpus(False)] if phrased else []))]

    def measured(self, part: str, phrased: bool) -> list[Asked]:
        """Return what the variants are compared on."""
        own, whole = questions(part), self._corpus(phrased)
        crossed = [
            Asked("other language", self._corpus(phrased, language), tuple(i for i in own if i.language != language))
            for language in LANGUAGES
        ]
        return [
            Asked("corpus", whole, own),
            Asked("no phrasings", self._corpus(False), own),
            *crossed,
            Asked("misspelled", whole, tuple(map(misspelled, own))),
            Asked("encyclopaedia", self._open(SETS / "encyclopaedia" / "corpus"), _usable("encyclopaedia/" + part)),
        ]

    def _corpus(self, phrased: bool, language: str = "") -> Remembering:
        return self._open((self._settings.corpus_dir if phrased else self._plain) / language)

    def _open(self, folder: Path) -> Remembering:
        if folder not in self._opened:
            self._opened[folder] = Remembering(settings_for(self._settings, folder))
        return self._opened[folder]


def plain(settings: Settings) -> Path:
    """Return a folder with a copy of the corpus without its phrasings."""
    folder = settings.var_dir / "evals" / "ablation" / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.corpus_dir, folder, ignore=shutil.ignore_patterns("*.asked.yaml"))
    return folder


def questions(part: str) -> tuple[Item, ...]:
    """Return a part's questions in both languages that have an answer, follow-ups written out."""
    return tuple(item for language in LANGUAGES for item in _usable(f"{part}-{language}"))


@cache
def _usable(name: str) -> tuple[Item, ...]:
    items = read(SETS / f"{name}.jsonl")
    return tuple(
        item.model_copy(update={"question": item.standalone or item.question, "standalone": None, "history": ()})
        for item in items
        if item.answerable and item.sources and (item.standalone or not item.history) and "parts" not in item.tags
    )


def misspelled(item: Item) -> Item:
    """Return the question with two neighbouring letters of its longest word changed about.

    >>> misspelled(Item(id="q", question="Who is the lead partner?")).question
    'Who is the lead patrner?'
    """
    word = max(_LETTERS.findall(item.question), key=len, default="")
    at = next((i for i in range(len(word) // 2, len(word)) if word[i] != word[i - 1]), None)
    if at is None:
        return item
    wrong = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return item.model_copy(update={"question": item.question.replace(word, wrong, 1)})
