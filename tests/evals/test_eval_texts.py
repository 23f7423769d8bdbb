"""Dutch and English have the same texts, with the same values in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from evals.catalogue import METRICS
from evals.texts import Day, Number, Percent, catalogue, knows, sentence, text


def flat(node: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


@pytest.fixture(scope="module")
def texts() -> dict[str, dict[str, str]]:
    return {language: dict(flat(catalogue(language))) for language in ("nl", "en")}


def test_both_languages_have_the_same_keys_and_placeholders(texts):
    assert set(texts["nl"]) == set(texts["en"])
    # A form for one may leave the number out: "one question".
    found = {
        language: {
            key: set(re.findall(r"\{(\w+)\}", said)) - ({"n"} if key.endswith((".one", ".other")) else set())
            for key, said in of.items()
        }
        for language, of in texts.items()
    }
    assert {
        key: (found["nl"][key], found["en"][key]) for key in found["nl"] if found["nl"][key] != found["en"][key]
    } == {}


def test_no_text_is_empty_or_left_untranslated(texts):
    same = {key for key, said in texts["nl"].items() if said == texts["en"][key] and re.search(r"[a-z]{4}", said)}
    assert all(said.strip() for of in texts.values() for said in of.values())
    assert same <= {"languages.other", "compare.named", "compare.p", "made.model", "figures.plus"}


def test_every_measure_has_a_name_and_an_explanation():
    wanted = {*METRICS, "refusal_precision", "refusal_recall", "refusal_f1"}
    assert [name for name in wanted if not (knows(f"metrics.{name}.label") and knows(f"metrics.{name}.help"))] == []


def test_figures_are_written_as_each_language_writes_them():
    assert (Number(1234.5, 1).say("en"), Number(1234.5, 1).say("nl")) == ("1,234.5", "1.234,5")
    assert (Percent(0.8754, 1).say("en"), Percent(0.8754, 1).say("nl")) == ("87.5%", "87,5\u00a0%")
    assert (Day("2026-03-01T10:00").say("en"), Day("2026-03-01").say("nl")) == ("1 March 2026", "1 maart 2026")


def test_plural_follows_the_number():
    assert text("en", "verdict.errors", n=1).startswith("One question got")
    assert text("nl", "verdict.errors", n=2).startswith("2 vragen kregen")


def test_sentence_in_a_sentence_speaks_the_same_language():
    given = sentence("reasons.off_topic")
    assert "buiten het onderwerp" in sentence("why.refused_otherwise", given=given, expected="x").say("nl")
    assert "off topic" in sentence("why.refused_otherwise", given=given, expected="x").say("en")


def test_missing_key_is_an_error():
    with pytest.raises(KeyError):
        text("en", "no.such.key")
    assert not knows("no.such.key")
