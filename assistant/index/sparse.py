"""The sparse side: BM25 over stemmed words, one index for each language, made from the database."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.texts import lexicon

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
_COMBINING = re.compile("[\u0300-\u036f]")
_COMPOUND = 5  # letters from which a stem may be looked for inside another
_DEVOICED = {"v": "f", "z": "s"}
_STEMMERS = {"nl": "dutch", "en": "english"}


@cache
def _stemmer(language: str) -> Any:
    return Stemmer.Stemmer(_STEMMERS.get(language, "english"))


def fold(text: str) -> str:
    """Lower-case and strip accents."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    # Mathematical letters are small or capital only once they are plain ones.
    return _COMBINING.sub("", unicodedata.normalize("NFKD", lower)).casefold()


def words(text: str) -> list[str]:
    """Return the folded words and numbers of a text; "1,4" and "2.4" stay whole."""
    return _WORD.findall(fold(text))


def terms(text: str, language: str) -> tuple[str, ...]:
    """Return the stems of a text's content words, in order."""
    return tuple(stem for _, stem in stemmed(text, language))


def stemmed(text: str, language: str) -> list[tuple[str, str]]:
    """Return the content words of a text, folded, each with its stem, in order."""
    stop = lexicon(language).stopwords
    content = [w for w in words(text) if w not in stop]
    stems = _stemmer(language).stemWords(content)
    if language == "nl":
        # Snowball keeps "bedrijf" and "bedrijven" apart: a Dutch v or z becomes f or s at the end of a word.
        stems = [s[:-1] + _DEVOICED.get(s[-1], s[-1]) for s in stems]
    return list(zip(content, stems, strict=True))


@dataclass(frozen=True)
class Vocabulary:
    """The stems of a text, ready to be asked whether a question's term stands among them."""

    stems: frozenset[str]
    joined: str

    def has(self, term: str) -> bool:
        """Whether a stem is there, also as part of a compound: "budget" in "projectbudget", or the other way round."""
        if term in self.stems:
            return True
        if len(term) < _COMPOUND:
            return False
        return term in self.joined or not self.stems.isdisjoint(_inside(term))


@lru_cache(maxsize=4096)  # a question's terms are looked for in dozens of texts
def _inside(term: str) -> frozenset[str]:
    """Return the parts of a term that may be stems of their own."""
    size = range(_COMPOUND, len(term))
    return frozenset(term[at : at + n] for n in size for at in range(len(term) - n + 1))


def vocabulary(text: str, language: str) -> Vocabulary:
    """Return the vocabulary of a text."""
    return _of_stems(frozenset(terms(text, language)))


def merged(vocabularies: Iterable[Vocabulary]) -> Vocabulary:
    """Return the vocabulary of several texts together."""
    return _of_stems(frozenset().union(*(vocabulary.stems for vocabulary in vocabularies)))


def _of_stems(stems: frozenset[str]) -> Vocabulary:
    return Vocabulary(stems, "\0".join(stems))


@dataclass(frozen=True)
class SparseIndex:
    """BM25 over the passages of one language.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), as bm25s computes it.
    """

    language: str
    passage_ids: tuple[int, ...]
    document_frequency: dict[str, int]
    _bm25: Any

    @classmethod
    def build(cls, language: str, texts: Sequence[tuple[int, str]]) -> SparseIndex:
        """Index (passage id, text) pairs."""
        tokens = [list(terms(text, language)) or ["∅"] for _, text in texts]
        frequency = Counter(term for row in tokens for term in set(row))
        bm25 = bm25s.BM25()
        bm25.index(tokens, show_progress=False)
        return cls(language, tuple(i for i, _ in texts), dict(frequency), bm25)

    def has(self, term: str) -> bool:
        """Whether any passage has a stem, a longer one also inside a compound."""
        return term in self.document_frequency or (
            len(term) >= _COMPOUND and any(term in known for known in self.document_frequency)
        )

    def search(self, query: Sequence[str], k: int) -> dict[int, float]:
        """Return the best `k` passage ids with their BM25 score; passages that share no term are left out."""
        known = [term for term in query if term in self.document_frequency]
        if not known:
            return {}
        scores = self._bm25.get_scores(known)
        best = np.argsort(-scores, kind="stable")[:k]
        return {self.passage_ids[i]: float(scores[i]) for i in best if scores[i] > 0}

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a stem, in nats; an unknown one is as rare as can be."""
        n, df = len(self.passage_ids), self.document_frequency.get(term, 0)
        return float(np.log(1 + (n - df + 0.5) / (df + 0.5)))

    def correct(self, term: str) -> str:
        """Return the known stem that `term` was probably meant to be, or `term` itself."""
        if len(term) < 5 or term in self.document_frequency or any(c.isdigit() for c in term):
            return term
        limit = 1 if len(term) < 8 else 2
        found = process.extractOne(
            term, self.document_frequency.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=limit
        )
        return str(found[0]) if found and fuzz.ratio(term[:2], str(found[0])[:2]) >= 50 else term

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._bm25.save(str(folder), show_progress=False)
        meta = {"language": self.language, "ids": self.passage_ids, "df": self.document_frequency}
        (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> SparseIndex:
        """Read an index that `save` wrote."""
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return cls(meta["language"], tuple(meta["ids"]), meta["df"], bm25s.BM25.load(str(folder)))


def save_all(indexes: Mapping[str, SparseIndex], folder: Path) -> None:
    """Write one sub-folder for each name, in place of whatever an interrupted run left at `folder`."""
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name, index in indexes.items():
        index.save(work / name)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)


def load_all(folder: Path) -> dict[str, SparseIndex] | None:
    """Read what `save_all` wrote, or None where it is missing or damaged."""
    try:
        return {path.name: SparseIndex.load(path) for path in sorted(folder.iterdir())}
    except (OSError, ValueError, KeyError):
        return None
