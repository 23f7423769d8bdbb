"""PDF files as a whole: what they say of themselves, which cannot be read, and what is left out of them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.pdf.document import load

SENTENCE = "Partners exchange experience and improve their policies together."


def drawn(*pages: Callable[[Canvas], object], lang: str | None = None, **info: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), lang=lang)
    for name, value in info.items():
        getattr(canvas, f"set{name}")(value)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def written(*lines: str, top: float = 700.0) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        for i, line in enumerate(lines):
            canvas.drawString(72, top - 14 * i, line)

    return page


def read(*pages: Callable[[Canvas], object]) -> Parsed:
    return load(drawn(*pages))


def test_every_block_has_its_physical_page() -> None:
    assert read(written(SENTENCE), written(), written("De tweede zin.")).blocks == [
        Block("paragraph", SENTENCE, locator="p. 1"),
        Block("paragraph", "De tweede zin.", locator="p. 3"),
    ]


def test_properties_of_the_file() -> None:
    data = drawn(written(SENTENCE), lang="nl-BE", Title="Programmahandboek", Author="Jan Peeters")
    properties = load(data).properties
    assert properties["title"] == "Programmahandboek"
    assert properties["language"] == "nl"
    assert "publisher" not in properties
    assert properties["date"][:2] == "20"
    assert len(properties["date"]) == 10


def changed(data: bytes, name: str, entry: str) -> bytes:
    """Put another entry in the place of one of the Info dictionary, without moving what stands behind it."""
    at = data.index(f"/{name} (".encode())
    end = data.index(b")", at) + 1
    assert len(entry) <= end - at
    return data[:at] + entry.encode().ljust(end - at) + data[end:]


def test_company_is_the_publisher_and_the_last_change_the_date() -> None:
    data = drawn(written(SENTENCE), Title="Handbook of 2024")
    data = changed(data, "Subject", "/Company (VLAIO)")
    data = changed(data, "ModDate", "/ModDate (D:20240131)")
    assert load(data).properties == {"title": "Handbook of 2024", "publisher": "VLAIO", "date": "2024-01-31"}


@pytest.mark.parametrize(
    "title",
    ["untitled", "Microsoft Word - concept 3.doc", "PowerPoint-presentatie", "manual_v2.indd", "  ", "Document1"],
)
def test_title_that_a_program_made_up_is_no_title(title: str) -> None:
    assert "title" not in load(drawn(written(SENTENCE), Title=title)).properties


@pytest.mark.parametrize("date", ["D:19010101", "D:29990101", "D:20241399", "D:2024"])
def test_absurd_dates_are_left_out(date: str) -> None:
    data = drawn(written(SENTENCE))
    for name in ("ModDate", "CreationDate"):
        data = changed(data, name, f"/{name} ({date})")
    assert load(data).properties.get("date") == ("2024-01-01" if date == "D:2024" else None)


@pytest.mark.parametrize("strength", [40, 128])
def test_password_is_asked_for_by_name(strength: int) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", "owner", strength=strength))
    canvas.drawString(72, 700, SENTENCE)
    canvas.save()
    with pytest.raises(Unreadable, match=r"^the PDF is protected by a password: save it without one$"):
        load(buffer.getvalue())


def test_password_that_only_forbids_changes_is_no_hindrance() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("", "owner", canModify=0))
    canvas.drawString(72, 700, SENTENCE)
    canvas.save()
    assert [b.text for b in load(buffer.getvalue()).blocks] == [SENTENCE]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no PDF at all", drawn(written(SENTENCE))[:150]])
def test_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^the PDF is damaged: save or download it again$"):
        load(data)


def test_empty_pages_are_refused() -> None:
    with pytest.raises(Unreadable, match=r"^the PDF holds no text: its pages are empty$"):
        read(written(), written())


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.pdf.document.MAX_PAGES", 2)
    with pytest.raises(Unreadable, match=r"^the PDF has 3 pages; at most 2 can be read: split it$"):
        read(*[written(SENTENCE)] * 3)


def test_sideways_text_comes_last_and_a_stamp_askew_never() -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(30, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Beside the text.")
        canvas.restoreState()
        canvas.saveState()
        canvas.rotate(45)
        canvas.setFont("Helvetica-Bold", 80)
        canvas.drawString(300, 0, "CONCEPT")
        canvas.restoreState()
        written(SENTENCE)(canvas)

    assert [b.text for b in read(page).blocks] == [SENTENCE, "Beside the text."]


def test_page_turned_as_a_whole_reads_like_any_other() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(600, 0)
        canvas.rotate(90)
        written("This page lies on its side, and its text", "goes over two lines.", top=500)(canvas)

    assert [b.text for b in read(page).blocks] == ["This page lies on its side, and its text goes over two lines."]
