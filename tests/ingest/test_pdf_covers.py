"""Text in a PDF over which something opaque was drawn: it is left out, also where a person blackened it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from ingest.blocks import Parsed
from ingest.loaders.pdf.document import load

SEEN = "De partners zien deze zin."
SECRET = "De prijs is 40 000 euro."


def drawn(*pages: Callable[[Canvas], object]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), pageCompression=0)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(*pages: Callable[[Canvas], object]) -> Parsed:
    return load(drawn(*pages))


def both(canvas: Canvas) -> None:
    canvas.drawString(72, 700, SEEN)
    canvas.drawString(72, 600, SECRET)


def box(canvas: Canvas) -> None:
    canvas.rect(70, 596, 300, 16, stroke=0, fill=1)


def white_box(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    box(canvas)


def box_in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("bar")
    canvas.rect(0, 0, 300, 16, stroke=0, fill=1)
    canvas.endForm()
    canvas.saveState()
    canvas.translate(70, 596)
    canvas.doForm("bar")
    canvas.restoreState()


def two_boxes(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(70, 596, 60, 16)
    path.rect(131, 596, 200, 16)
    canvas.drawPath(path, stroke=0, fill=1)


def turned_box(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(370, 596)
    canvas.rotate(90)
    canvas.rect(0, 0, 16, 300, stroke=0, fill=1)
    canvas.restoreState()


@pytest.mark.parametrize("cover", [box, white_box, box_in_a_form, two_boxes, turned_box])
def test_text_beneath_an_opaque_box_is_left_out_and_said(cover: Callable[[Canvas], None]) -> None:
    def page(canvas: Canvas) -> None:
        both(canvas)
        cover(canvas)

    parsed = read(lambda canvas: canvas.drawString(72, 500, SECRET), page)
    assert [(b.text, b.locator) for b in parsed.blocks] == [(SECRET, "p. 1"), (SEEN, "p. 2")]
    assert parsed.warnings == ("p. 2: 6 words that no reader can see were left out",)


def test_word_of_which_a_part_is_covered_is_left_out_whole() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Jan Vandenbroucke tekent.")
        canvas.rect(110, 696, 30, 16, stroke=0, fill=1)

    assert [b.text for b in read(page).blocks] == ["Jan tekent."]


def before_the_text(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.9, 0.9, 0.5)
    box(canvas)
    canvas.setFillColorRGB(0, 0, 0)
    both(canvas)


def marker(canvas: Canvas) -> None:
    both(canvas)
    canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    box(canvas)


def frame(canvas: Canvas) -> None:
    both(canvas)
    path = canvas.beginPath()
    path.rect(60, 590, 320, 28)
    path.rect(62, 592, 316, 24)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def struck_through(canvas: Canvas) -> None:
    both(canvas)
    canvas.rect(70, 602, 300, 3, stroke=0, fill=1)


def clipped_away(canvas: Canvas) -> None:
    both(canvas)
    path = canvas.beginPath()
    path.rect(0, 0, 600, 100)
    canvas.clipPath(path, stroke=0)
    box(canvas)


def round_badge(canvas: Canvas) -> None:
    both(canvas)
    path = canvas.beginPath()
    path.moveTo(60, 500)
    path.curveTo(60, 700, 400, 700, 400, 500)
    canvas.drawPath(path, stroke=0, fill=1)


def outline_only(canvas: Canvas) -> None:
    both(canvas)
    canvas.rect(70, 596, 300, 16, stroke=1, fill=0)


@pytest.mark.parametrize(
    "how", [before_the_text, marker, frame, struck_through, clipped_away, round_badge, outline_only]
)
def test_text_that_can_be_read_stays(how: Callable[[Canvas], None]) -> None:
    parsed = read(how)
    assert [b.text for b in parsed.blocks] == [SEEN, SECRET]
    assert not parsed.warnings


def test_shaded_rows_of_a_table_hide_nothing() -> None:
    def page(canvas: Canvas) -> None:
        table = Table([["Land", "Deel"], ["België", "80 %"]], style=[("BACKGROUND", (0, 0), (-1, -1), "#dddddd")])
        table.wrapOn(canvas, 400, 200)
        table.drawOn(canvas, 72, 500)

    assert "80 %" in " ".join(b.text for b in read(page).blocks)


def annotated(rest: str) -> bytes:
    """Return a page with a black square that a viewer draws over a sentence."""
    data = drawn(lambda canvas: (both(canvas), canvas.linkURL("https://example.org/" + "x" * 150, (70, 596, 370, 612))))
    start = data.index(b"/Subtype /Link")
    start, end = data.rindex(b"obj\n", 0, start) + 4, data.index(b"endobj", start)
    square = f"<< /Type /Annot /Subtype /Square /Rect [ 70 596 370 612 ] /F 4 {rest} >>".encode()
    assert len(square) < end - start
    return data[:start] + square.ljust(end - start - 1) + b"\n" + data[end:]


@pytest.mark.parametrize(
    ("rest", "texts"),
    [
        ("/IC [ 0 0 0 ]", [SEEN]),
        ("/IC [ 0 0 0 ] /CA 0.3", [SEEN, SECRET]),
        ("/C [ 0 0 0 ]", [SEEN, SECRET]),
    ],
)
def test_square_that_a_viewer_draws_over_text_hides_it(rest: str, texts: list[str]) -> None:
    assert [b.text for b in load(annotated(rest)).blocks] == texts
