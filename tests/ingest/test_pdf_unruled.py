"""Tables in PDFs without lines between their columns; prose and lists that look like one and are none."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

BODY = getSampleStyleSheet()["BodyText"]
HEADER = ["Country", "Rate", "Contact point"]
ROWS = [
    ["Belgium", "80 %", "VLAIO"],
    ["Norway", "50 %", ""],
    ["Switzerland", "", "Regiosuisse"],
    ["Poland", "80 %", "CP"],
    ["Italy", "75 %", "Roma"],
]
SAID = [
    "Country: Belgium; Rate: 80 %; Contact point: VLAIO",
    "Country: Norway; Rate: 50 %",
    "Country: Switzerland; Contact point: Regiosuisse",
    "Country: Poland; Rate: 80 %; Contact point: CP",
    "Country: Italy; Rate: 75 %; Contact point: Roma",
]
BOLD: list[tuple[Any, ...]] = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]
BELOW_HEADER: list[tuple[Any, ...]] = [("LINEBELOW", (0, 0), (-1, 0), 0.7, colors.black)]


def built(*story: Flowable) -> list[Block]:
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(list(story))
    return load(buffer.getvalue()).blocks


def drawn(page: Callable[[Canvas], object]) -> list[Block]:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    page(canvas)
    canvas.save()
    return load(buffer.getvalue()).blocks


def said(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks]


def rows(*texts: str) -> list[tuple[str, str]]:
    return [("row", text) for text in texts]


@pytest.mark.parametrize(
    "style",
    [
        BOLD,
        BELOW_HEADER,
        [*BOLD, *BELOW_HEADER],
        [*BOLD, ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey)],
        [*BOLD, ("ROWBACKGROUNDS", (0, 1), (-1, -1), ("#eeeeee", "#ffffff"))],
        [*BELOW_HEADER, ("ALIGN", (1, 0), (-1, -1), "RIGHT")],
        [*BOLD, ("ALIGN", (0, 0), (-1, -1), "CENTER")],
    ],
    ids=["bold", "rule", "bold-rule", "rules", "zebra", "right", "centred"],
)
def test_row_names_its_columns(style: list[tuple[Any, ...]]) -> None:
    table = Table([HEADER, *ROWS], style=style, colWidths=[120, 80, 120])
    blocks = built(Paragraph("What countries pay is this.", BODY), table, Paragraph("After the table.", BODY))
    assert said(blocks) == [
        ("paragraph", "What countries pay is this."),
        *rows(*SAID),
        ("paragraph", "After the table."),
    ]
    assert {block.locator for block in blocks} == {"p. 1"}


def test_names_of_columns_of_numbers_need_no_mark() -> None:
    data = [
        ["Programma", "Budget", "Projecten"],
        *([f"Regio {name}", f"{i} 000", str(i)] for i, name in enumerate("ABCD")),
    ]
    blocks = built(Table(data, colWidths=[120, 80, 80]))
    assert said(blocks) == rows(
        *(f"Programma: Regio {name}; Budget: {i} 000; Projecten: {i}" for i, name in enumerate("ABCD"))
    )


@pytest.mark.parametrize("first", [["Stad", "Loket", "Raad", "Comité"], ["stad", "loket", "raad", "comité"]])
def test_cell_of_several_lines_is_one_value(first: list[str]) -> None:
    when = ["binnen de veertien dagen na de beslissing van het comité", "elk jaar in maart", "na advies", "nooit"]
    data: list[list[Any]] = [
        ["Wie", "Wanneer"],
        *([who, Paragraph(cell, BODY)] for who, cell in zip(first, when, strict=True)),
    ]
    blocks = built(Table(data, style=[*BOLD, ("VALIGN", (0, 0), (-1, -1), "TOP")], colWidths=[100, 150]))
    assert said(blocks) == rows(*(f"Wie: {who}; Wanneer: {cell}" for who, cell in zip(first, when, strict=True)))


def test_lines_between_the_rows_tell_where_each_ends() -> None:
    cells = [
        ["het secretariaat van de stad", "binnen de veertien dagen na de beslissing van het comité"],
        ["het Loket", "elk jaar in maart"],
        ["de raad van bestuur van het programma", "na advies"],
        ["een deskundige van buiten", "wanneer het comité daarom vraagt, en ten laatste in het derde jaar"],
    ]
    data: list[list[Any]] = [["Wie", "Wanneer"], *([Paragraph(cell, BODY) for cell in row] for row in cells)]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey)]
    blocks = built(Table(data, style=style, colWidths=[100, 150]))
    assert said(blocks) == rows(*(f"Wie: {who}; Wanneer: {when}" for who, when in cells))


def test_table_in_a_column_of_a_page_with_two() -> None:
    buffer = io.BytesIO()
    frames = [Frame(60 + i * 240, 72, 225, 690, leftPadding=0, rightPadding=0, id=str(i)) for i in range(2)]
    text = Paragraph("Partners exchange experience and improve their policies together, in all of Europe. " * 6, BODY)
    table = Table([HEADER, *ROWS], style=BOLD, colWidths=[75, 50, 90])
    BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate("two", frames)]).build(
        [text, table, text, FrameBreak(), text, text]
    )
    blocks = load(buffer.getvalue()).blocks
    assert [block.kind for block in blocks] == ["paragraph", *["row"] * 5, *["paragraph"] * 3]
    assert [block.text for block in blocks[1:6]] == SAID


def at(canvas: Canvas, lines: Sequence[Sequence[str]], xs: Sequence[float], bold: int = 0, leading: float = 14) -> None:
    for i, line in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if i < bold else "Helvetica", 11)
        for x, text in zip(xs, line, strict=True):
            canvas.drawString(x, 700 - leading * i, text)


def kinds(page: Callable[[Canvas], object]) -> set[str]:
    return {block.kind for block in drawn(page)}


def test_two_columns_of_prose_with_bold_titles_are_no_table() -> None:
    left = [
        "De linkerkolom begint hier en gaat",
        "over enkele regels verder, zodat het",
        "duidelijk proza is en geen tabel,",
        "en die heeft nog een laatste regel.",
    ]
    right = [
        "De rechterkolom staat er los van en",
        "vertelt iets anders, ook al staat ze",
        "ernaast, en eindigt met een punt",
        "zoals dat bij alle zinnen hoort.",
    ]
    lines = [("Links", "Rechts"), *zip(left, right, strict=True)]
    blocks = drawn(lambda canvas: at(canvas, lines, (72, 320), bold=1))
    assert "row" not in {block.kind for block in blocks}


def test_list_with_its_numbers_set_apart_is_no_table() -> None:
    lines = [
        ("Nr.", "Stap"),
        ("1.", "Vraag een nummer."),
        ("2.", "Vul het blad in."),
        ("3.", "Dien in."),
        ("4.", "Wacht."),
    ]
    assert "row" not in kinds(lambda canvas: at(canvas, lines, (72, 110), bold=1))


def test_values_beside_their_names_without_a_header_are_no_table() -> None:
    lines = [("Contact", "VLAIO"), ("Budget", "10 euro"), ("Looptijd", "3 jaar"), ("Partners", "5"), ("Land", "België")]
    assert kinds(lambda canvas: at(canvas, lines, (72, 250))) == {"paragraph"}


def test_bold_first_row_of_values_names_nothing() -> None:
    lines = [
        ("Totaal", "84 %", "81 %"),
        ("steden", "76 %", "72 %"),
        ("regio's", "60 %", "54 %"),
        ("andere", "1 %", "2 %"),
    ]
    assert "row" not in kinds(lambda canvas: at(canvas, lines, (72, 250, 320), bold=1))


def test_names_in_bold_above_lines_in_light_type_are_no_header() -> None:
    def page(canvas: Canvas) -> None:
        for i, line in enumerate(
            [("Jan Peeters", "An Claes"), ("Stad Gent", "Provincie"), ("Els Smets", "Bo Maes")] * 3
        ):
            canvas.setFont("Helvetica-Bold" if i % 3 != 1 else "Helvetica", 11)
            canvas.drawString(72, 700 - 14 * i, line[0])
            canvas.drawString(300, 700 - 14 * i, line[1])

    assert "row" not in kinds(page)


def test_two_rows_are_no_table() -> None:
    lines = [("Land", "Deel"), ("België", "80 %"), ("Noorwegen", "50 %")]
    assert "row" not in kinds(lambda canvas: at(canvas, lines, (72, 250), bold=1))


def test_cells_that_stand_askew_are_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(72, 700, "Begin")
        canvas.drawString(300, 700, "Einde")
        canvas.setFont("Helvetica", 11)
        for i, x in enumerate((260, 300, 340, 380, 420)):
            canvas.drawString(72 + 25 * i, 686 - 14 * i, "stap")
            canvas.drawString(x, 686 - 14 * i, f"doel {i}" + "e" * (2 * i))

    assert "row" not in kinds(page)


def test_justified_prose_with_wide_spaces_is_no_table() -> None:
    text = "Samenwerkingsovereenkomsten en projectbegeleidingsgroepen vergen programmasecretariaatsondersteuning. " * 8
    style = getSampleStyleSheet()["BodyText"].clone("justified", alignment=4)
    table = Table([[Paragraph(text, style)]], colWidths=[190])
    assert {block.kind for block in built(table)} == {"paragraph"}


def test_line_below_the_table_is_no_row() -> None:
    lines = [("Land", "Deel"), ("België", "80 %"), ("Noorwegen", "50 %"), ("Polen", "80 %"), ("Bron: VLAIO", "")]
    blocks = drawn(lambda canvas: at(canvas, lines, (72, 250), bold=1))
    assert said(blocks) == [
        *rows("Land: België; Deel: 80 %", "Land: Noorwegen; Deel: 50 %", "Land: Polen; Deel: 80 %"),
        ("paragraph", "Bron: VLAIO"),
    ]


def test_columns_made_with_spaces_are_columns() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Courier", 9)
        for i, line in enumerate(
            ["Dag       Jan     Feb", "1        2460   10900", "2          30    6140", "3        5490     140"]
        ):
            canvas.drawString(72, 700 - 11 * i, line)

    assert said(drawn(page)) == rows(
        "Dag: 1; Jan: 2460; Feb: 10900", "Dag: 2; Jan: 30; Feb: 6140", "Dag: 3; Jan: 5490; Feb: 140"
    )
