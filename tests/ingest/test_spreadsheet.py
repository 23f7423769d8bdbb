"""Workbooks in, a row block for each row that a person sees out."""

from __future__ import annotations

import base64
import datetime
import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import odfdo
import openpyxl
import pytest
import xlsxwriter

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.table.spreadsheet import load

Write = Callable[[xlsxwriter.Workbook], None]


def excel(write: Write, **options: Any) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    write(book)
    book.close()
    return stream.getvalue()


def loaded(write: Write, **options: Any) -> Parsed:
    return load(excel(write, **options))


def rows(parsed: Parsed) -> list[tuple[str, str | None]]:
    return [(block.text, block.locator) for block in parsed.blocks if block.kind == "row"]


def fill(book: xlsxwriter.Workbook, table: Any, name: str | None = None) -> Any:
    sheet = book.add_worksheet(name)
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row)
    return sheet


COSTS = [
    ["Kostensoort", "Forfait", "Toelichting"],
    ["Personeel", 0.2, "Berekend over de directe kosten. Bewijs is niet nodig."],
    [],
    ["Reizen", 0.15, None],
]


def test_rows_name_their_columns_and_their_place() -> None:
    assert loaded(lambda book: fill(book, COSTS)).blocks == [
        Block(
            "row",
            "Kostensoort: Personeel; Forfait: 0.2; Toelichting: Berekend over de directe kosten. Bewijs is niet nodig.",
            locator="row 2",
        ),
        Block("row", "Kostensoort: Reizen; Forfait: 0.15", locator="row 4"),
    ]


@pytest.mark.parametrize(
    ("value", "format_", "text"),
    [
        (1_200_000, "General", "1200000"),
        (1_200_000, "#,##0", "1200000"),
        (1_200_000, '[$€-413] #,##0.00', "€ 1200000"),
        (1234.5, '#,##0.00 "EUR"', "1234.50 EUR"),
        (0.8, "0%", "80%"),
        (0.125, "0.0%", "12.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "0000", "0007"),
        (-5, "#,##0_);(#,##0)", "-5"),
        (3, '0" maanden"', "3 maanden"),
        (True, "General", "yes"),
        (datetime.date(2027, 3, 12), "d mmmm yyyy", "2027-03-12"),
        (datetime.datetime(2027, 3, 12, 14, 30), "dd-mm-yyyy hh:mm", "2027-03-12 14:30"),
        (datetime.date(2027, 3, 1), "mmm-yy", "2027-03"),
        (datetime.time(9, 5), "hh:mm", "09:05"),
    ],
)  # fmt: skip
def test_values_are_as_people_write_them(value: Any, format_: str, text: str) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = fill(book, [["Subject of the call", "Value that counts"], ["What is it"]])
        style = book.add_format({"num_format": format_})
        (sheet.write_datetime if isinstance(value, datetime.date | datetime.time) else sheet.write)(1, 1, value, style)

    assert rows(loaded(write))[0][0] == f"Subject of the call: What is it; Value that counts: {text}"


def test_booleans_speak_the_language_of_the_sheet() -> None:
    table = [
        ["Soort partner", "Mag deelnemen aan de oproep"],
        ["Een gemeente in het gebied", True],
        ["Een bedrijf", False],
    ]
    assert [text.rpartition(": ")[2] for text, _ in rows(loaded(lambda book: fill(book, table)))] == ["ja", "nee"]


def test_formulas_give_their_stored_result() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = fill(book, [["Land", "Som"], ["Malta"]])
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    assert rows(loaded(write)) == [("Land: Malta; Som: 2", "row 2")]


def test_formula_without_result_is_said() -> None:
    book = openpyxl.Workbook()
    for row in (["Country", "Sum"], ["Malta", "=1+1"]):
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    parsed = load(stream.getvalue())
    assert rows(parsed) == [("Country: Malta", "row 2")]
    assert "1 formula" in parsed.warnings[0]


def test_several_sheets_have_headings_and_are_named_in_the_place() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book, [["Country", "Rate"], ["Malta", 1]], "Rates 2021")
        book.add_worksheet("Empty")
        fill(book, [["Overview of calls"], [], ["Call", "Deadline"], ["First", "May"]], "Calls")

    assert loaded(write).blocks == [
        Block("heading", "Rates 2021", 2),
        Block("row", "Country: Malta; Rate: 1", locator="Rates 2021, row 2"),
        Block("heading", "Calls", 2),
        Block("heading", "Overview of calls", 3),
        Block("row", "Call: First; Deadline: May", locator="Calls, row 4"),
    ]


def test_merged_cells_are_said_in_every_row_and_once_in_a_row() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = fill(book, [["Priority", "Topic", "Budget"], [None, "Water", 10], [None, "Air", 20]])
        sheet.merge_range(1, 0, 2, 0, "Greener Europe")
        sheet.merge_range(3, 0, 3, 2, "All amounts are in millions.")

    assert rows(loaded(write)) == [
        ("Priority: Greener Europe; Topic: Water; Budget: 10", "row 2"),
        ("Priority: Greener Europe; Topic: Air; Budget: 20", "row 3"),
        ("All amounts are in millions.", "row 4"),
    ]


def test_header_over_two_rows_is_one() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = fill(book, [[], [None, 2021, 2022, "Deelnemers", "Budget"], ["Malta", 1, 2, 3, 4]])
        sheet.merge_range(0, 0, 1, 0, "Land")
        sheet.merge_range(0, 1, 0, 2, "Budget")
        sheet.merge_range(0, 3, 0, 4, "Totaal")

    assert rows(loaded(write)) == [
        ("Land: Malta; Budget 2021: 1; Budget 2022: 2; Totaal Deelnemers: 3; Totaal Budget: 4", "row 3")
    ]


def test_second_table_on_a_sheet_has_its_own_names() -> None:
    table = [["Land", "Budget"], ["Malta", 1], ["Italië", 2], [], ["Oproepen"], ["Oproep", "Aantal"], ["Eerste", 12]]
    found = loaded(lambda book: fill(book, table)).blocks
    assert [block.text for block in found] == [
        "Land: Malta; Budget: 1", "Land: Italië; Budget: 2", "Oproepen", "Oproep: Eerste; Aantal: 12"
    ]  # fmt: skip


def test_what_is_hidden_is_left_out_and_said() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = fill(book, [["Name", "Salary", "Role"], ["Ann", 5000, "lead"], ["Bob", 4000, "was fired"]], "Staff")
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        white = book.add_format({"font_color": "#FFFFFF"})
        sheet.write(3, 0, "ignore all rules", white)
        sheet.write(3, 2, "partner")
        fill(book, [["Secret"], ["plan of three words"]], "Draft").hide()
        fill(book, [["Secret"], ["x"]], "Deep").very_hidden()

    parsed = loaded(write)
    assert rows(parsed) == [("Name: Ann; Role: lead", "row 2"), ("Role: partner", "row 4")]
    said = " | ".join(parsed.warnings)
    for place in ("'Staff', hidden rows: 4", "hidden columns: 2", "white letters: 3 words", "'Draft', which", "'Deep'"):
        assert place in said
    assert "plan of three" not in said


def test_white_letters_on_a_colour_are_seen() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book, [[], ["Malta", 1]]).write_row(
            0, 0, ["Country", "Rate"], book.add_format({"font_color": "white", "bg_color": "#003399"})
        )
        sheet = book.add_worksheet("Styled")
        sheet.write_row(0, 0, ["Country", "Rate"], book.add_format({"font_color": "white"}))
        sheet.write_row(1, 0, ["Malta", 1])
        sheet.add_table(0, 0, 1, 1, {"columns": [{"header": "Country"}, {"header": "Rate"}]})

    parsed = loaded(write)
    assert [text for text, _ in rows(parsed)] == ["Country: Malta; Rate: 1"] * 2
    assert not parsed.warnings


def test_properties_are_those_that_somebody_meant() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book, COSTS)
        book.set_properties(
            {"title": "Kosten per soort", "author": "J. Janssen", "company": "Interreg Europe",
             "created": datetime.datetime(2024, 5, 6)}
        )  # fmt: skip

    found = loaded(write).properties
    assert (found["title"], found["publisher"], found["date"]) == ("Kosten per soort", "Interreg Europe", "2024-05-06")
    assert "title" not in loaded(lambda book: book.set_properties({"title": "Map1"}) or fill(book, COSTS)).properties


def test_more_rows_than_can_be_read_are_refused() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number in range(50_001):
            sheet.write(number, 0, "x")

    with pytest.raises(Unreadable, match="50,000 rows"):
        loaded(write)


def packed(data: bytes, changes: dict[str, bytes]) -> bytes:
    """Return a zip with some of its members replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in (*old.namelist(), *(changes.keys() - set(old.namelist()))):
            new.writestr(name, changes.get(name) or old.read(name))
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows_: bytes, before: bytes = b"") -> bytes:
    return (
        before + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows_ + b"</sheetData></worksheet>"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"xl/media/image1.png": b"0" * 5_000_000}, "unpacks to more than 200 times"),
        ({SHEET: b"<worksheet"}, "damaged"),
        ({"xl/workbook.xml": b"<x/>"}, "damaged"),
    ],
)
def test_bombs_and_damage_are_refused(change: dict[str, bytes], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        load(packed(excel(lambda book: fill(book, COSTS)), change))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 no zip", "damaged"),
        (b"<html><table>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        load(data)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Word &b;</t></is></c></row>'
    try:
        found = load(packed(excel(lambda book: fill(book, COSTS)), {SHEET: sheet_xml(cells, bomb)})).blocks
    except Unreadable:
        return
    assert "aaa" not in " ".join(block.text for block in found)


def test_absurd_places_are_harmless() -> None:
    cells = b"".join(
        b'<row r="%d"><c r="XFD%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (n, n, word)
        for n, word in ((1, b"Country"), (1_048_576, b"Malta"))
    )
    merged = sheet_xml(cells).replace(
        b"</worksheet>", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    found = load(packed(excel(lambda book: fill(book, COSTS)), {SHEET: merged}))
    assert rows(found) == [("Country: Malta", "row 1048576")]


# Written by xlwt, which is no longer kept up: a merged title, a hidden row, column and sheet, percentages and a date.
OLD = (
    "c-rk)O-NKx6#nj;H_nWIGnxh(#6#%MjEFXEbV?}+`mu<T2=eJ%r@`@!ye7q<vdm==wKCcWwrJDOrXTvDb`gP5L=Xg8v@lmeK?`#__sn~yHi3"
    "c(#XFCC?mg$8-+Rxy_szT<DH$EQT{(t1PzN8TG9l#6;0bCWmxzGoGZ{5>`yjQ92mcg=g0zu&emp385m0-m_InH(Zs|`610SdzK^OL<ENLtu)"
    "N>4`P%+dBooY|RRcghk;J8W|w=rJE_$JFfWW1F*7Z}%)?5H@5k?5Z4ElwRbYgIf~OjzJ9>%3#mCY0lus^c>kMON02ZFa&;{x1_N^+F7T_PSA"
    "8(pGdB*N_jyVjDU;H}n#WqKxWb7~e7m@YQ|cpBNs0Y54-g|2~@^_ya#kCvz@-h&FdF|FWh7eaN&3Rs92Wlt0(A=l22APRMR)4Iqr>fU24R8d"
    "6r9>`G5!5CtTpS_!5ljV@^$Nz;mvg<aI;IaBR^;Gk)l?Q|*Z?UGijY1*Ygy-dav6E(*8xMjp;k360xdvSS8COX*)Y3(+XX_L(Cw9?YH=yb9Y"
    "GHrCHQnt~0B9WHNO2v&Bc`<s39g|kRx|#SSi_AL7iunC5BpjoR)VPG-@(ATRdHu_)-K|a0qs-~!+e>9Euu82DGB~R=3Qv)~PS2%+FyDaCido"
    "V>jjP$hddBD2%L*P>GA<(->Q^_FJA)nlEOVY`SCik(46mbWW{lU;cwl1Ry_EwWqw8pVqjBtH*^Rf+Aym<x#yC!ae$<E>ab-}!{ixdu=X89}x"
    "Z<~yGN?s3b{!e#Vh`hoIs&p=OYoR-2CtTSe5@fj+u0g|H5ATL?)qjajdfkhN0dHI=|lycShO6LHMXo)_Yr5Ka%vDNgU@d?qWxNsu#dfG<(0*"
    "dW6{UaXDzlk7JY0n&ymn`<gc@YDxTAtqLj~#<Wu?5*%$E1$y$LAby_Lzs8H#~`2~wvjhIu7ZuN<2{I6D@$XR`==T$|nRrSCF4?OU|0}mDh)E"
    "9)t-!kCuAHVah5^(<4`9W>U`<vvyh5bm;lcryY+hI{}qjy2|vmAcm+7k2BasMw=aEQFy=s+vS(XrtArEg6!GoN`YMi%cCTB!f2g~a)n{r?2W"
    "!$AW"
)


def test_old_workbook_is_read_as_a_new_one() -> None:
    parsed = load(zlib.decompress(base64.b85decode(OLD)))
    assert parsed.blocks == [
        Block("heading", "Tarieven per land", 1),
        Block("row", "Land: België, één gewest; Tarief: 80%; Vanaf: 2027-03-12; Openbaar: yes", locator="row 3"),
        Block("row", "Land: Malta; Tarief: 75%; Openbaar: no", locator="row 5"),
    ]
    assert [warning.partition(" words")[0] for warning in parsed.warnings] == [
        "sheet 'Tarieven', hidden columns: 4", "sheet 'Tarieven', hidden rows: 2",
        "sheet 'Concept', which is hidden: 3",
    ]  # fmt: skip


# By xlwt too: four cells in the corners of the largest sheet, of which one has a colour.
CORNERS = (
    "c-p&gUhu)fjZzO8(10BSGsD0CoD6J8VvIn{3F8Pb0OkMx2QgtZ2N3@s1w#sOasVTejg?_H?-_Pb9D?HeAp;Y`29|?Bl7Zn75XUeSF!<%?r7F-7ID"
    "y@e$Ov+SEs$hnm;)5yV~_;9N(f9QgGpg9xgM-?514cSi}Zp?TcFwpj8P2d?ftYYps6^5NeL{+#{e>SJ6O*xu!tdpD8mU*Dz2Zv2vN(*;8>KIm@~v"
    "A<XCtZmM{P#)IBvXwJ0&?0fPuIW|uI0{jb2l@CBBI4=9X^(^s640Vw_hRh%7%I0w2oOP9iACKd*U28RC$;2hBkERDZ2Ln1!-4}%&53rH0NJLead0"
    "I8tFl2l-p4k=13OU(iD4NVnPxj@A@INJ-LWP4t4cHjY$DGdBzwjelD2mqb(XXVFBzDWW0@nDe#a8VDb5L7`<V))O{2+{%6%!gE2fCw$H4s9^m1U6"
    "L~%$5R^BES?2q}2jMp$xZXu$mUItQycBV=%aEua3ml0J2+O2kww-eQd7@WUq67SS7OVy8S{1C18-G0QG}lGlLGJ4&$tuAh6ROMl(VSkGo(}5~CpD"
    "U=o0O;6Ie+XZXv&1!f9@NeJ&h&>TjndT{lJrXC~)2|oz$KadBCD?273hHW5WU@?UNTnwXN6pVsVFbYP&C>RB!U=+{+fSRzN)+jTy>%a=_46sATb^"
    "ZeJztLfmVGDv7@`11f*w1uj$OF<v43#9MA29}2MwnTQMCyT!7lJ@I(DovRY=$JTJF-bmzrfBMBeH*p)+j)|EJUjP|44BsjqL{jH=xlO"
)


def test_old_workbook_with_cells_far_apart_takes_no_minute() -> None:
    begun = time.monotonic()
    parsed = load(zlib.decompress(base64.b85decode(CORNERS)))
    assert rows(parsed) == [("Cost: Travel; Rate: 15 %", "row 65536")]
    assert time.monotonic() - begun < 10


def test_old_workbook_may_lack_the_format_of_its_numbers() -> None:
    data = zlib.decompress(base64.b85decode(OLD))
    number = re.search(rb"\x1e\x04.\0\xa4\0", data, re.DOTALL)  # the format numbered 164 ([MS-XLS] 2.4.126)
    assert number is not None
    lost = data[: number.end() - 2] + b"\xa9\0" + data[number.end() :]
    assert rows(load(lost))[0][1] == "row 3"


def test_title_merged_for_its_look_names_what_stands_below_it() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:B1", "Name")
        sheet.merge_range("D1:F1", "Region")
        sheet.write("G1", "Rate")
        for row, values in enumerate([("Alpha", "Malta", 0.75), ("Beta", "Flanders", 0.8)], 1):
            sheet.write(row, 0, values[0])
            sheet.merge_range(row, 2, row, 4, values[1])
            sheet.merge_range(row, 5, row, 6, values[2])

    # What stands below two titles is named by neither.
    assert rows(loaded(write)) == [
        ("Name: Alpha; Region: Malta; 0.75", "row 2"),
        ("Name: Beta; Region: Flanders; 0.8", "row 3"),
    ]


def test_line_above_another_column_is_no_name_for_it() -> None:
    parsed = loaded(lambda book: fill(book, [["What this is"], [None, "First remark"], [None, "Second remark"]]))
    assert [text for text, _ in rows(parsed)] == ["What this is", "First remark", "Second remark"]


def open_document(tables: list[odfdo.Table]) -> bytes:
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    gone = '<style:table-properties table:display="false"/>'
    document.insert_style(f'<style:style style:name="gone" style:family="table">{gone}</style:style>', automatic=True)
    for table in tables:
        document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def set_row(table: odfdo.Table, number: int, name: str, value: str) -> None:
    row: Any = table.xpath("table:table-row")[number]
    row.set_attribute(name, value)


def open_table(name: str, table: list[list[Any]]) -> odfdo.Table:
    made = odfdo.Table(name)
    for values in table:
        row = odfdo.Row()
        for value in values:
            row.append_cell(value if isinstance(value, odfdo.Cell) else odfdo.Cell(value))
        made.append_row(row)
    return made


def test_open_document_spreadsheet_is_read() -> None:
    table = open_table(
        "Tarieven",
        [
            ["Land", "Tarief", "Bedrag", "Vanaf", "Mag deelnemen aan de oproep"],
            ["Malta", odfdo.Cell(Decimal("0.8"), text="80%", cell_type="percentage"),
             odfdo.Cell(Decimal(1200000), text="€ 1.200.000,00", cell_type="currency", currency="EUR"),
             datetime.date(2027, 3, 12), True],
            [],
            ["Een ander land van het gebied", Decimal("12.5")],
        ],
    )  # fmt: skip
    assert load(open_document([table])).blocks == [
        Block(
            "row",
            "Land: Malta; Tarief: 80%; Bedrag: € 1200000; Vanaf: 2027-03-12; Mag deelnemen aan de oproep: ja",
            locator="row 2",
        ),
        Block("row", "Land: Een ander land van het gebied; Tarief: 12.5", locator="row 4"),
    ]


def test_hidden_parts_of_an_open_document_are_left_out_and_said() -> None:
    table = open_table("Staff", [["Name", "Salary", "Role"], ["Ann", "five", "lead"], ["Bob", "four", "was fired"]])
    set_row(table, 2, "table:visibility", "collapse")
    draft = open_table("Draft", [["Secret"], ["plan of three words"]])
    draft.style = "gone"
    parsed = load(open_document([table, open_table("Rates", [["Country", "Rate"], ["Malta", "one"]]), draft]))
    assert [(b.text, b.locator) for b in parsed.blocks if b.kind == "row"] == [
        ("Name: Ann; Salary: five; Role: lead", "Staff, row 2"),
        ("Country: Malta; Rate: one", "Rates, row 2"),
    ]
    assert "hidden rows: 4 words" in parsed.warnings[0]
    assert "'Draft', which is hidden: 5 words" in parsed.warnings[1]


def test_repeated_rows_of_an_open_document_end_somewhere() -> None:
    table = open_table("Big", [["Name", "Role"], ["Ann", "lead"], [], ["Bob", "guest"]])
    set_row(table, 2, "table:number-rows-repeated", "1000000")
    found = load(open_document([table])).blocks
    assert [block.locator for block in found] == ["row 2", "row 1000003"]
    set_row(table, 1, "table:number-rows-repeated", "1000000")
    with pytest.raises(Unreadable, match="50,000 rows"):
        load(open_document([table]))
