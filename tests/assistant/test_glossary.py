"""A question meets a text in the other language through the programme's own terms."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant import glossary
from assistant.glossary import meant, translations
from assistant.index.sparse import terms
from assistant.texts import LANGUAGES

ROWS = tomllib.loads(Path(glossary.__file__).with_name("glossary.toml").read_text(encoding="utf-8"))["terms"]


def stems(text: str, language: str) -> frozenset[str]:
    return frozenset(terms(text, language))


@pytest.mark.parametrize(
    ("said", "language", "meaning"),
    [
        ("partner state", "en", "partnerstaat"),
        ("partnerstaat", "nl", "partner state"),
        ("cohesion policy", "en", "cohesiebeleid"),
        ("EFRO", "nl", "European Regional Development Fund"),
        ("ERDF", "en", "Europees Fonds voor Regionale Ontwikkeling"),
    ],
)
def test_term_is_known_in_the_other_language(said: str, language: str, meaning: str) -> None:
    other = "nl" if language == "en" else "en"
    found = translations(stems(said, language), language, other)
    assert set(found) == stems(said, language)
    for word in stems(said, language):
        assert stems(meaning, other) <= found[word]


def test_ordinary_words_are_no_terms() -> None:
    assert translations(stems("yesterday umbrella", "en"), "en", "nl") == {}


def test_half_a_term_is_not_the_term() -> None:
    assert stems("cohesion", "en") not in {named for named, _ in meant(stems("cohesion umbrella", "en"), "en")}
    for named, _ in meant(stems("Europees Fonds", "nl"), "nl"):
        assert named != stems("Europees Fonds voor Regionale Ontwikkeling", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_name_is_meant(language: str) -> None:
    for row in ROWS:
        for name in row[language]:
            said = stems(name, language)
            found = {named for named, _ in meant(said, language)}
            assert found <= {said} if said in found else not said, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_a_term_leads_to_all_its_names_in_the_other_language(language: str) -> None:
    other = "nl" if language == "en" else "en"
    for row in ROWS:
        assert set(row) <= {"en", "nl", "either"}
        for name in filter(lambda name: stems(name, language), row[language]):
            found = translations(stems(name, language), language, other)
            for meaning in row[other]:
                assert all(stems(meaning, other) <= found[word] for word in stems(name, language)), name
