"""The sets of documents that weights are fitted over, each indexed apart, and the questions that belong to them."""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings
from evals.corpora import settings_for
from evals.dataset import SETS, Item, read

LANGUAGES = ("nl", "en")
# Folders of evals/sets that have documents of their own.
APART = ("encyclopaedia", "government", "other-documents", "rules")


@dataclass(frozen=True)
class Documents:
    """Documents with an index of their own; `name` says which: `corpus, nl, none phrasings`, `government`."""

    name: str
    settings: Settings
    questions: tuple[Item, ...]


def documents(settings: Settings, part: str) -> Iterator[Documents]:
    """Yield the corpus and the other sets of documents, with the questions of a part (`train`, `dev`, `test`).

    The corpus comes nine times: in both languages, in either alone, and every other document in either, with its
    phrasings and without; and with the phrasings of every other document. So what is fitted holds across languages, for
    documents that nobody wrote phrasings for, and where these meet.
    """
    own = tuple(item for language in LANGUAGES for item in read(SETS / f"{part}-{language}.jsonl"))
    for phrasings in ("all", "none"):
        for languages in ("nl+en", "nl", "en", "nl or en"):
            yield _corpus(settings, languages, phrasings, own)
    yield _corpus(settings, "nl+en", "half", own)
    for name in APART:
        questions = tuple(_apart(SETS / name, part))
        if questions:
            yield Documents(name, settings_for(settings, SETS / name / "corpus"), questions)


def _corpus(settings: Settings, languages: str, phrasings: str, questions: tuple[Item, ...]) -> Documents:
    folder = _variant(settings, languages, phrasings)
    return Documents(f"corpus, {languages}, {phrasings} phrasings", settings_for(settings, folder), questions)


def _apart(folder: Path, part: str) -> Iterator[Item]:
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem == part or (part == "train" and path.stem in LANGUAGES):
            yield from read(path)


def _variant(settings: Settings, languages: str, phrasings: str) -> Path:
    """Return a folder with a copy of the corpus in some languages, with all, half or none of its phrasings."""
    if (languages, phrasings) == ("nl+en", "all"):
        return settings.corpus_dir
    folder = settings.var_dir / "calibrate" / f"{languages} {phrasings}".replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    for path in _chosen(settings.corpus_dir, languages):
        target = folder / path.relative_to(settings.corpus_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        asked = path.with_suffix(".asked.yaml")
        if asked.is_file() and (phrasings == "all" or (phrasings == "half" and len(path.stem) % 2)):
            shutil.copy2(asked, target.with_suffix(".asked.yaml"))
    return folder


def _chosen(corpus: Path, languages: str) -> Iterator[Path]:
    """Yield the documents of a variant; `nl or en` has every document in one of the languages only."""
    for path in sorted(corpus.rglob("*.md")):
        language = path.relative_to(corpus).parts[0]
        if languages == "nl or en":
            matter = path.read_text(encoding="utf-8")
            twin = re.search(r"^translation_of: *(\S+)", matter, re.MULTILINE)
            name = twin[1] if twin and language == "nl" else path.stem
            if (zlib.crc32(name.encode()) % 2 == 0) == (language == "nl"):
                yield path
        elif language in languages.split("+"):
            yield path
