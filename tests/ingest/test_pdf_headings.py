"""Headings of PDFs, by the outline of the file or by their font."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
)

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

STYLES = getSampleStyleSheet()
BODY = STYLES["BodyText"]
DUTCH = "Partners wisselen ervaring uit en verbeteren hun beleid. Dat doen ze drie jaar lang, samen met andere regio's."
ENGLISH = "Partners exchange experience and improve their policies. They do so for three years, with other regions."


def drawn(page: Callable[[Canvas], object]) -> list[Block]:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    page(canvas)
    canvas.save()
    return load(buffer.getvalue()).blocks


class Outlined(BaseDocTemplate):
    """Gives an outline entry to paragraphs of which it was told; a level of nesting each."""

    def __init__(self, *args: Any, entries: dict[str, tuple[str, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.entries = entries

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        if isinstance(flowable, Paragraph) and flowable.getPlainText() in self.entries:
            title, level = self.entries[flowable.getPlainText()]
            self.canv.bookmarkPage(title)
            self.canv.addOutlineEntry(title, title, level)


def built(story: list[Flowable], entries: dict[str, tuple[str, int]] | None = None) -> list[Block]:
    buffer = io.BytesIO()
    frame = Frame(72, 72, 450, 690, leftPadding=0, rightPadding=0)
    Outlined(buffer, pagesize=A4, pageTemplates=[PageTemplate("one", [frame])], entries=entries or {}).build(story)
    return load(buffer.getvalue()).blocks


def headings(blocks: list[Block]) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in blocks if block.kind == "heading"]


def test_headings_and_their_levels_come_from_the_outline() -> None:
    plain = ParagraphStyle("plain", parent=BODY, spaceBefore=12)
    story = [
        Paragraph("1 Wie kan meedoen", plain),
        Paragraph(DUTCH, BODY),
        Paragraph("1.1 Overheden", plain),
        Paragraph(DUTCH, BODY),
        PageBreak(),
        Paragraph("1.1.1 Gemeenten", plain),
        Paragraph(DUTCH, BODY),
        Paragraph("2 Wat het kost", plain),
        Paragraph(DUTCH, BODY),
    ]
    entries = {
        "1 Wie kan meedoen": ("1. Wie kan meedoen", 0),
        "1.1 Overheden": ("Overheden", 1),
        "1.1.1 Gemeenten": ("1.1.1  GEMEENTEN", 2),
        "2 Wat het kost": ("2 Wat het kost", 0),
    }
    blocks = built(story, entries)
    assert headings(blocks) == [
        (1, "1 Wie kan meedoen"),
        (2, "1.1 Overheden"),
        (3, "1.1.1 Gemeenten"),
        (1, "2 Wat het kost"),
    ]
    assert [b.locator for b in blocks if b.kind == "heading"] == ["p. 1", "p. 1", "p. 2", "p. 2"]
    assert [b.text for b in blocks if b.kind == "paragraph"] == [DUTCH] * 4


def test_outline_title_over_two_lines_is_one_heading() -> None:
    title = (
        "A title that is so long that it does not fit on one line of the page, whatever the width of the page may be"
    )
    blocks = built([Paragraph(title, BODY), Paragraph(ENGLISH, BODY)], {title: (title, 0)})
    assert headings(blocks) == [(1, title)]
    assert blocks[1:] == [Block("paragraph", ENGLISH, locator="p. 1")]


def test_heading_that_the_outline_lacks_is_told_by_its_font() -> None:
    story = [
        Paragraph("Programme manual", STYLES["Title"]),
        Paragraph(ENGLISH, BODY),
        Paragraph("Chapter", STYLES["Heading2"]),
        Paragraph(ENGLISH, BODY),
        Paragraph("Chapter two", STYLES["Heading2"]),
        Paragraph(ENGLISH, BODY),
        Paragraph("Detail", STYLES["Heading4"]),
        Paragraph(ENGLISH, BODY),
    ]
    assert headings(built(story, {"Chapter": ("Chapter", 0)})) == [
        (1, "Programme manual"),
        (1, "Chapter"),
        (1, "Chapter two"),
        (2, "Detail"),
    ]


def test_outline_that_fits_nothing_leaves_it_to_the_fonts() -> None:
    story = [Paragraph("Wie kan meedoen", STYLES["Heading1"]), Paragraph(DUTCH, BODY)]
    assert headings(built(story, {"Wie kan meedoen": ("Dia 1", 0)})) == [(1, "Wie kan meedoen")]


def test_outline_of_all_paragraphs_makes_no_headings_of_them() -> None:
    story = [Paragraph("Wie kan meedoen", BODY), Paragraph(DUTCH, BODY), Paragraph("Wat het kost", BODY)]
    entries = {text: (text, 0) for text in ("Wie kan meedoen", DUTCH, "Wat het kost")}
    assert headings(built(story, entries)) == [(1, "Wie kan meedoen"), (1, "Wat het kost")]


def test_cover_holds_no_heading_but_the_title() -> None:
    story = [
        Paragraph("Programme manual", STYLES["Title"]),
        Paragraph("Rules and advice for regions", STYLES["Heading2"]),
        Paragraph("The publisher", STYLES["Heading4"]),
        PageBreak(),
        Paragraph("Chapter", STYLES["Heading2"]),
        Paragraph(ENGLISH, BODY),
        Paragraph("Detail", STYLES["Heading4"]),
        Paragraph(ENGLISH, BODY),
    ]
    blocks = built(story, {"Chapter": ("Chapter", 0)})
    assert headings(blocks) == [(1, "Programme manual"), (1, "Chapter"), (2, "Detail")]
    assert [b.text for b in blocks[1:3]] == ["Rules and advice for regions", "The publisher"]


def test_outline_of_the_annex_alone_takes_no_headings_away() -> None:
    story: list[Flowable] = []
    for i in range(12):
        story += [Paragraph(f"Chapter {'abcdefghijkl'[i]}", STYLES["Heading2"]), Paragraph(ENGLISH, BODY), PageBreak()]
    assert len(headings(built(story, {"Chapter k": ("Chapter k", 0)}))) == 12


def test_levels_by_size_and_weight() -> None:
    small = ParagraphStyle("small", parent=BODY, fontName="Helvetica-Bold")
    story: list[Flowable] = []
    for text, style in [
        ("Een", STYLES["Heading1"]),
        ("Twee", STYLES["Heading2"]),
        ("Drie?", small),
        ("Vier", STYLES["Heading2"]),
    ]:
        story += [Paragraph(text, style), Paragraph(DUTCH, BODY)]
    assert headings(built(story)) == [(1, "Een"), (2, "Twee"), (3, "Drie?"), (2, "Vier")]


def test_numbers_tell_levels_that_look_the_same() -> None:
    bold = ParagraphStyle("bold", parent=BODY, fontName="Helvetica-Bold")
    story: list[Flowable] = []
    for text in ("1. Deelnemen", "1.1 Overheden", "1.1.1 Steden", "2. Betalen", "Bijlage"):
        story += [Paragraph(text, bold), Paragraph(DUTCH, BODY)]
    assert headings(built(story)) == [
        (1, "1. Deelnemen"), (2, "1.1 Overheden"), (3, "1.1.1 Steden"), (1, "2. Betalen"), (1, "Bijlage")
    ]  # fmt: skip


def test_heading_over_two_lines_is_one() -> None:
    title = "How partners from at least three countries work together for three years on policies of their regions"
    assert headings(built([Paragraph(title, STYLES["Heading1"]), Paragraph(ENGLISH, BODY)])) == [(1, title)]


@pytest.mark.parametrize(
    "text",
    ["<b>Let op:</b> de termijn is kort.", "<b>Belangrijk is dat u alles tijdig indient.</b>", "<b>Doe dit:</b>"],
)
def test_bold_sentence_or_lead_in_is_no_heading(text: str) -> None:
    assert not headings(built([Paragraph(DUTCH, BODY), Paragraph(text, BODY), Paragraph(DUTCH, BODY)]))


def test_bold_row_of_values_is_no_heading_and_a_number_before_its_title_makes_none_a_row() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, DUTCH[:70])
        canvas.setFont("Helvetica-Bold", 12)
        for x, text in ((72, "Eerste citaat juist"), (300, "84,7 %"), (400, "81,5 %")):
            canvas.drawString(x, 660, text)
        for x, text in ((72, "1.2"), (120, "Wie kan meedoen")):
            canvas.drawString(x, 600, text)

    assert headings(drawn(page)) == [(1, "1.2 Wie kan meedoen")]
