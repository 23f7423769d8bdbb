"""Excel workbooks (ECMA-376, SpreadsheetML), cell by cell, so that a large one fits in memory."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ingest.blocks import Unreadable
from ingest.loaders.office.package import damaged, ooxml_properties
from ingest.loaders.office.text import plain
from ingest.loaders.table import number_format
from ingest.loaders.table.rows import Line, merge
from ingest.loaders.table.workbook import NO, YES, Sheet, Workbook

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_PARTS = [_NAMESPACE + name for name in ("row", "col", "mergeCell", "tablePart", "conditionalFormatting")]
_LAST_COLUMN = 16_384


def read(data: bytes, archive: zipfile.ZipFile) -> Workbook:
    """Read a workbook; macros, pictures and links to other workbooks are not looked at.

    Raises:
        Unreadable: damaged, in the strict variant that few programs write, or more rows than can be read.

    """
    if "xl/workbook.xml" in archive.namelist() and _STRICT in archive.read("xl/workbook.xml")[:4000]:
        raise Unreadable("the workbook is of the type 'Strict Open XML': save it as an ordinary Excel workbook (.xlsx)")
    book = Workbook(properties=ooxml_properties(archive))
    try:
        with warnings.catch_warnings():
            # openpyxl speaks of styles and extensions that it does not keep.
            warnings.simplefilter("ignore")
            _read_sheets(data, book)
    except Unreadable:
        raise
    except Exception as error:
        # What openpyxl raises over a damaged part is not documented: KeyError, ValueError, TypeError, SyntaxError …
        raise damaged("workbook") from error
    return book


def _read_sheets(data: bytes, book: Workbook) -> None:
    from openpyxl import load_workbook

    source = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if not source.sheetnames:
        raise damaged("workbook")
    for sheet in source.worksheets:
        reader = _Reader(sheet, book)
        lines = reader.lines()
        if sheet.sheet_state != "visible":
            book.leave_out(sheet.title, "which is hidden", (t for line in lines for t in line.cells.values()))
        elif lines:
            book.sheets.append(Sheet(sheet.title, lines))


@dataclass
class _Reader:
    """Reads one sheet; `faint` are the cells whose letters have the colour of the paper."""

    sheet: Any
    book: Workbook
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    coloured: bool = False
    faint: list[tuple[Line, int]] = field(default_factory=list)
    styles: dict[int, tuple[str, bool]] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        found = [line for line in self._rows() if line.cells]
        if not self.coloured:
            # Below a table style or a conditional format white letters may stand on a colour.
            for line, column in self.faint:
                self._leave_out("white letters", line.cells.pop(column))
        merge(found, self.merged)
        for what, texts in self.left_out.items():
            self.book.leave_out(self.sheet.title, what, texts)
        return [line for line in found if line.cells]

    def _rows(self) -> Iterator[Line]:
        from openpyxl.utils import range_boundaries

        parser = _cell_parser(self.sheet)
        for element in _elements(self.sheet):
            name = element.tag.removeprefix(_NAMESPACE)
            if name == "row":
                number, cells = parser.parse_row(element)
                line = self._line(number, cells, _is_hidden(element, "ht"))
                empty = (part for part, cell in zip(element, cells, strict=True) if cell["value"] is None)
                self.book.uncomputed += sum(map(_is_uncomputed, empty))
                if line.cells:
                    self.book.room.take(len(line.cells))
                yield line
            elif name == "col" and _is_hidden(element, "width"):
                last = min(int(element.get("max")), _LAST_COLUMN)
                self.hidden_columns.update(range(int(element.get("min")), last + 1))
            elif name == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref"))
                self.merged.append((int(top or 0), int(left or 0), int(bottom or 0), int(right or 0)))
            elif name in {"tablePart", "conditionalFormatting"}:
                self.coloured = True

    def _line(self, number: int, cells: list[dict[str, Any]], hidden: bool) -> Line:
        line = Line(number)
        for cell in cells:
            text, faint = self._text(cell)
            if not text:
                continue
            if hidden or cell["column"] in self.hidden_columns:
                self._leave_out("hidden rows" if hidden else "hidden columns", text)
                continue
            line.cells[cell["column"]] = text
            if faint:
                self.faint.append((line, cell["column"]))
        return line

    def _leave_out(self, what: str, text: str) -> None:
        self.left_out.setdefault(what, []).append(text)

    def _text(self, cell: dict[str, Any]) -> tuple[str, bool]:
        value, kind = cell["value"], cell["data_type"]
        if value is None or kind == "e":
            return "", False
        code, faint = self._style(cell)
        if isinstance(value, str):
            return plain(value), faint
        if isinstance(value, bool):
            return YES if value else NO, faint
        if isinstance(value, int | float):
            return number_format.number(value, code), faint
        return number_format.moment(value, code), faint

    def _style(self, cell: dict[str, Any]) -> tuple[str, bool]:
        from openpyxl.cell.read_only import ReadOnlyCell

        style = cell["style_id"]
        if style not in self.styles:
            styled = ReadOnlyCell(self.sheet, **cell)
            code = styled.number_format or "General"
            self.styles[style] = (code, code.strip('"') == ";;;" or _is_white(styled))
        return self.styles[style]


def _cell_parser(sheet: Any) -> Any:
    """Return openpyxl's own parser of rows, set up as its read-only sheet does, which does not say what is hidden."""
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    return WorkSheetParser(
        None,  # type: ignore[arg-type]  # the rows are handed to it
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def _elements(sheet: Any) -> Iterator[Any]:
    from lxml import etree

    iterparse: Any = partial(etree.iterparse, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    with sheet._get_source() as source:
        for _, element in iterparse(source, tag=_PARTS, remove_comments=True, remove_pis=True):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _is_hidden(element: Any, size: str) -> bool:
    return element.get("hidden") in {"1", "true"} or element.get(size) in {"0", "0.0"}


def _is_uncomputed(cell: Any) -> bool:
    """Whether an empty cell has a formula; one whose result is an empty text has one."""
    return cell.find(f"{_NAMESPACE}f") is not None and cell.get("t") != "str"


def _is_white(cell: Any) -> bool:
    """Whether letters are white by the cell's own style, and the cell has no colour of its own."""
    colour = cell.font.color if cell.font else None
    if colour is None or not _white(colour):
        return False
    fill = cell.fill
    return fill is None or fill.fill_type is None or (fill.fill_type == "solid" and _white(fill.fgColor))


def _white(colour: Any) -> bool:
    if colour.type == "theme":
        return bool(colour.theme == 0 and not colour.tint)
    if colour.type == "indexed":
        return colour.indexed in {1, 9, 65}
    return str(colour.rgb)[-6:].upper() == "FFFFFF"
