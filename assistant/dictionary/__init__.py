"""A general dictionary of Dutch and English: how a question meets the words of a text in the other language.

Two files of lines `word<TAB>translation, translation`, likeliest first, one for each direction. The programme's own
terms stand in the glossary, which goes before.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.index.sparse import terms

_KEPT = 3  # translations that are looked for; later ones are less likely, and each finds other passages too


@cache
def _stems(language: str, to: str) -> dict[str, tuple[str, ...]]:
    path = Path(__file__).parent / f"{language}-{to}.tsv"
    found: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, translations = line.partition("\t")
        said = [stem for text in translations.split(", ")[:_KEPT] for stem in terms(text, to)]
        for stem in terms(word, language)[:1]:
            found.setdefault(stem, tuple(dict.fromkeys(said)))
    return found


def translations(stem: str, language: str, to: str) -> tuple[str, ...]:
    """Return the stems that say the word of a stem in another language; none where the dictionary does not know it.

    >>> translations("aanvrag", "nl", "en")
    ('applic', 'request', 'appli')
    """
    return _stems(language, to).get(stem, ())
