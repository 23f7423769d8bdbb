"""OpenDocument spreadsheets (OASIS OpenDocument 1.3 part 3, chapter 9), read as a stream of rows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from ingest.loaders.office.package import damaged, properties, protected, read_xml
from ingest.loaders.office.text import plain
from ingest.loaders.table import number_format
from ingest.loaders.table.rows import Line, merge
from ingest.loaders.table.workbook import NO, YES, Sheet, Workbook

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_META = {"dc": "http://purl.org/dc/elements/1.1/", "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"}
_HIDDEN = {"collapse", "filter"}
_PARTS = [f"{_STYLE}style", *(_TABLE + name for name in ("table", "table-row", "table-column"))]
_LAST_COLUMN = 16_384


def read(archive: zipfile.ZipFile) -> Workbook:
    """Read a spreadsheet; macros, pictures and links to other files are not looked at.

    Raises:
        Unreadable: protected by a password, damaged, or more rows than can be read.

    """
    from lxml import etree

    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise protected("spreadsheet")
    book = Workbook(properties=_properties(archive))
    try:
        _Reader(book).read(archive)
    except (KeyError, ValueError, etree.LxmlError, zipfile.BadZipFile) as error:
        raise damaged("spreadsheet") from error
    return book


def _properties(archive: zipfile.ZipFile) -> dict[str, Any]:
    meta = read_xml(archive, "meta.xml")
    if meta is None:
        return {}
    title, language, saved, made = (
        meta.findtext(f".//{name}", namespaces=_META) or ""
        for name in ("dc:title", "dc:language", "dc:date", "meta:creation-date")
    )
    return properties(title, "", language, (saved, made))


@dataclass
class _Reader:
    book: Workbook
    styles: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    column: int = 1
    row: int = 1

    def read(self, archive: zipfile.ZipFile) -> None:
        for element in _elements(archive):
            name = element.tag.rpartition("}")[2]
            if name == "style":
                self.styles[element.get(f"{_STYLE}name", "")] = {k: v for e in element for k, v in e.attrib.items()}
            elif name == "table-column":
                self._take_column(element)
            elif name == "table-row":
                self._take_row(element)
            else:
                self._end(element)

    def _take_column(self, element: Any) -> None:
        last = min(self.column + _repeat(element, "columns"), _LAST_COLUMN + 1)
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            self.hidden_columns.update(range(self.column, last))
        self.column = last

    def _take_row(self, element: Any) -> None:
        cells = list(self._cells(element))
        times = _repeat(element, "rows")
        if not cells:
            self.row += times
            return
        for _ in range(times):
            self._add(cells, element.get(f"{_TABLE}visibility") in _HIDDEN)
            self.row += 1

    def _add(self, cells: list[tuple[int, str, Any]], hidden: bool) -> None:
        line = Line(self.row)
        self.book.room.take(len(cells))
        for column, text, cell in cells:
            if hidden or column in self.hidden_columns or self._is_white(cell):
                place = (
                    "hidden rows" if hidden else "hidden columns" if column in self.hidden_columns else "white letters"
                )
                self.left_out.setdefault(place, []).append(text)
                continue
            line.cells[column] = text
            wide, high = _span(cell, "columns"), _span(cell, "rows")
            if wide > 1 or high > 1:
                self.merged.append((self.row, column, self.row + high - 1, column + wide - 1))
        self.lines.append(line)

    def _cells(self, row: Any) -> Iterator[tuple[int, str, Any]]:
        column = 1
        for cell in row:
            times = _repeat(cell, "columns")
            text = _text(cell)
            for at in range(column, min(column + times, _LAST_COLUMN + 1)) if text else ():
                yield at, text, cell
            column += times

    def _is_white(self, cell: Any) -> bool:
        style = self.styles.get(cell.get(f"{_TABLE}style-name", ""), {})
        paper = style.get(f"{_FO}background-color", "transparent")
        return style.get(f"{_FO}color", "").lower() == "#ffffff" and paper.lower() in {"transparent", "#ffffff"}

    def _end(self, table: Any) -> None:
        name = table.get(f"{_TABLE}name", "")
        lines = [line for line in self.lines if line.cells]
        merge(lines, self.merged)
        style = self.styles.get(table.get(f"{_TABLE}style-name", ""), {})
        if style.get(f"{_TABLE}display") == "false":
            self.book.leave_out(name, "which is hidden", (text for line in lines for text in line.cells.values()))
        elif lines:
            for what, texts in self.left_out.items():
                self.book.leave_out(name, what, texts)
            self.book.sheets.append(Sheet(name, lines))
        self.lines, self.merged, self.hidden_columns, self.left_out = [], [], set(), {}
        self.column = self.row = 1


def _elements(archive: zipfile.ZipFile) -> Iterator[Any]:
    from lxml import etree

    iterparse: Any = partial(etree.iterparse, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    with archive.open("content.xml") as source:
        for _, element in iterparse(source, tag=_PARTS, remove_comments=True, remove_pis=True):
            yield element
            if not element.tag.endswith("}style"):
                element.clear()


def _repeat(element: Any, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")))


def _span(element: Any, what: str) -> int:
    return max(1, min(int(element.get(f"{_TABLE}number-{what}-spanned", "1")), 2**20))


def _text(cell: Any) -> str:
    """Return a cell's value as people write it; beside it the file has it as its program shows it."""
    shown = plain(" ".join("".join(_words(p)) for p in cell.iterchildren(f"{_TEXT}p")))
    kind = cell.get(f"{_OFFICE}value-type", "")
    value = cell.get(f"{_OFFICE}value") or cell.get(f"{_OFFICE}date-value") or ""
    if kind == "boolean":
        return YES if cell.get(f"{_OFFICE}boolean-value") == "true" else NO
    if kind == "date" and value:
        return _moment(value, shown)
    if kind == "percentage" and value and shown:
        return number_format.like(float(value) * 100, shown).replace(" %", "%")
    if kind in {"float", "currency"} and value and shown:
        return number_format.like(float(value), shown)
    return shown


def _moment(value: str, shown: str) -> str:
    moment = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return number_format.moment(moment, "yyyy-mm-dd hh:mm" if ":" in shown else "yyyy-mm-dd")


def _words(paragraph: Any) -> Iterator[str]:
    """Return the text of a paragraph; spaces, tabs and line ends are elements of their own, and notes are left out."""
    yield paragraph.text or ""
    for element in paragraph.iterchildren():
        if element.tag in {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}:
            yield " "
        elif element.tag in {f"{_TEXT}a", f"{_TEXT}span"}:
            yield from element.itertext()
        yield element.tail or ""
