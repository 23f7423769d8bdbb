"""What numbers and dates in a sentence measure, and when two of them disagree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.contradictions.quantities import differences
from ingest.contradictions.reading import quantities


def read(text: str, language: str = "en") -> list[tuple[str, float, float]]:
    return [(q.kind, round(q.low, 2), round(q.high, 2)) for q in quantities(text, language)]


def day(text: str) -> float:
    return float(date.fromisoformat(text).toordinal())


def differ(one: str, other: str, language: str = "en") -> bool:
    return bool(differences(quantities(one, language), quantities(other, language)))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "It pays 80% of the costs.", ("percentage", 80, 80)),
        ("en", "It pays 80 per cent of the costs.", ("percentage", 80, 80)),
        ("nl", "Het betaalt 2,5 procent.", ("percentage", 2.5, 2.5)),
        ("en", "At least half of the instruments count.", ("percentage", 50, 50)),
        ("nl", "Een derde van de aanvragen viel af.", ("percentage", 33.33, 33.33)),
        ("en", "The budget is EUR 394.5 million.", ("amount", 394.5e6, 394.5e6)),
        ("nl", "Het budget is 394,5 miljoen euro.", ("amount", 394.5e6, 394.5e6)),
        ("en", "The budget is 394 500 000 euros.", ("amount", 394.5e6, 394.5e6)),
        ("en", "A control costs EUR 1,190 to EUR 3,640.", ("amount", 1190, 3640)),
        ("en", "It costs EUR 1 to 2 million.", ("amount", 1e6, 2e6)),
        ("en", "It takes 48 months.", ("duration", 1461, 1461)),
        ("nl", "Het duurt vier jaar.", ("duration", 1461, 1461)),
        ("nl", "Het duurt anderhalf jaar.", ("duration", 547.88, 547.88)),
        ("nl", "Er waren 1.073 partners.", ("count", 1073, 1073)),
        ("nl", "Er doen vijfentwintig landen mee.", ("count", 25, 25)),
        ("nl", "Er doen tweeëntwintig landen mee.", ("count", 22, 22)),
        ("en", "It has 5 to 16 partners.", ("count", 5, 16)),
    ],
)
def test_number_is_read_with_its_unit(language: str, text: str, found: tuple[str, float, float]) -> None:
    assert read(text, language) == [found]


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "It closed on 9 June 2023.", ["2023-06-09"]),
        ("en", "It closed on June 9, 2023.", ["2023-06-09"]),
        ("en", "It closed on the 3rd of January 2021.", ["2021-01-03"]),
        ("nl", "Het sloot op 9 juni 2023.", ["2023-06-09"]),
        ("nl", "Het forum is op 19 en 20 maart 2025.", ["2025-03-19", "2025-03-20"]),
        ("en", "It ran from 5 April to 31 May 2022.", ["2022-04-05", "2022-05-31"]),
        ("en", "It closed on 2023-06-09.", ["2023-06-09"]),
    ],
)
def test_day_is_read_with_the_year_that_follows(language: str, text: str, days: list[str]) -> None:
    assert read(text, language) == [("date", day(each), day(each)) for each in days]


def test_month_is_all_its_days() -> None:
    assert read("It was launched in October 2016.") == [("date", day("2016-10-01"), day("2016-10-31"))]


@pytest.mark.parametrize(
    "text",
    [
        "The programme of 2021-2027 goes on.",
        "Article 3 of Regulation (EU) 2021/1058 applies.",
        "Version 4 and section 6.4.1 and the 8th forum and group 1.",
        "In 2024 nothing happened before 12:00 Paris time.",
        "Call +32 2 553 37 07 or write to a1@example.org or look at www.example.org/2.",
        "It was no day: 31 February 2021.",
    ],
)
def test_number_that_only_names_something_is_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It pays 80%.", "It pays 85%."),
        ("EUR 394.5 million.", "EUR 402 million."),
        ("It lasts four years.", "It lasts 60 months."),
        ("There are 134 applications.", "There are 143 applications."),
        ("There are 134 applications.", "There are 143 consortia."),
        ("It closed on 31 May 2022.", "It closed on 3 June 2022."),
        ("It ran from 5 April 2022 to 31 May 2022.", "It ran from 5 April 2022 to 3 June 2022."),
        ("At least four of the five areas.", "At least three of the five areas."),
        ("Up to 50% is paid.", "Up to 60% is paid."),
        ("The rate is 2.5%.", "The rate is 3%."),
    ],
)
def test_other_number_for_one_thing_differs(one: str, other: str) -> None:
    assert differ(one, other)
    assert differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It pays 80%.", "It pays 80 per cent."),
        ("It pays 80% or 70%.", "It pays 70%."),
        ("EUR 394.5 million.", "394 500 000 euros."),
        ("EUR 394.5 million.", "Almost EUR 395 million."),
        ("It lasts four years.", "It lasts 48 months."),
        ("It lasts one month.", "It lasts 30 days."),
        ("It has 5 to 16 partners.", "It has 8 to 10 partners."),
        ("At least three countries take part.", "Six countries take part."),
        ("It was launched in October 2016.", "It was launched on 3 October 2016."),
        ("It opened on 5 April 2022.", "It closed on 31 May 2022."),
        ("It pays 80%.", "It pays EUR 85."),
        ("EUR 100 was paid.", "$ 120 was paid."),
        ("EUR 130 million was paid.", "EUR 1.4 million was paid."),
        ("Two hours are enough.", "Two partners are enough."),
        ("There are 258 applications.", "There are 258 consortia."),
    ],
)
def test_what_can_both_be_true_does_not_differ(one: str, other: str) -> None:
    assert not differ(one, other)
    assert not differ(other, one)


@pytest.mark.parametrize("text", ["²ηbiwɐː 3 days", "½ year", "m² 12", "x³ and 5 to ² million", "٣ days"])
def test_signs_that_look_like_digits_do_no_harm(text: str) -> None:
    assert isinstance(quantities(text, "en"), tuple)


_PIECES = st.sampled_from(
    ["²", "½", "12", "1.200", "3,5", "to", "EUR", "%", "million", "van", "the", "٣", "days", ".", " "]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map(" ".join), st.sampled_from(["nl", "en"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    assert all(q.low <= q.high for q in quantities(text, language))
