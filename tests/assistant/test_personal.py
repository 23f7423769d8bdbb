"""Personal data is noticed and masked; the figures of the programme are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.personal import MASK, kinds, masked

DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))
DATE_FORMS = st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y"])
NUMBERS = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    "data",
    [
        "jan.de.smet@stad.be",
        "+32 470 12 34 56",
        "0470 12 34 56",
        "0470 123 456",
        "02/555.11.22",
        "06-12345678",
        "(02) 555 11 22",
        "0032470123456",
        "BE68 5390 0754 7034",
        "NL91ABNA0417164300",
        "0123.456.789",
        "85.07.30-033.28",
        "123456789",
    ],
)
def test_personal_data_is_masked(data: str) -> None:
    assert masked(f"Kan u mij bereiken op {data}, of niet?") == f"Kan u mij bereiken op {MASK}, of niet?"


@pytest.mark.parametrize(
    "figure",
    [
        "2021-2027",
        "2014 - 2020",
        "phase 2 of 2014-2020",
        "01/02/2026",
        "2026-02-01",
        "1.500.000 euro",
        "1 500 000",
        "2500000 EUR",
        "80 % of 2,1 million",
        "3.1.2 and 3.1.4",
        "@home",
        "80/20",
    ],
)
def test_figures_of_the_programme_are_not(figure: str) -> None:
    assert masked(f"Is it {figure}?") == f"Is it {figure}?"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Mail jan.de.smet@stad.be even", ("email",)),
        ("Bel +32 470 12 34 56.", ("telephone",)),
        ("+32 (0)470 12 34 56", ("telephone",)),
        ("0032470123456", ("telephone",)),
        ("(02) 555 11 22", ("telephone",)),
        ("tel.02/555.11.22", ("telephone",)),
        ("06-12345678", ("telephone",)),
        ("0470\u00a012\u00a034\u00a056", ("telephone",)),
        ("０４７０ １２ ３４ ５６", ("telephone",)),
        ("Mijn nummer is 0470 12 34 56, 80 % subsidie?", ("telephone",)),
        ("85.07.30-033.28", ("national_number",)),
        ("85073003328", ("national_number",)),
        ("rijksregisternummer:01 02 03-004.67", ("national_number",)),
        ("111222333", ("national_number",)),
        ("1112.22.333", ("national_number",)),
        ("Mijn BSN is 111 222 333", ("national_number",)),
        ("BE68 5390 0754 7034 voor de betaling", ("iban",)),
        ("be68539007547034", ("iban",)),
        ("NL91ABNA0417164300", ("iban",)),
        (
            "NL91 ABNA 0417 1643 00, jan@stad.be, 0470123456, 85.07.30-033.28",
            ("email", "telephone", "national_number", "iban"),
        ),
        ("BE68 5390 0754 7035", ()),
        ("85.07.30-033.29", ()),
        ("111222334", ()),
        ("111 222 333 euro", ()),
        ("130000000", ()),
        ("ondernemingsnummer BE 0417.497.106", ()),
        ("0417.497.107", ("telephone",)),
        ("023273112", ("telephone",)),
        ("EUR 111222333", ()),
        ("open 09.00-12.30 13 mei", ()),
        ("@home, #2021, 3.1.2 en 3.1.4", ()),
        ("", ()),
    ],
)
def test_kinds_of_personal_data_are_told_apart(text: str, seen: tuple[str, ...]) -> None:
    assert kinds(text) == seen


@given(st.dates(date(1920, 1, 1), date(2025, 12, 31)), st.integers(1, 997), st.sampled_from(["{}{}{}", "{}-{}.{}"]))
def test_every_register_number_is_noticed(born: date, serial: int, form: str) -> None:
    first = born.strftime("%y%m%d")
    base = int(f"{'2' if born.year >= 2000 else ''}{first}{serial:03}")
    shown = first if form == "{}{}{}" else born.strftime("%y.%m.%d")
    assert kinds(f"Mijn nummer is {form.format(shown, f'{serial:03}', f'{97 - base % 97:02}')}.") == (
        "national_number",
    )


@given(NUMBERS)
def test_number_of_nine_digits_is_a_bsn_only_by_the_eleven_test(number: str) -> None:
    assume(not number.startswith("0") and not number.endswith("000"))
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 == 0
    assert kinds(f"Het is {number}?") == (("national_number",) if passes else ())


@given(
    st.integers(0, 9_999_999_999), st.sampled_from([" ", ".", "\u00a0"]), st.sampled_from(["", " euro", " %", ",50"])
)
def test_amount_in_groups_is_no_personal_data(amount: int, separator: str, unit: str) -> None:
    assert kinds(f"Is {amount:,} het bedrag".replace(",", separator).replace(" het", f"{unit} het")) == ()


@given(st.integers(1, 9_999_999), st.sampled_from(["{}000", "€ {}", "{} euro", "EUR {}", "€{},00"]))
def test_amount_without_groups_is_no_personal_data(amount: int, form: str) -> None:
    assert kinds(f"Krijgen we {form.format(amount)} of meer?") == ()


@given(DAYS, DAYS, DATE_FORMS, st.sampled_from([" - ", "-", " en ", " tot ", " "]))
def test_dates_are_no_personal_data(first: date, last: date, form: str, between: str) -> None:
    assert kinds(f"Van {first.strftime(form)}{between}{last.strftime(form)} bv.") == ()


@given(st.integers(1990, 2040), st.integers(1990, 2040), st.sampled_from(["-", "/", " - ", "–", ", "]))
def test_years_and_periods_are_no_personal_data(first: int, last: int, between: str) -> None:
    assert kinds(f"Periode {first}{between}{last}, of {first}{between}{last % 100:02}?") == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(kinds(text)) <= {"email", "telephone", "national_number", "iban"}
