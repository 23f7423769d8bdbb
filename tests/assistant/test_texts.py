"""Both catalogues say the same things, with the same placeholders."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any, get_args

import pytest

from assistant import texts
from assistant.answer import NoteCode, Reason, Status
from assistant.texts import LANGUAGES, catalogue, lexicon, text


def flat(node: Any, path: str = "") -> dict[str, Any]:
    """Values by dotted key; a table from words to words is one value, for its keys are the language's own."""
    if not isinstance(node, dict) or (path.startswith("lexicon.") and all(isinstance(v, str) for v in node.values())):
        return {path: node}
    return {
        key: value for name, inner in node.items() for key, value in flat(inner, f"{path}.{name}".lstrip(".")).items()
    }


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    nl, en = flat(catalogue("nl")), flat(catalogue("en"))
    assert nl.keys() == en.keys()
    assert {key: type(value) for key, value in nl.items()} == {key: type(value) for key, value in en.items()}


def test_both_languages_have_the_same_placeholders() -> None:
    nl, en = flat(catalogue("nl")), flat(catalogue("en"))
    for key, sentence in nl.items():
        if isinstance(sentence, str):
            assert placeholders(sentence) == placeholders(en[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert not [key for key, value in flat(catalogue(language)).items() if not value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_its_sentence(language: str) -> None:
    names = ("contact", "Contact", "title", "locator", "period", "question", "clause", "today", "date", "role")
    values = dict.fromkeys(names, "X")
    for reason in get_args(Reason):
        assert text(language, f"refusals.{reason}", **values)
    for status in get_args(Status):
        assert text(language, f"status.{status}")
    for code in get_args(NoteCode):
        assert text(language, f"notes.{'superseded_by' if code == 'superseded' else code}", **values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicon_is_in_lower_case(language: str) -> None:
    lists = [value for value in flat(catalogue(language)["lexicon"], "lexicon").values() if isinstance(value, list)]
    words = [word for words in lists for word in _words(words)]
    assert words
    assert not [word for word in words if word != word.lower()]


def _words(found: list[Any]) -> list[str]:
    return [word for entry in found for word in (_words(entry) if isinstance(entry, list) else [entry])]


def test_unknown_language_gets_english() -> None:
    assert catalogue("fr") == catalogue("en")
    assert lexicon("fr") == lexicon("en")


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("nl", "notes.nothing")


def test_every_key_that_the_code_names_is_there() -> None:
    known = flat(catalogue("en"))
    folder = Path(texts.__file__).parent.parent
    named = set()
    for path in folder.rglob("*.py"):
        named |= set(re.findall(r"""text\([^"()]*?"([a-z_]+(?:\.[a-z_0-9]+)+)\"""", path.read_text(encoding="utf-8")))
    assert named
    assert named <= known.keys()
