"""Reading order in PDFs: columns, tables of contents, what goes over a page's end."""

from __future__ import annotations

import io
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus.tableofcontents import TableOfContents

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

STYLES = getSampleStyleSheet()
BODY = STYLES["BodyText"]
DUTCH = (
    "Het programma steunt samenwerking tussen overheden in heel Europa. Partners wisselen ervaring uit en verbeteren "
    "hun beleid. Een project duurt drie jaar en heeft partners uit drie landen."
)
ENGLISH = (
    "The programme supports cooperation between public authorities across Europe. Partners exchange experience and "
    "improve their policies. A project lasts three years and has partners from three countries."
)


def frames(count: int, gutter: float = 18.0, height: float = 500.0) -> list[Frame]:
    """Return a frame over the full width with as many columns below it."""
    width = (450 - gutter * (count - 1)) / count
    above = Frame(72, 80 + height, 450, 120, leftPadding=0, rightPadding=0)
    below = [
        Frame(72 + i * (width + gutter), 72, width, height, leftPadding=0, rightPadding=0, id=str(i))
        for i in range(count)
    ]
    return [above, *below]


def built(story: list[Flowable], templates: list[PageTemplate], **options: Any) -> list[Block]:
    buffer = io.BytesIO()
    BaseDocTemplate(buffer, pagesize=A4, pageTemplates=templates, **options).build(story)
    return load(buffer.getvalue()).blocks


def single(story: list[Flowable], on_page: Any = lambda canvas, document: None) -> list[Block]:
    frame = Frame(72, 72, 450, 690, leftPadding=0, rightPadding=0)
    return built(story, [PageTemplate("one", [frame], onPage=on_page)])


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


def prose(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind == "paragraph"]


def filled(columns: int, text: str, alignment: int = 0, narrow: float = 10) -> tuple[list[Flowable], list[str]]:
    style = ParagraphStyle("column", parent=BODY, alignment=alignment, fontSize=narrow, leading=narrow * 1.2)
    paragraphs = [f"{text[:-1]} {i}." for i in range(3 * columns)]
    story: list[Flowable] = [Paragraph("Across the columns", STYLES["Title"]), Paragraph(text, BODY), FrameBreak()]
    for i, paragraph in enumerate(paragraphs):
        story.append(Paragraph(paragraph, style))
        if i % 3 == 2 and i < len(paragraphs) - 1:
            story.append(FrameBreak())
    return story, paragraphs


@pytest.mark.parametrize("text", [DUTCH, ENGLISH])
@pytest.mark.parametrize("alignment", [0, 4])
@pytest.mark.parametrize(("columns", "gutter"), [(2, 12.0), (2, 30.0), (3, 12.0), (3, 24.0)])
def test_columns_are_read_one_after_the_other(columns: int, gutter: float, alignment: int, text: str) -> None:
    story, paragraphs = filled(columns, text, alignment, 9)
    blocks = built(story, [PageTemplate("page", frames(columns, gutter))])
    assert texts(blocks) == ["Across the columns", text, *paragraphs]


def test_lines_drawn_across_both_columns_are_still_two_columns() -> None:
    """Some programs write a page line by line, from the left edge to the right."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    left = [
        "De linkerkolom begint hier en gaat",
        "over enkele regels verder, zodat het",
        "duidelijk proza is en geen tabel.",
    ]
    right = [
        "De rechterkolom staat er los van en",
        "vertelt iets anders, eveneens op drie",
        "regels, en eindigt met een punt.",
    ]
    for i in range(3):
        canvas.drawString(72, 600 - 14 * i, left[i])
        canvas.drawString(320, 600 - 14 * i, right[i])
    canvas.save()
    assert texts(load(buffer.getvalue()).blocks) == [" ".join(left), " ".join(right)]


def test_sentence_goes_on_in_the_next_column() -> None:
    text = " ".join(f"Zin {i} gaat over {'de hele ' * (i % 5)}samenwerking." for i in range(80))
    blocks = built([Spacer(1, 10), FrameBreak(), Paragraph(text, BODY)], [PageTemplate("page", frames(2))])
    assert texts(blocks) == [text]


def test_unbalanced_columns_and_a_section_below_them() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    left = [f"De linkerkolom heeft nu regel {i} van zeven," for i in range(7)]
    right = [f"terwijl de rechter regel {i} heeft van vier," for i in range(4)]
    for i, line in enumerate(left):
        canvas.drawString(60, 700 - 14 * i, line)
    for i, line in enumerate(right):
        canvas.drawString(320, 700 - 14 * i, line)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(60, 560, "Over de hele breedte")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(60, 530, "Deze zin loopt over de hele breedte van de bladzijde en hoort bij geen kolom.")
    canvas.save()
    blocks = load(buffer.getvalue()).blocks
    assert texts(blocks) == [
        " ".join([*left, *right]),
        "Over de hele breedte",
        "Deze zin loopt over de hele breedte van de bladzijde en hoort bij geen kolom.",
    ]


def test_values_beside_their_names_are_no_columns() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for i, (name, value) in enumerate(
        [("Budget", "EUR 10"), ("Looptijd", "3 jaar"), ("Partners", "5"), ("Land", "BE")]
    ):
        canvas.drawString(72, 600 - 14 * i, name)
        canvas.drawString(300, 600 - 14 * i, value)
    canvas.save()
    assert texts(load(buffer.getvalue()).blocks) == ["Budget EUR 10", "Looptijd 3 jaar", "Partners 5", "Land BE"]


@pytest.mark.parametrize("title", ["Inhoudsopgave", "Table of contents"])
@pytest.mark.parametrize("leaders", [True, False])
def test_table_of_contents_is_left_out(title: str, leaders: bool) -> None:
    class Book(BaseDocTemplate):
        def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
            if isinstance(flowable, Paragraph) and flowable.style.name == "Heading1":
                self.notify("TOCEntry", (0, flowable.getPlainText(), self.page))

    contents = TableOfContents(dotsMinLevel=0 if leaders else -1)
    story: list[Flowable] = [Paragraph(title, STYLES["Heading1"]), contents, PageBreak()]
    names = ["Wie kan meedoen", "Wat het kost", "Hoe lang het duurt", "Wat u moet bewaren", "Wie u helpt"]
    for name in names:
        story += [Paragraph(name, STYLES["Heading1"]), Paragraph(DUTCH, BODY)]
    buffer = io.BytesIO()
    frame = Frame(72, 72, 450, 690)
    Book(buffer, pagesize=A4, pageTemplates=[PageTemplate("one", [frame])]).multiBuild(story)
    blocks = load(buffer.getvalue()).blocks
    assert [b.text for b in blocks if b.kind == "heading"] == names
    assert prose(blocks) == [DUTCH] * 5
    assert {b.locator for b in blocks} == {"p. 2"}


def test_last_entry_of_a_table_of_contents_on_a_page_of_its_own_is_left_out() -> None:
    leader = "." * 60
    story: list[Flowable] = []
    for page in (range(1, 30), range(30, 31)):
        story += [*(Paragraph(f"{i} Wie kan meedoen {leader} {i + 3}", BODY) for i in page), PageBreak()]
    assert texts(single([*story, Paragraph(DUTCH, BODY)])) == [DUTCH]


@pytest.mark.parametrize(("language", "word"), [("nl", "Zin"), ("en", "Sentence")])
def test_sentence_over_a_page_end_belongs_to_the_page_where_it_begins(language: str, word: str) -> None:
    sentences = [f"{word} {i} is about the policy of regions and of the cities in them." for i in range(120)]
    blocks = single([Paragraph(" ".join(sentences), BODY)])
    assert [b.locator for b in blocks] == ["p. 1", "p. 2"]
    assert " ".join(texts(blocks)) == " ".join(sentences)
    assert blocks[0].text.endswith("in them.")
    assert blocks[1].text.startswith(f"{word} ")


def test_page_of_two_columns_after_one_of_one() -> None:
    one = PageTemplate("one", [Frame(72, 72, 450, 690)])
    two = PageTemplate("two", frames(2))
    story, paragraphs = filled(2, ENGLISH)
    blocks = built([Paragraph(DUTCH, BODY), NextPageTemplate("two"), PageBreak(), *story], [one, two])
    assert texts(blocks) == [DUTCH, "Across the columns", ENGLISH, *paragraphs]
    assert [b.locator for b in blocks] == ["p. 1", *["p. 2"] * (len(paragraphs) + 2)]


def test_right_column_that_begins_higher_is_read_after_the_left() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for i in range(8):
        canvas.drawString(60, 640 - 14 * i, f"De linkerkolom heeft nu regel {i} van acht,")
    for i in range(12):
        canvas.drawString(320, 700 - 14 * i, f"terwijl de rechter regel {i} heeft van twaalf,")
    canvas.save()
    (block,) = load(buffer.getvalue()).blocks
    assert block.text.startswith("De linkerkolom heeft nu regel 0 van acht, De")
    assert block.text.index("van acht, terwijl de rechter regel 0") < block.text.index("rechter regel 1 heeft")


def test_amount_at_the_end_of_a_column_ends_no_sentence() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for i in range(5):
        canvas.drawString(60, 700 - 14 * i, f"De linkerkolom heeft nu regel {i} van zes,")
        canvas.drawString(
            320, 700 - 14 * i, f"en de rechter ook regel {i} van vijf," if i else "euro per jaar en niet meer dan dat,"
        )
    canvas.drawString(60, 630, "en een bijdrage van ten hoogste 69.345")
    canvas.save()
    (block,) = load(buffer.getvalue()).blocks
    assert "ten hoogste 69.345 euro per jaar" in block.text


def test_short_column_goes_on_with_a_paragraph_of_a_wide_one() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for i in range(5):
        canvas.drawString(
            60, 300 - 14 * i, f"en regel {i} van deze alinea loopt ook over de hele breedte van de bladzijde,"
        )
    canvas.drawString(60, 230, "en de alinea is nog niet uit als de bladzijde vol is, want er komt nog een zin van de")
    canvas.showPage()
    for i, line in enumerate(
        ("overheid, en daarna nog een van de", "Stichting die het programma leidt,", "en van anderen.")
    ):
        canvas.drawString(60, 700 - 14 * i, line)
    canvas.save()
    blocks = load(buffer.getvalue()).blocks
    assert len(blocks) == 1
    assert (
        "van de overheid, en daarna nog een van de Stichting die het programma leidt, en van anderen." in blocks[0].text
    )
