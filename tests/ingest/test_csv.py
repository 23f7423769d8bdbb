"""Tables as text in, a row block for each record out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from ingest.blocks import Block, Unreadable
from ingest.loaders.table.csv import load
from ingest.sentences import spans

PARTNERS = [
    ["Partner", "Land", "Budget (EUR)"],
    ["Provincie Noord-Brabant", "Nederland", "120000"],
    ["Málaga, Diputación", "Spanje", "95000,50"],
]


def written(rows: list[list[str]], **how: Any) -> str:
    stream = io.StringIO()
    csv.writer(stream, **how).writerows(rows)
    return stream.getvalue()


def texts(data: str | bytes) -> list[str]:
    return [block.text for block in load(data.encode() if isinstance(data, str) else data).blocks]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_rows_name_their_columns_whatever_parts_them(delimiter: str, quoting: Any) -> None:
    data = written(PARTNERS, delimiter=delimiter, quoting=quoting)
    assert load(data.encode()).blocks == [
        Block("row", "Partner: Provincie Noord-Brabant; Land: Nederland; Budget (EUR): 120000", locator="row 2"),
        Block("row", "Partner: Málaga, Diputación; Land: Spanje; Budget (EUR): 95000,50", locator="row 3"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_come_through_whatever_the_encoding(encoding: str) -> None:
    rows = [["Naam", "Toelichting"], ["België", "Coördinatie van één project: geëvalueerd, daarna beëindigd"]]
    data = written(rows, delimiter=";").encode(encoding)
    assert texts(data) == ["Naam: België; Toelichting: Coördinatie van één project: geëvalueerd, daarna beëindigd"]


def test_comma_of_decimals_does_not_part_values() -> None:
    assert texts("Regio;Aandeel;Bedrag\nUtrecht;1,5;2,25\nGelderland;3,5;4,75\n") == [
        "Regio: Utrecht; Aandeel: 1,5; Bedrag: 2,25",
        "Regio: Gelderland; Aandeel: 3,5; Bedrag: 4,75",
    ]


def test_record_over_lines_and_empty_rows_keep_the_numbers_of_the_spreadsheet() -> None:
    found = load(b'Name,Note\r\nA,"first line\r\nsecond ""line"""\r\n\r\nB,"x, y"\r\n').blocks
    assert [(b.text, b.locator) for b in found] == [
        ('Name: A; Note: first line second "line"', "row 2"),
        ("Name: B; Note: x, y", "row 4"),
    ]


def test_titles_above_the_header_are_no_row() -> None:
    found = load(
        b"Approved projects\nStatus in March 2024.\n\nName;Start;End\nGreen;2018;2021\nBlue;2019;2022\n"
    ).blocks
    assert found == [
        Block("heading", "Approved projects", 1),
        Block("paragraph", "Status in March 2024.", locator="row 2"),
        Block("row", "Name: Green; Start: 2018; End: 2021", locator="row 5"),
        Block("row", "Name: Blue; Start: 2019; End: 2022", locator="row 6"),
    ]


def test_years_may_name_columns() -> None:
    assert texts("Land,2021,2022,2023\nMalta,1,2,3\n") == ["Land: Malta; 2021: 1; 2022: 2; 2023: 3"]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("Budget;394 million euro\nPeriod;2021-2027\n", ["Budget: 394 million euro", "Period: 2021-2027"]),
        ("Green;12;2018\nBlue;13;2019\n", ["Green; 12; 2018", "Blue; 13; 2019"]),
    ],
)
def test_table_without_header_loses_no_row(data: str, rows: list[str]) -> None:
    assert texts(data) == rows


def test_empty_cells_and_a_repeated_header_are_left_out() -> None:
    assert texts("Naam;Land;Rol\nA;;partner\nNaam;Land;Rol\nB;Malta;\n") == [
        "Naam: A; Rol: partner",
        "Naam: B; Land: Malta",
    ]


def test_line_that_tells_excel_the_sign_is_no_row() -> None:
    assert [(b.text, b.locator) for b in load(b"sep=|\nName|Note\nA|x; y; z\n").blocks] == [
        ("Name: A; Note: x; y; z", "row 2")
    ]


def test_sentences_of_a_long_cell_are_kept() -> None:
    header = ["Question", "Answer", "Unit"]
    data = written([header, ["Who may apply?", "Public bodies may. They need no licence.", "approx."], ["a", "b", "c"]])
    text = texts(data)[0]
    assert text == "Question: Who may apply? Answer: Public bodies may. They need no licence. Unit: approx."
    assert [text[start:end] for start, end in spans(text, "en")][1:3] == [
        "Answer: Public bodies may.", "They need no licence."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Één", "cp1252"),
        ("Город;Население;Область\nМосква;двенадцать миллионов;Центральная\n", "cp1251"),
        ("Πόλη;Πληθυσμός της χώρας\nΑθήνα;τρία εκατομμύρια άνθρωποι\n", "cp1253"),
    ],
)
def test_letters_are_never_taken_for_those_of_another_script(text: str, encoding: str) -> None:
    assert texts(text.encode(encoding)) == texts(text.encode())


def test_more_rows_than_can_be_read_are_refused() -> None:
    with pytest.raises(Unreadable, match="50,000 rows"):
        load(b"a,b\n" + b"x,1\n" * 50_001)
    assert len(load(b"a,b\n" + b"x,1\n" * 49_999).blocks) == 49_999


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 50, b"a;b\n1;\0"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        load(data)


def test_quotation_mark_without_twin_says_where() -> None:
    with pytest.raises(Unreadable, match="quotation mark"):
        load(b'a;b\n1;"' + b"word\n" * 40_000)
