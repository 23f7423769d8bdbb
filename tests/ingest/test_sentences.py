"""Sentences end where a reader ends them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import spans


def split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, language)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Een partner kan o.a. een gemeente zijn.",
        "Een gemeente, bv. Gent, kan partner zijn.",
        "Het gaat om formulier nr. 5 van het programma.",
        "Een project kost 1 à 2 M€ per partnerschap.",
        "Een vzw krijgt subsidie i.v.m. de regels, d.w.z. 70 %.",
        "Dhr. Peeters en mevr. Janssens beslissen t.e.m. 2027.",
        "Het bedrag is ca. 1.500.000 euro, incl. btw.",
        "Zie art. 12 en p. 34 van de handleiding.",
        "Het budget bedraagt 394,5 miljoen euro.",
    ],
)
def test_dutch_sentence_stays_whole(sentence: str) -> None:
    assert split(sentence, "nl") == [sentence]
    assert split(f"{sentence} Daarna begint een zin.", "nl") == [sentence, "Daarna begint een zin."]


@pytest.mark.parametrize(
    "sentence",
    [
        "A partner can be a public body, e.g. a city.",
        "It is form No. 5 of the programme.",
        "Partners from the U.K. are not funded by the EU.",
        "The rate is 80 %, i.e. four fifths.",
        "The budget is EUR 394.5 million in all.",
        "Mr. Smith signs approx. 20 contracts.",
        "See p. 34 of the manual.",
    ],
)
def test_english_sentence_stays_whole(sentence: str) -> None:
    assert split(sentence, "en") == [sentence]
    assert split(f"{sentence} Then another one begins.", "en") == [sentence, "Then another one begins."]


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Een zin. Nog een zin! En een vraag?", "nl", 3),
        ("It costs 5. Partners pay it.", "en", 2),
        ("Het kost € 5. De partner betaalt.", "nl", 2),
        ("", "nl", 0),
        ("   ", "en", 0),
        ("zonder punt", "nl", 1),
    ],
)
def test_sentences_are_counted_right(text: str, language: str, count: int) -> None:
    assert len(split(text, language)) == count


@given(st.text(max_size=400), st.sampled_from(["nl", "en"]))
def test_no_word_of_a_text_is_lost(text: str, language: str) -> None:
    found = spans(text, language)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    covered = {i for start, end in found for i in range(start, end)}
    assert not [c for i, c in enumerate(text) if i not in covered and not c.isspace()]
