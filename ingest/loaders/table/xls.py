"""Excel workbooks of before 2007 (MS-XLS, BIFF)."""

from __future__ import annotations

import io
from typing import Any

from ingest.blocks import Unreadable
from ingest.loaders.office.package import damaged, protected
from ingest.loaders.office.text import plain
from ingest.loaders.table import number_format
from ingest.loaders.table.rows import Line, merge
from ingest.loaders.table.workbook import NO, YES, Sheet, Workbook

_WITHOUT_VALUE = frozenset({0, 5, 6})  # empty, error and blank, as xlrd numbers kinds of cells


def read(data: bytes) -> Workbook:
    """Read a workbook; macros are not looked at.

    Raises:
        Unreadable: protected by a password, damaged, or more rows than can be read.

    """
    import xlrd

    book = Workbook()
    try:
        # Only with formatting_info does xlrd keep what is hidden, and how numbers are shown.
        source = xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,  # a cell far to the right does not make every row as wide
            logfile=io.StringIO(),
        )
        for index in range(source.nsheets):
            _read_sheet(source, index, book)
    except Unreadable:
        raise
    except Exception as error:
        if "encrypted" in str(error).lower():
            raise protected("workbook") from error
        # xlrd meets damaged records with whatever error they lead to.
        raise damaged("workbook") from error
    return book


def _read_sheet(source: Any, index: int, book: Workbook) -> None:
    sheet = source.sheet_by_index(index)
    lines = [line for number in range(sheet.nrows) if (line := _line(source, sheet, number, book)).cells]
    # xlrd counts from 0 and gives the row and column after the last one.
    merge(lines, [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells])
    if sheet.visibility:
        book.leave_out(sheet.name, "which is hidden", (text for line in lines for text in line.cells.values()))
    elif lines:
        book.sheets.append(Sheet(sheet.name, lines))
    source.unload_sheet(index)


def _line(source: Any, sheet: Any, number: int, book: Workbook) -> Line:
    line = Line(number + 1)
    row = sheet.rowinfo_map.get(number)
    for column, kind in enumerate(sheet.row_types(number)):
        # Most cells of a formatted sheet are empty, and an object for each takes a minute.
        text = _text(source, sheet.cell(number, column)) if kind not in _WITHOUT_VALUE else ""
        if not text:
            continue
        info = sheet.colinfo_map.get(column)
        if row is not None and (row.hidden or row.height == 0):
            book.leave_out(sheet.name, "hidden rows", [text])
        elif info is not None and (info.hidden or info.width == 0):
            book.leave_out(sheet.name, "hidden columns", [text])
        else:
            line.cells[column + 1] = text
    if line.cells:
        book.room.take(len(line.cells))
    return line


def _text(source: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return plain(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return YES if cell.value else NO
    if cell.ctype not in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return ""
    code = source.format_map[source.xf_list[cell.xf_index].format_key].format_str or "General"
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_format.number(cell.value, code)
    moment = xlrd.xldate_as_datetime(cell.value, source.datemode)
    return number_format.moment(moment.time() if cell.value < 1 else moment, code)
