"""Footnotes of PDFs: they stand behind the text of their page and interrupt no sentence."""

from __future__ import annotations

import io
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

BODY = getSampleStyleSheet()["BodyText"]


def built(text: str, on_page: Any) -> list[Block]:
    buffer = io.BytesIO()
    frame = Frame(72, 120, 450, 640, leftPadding=0, rightPadding=0)
    BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate("one", [frame], onPage=on_page)]).build(
        [Paragraph(text, BODY)]
    )
    return load(buffer.getvalue()).blocks


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


def test_footnotes_stand_behind_their_page_and_interrupt_no_sentence() -> None:
    def notes(canvas: Canvas, document: Any) -> None:
        if document.page == 1:
            canvas.line(72, 118, 200, 118)
            canvas.setFont("Helvetica", 5)
            canvas.drawString(72, 108, "1")
            canvas.setFont("Helvetica", 8)
            canvas.drawString(76, 105, "Verordening (EU) 2021/1059, artikel 3, zoals")
            canvas.drawString(72, 95, "gewijzigd in 2023.")
            canvas.drawString(72, 85, "2 Zie ook het handboek.")

    sentences = [f"Zin {i} gaat over het beleid van de regio's en van de steden." for i in range(130)]
    sentences[3] = "Een oppervlakte van 5 m<super>2</super> staat in de verordening<super>1</super>."
    blocks = built(" ".join(sentences), notes)
    assert [b.locator for b in blocks] == ["p. 1", "p. 1", "p. 1", "p. 2"]
    assert texts(blocks)[1:3] == [
        "1 Verordening (EU) 2021/1059, artikel 3, zoals gewijzigd in 2023.",
        "2 Zie ook het handboek.",
    ]
    assert "staat in de verordening. Zin 4" in blocks[0].text
    assert blocks[0].text.endswith(".")
    assert blocks[3].text.startswith("Zin ")


@pytest.mark.parametrize("gap", [0.0, 2.0, 6.0])
def test_note_whose_number_is_raised_and_set_apart_interrupts_no_sentence(gap: float) -> None:
    def notes(canvas: Canvas, document: Any) -> None:
        if document.page == 1:
            for y, mark, text in [(105, "1", "Dit geldt voor alle regio's, en voor steden"), (85, "2", "Zie deel 4.")]:
                canvas.setFont("Helvetica", 6.4)
                canvas.drawString(72, y + 4, mark)
                canvas.setFont("Helvetica", 8)
                canvas.drawString(72 + canvas.stringWidth(mark, "Helvetica", 6.4) + gap, y, text)
            canvas.drawString(72, 95, "die er deel van uitmaken.")

    sentences = [f"Zin {i} gaat over het beleid van de regio's en van de steden." for i in range(130)]
    sentences[3] = "Dit staat in de verordening<super>1</super>, en in het handboek<super>2</super>."
    blocks = built(" ".join(sentences), notes)
    assert [b.locator for b in blocks] == ["p. 1", "p. 1", "p. 1", "p. 2"]
    assert texts(blocks)[1:3] == [
        "1 Dit geldt voor alle regio's, en voor steden die er deel van uitmaken.",
        "2 Zie deel 4.",
    ]
    assert "in de verordening, en in het handboek. Zin 4" in blocks[0].text
    assert blocks[3].text.startswith("Zin ")


def test_notes_one_below_the_other_are_two() -> None:
    def notes(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 95, "1 Verordening (EU) 2021/1059.")
        canvas.drawString(72, 85, "2 Zie ook het handboek.")

    text = "Dit staat in de verordening<super>1</super> en ook in het handboek<super>2</super>."
    assert texts(built(text, notes)) == [
        "Dit staat in de verordening en ook in het handboek.",
        "1 Verordening (EU) 2021/1059.",
        "2 Zie ook het handboek.",
    ]
