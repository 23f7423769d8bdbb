"""The sets of documents that weights are fitted over, each indexed apart, and the questions that belong to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings
from evals.corpora import settings_for
from evals.dataset import SETS, Item, read

LANGUAGES = ("nl", "en")
# Folders of evals/sets that have documents of their own.
APART = ("encyclopaedia", "government", "other-documents")


@dataclass(frozen=True)
class Documents:
    """Documents with an index of their own; `name` says which: `corpus`, `corpus nl only, no phrasings`, `government`."""

    name: str
    settings: Settings
    questions: tuple[Item, ...]


def documents(settings: Settings, part: str) -> Iterator[Documents]:
    """Yield the corpus and the other sets of documents, with the questions of a part (`train`, `dev`, `test`).

    The corpus comes seven times: in both languages and in either alone, with its phrasings and without, and with those
    of every other document, so that what is fitted holds across languages, for documents that nobody wrote phrasings for,
    and where the two meet.
    """
    own = tuple(item for language in LANGUAGES for item in read(SETS / f"{part}-{language}.jsonl"))
    for phrasings in ("all", "none"):
        for languages in (LANGUAGES, ("nl",), ("en",)):
            yield _corpus(settings, languages, phrasings, own)
    yield _corpus(settings, LANGUAGES, "half", own)
    for name in APART:
        questions = tuple(_apart(SETS / name, part))
        if questions:
            yield Documents(name, settings_for(settings, SETS / name / "corpus"), questions)


def _corpus(settings: Settings, languages: tuple[str, ...], phrasings: str, questions: tuple[Item, ...]) -> Documents:
    name = f"corpus, {'+'.join(languages)}, {phrasings} phrasings"
    return Documents(name, settings_for(settings, _variant(settings, languages, phrasings)), questions)


def _apart(folder: Path, part: str) -> Iterator[Item]:
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem == part or (part == "train" and path.stem in LANGUAGES):
            yield from read(path)


def _variant(settings: Settings, languages: tuple[str, ...], phrasings: str) -> Path:
    """Return a folder with a copy of the corpus in some languages, with all, half or none of its phrasings."""
    if languages == LANGUAGES and phrasings == "all":
        return settings.corpus_dir
    folder = settings.var_dir / "calibrate" / "-".join((*languages, phrasings))
    for language in languages:
        source, target = settings.corpus_dir / language, folder / language
        shutil.rmtree(target, ignore_errors=True)
        asked = sorted(source.glob("*.asked.yaml"))
        hidden = {"all": [], "half": asked[::2], "none": asked}[phrasings]
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*(path.name for path in hidden)))
    return folder
