"""PDF: its text in reading order, with headings, lists, tables and the page of each block (pdfium)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.pdf import contents as pdf_contents
from ingest.loaders.pdf import furniture as pdf_furniture
from ingest.loaders.pdf import headings as pdf_headings
from ingest.loaders.pdf import notes as pdf_notes
from ingest.loaders.pdf import ocr as pdf_ocr
from ingest.loaders.pdf import page as pdf_page
from ingest.loaders.pdf import properties as pdf_properties
from ingest.loaders.pdf import unruled as pdf_unruled
from ingest.loaders.pdf.blocks import blocks
from ingest.loaders.pdf.columns import Piece, regions
from ingest.loaders.pdf.join import Joiner
from ingest.loaders.pdf.lines import Line, lines
from ingest.loaders.pdf.page import Page
from ingest.loaders.pdf.paragraphs import Flow, pitches
from ingest.loaders.pdf.tables import Table

MAX_PAGES = 5_000
_COVER, _COVER_SHARE = 6, 0.2  # the pages before the first chapter: so many, or this part of all
_SCAN = "this is a scan without text: run ocrmypdf over it"
_UNRECOGNISED = "this is a scan or picture in which no text was recognised: scan it again, sharper and upright"


@dataclass
class _Document:
    """A PDF with its running heads and feet taken off."""

    pages: list[Page]
    outline: list[pdf_headings.Entry]
    properties: dict[str, Any]

    def without_text(self) -> list[int]:
        """Return the pages on which something stands that is no text."""
        return [page.number for page in self.pages if (page.drawn or page.garbled) and not page.is_printed()]


def load(data: bytes) -> Parsed:
    """Read a PDF; its scanned pages only if ocrmypdf is installed.

    Raises:
        Unreadable: protected by a password, damaged, empty, a scan, or longer than 5,000 pages; the text says which.

    """
    document = _read(data)
    recognised = bool(document.without_text()) and pdf_ocr.is_installed()
    if recognised:
        document = _with_scans(data, document)
    missing = document.without_text()
    if not any(page.pieces or page.sideways for page in document.pages):
        scan = _UNRECOGNISED if recognised else _SCAN
        raise Unreadable(scan if missing else _nothing(document.pages))
    return Parsed({}, _blocks(document), document.properties, tuple(_warnings(document.pages, missing)))


def _nothing(pages: Sequence[Page]) -> str:
    if any(page.hidden for page in pages):
        return "the PDF holds no text that a reader can see"
    return "the PDF holds no text: its pages are empty"


def _with_scans(data: bytes, document: _Document) -> _Document:
    try:
        read = pdf_ocr.with_text(data)
    except TimeoutError:
        if any(page.pieces for page in document.pages):
            return document
        raise Unreadable(
            f"reading this scan takes longer than {pdf_ocr.SECONDS} seconds: run ocrmypdf over it first"
        ) from None
    try:
        return _read(read) if read else document
    except Unreadable:
        return document


def _read(data: bytes) -> _Document:
    import pypdfium2
    from pypdfium2.raw import FORMTYPE_ACRO_FORM

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(_reason(error)) from error
    with document:
        if document.get_formtype() == FORMTYPE_ACRO_FORM:
            document.init_forms()
        if len(document) > MAX_PAGES:
            raise Unreadable(f"the PDF has {len(document):,} pages; at most {MAX_PAGES:,} can be read: split it")
        pages = [_page(document, index) for index in range(len(document))]
        outline = pdf_headings.outline(document)
        pdf_furniture.remove(pages, outline)
        return _Document(pages, outline, pdf_properties.read(document))


def _reason(error: Any) -> str:
    import pypdfium2.raw as c

    if error.err_code == c.FPDF_ERR_PASSWORD:
        return "the PDF is protected by a password: save it without one"
    if error.err_code == c.FPDF_ERR_SECURITY:
        return "the PDF is protected in a way that cannot be read: save it without protection"
    if error.err_code == c.FPDF_ERR_SUCCESS:
        return "the PDF has no pages"
    return "the PDF is damaged: save or download it again"


def _page(document: Any, index: int) -> Page:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"p. {index + 1} of the PDF is damaged: save or download it again") from error
    try:
        return pdf_page.read(page, index + 1)
    finally:
        page.close()


def _blocks(document: _Document) -> list[Block]:
    body = pdf_furniture.body_size(document.pages)
    columns: dict[int, list[list[Piece]]] = {page.number: _columns(page) for page in document.pages}
    everything = [piece for page in columns.values() for column in page for piece in column]
    found = [piece for piece in everything if isinstance(piece, Line)]
    pdf_headings.mark(document.outline, _by_page(found), body)
    joiner = Joiner(found, document.properties.get("language"))
    flow = Flow(body, pitches([_only_lines(column) for page in columns.values() for column in page]))
    for page in document.pages:
        _flow(flow, page, columns[page.number])
    usual = [line for line in found if abs(line.size - body) < 0.3]
    bold_body = sum(len(line.text) for line in usual if line.bold) * 2 > sum(len(line.text) for line in usual)
    return blocks(flow.drafts, joiner, body, bold_body, _start(document))


def _start(document: _Document) -> int:
    """Return the first page to which the outline points, 1 if it covers the document in part only."""
    start = min((entry.page for entry in document.outline), default=1)
    return start if start <= max(_COVER, _COVER_SHARE * len(document.pages)) else 1


def _only_lines(pieces: Sequence[Piece]) -> list[Line]:
    return [piece for piece in pieces if isinstance(piece, Line)]


def _by_page(found: Sequence[Line]) -> dict[int, list[Line]]:
    pages: dict[int, list[Line]] = {}
    for line in found:
        pages.setdefault(line.page, []).append(line)
    return pages


def _columns(page: Page) -> list[list[Piece]]:
    """Return the lines and tables of a page by column, in reading order, without a table of contents."""
    columns: list[list[Piece]] = []
    for number, region in enumerate(regions(page.pieces)):
        ruled = [piece for piece in region if isinstance(piece, Table)]
        unruled, rest = pdf_unruled.find(_only_lines(region), page.rules, page.number)
        columns.append(sorted([*ruled, *unruled, *lines(rest, number)], key=lambda piece: piece.top))
    kept = {id(piece) for piece in pdf_contents.without([piece for column in columns for piece in column])}
    return [[piece for piece in column if id(piece) in kept] for column in columns]


def _flow(flow: Flow, page: Page, columns: Sequence[Sequence[Piece]]) -> None:
    parted = [pdf_notes.part(column, flow.body) for column in columns]
    notes = [line for _, found in parted for line in found]
    marks = pdf_notes.numbers(notes)
    for column, _ in parted:
        for piece in column:
            if isinstance(piece, Table):
                flow.table(piece)
            else:
                flow.line(pdf_notes.without_numbers(piece, marks) if marks else piece)
    aside = Flow(flow.body, flow.pitch)
    pointed = pdf_notes.marks([piece for column in columns for piece in _only_lines(column)])
    for line in notes:
        if pdf_notes.is_one(line, pointed):
            aside.text = None
        aside.line(line, note=True)
    for part in page.sideways:
        for line in lines(part, -1):
            aside.line(line, note=True)
    flow.drafts.extend(aside.drafts)


def _warnings(pages: Sequence[Page], missing: Sequence[int]) -> list[str]:
    found = []
    for page in pages:
        place = f"p. {page.number}"
        if page.hidden:
            hidden = _count(page.hidden, "word that no reader can see", "words that no reader can see")
            found.append(f"{place}: {hidden}")
        if page.unnamed and not page.garbled:
            found.append(f"{place}: {_count(page.unnamed, 'sign of an unknown font', 'signs of an unknown font')}")
    if missing:
        found.append(f"{_listed(missing)}: a scan or picture without text was left out; run ocrmypdf over the PDF")
    return found


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one} was left out" if number == 1 else f"{number} {more} were left out"


def _listed(numbers: Sequence[int]) -> str:
    """Return page numbers as "p. 2, 4-7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    return "p. " + ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
