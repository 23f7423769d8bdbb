"""Which language a text is in: Dutch, English, or one that the assistant does not speak."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder
from wordfreq import zipf_frequency

from assistant.index.sparse import words
from assistant.texts import lexicon

_SPOKEN = {Language.DUTCH: "nl", Language.ENGLISH: "en"}
# German and French words that neither Dutch nor English has; they settle what is too short for lingua.
_GERMAN = ("ist", "und", "fur", "wir", "ich", "kann", "nicht", "eine", "einen", "wer", "wieviel", "warum")
_FRENCH = ("est", "quoi", "quel", "quelle", "qui", "les", "une", "pour", "nous", "dans", "avec", "combien", "comment")
_FOREIGN = frozenset((*_GERMAN, *_FRENCH))
# Below this share of probability lingua alone does not call a text foreign.
_SURE = 0.75
# A function word more in one language than in the other weighs as much as words that are 0.7 more usual in it.
_FUNCTION = 0.7
_STRANGE = 2.5  # on Zipf's scale: words that are as rare as this are of neither language
# On Zipf's scale: by how much the words must be more usual in Dutch or in English, alone, and against what was spoken.
_APART, _AGAINST = 0.1, 0.8


@dataclass(frozen=True)
class Detection:
    """The language to answer in; whether the text seemed to be in another one, and one that is not in Latin script."""

    language: str
    foreign: bool = False
    other_script: bool = False


@cache
def _detector() -> LanguageDetector:
    languages = (Language.DUTCH, Language.ENGLISH, Language.FRENCH, Language.GERMAN)
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def detect(text: str, known: str | None = None, history: Sequence[str] = ()) -> Detection:
    """Return the language of a question; `known` is the page's or conversation's, `history` its earlier questions.

    Function words and how usual the words are in each language decide first: they are right on the short questions on
    which trigram models fail ("Wat is de deadline?" is English to lingua). Lingua decides where they are even, and what
    the conversation spoke where both are unsure.
    """
    if _other_script(text):
        return Detection("en", foreign=True, other_script=True)
    return _in_latin_script(text, known, history)


def _in_latin_script(text: str, known: str | None, history: Sequence[str]) -> Detection:
    tokens = words(text)
    counts = {name: sum(w in lexicon(name).function_words for w in tokens) for name in ("nl", "en")}
    both = sum(all(w in lexicon(name).function_words for name in ("nl", "en")) for w in tokens)
    nl, en = counts["nl"] - both, counts["en"] - both
    probabilities = {c.language: c.value for c in _detector().compute_language_confidence_values(text)}
    best = max(probabilities, key=lambda name: probabilities[name]) if probabilities else Language.ENGLISH
    usual = {name: _usual(tokens, name) for name in ("nl", "en", "fr", "de")}
    spoken = max(usual["nl"], usual["en"])
    elsewhere = spoken < max(usual["fr"], usual["de"], _STRANGE)
    foreign = best not in _SPOKEN and probabilities[best] >= _SURE and elsewhere
    if foreign and max(nl, en) * 4 < len(tokens):
        return Detection("en", foreign=True)
    if not nl and not en and not _FOREIGN.isdisjoint(tokens):
        return Detection("en", foreign=True)
    dutch = usual["nl"] - usual["en"] + _FUNCTION * (nl - en)
    # What was spoken is only looked up where the words leave a doubt: it costs a detection for each earlier question.
    fallback = None if abs(dutch) >= _AGAINST else known or _spoken(history)
    if fallback is None and abs(dutch) >= _APART:
        return Detection("nl" if dutch > 0 else "en")
    if best in _SPOKEN and (probabilities[best] >= _SURE or fallback is None) and len(tokens) > 1:
        return Detection(_SPOKEN[best])
    if fallback is not None:
        return Detection(fallback)
    likelier = probabilities.get(Language.DUTCH, 0.0) >= probabilities.get(Language.ENGLISH, 0.0)
    return Detection("nl" if likelier else "en")


def _usual(tokens: Sequence[str], language: str) -> float:
    """Return how usual words are in a language: the mean of their frequencies on Zipf's scale, 0 to 8."""
    said = [token for token in tokens if token.isalpha()]
    frequencies = [float(zipf_frequency(token, language, wordlist="small")) for token in said]
    return sum(frequencies) / max(len(said), 1)


def _other_script(text: str) -> bool:
    """Whether most letters are not Latin: the encoder knows no piece of such words."""
    letters = [character for character in text if character.isalpha()]
    return sum("LATIN" in unicodedata.name(character, "") for character in letters) * 2 < len(letters)


def _spoken(history: Sequence[str]) -> str | None:
    return detect(history[-1], None, history[:-1]).language if history else None


def guess(text: str) -> str:
    """Return the ISO code of a document's language, out of those that lingua was given."""
    found = _detector().detect_language_of(text)
    return found.iso_code_639_1.name.lower() if found else "en"
