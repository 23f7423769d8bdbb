"""Personal data is masked; the figures of the programme are left alone."""

from __future__ import annotations

import pytest

from assistant.personal import MASK, masked


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
