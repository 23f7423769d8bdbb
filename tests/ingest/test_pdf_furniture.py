"""Running heads and feet of PDFs, page numbers, and what stands near a page's edge and is text."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph

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


def single(story: list[Flowable], on_page: Any = lambda canvas, document: None) -> list[Block]:
    buffer = io.BytesIO()
    frame = Frame(72, 72, 450, 690, leftPadding=0, rightPadding=0)
    BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate("one", [frame], onPage=on_page)]).build(story)
    return load(buffer.getvalue()).blocks


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


def drawn(*pages: Callable[[Canvas], object]) -> list[Block]:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return load(buffer.getvalue()).blocks


def furnished(canvas: Canvas, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 9)
    canvas.drawString(72, 815, "Programme manual")
    canvas.drawRightString(520, 815, "Interreg Europe 2021-2027")
    canvas.line(72, 60, 520, 60)
    canvas.drawString(72, 40, "Versie 3 – 12 maart 2024")
    canvas.drawRightString(
        520, 40, f"Pagina {document.page} van 7" if document.page % 2 else f"Page {document.page} of 7"
    )
    canvas.drawCentredString(300, 25, f"- {document.page} -")
    canvas.restoreState()


@pytest.mark.parametrize("text", [DUTCH, ENGLISH])
def test_running_heads_feet_and_page_numbers_are_left_out(text: str) -> None:
    story: list[Flowable] = []
    paragraphs = [" ".join(text.split()[i:]) for i in range(7)]
    for paragraph in paragraphs:
        story += [Paragraph(paragraph, BODY), PageBreak()]
    assert texts(single(story, furnished)) == paragraphs


def test_running_head_with_the_title_of_a_short_chapter_is_left_out() -> None:
    names = ["One", "One", "One", "Two", "Two", "Two", "Three", "Short", "Four", "Four", "Four"]

    def head(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 815, f"Chapter {names[document.page - 1]}")

    story: list[Flowable] = []
    for i in range(len(names)):
        story += [Paragraph(f"{ENGLISH} ({i})", BODY), PageBreak()]
    assert not [text for text in texts(single(story, head)) if "Chapter" in text]


def test_titles_that_differ_in_their_number_only_stay() -> None:
    story: list[Flowable] = []
    for i in range(5):
        story += [Paragraph(f"Artikel {i + 1}", STYLES["Heading1"]), Paragraph(DUTCH, BODY), PageBreak()]
    assert [t for t in texts(single(story, furnished)) if t != DUTCH] == [f"Artikel {i + 1}" for i in range(5)]


def test_page_number_on_a_single_page_is_left_out() -> None:
    def foot(canvas: Canvas, document: Any) -> None:
        canvas.drawCentredString(300, 30, "12")

    assert texts(single([Paragraph(DUTCH, BODY)], foot)) == [DUTCH]


def chapters(*lengths: int) -> Callable[[Canvas], object]:
    """Return a page of a book at a time: its left pages name the book, its right pages their chapter."""
    names = [f"{n} The {word} part" for n, word in enumerate(("first", "second", "third", "fourth"), 1)]
    begun = [(name, i) for name, length in zip(names, lengths, strict=True) for i in range(length)]

    def page(canvas: Canvas) -> None:
        number = canvas.getPageNumber()
        name, place = begun[number - 1]
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 760, name if number % 2 else "Manual of the programme")
        canvas.setFont("Helvetica", 20)
        if place == 0:
            canvas.bookmarkHorizontalAbsolute(name, 740)
            canvas.addOutlineEntry(name, name, 0)
            canvas.drawString(72, 700, name)
        canvas.setFont("Helvetica", 12)
        if place:
            canvas.drawString(72, 674, "and other partners. They show them when asked,")
        for i in range(40):
            canvas.drawString(72, 660 - 14 * i, f"and line {i} of the text says what partners do in {number},")
        canvas.drawString(72, 100, "so it is all right. They keep the papers for five years, together with their own")

    return page


def test_head_of_a_chapter_of_two_pages_is_no_heading_and_cuts_no_sentence() -> None:
    lengths = (2, 3, 2, 3)
    blocks = drawn(*[chapters(*lengths)] * sum(lengths))
    titles = [f"{n} The {word} part" for n, word in enumerate(("first", "second", "third", "fourth"), 1)]
    assert [(b.level, b.text) for b in blocks if b.kind == "heading"] == [(1, title) for title in titles]
    assert not [text for text in texts(blocks) if "Manual" in text]
    assert [text for text in texts(blocks) if "part" in text and "partners" not in text] == titles
    straddling = "together with their own and other partners."
    assert [b.locator for b in blocks if straddling in b.text] == ["p. 1", "p. 3", "p. 4", "p. 6", "p. 8", "p. 9"]


def test_title_that_stands_on_its_page_at_the_place_of_a_head_stays() -> None:
    def page(canvas: Canvas) -> None:
        name = f"Part {'abc'[canvas.getPageNumber() - 1]}"
        canvas.bookmarkHorizontalAbsolute(name, 770)
        canvas.addOutlineEntry(name, name, 0)
        canvas.drawString(72, 760, name)
        canvas.drawString(72, 700, ENGLISH[:76])

    assert [(b.kind, b.text) for b in drawn(page, page, page) if b.text != ENGLISH[:76]] == [
        ("heading", "Part a"), ("heading", "Part b"), ("heading", "Part c")
    ]  # fmt: skip


@pytest.mark.parametrize("leading", [14, 20])
def test_first_line_of_a_text_stays_though_other_pages_begin_with_it(leading: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "The names of at least nine people who can see")
        for i in range(1, 20):
            canvas.drawString(72, 740 - leading * i, f"the room, in year {i} of project {canvas.getPageNumber()},")

    blocks = drawn(*[page] * 6)
    assert " ".join(texts(blocks)).count("The names of at least nine people who can see the room") == 6


def footnoted(mark: Callable[[Canvas, int], None], note: str) -> Callable[[Canvas], None]:
    """Return a page with a footnote of which the mark is raised, and a foot at the place where all pages have it."""

    def page(canvas: Canvas) -> None:
        number = canvas.getPageNumber()
        canvas.drawString(72, 600, "Partners keep all papers of their project")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(
            72 + canvas.stringWidth("Partners keep all papers of their project", "Helvetica", 12), 605, "3"
        )
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 586, "for five years, wherever they come from.")
        mark(canvas, 90)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(78, 90, note.format(10 + number))
        canvas.drawString(72, 40, f"Manual of the programme, page {number}")

    return page


def raised(canvas: Canvas, y: int) -> None:
    canvas.setFont("Helvetica", 6.4)
    canvas.drawString(72, y + 4, "3")


def level(canvas: Canvas, y: int) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, y, "3")


@pytest.mark.parametrize("mark", [raised, level])
def test_footnotes_that_differ_in_a_number_only_are_no_running_feet(mark: Callable[[Canvas, int], None]) -> None:
    note = "This was tried for {} months before it became a rule."
    blocks = drawn(*[footnoted(mark, note)] * 5)
    text = "Partners keep all papers of their project for five years, wherever they come from."
    assert texts(blocks) == [said for i in range(5) for said in (text, f"3 {note.format(11 + i)}")]


def test_lines_that_are_all_there_is_are_kept() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number in range(1, 12):
        canvas.drawString(72, A4[1] - 60, f"This is the page with the number {number}.")
        canvas.showPage()
    canvas.save()
    assert [b.text for b in load(buffer.getvalue()).blocks][:2] == [
        "This is the page with the number 1.",
        "This is the page with the number 2.",
    ]
