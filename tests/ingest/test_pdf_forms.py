"""Forms in PDFs: what somebody typed into the fields is text of the page, beside its label."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from ingest.blocks import Parsed, Unreadable
from ingest.loaders.pdf.document import load

LONG = (
    "Wij willen samen met andere steden leren hoe een wijk autoluw wordt, en hoe bewoners daarbij helpen kunnen zonder "
    "dat het de stad veel kost."
)


def read(*pages: Callable[[Canvas], object]) -> Parsed:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return load(buffer.getvalue())


def texts(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks]


def labelled(label: str, value: str, at: float = 600, **options: object) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, at, label)
        canvas.acroForm.textfield(
            name=f"f{at}", value=value, **{"x": 240, "y": at - 6, "width": 200, "height": 18, **options}
        )

    return page


@pytest.mark.parametrize("size", [0, 9, 12])
def test_value_stands_beside_its_label(size: int) -> None:
    def page(canvas: Canvas) -> None:
        labelled("Naam van de aanvrager:", "Jan Peeters", 600, fontSize=size)(canvas)
        labelled("Straat en nummer:", "", 570, fontSize=size)(canvas)
        labelled("Gemeente:", "Quillmarsh aan de Aa", 540, fontSize=size)(canvas)

    parsed = read(page)
    assert texts(parsed) == [
        "Naam van de aanvrager: Jan Peeters",
        "Straat en nummer:",
        "Gemeente: Quillmarsh aan de Aa",
    ]
    assert {block.locator for block in parsed.blocks} == {"p. 1"}


def test_long_value_is_read_whole_though_the_field_shows_a_part() -> None:
    def page(canvas: Canvas) -> None:
        labelled("Motivering:", LONG, 600, x=72, y=500, width=400, height=90, fieldFlags="multiline", fontSize=11)(
            canvas
        )
        canvas.drawString(72, 470, "Onder het veld staat dit.")

    assert texts(read(page)) == ["Motivering:", LONG, "Onder het veld staat dit."]


def test_choice_is_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "Land:")
        canvas.acroForm.choice(name="land", x=110, y=594, width=100, height=18, value="Be", options=["Be", "Nl"])

    assert texts(read(page)) == ["Land: Be"]


def test_value_in_a_cell_of_a_table_is_its_value() -> None:
    def page(canvas: Canvas) -> None:
        rows = [["Partner", "Bijdrage"], ["Stad", ""], ["Provincie", ""]]
        table = Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)], colWidths=[100, 100], rowHeights=24)
        table.wrapOn(canvas, 400, 200)
        table.drawOn(canvas, 72, 500)
        for i, value in enumerate(("5 000 euro", "300 euro")):
            canvas.acroForm.textfield(
                name=value, value=value, x=174, y=526 - 24 * i, width=94, height=18, borderWidth=0, fontSize=10
            )

    assert texts(read(page)) == ["Partner: Stad; Bijdrage: 5 000 euro", "Partner: Provincie; Bijdrage: 300 euro"]


@pytest.mark.parametrize("options", [{"annotationFlags": "print hidden"}, {"fieldFlags": "password"}, {"y": 900}])
def test_value_that_nobody_sees_is_left_out(options: dict[str, object]) -> None:
    assert texts(read(labelled("Naam:", "Geheim", 600, **options))) == ["Naam:"]


def test_number_in_a_field_at_the_foot_is_no_page_number() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "Hoeveel partners heeft het project?")
        canvas.acroForm.textfield(name="n", value="12", x=72, y=40, width=60, height=18)

    assert texts(read(page)) == ["Hoeveel partners heeft het project?", "12"]


def test_scanned_form_is_still_a_scan() -> None:
    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), (250, 240, 230))), 0, 0, 600, 800)
        canvas.acroForm.textfield(name="naam", value="Jan Peeters", x=240, y=600, width=200, height=18)

    parsed = read(scan)
    assert texts(parsed) == ["Jan Peeters"]
    assert parsed.warnings == ("p. 1: a scan or picture without text was left out; run ocrmypdf over the PDF",)


def test_empty_form_on_empty_pages_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"^the PDF holds no text: its pages are empty$"):
        read(lambda canvas: canvas.acroForm.textfield(name="naam", value="", x=240, y=600, width=200, height=18))
