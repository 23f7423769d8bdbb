"""Spreadsheets: each row a sentence that names its columns, as the workbook's own program shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from ingest import ole
from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.office.package import open_zip
from ingest.loaders.office.text import is_dutch, plain
from ingest.loaders.table import ods, xls, xlsx
from ingest.loaders.table.rows import blocks
from ingest.loaders.table.workbook import NO, YES, Sheet, Workbook

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_SAMPLE = 2_000  # cells
_NO_TITLE = re.compile(r"(?:map|book|boek|werkmap|workbook|sheet|blad)[ -]?\d*|.*\.(?:xl\w+|ods|csv)", re.IGNORECASE)


def load(data: bytes) -> Parsed:
    """Read an Excel workbook (XLSX, XLSM without its macros, XLS) or an OpenDocument spreadsheet, by its content.

    With several sheets, each has a heading with its name, and locators name it: "Budget, row 12". Hidden sheets, rows,
    columns and cells are left out and counted in the warnings.

    Raises:
        Unreadable: no such file, protected by a password, damaged, or more rows than can be read.

    """
    book = _open(data)
    _word_booleans(book.sheets)
    several = len(book.sheets) > 1
    found: list[Block] = []
    for sheet in book.sheets:
        name = plain(sheet.name)
        rows = blocks(sheet.lines, name if several else "", level=3 if several else 1)
        found.extend([Block("heading", name, 2), *rows] if several else rows)
    properties = {
        name: value for name, value in book.properties.items() if name != "title" or not _NO_TITLE.fullmatch(value)
    }
    return Parsed({}, found, properties, _warnings(book))


def _open(data: bytes) -> Workbook:
    if data.startswith(ole.SIGNATURE) and "EncryptedPackage".encode("utf-16-le") not in data:
        return xls.read(data)
    if data.lstrip()[:1] == b"<":
        raise Unreadable("the file is a web page by the name of a workbook: open it in Excel and save it as .xlsx")
    archive = open_zip(data, "workbook")
    names = set(archive.namelist())
    if "mimetype" in names and archive.read("mimetype").strip() == _ODS:
        return ods.read(archive)
    if "xl/workbook.bin" in names:
        raise Unreadable("binary workbooks (.xlsb) cannot be read: save it as .xlsx")
    return xlsx.read(data, archive)


def _word_booleans(sheets: Sequence[Sheet]) -> None:
    """Say yes and no in the language of the cells; a program says them in the language of whoever opens the file."""
    lines = [line for sheet in sheets for line in sheet.lines]
    sample = " ".join(islice((text for line in lines for text in line.cells.values()), _SAMPLE))
    yes, no = ("ja", "nee") if is_dutch(sample) else ("yes", "no")
    for line in lines:
        for column, text in line.cells.items():
            if text in {YES, NO}:
                line.cells[column] = yes if text == YES else no


def _warnings(book: Workbook) -> tuple[str, ...]:
    said = book.hidden.warnings()
    if book.uncomputed:
        said += (f"{book.uncomputed} formulas have no stored result and were left out: save the file in its program",)
    return said
