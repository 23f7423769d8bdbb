"""Ruled tables in PDFs: rows that name their columns, over the end of a page too."""

from __future__ import annotations

import io
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

BODY = getSampleStyleSheet()["BodyText"]
GRID: list[tuple[Any, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
BOLD: list[tuple[Any, ...]] = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]
HEADER = ["Country", "Rate", "Contact point"]
ROWS = [["Belgium", "80 %", "VLAIO"], ["Norway", "50 %", ""], ["Switzerland", "", "Regiosuisse"]]
SAID = [
    "Country: Belgium; Rate: 80 %; Contact point: VLAIO",
    "Country: Norway; Rate: 50 %",
    "Country: Switzerland; Contact point: Regiosuisse",
]


def built(*story: Flowable, pagesize: Any = A4, on_page: Any = lambda canvas, document: None) -> list[Block]:
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=pagesize).build(list(story), onFirstPage=on_page, onLaterPages=on_page)
    return load(buffer.getvalue()).blocks


def said(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks]


def rows(*texts: str) -> list[tuple[str, str]]:
    return [("row", text) for text in texts]


@pytest.mark.parametrize(
    "style",
    [
        GRID,
        [*GRID, *BOLD],
        [*BOLD, ("BACKGROUND", (0, 0), (-1, 0), colors.navy), ("TEXTCOLOR", (0, 0), (-1, 0), colors.white), *GRID],
        [("BOX", (0, 0), (-1, -1), 2, colors.red), ("INNERGRID", (0, 0), (-1, -1), 0.25, colors.grey)],
    ],
    ids=["grid", "bold", "shaded", "box"],
)
@pytest.mark.parametrize("pagesize", [A4, landscape(A4)])
def test_row_names_its_columns_and_stands_once(style: list[tuple[Any, ...]], pagesize: Any) -> None:
    blocks = built(
        Paragraph("Before.", BODY), Table([HEADER, *ROWS], style=style), Paragraph("After.", BODY), pagesize=pagesize
    )
    assert said(blocks) == [("paragraph", "Before."), *rows(*SAID), ("paragraph", "After.")]
    assert {block.locator for block in blocks} == {"p. 1"}


def test_cell_of_many_lines_is_one_value() -> None:
    long = "Het contactpunt van de Vlaamse overheid helpt partners bij het zoeken naar andere partners in heel Europa."
    data = [[Paragraph(text, BODY) for text in row] for row in [["<b>Land</b>", "<b>Contact</b>"], ["België", long]]]
    assert said(built(Table(data, style=GRID, colWidths=[100, 120]))) == rows(f"Land: België; Contact: {long}")


@pytest.mark.parametrize("repeat", [0, 1])
def test_table_over_pages_keeps_its_header(repeat: int) -> None:
    data = [["Project", "Budget"], *([f"Project {i}", f"EUR {i}"] for i in range(100))]
    blocks = built(Table(data, style=[*GRID, *BOLD], repeatRows=repeat))
    assert said(blocks) == rows(*(f"Project: Project {i}; Budget: EUR {i}" for i in range(100)))
    assert [blocks[0].locator, blocks[-1].locator] == ["p. 1", "p. 3"]


def test_other_table_on_the_next_page_has_a_header_of_its_own() -> None:
    first = Table([["Project", "Budget"], ["A", "EUR 1"]], style=GRID, colWidths=[100, 100])
    second = Table([["Partner", "Land", "Rol"], ["X", "BE", "lead"]], style=GRID, colWidths=[80, 80, 80])
    blocks = built(Spacer(1, 600), first, Spacer(1, 80), second)
    assert said(blocks) == rows("Project: A; Budget: EUR 1", "Partner: X; Land: BE; Rol: lead")


def test_table_at_the_end_of_a_page_interrupts_no_sentence() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(72, 300, "Partners tonen hun stukken aan wie daarom vraagt. Ze bewaren ze gedurende")
    table = Table([HEADER, *ROWS], style=GRID)
    table.wrapOn(canvas, 400, 200)
    table.drawOn(canvas, 72, 150)
    canvas.showPage()
    canvas.drawString(72, 700, "vijf jaar. Daarna mogen ze weg.")
    canvas.save()
    blocks = load(buffer.getvalue()).blocks
    assert blocks[0].text == "Partners tonen hun stukken aan wie daarom vraagt. Ze bewaren ze gedurende vijf jaar."
    assert said(blocks)[1:] == [*rows(*SAID), ("paragraph", "Daarna mogen ze weg.")]
    assert [blocks[0].locator, blocks[-1].locator] == ["p. 1", "p. 2"]


def test_names_before_values_are_labels() -> None:
    data = [["Deadline", "5 June 2026"], ["Budget", "EUR 379 million"], ["Contact:", "VLAIO"]]
    assert said(built(Table(data, style=GRID))) == rows(
        "Deadline: 5 June 2026", "Budget: EUR 379 million", "Contact: VLAIO"
    )


def test_merged_cells_speak_for_each_of_their_rows_and_columns() -> None:
    data = [
        ["Land", "Percentage", "", "Contact"],
        ["", "overheid", "non-profit", ""],
        ["EU", "80 %", "70 %", "VLAIO"],
        ["", "75 %", "60 %", "RVO"],
        ["Noorwegen", "50 %", "", "Oslo"],
    ]
    spans = [
        ("SPAN", *corners)
        for corners in [((0, 0), (0, 1)), ((1, 0), (2, 0)), ((3, 0), (3, 1)), ((0, 2), (0, 3)), ((1, 4), (2, 4))]
    ]
    blocks = built(Table(data, style=[*GRID, *spans]))
    assert said(blocks) == rows(
        "Land: EU; Percentage overheid: 80 %; Percentage non-profit: 70 %; Contact: VLAIO",
        "Land: EU; Percentage overheid: 75 %; Percentage non-profit: 60 %; Contact: RVO",
        "Land: Noorwegen; Percentage overheid: 50 %; Contact: Oslo",
    )


def test_title_across_the_table_is_no_column() -> None:
    data = [["Co-financing by country", "", ""], HEADER, *ROWS]
    blocks = built(Table(data, style=[*GRID, ("SPAN", (0, 0), (-1, 0))]))
    assert said(blocks) == [("paragraph", "Co-financing by country"), *rows(*SAID)]


def test_frame_around_text_is_no_table() -> None:
    text = "Partners keep all documents for five years. They show them when asked."
    frame = Table([[Paragraph(text, BODY)]], style=[("BOX", (0, 0), (-1, -1), 1, colors.black)], colWidths=[300])
    assert said(built(Paragraph("Before.", BODY), frame)) == [("paragraph", "Before."), ("paragraph", text)]


def test_table_in_the_head_of_every_page_is_left_out() -> None:
    def head(canvas: Canvas, document: Any) -> None:
        table = Table([["Manual", "Version 3"], ["VLAIO", f"Page {document.page}"]], style=GRID)
        table.wrapOn(canvas, 400, 100)
        table.drawOn(canvas, 72, 790)

    story: list[Flowable] = []
    for i in range(4):
        story += [Paragraph(f"This is what page {i} says of partners.", BODY), Spacer(1, 640)]
    blocks = built(*story, on_page=head)
    assert said(blocks) == [("paragraph", f"This is what page {i} says of partners.") for i in range(4)]


def test_turned_table_on_an_upright_page_is_read() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.translate(500, 100)
    canvas.rotate(90)
    table = Table([HEADER, *ROWS], style=GRID)
    table.wrapOn(canvas, 600, 400)
    table.drawOn(canvas, 0, 0)
    canvas.save()
    assert said(load(buffer.getvalue()).blocks) == rows(*SAID)


def test_thousands_of_lines_of_a_drawing_take_no_time() -> None:
    def drawing(canvas: Canvas, document: Any) -> None:
        for i in range(6000):
            canvas.line(72, 100 + i / 20, 500, 100 + i / 20)
            canvas.line(72 + i / 20, 100, 72 + i / 20, 500)

    assert said(built(Paragraph("A map.", BODY), on_page=drawing)) == [("paragraph", "A map.")]


def test_long_text_in_the_first_row_names_no_column() -> None:
    long = "This form is used by partners from at least three countries. " * 3
    data = [[Paragraph(long, BODY), "Stamp"], ["Name of the partner", "Country"], ["Address", "Telephone"]]
    assert said(built(Table(data, style=GRID, colWidths=[250, 100]))) == rows(
        f"{long.strip()}; Stamp", "Name of the partner; Country", "Address; Telephone"
    )
