"""Two documents that hold today and contradict each other on a number or a date are reported, others are not."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.contradictions import Contradiction, Side, find, sentences_for_people

RATES = """# Co-financing rates

## Public bodies

A public body in the EU receives 80% co-financing from Interreg Europe.

## Norwegian partners

Norwegian partners can get up to 50% from money that Norway has set aside.
"""
OTHER_RATES = (
    "# Call announcement\n\n## What you get\n\nA public body in the EU gets 85% co-financing from Interreg Europe.\n"
)
CALL = "# First call\n\n## Dates\n\nThe first call opened on 5 April 2022 and closed on 31 May 2022.\n"
FRONT: dict[str, Any] = {"language": "en", "period": "2021-2027"}


@pytest.fixture
def shop(workshop: Any) -> Any:
    workshop.write("rates.md", RATES, id="rates", **FRONT)
    return workshop


def found(shop: Any, documents: set[str] | None = None) -> list[Contradiction]:
    report = shop.ingest()
    assert not report.problems
    index = shop.index()
    try:
        return find(index, documents)
    finally:
        index.engine.dispose()


def said(shop: Any) -> list[set[tuple[str, str]]]:
    return [{(side.document_id, side.said) for side in (each.one, each.other)} for each in found(shop)]


def test_other_percentage_is_reported_with_both_places(shop: Any) -> None:
    shop.write("call.md", OTHER_RATES, id="call", **FRONT)
    (only,) = found(shop)
    sides = {side.document_id: side for side in (only.one, only.other)}
    quote = "A public body in the EU gets 85% co-financing from Interreg Europe."
    assert sides["call"] == Side("call", "what-you-get", "what-you-get", quote, "85%")
    assert (sides["rates"].slug, sides["rates"].said) == ("public-bodies", "80%")
    assert only.kind == "documents"
    assert 0.3 <= only.certainty <= 1


def test_other_date_is_reported_where_one_of_two_agrees(shop: Any) -> None:
    shop.write("first.md", CALL, id="first", **FRONT)
    shop.write("news.md", CALL.replace("31 May", "3 June").replace("First call", "News"), id="news", **FRONT)
    assert said(shop) == [{("first", "31 May 2022"), ("news", "3 June 2022")}]


def test_another_call_is_no_contradiction(shop: Any) -> None:
    shop.write("first.md", CALL, id="first", **FRONT)
    second = CALL.replace("31 May", "3 June").replace("first", "second").replace("First", "Second")
    shop.write("second.md", second, id="second", **FRONT)
    assert found(shop) == []


def test_dutch_documents_are_compared_too(shop: Any) -> None:
    front = {"language": "nl", "period": "2021-2027"}
    text = "# Oproep\n\n## Budget\n\nDe tweede oproep had een budget van {} miljoen euro.\n"
    shop.write("een.md", text.format(130), id="een", **front)
    shop.write("twee.md", text.format(150), id="twee", **front)
    assert said(shop) == [{("een", "130 miljoen euro"), ("twee", "150 miljoen euro")}]


def test_document_without_a_period_is_compared(shop: Any) -> None:
    shop.write("call.md", OTHER_RATES, id="call", language="en")
    assert said(shop) == [{("rates", "80%"), ("call", "85%")}]


@pytest.mark.parametrize(
    "front",
    [
        {"period": "2014-2020"},
        {"valid_until": "2023"},
        {"valid_from": "2999-01-01"},
        {"supersedes": "[rates]"},
        {"language": "nl"},
    ],
)
def test_document_that_is_not_beside_the_other_today_contradicts_nothing(shop: Any, front: dict[str, Any]) -> None:
    shop.write("call.md", OTHER_RATES, id="call", **(FRONT | front))
    assert found(shop) == []


@pytest.mark.parametrize("comment", ["superseded_by: rates#public-bodies", "unanswered: not_in_documentation"])
def test_replaced_section_and_gap_contradict_nothing(shop: Any, comment: str) -> None:
    text = OTHER_RATES.replace("## What you get", f"## What you get\n<!-- {comment} -->")
    shop.write("call.md", text, id="call", **FRONT)
    assert found(shop) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "A public body in the EU gets 80% co-financing from Interreg Europe.",
        "A public body in the EU gets 80% or 85% co-financing from Interreg Europe.",
        "A public body in the EU gets 85% co-financing from Interreg Europe. Until last year it was 80%.",
        "A public body in Switzerland gets 85% co-financing from Interreg Europe.",
        "In 2014-2020 a public body in the EU got 85% co-financing from Interreg Europe.",
        "A public body in the EU gets 85% co-financing from Interreg North Sea.",
        "The audience of the forum found the music 85% too loud.",
    ],
)
def test_what_is_about_something_else_is_no_contradiction(shop: Any, sentence: str) -> None:
    shop.write("call.md", f"# Call announcement\n\n## What you get\n\n{sentence}\n", id="call", **FRONT)
    assert found(shop) == []


def test_rounded_and_enclosed_numbers_are_no_contradiction(shop: Any) -> None:
    text = "# {}\n\n## Size\n\nThe budget of the programme is {}. The programme recommends {} partners for a project.\n"
    shop.write("one.md", text.format("Facts", "EUR 394.5 million", "5 to 16"), id="one", **FRONT)
    shop.write("two.md", text.format("Flyer", "almost EUR 395 million", "8 to 10"), id="two", **FRONT)
    assert found(shop) == []


def test_only_what_touches_the_changed_documents_is_looked_at(shop: Any) -> None:
    shop.write("call.md", OTHER_RATES, id="call", **FRONT)
    shop.write("first.md", CALL, id="first", **FRONT)
    shop.write("news.md", CALL.replace("31 May", "3 June").replace("First call", "News"), id="news", **FRONT)
    everything = found(shop)
    assert len(everything) == 2
    for changed in ({"news"}, {"rates"}, {"call", "first"}, set[str]()):
        touching = [c for c in everything if {c.one.document_id, c.other.document_id} & changed]
        assert found(shop, changed) == touching


def test_translation_with_another_number_is_reported_as_such(shop: Any) -> None:
    text = "# Percentages\n\n## Overheden\n\nEen overheid in de EU krijgt {} cofinanciering.\n\n## Noorse partners\n\n"
    text += "Noorse partners krijgen tot 50% uit geld van Noorwegen.\n"
    front = {"id": "percentages", "language": "nl", "period": "2021-2027", "translation_of": "rates"}
    shop.write("percentages.md", text.format("85%"), **front)
    (only,) = found(shop)
    assert only.kind == "translation"
    assert {only.one.said, only.other.said} == {"80%", "85%"}
    assert "its translation" in sentences_for_people([only])[0]
    shop.write("percentages.md", text.format("80%"), **front)
    assert found(shop) == []


def test_people_read_both_places_and_numbers() -> None:
    one = Side("new-call-faq", "budget", "§ budget", "You get 85%.", "85%")
    other = Side("co-financing-rates", "public", "public", "It pays 80% " + "and more " * 40, "80%")
    (sentence,) = sentences_for_people([Contradiction(one, other, "documents", 0.9)])
    start = (
        'new-call-faq (§ budget) says "85%", co-financing-rates (public) says "80%": "You get 85%." against "It pays'
    )
    assert sentence.startswith(start)
    assert sentence.endswith('…"')
    assert len(sentence) < 300


def test_document_cannot_write_over_the_terminal() -> None:
    side = Side("a", "b", "\x1b]0;title\x07 p. 1", "It pays\x1b[2J\n80%.", "80%\x1b[1m")
    (sentence,) = sentences_for_people([Contradiction(side, side, "documents", 0.9)])
    assert sentence.isprintable()
