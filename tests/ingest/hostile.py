"""Small real files of every format, ways to change them, and what may come of reading whatever came of that."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import pptx
import xlsxwriter
from odfdo import Cell, Document, Paragraph, Row, Table
from reportlab.pdfgen.canvas import Canvas

from ingest.blocks import Parsed, Unreadable
from ingest.sandbox import Sandbox

MARK = "Alpha"
TEXT = f"{MARK} partners receive 80% of the costs in 2024."

Outcome = Parsed | Unreadable


def _pdf() -> bytes:
    canvas = Canvas(stream := BytesIO(), pageCompression=0)
    for page in range(3):
        canvas.setFont("Times-Bold", 20)
        canvas.drawString(72, 740, f"Chapter {page}")
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(72, 700, TEXT)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _docx() -> bytes:
    document = docx.Document()
    document.add_heading("Chapter", 1)
    document.add_paragraph(TEXT)
    document.add_paragraph("An item of a list", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(1, 1).text = "A cell"
    document.save(stream := BytesIO())
    return stream.getvalue()


def _pptx() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Slide"
    slide.placeholders[1].text = TEXT
    deck.save(stream := BytesIO())
    return stream.getvalue()


def _xlsx() -> bytes:
    with xlsxwriter.Workbook(stream := BytesIO()) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate((["Name", "Rule"], ["One", TEXT], ["Two", 3.5])):
            sheet.write_row(i, 0, row)
    return stream.getvalue()


def _odt() -> bytes:
    document = Document("text")
    document.body.clear()
    document.body.append(Paragraph(TEXT))
    document.save(stream := BytesIO())
    return stream.getvalue()


def _ods() -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Sheet")
    for values in (["Name", "Rule"], ["One", TEXT]):
        row = Row()
        for value in values:
            row.append_cell(Cell(value))
        table.append_row(row)
    document.body.append(table)
    document.save(stream := BytesIO())
    return stream.getvalue()


HTML = (
    f"<!DOCTYPE html><html lang=en><head><title>T</title></head><body><main><h1>Chapter</h1><p>{TEXT} {TEXT}</p></main>"
)
XHTML = (
    f'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>One</h1><p>{TEXT}</p></body></html>'
)
OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier><dc:title>T</dc:title>
<dc:language>en</dc:language></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="a"/></spine></package>"""
CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="O/a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def _epub() -> bytes:
    with zipfile.ZipFile(stream := BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("O/a.opf", OPF)
        archive.writestr("O/a.xhtml", XHTML)
    return stream.getvalue()


def _mhtml() -> bytes:
    message = EmailMessage()
    message.set_content(HTML, subtype="html")
    message.make_related()
    return message.as_bytes()


SAMPLES = {
    ".pdf": _pdf(),
    ".docx": _docx(),
    ".pptx": _pptx(),
    ".xlsx": _xlsx(),
    ".odt": _odt(),
    ".ods": _ods(),
    ".epub": _epub(),
    ".html": HTML.encode(),
    ".mhtml": _mhtml(),
    ".csv": f"Name;Rule\nOne;{TEXT}\nTwo;Nothing\n".encode(),
    ".md": f"---\nid: a\n---\n\n# Chapter\n\n{TEXT}\n\n- An item\n\n| A | B |\n|---|---|\n| 1 | 2 |\n".encode(),
    ".txt": f"{TEXT}\n\n- An item\n".encode(),
}
# The member of a zip that holds the text, and an element around it.
PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".xlsx": "xl/sharedStrings.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".epub": "O/a.xhtml",
}
MARKUP = [".html", *PARTS]


def read(box: Sandbox, *files: tuple[str, bytes]) -> list[Outcome]:
    """Read files of these suffixes; what comes out can be shown, and what is refused is a sentence."""
    outcomes = [outcome for _, outcome in box.read((i, Path(f"file{s}"), data) for i, (s, data) in enumerate(files))]
    assert len(outcomes) == len(files)
    for outcome in outcomes:
        if isinstance(outcome, Unreadable):
            assert re.fullmatch(r"[^\n]{10,300}", str(outcome))
            assert "Traceback" not in str(outcome)
        else:
            assert not [text for text in texts(outcome) if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text)]
    return outcomes


def texts(parsed: Parsed) -> list[str]:
    said = [str(value) for value in parsed.properties.values()]
    return [block.text for block in parsed.blocks] + said + list(parsed.warnings)


def text(outcome: Outcome) -> str:
    return "\n".join(texts(outcome)) if isinstance(outcome, Parsed) else str(outcome)


def changed(suffix: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """Return the sample with its text's part changed, and with more members."""
    data = SAMPLES[suffix]
    if suffix not in PARTS:
        return change(data)
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(stream := BytesIO(), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            part = old.read(member)
            new.writestr(member.filename, change(part) if member.filename == PARTS[suffix] else part)
        assert PARTS[suffix] in new.namelist()
        for name, part in more.items():
            new.writestr(name, part)
    return stream.getvalue()


def filled(suffix: str, filling: bytes) -> bytes:
    """Return the sample with something put behind the word that marks its text."""

    def change(part: bytes) -> bytes:
        assert MARK.encode() in part
        return part.replace(MARK.encode(), MARK.encode() + filling, 1)

    return changed(suffix, change)


def declared(suffix: str, doctype: str, reference: str) -> bytes:
    """Return the sample with a document type declaration, and a reference to its entity in the text."""

    def change(part: bytes) -> bytes:
        part = re.sub(rb"\A<\?xml[^>]*\?>\s*|<!DOCTYPE[^>]*>", b"", part)
        root = re.search(rb"<([\w:]+)", part)
        assert root is not None
        head = f'<?xml version="1.0"?><!DOCTYPE {root[1].decode()} {doctype}>'.encode()
        return head + part.replace(MARK.encode(), f"{MARK} {reference}".encode())

    return changed(suffix, change)
