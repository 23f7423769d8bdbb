"""Tables as CSV, XLSX or JSON lines: what Excel writes is read, and what is written Excel opens."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, InvalidDataset, InvalidInput

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

Record = dict[str, Any]

SUFFIXES = (".csv", ".xlsx", ".jsonl")
_SEPARATORS = (",", ";", "\t")
# What begins so, Excel takes for a formula; an apostrophe before it says that it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(path: Path) -> list[Record]:
    """Return the rows of a table by the names in its first line, without those that are empty.

    CSV may be separated by commas, semicolons or tabs, in UTF-8 or as Excel on Windows saves it (cp1252). Cells of CSV
    and XLSX are text, values of JSON lines what they are.

    Raises:
        InvalidDataset: the file cannot be read as what its name says.

    """
    return [row for _, row in numbered(path)]


def numbered(path: Path) -> list[tuple[int, Record]]:
    """Return the same with the number of each row as Excel counts them, the names being row 1; of JSON lines the line.

    Raises:
        InvalidDataset: the file cannot be read as what its name says.

    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(SUFFIXES)
        raise InvalidDataset(f"{path.name} is no table that can be read: give a file that ends in {kinds}.")
    try:
        rows = reader(path)
    except OSError as error:
        raise InvalidDataset(f"The file {str(path)!r} cannot be read: check the path.") from error
    return [(n, row) for n, row in rows if any(value not in ("", None) for value in row.values())]


def write(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Write a table by the suffix of its name; without `columns` those of all rows, in the order in which they come.

    Raises:
        InvalidInput: another suffix, or a path that cannot be written.

    """
    rows = list(rows)
    names = list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        match path.suffix.lower():
            case ".jsonl":
                lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                path.write_text("".join(lines), encoding="utf-8")
            case ".csv":
                path.write_text(as_csv(rows, names), encoding="utf-8-sig", newline="")
            case ".xlsx":
                _write_xlsx(path, rows, names)
            case _:
                raise InvalidInput(f"{path.name!r} cannot be written: end its name in {', '.join(SUFFIXES)}.")
    except OSError as error:
        raise InvalidInput(f"The file {str(path)!r} cannot be written: {error.strerror}.") from error


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV (RFC 4180), in which no cell is a formula."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(columns)
    writer.writerows([_guarded(row.get(name)) for name in columns] for row in rows)
    return made.getvalue()


def _guarded(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _unguarded(text: str) -> str:
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _read_csv(path: Path) -> list[tuple[int, Record]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):
        text, first = rest, rest.partition("\n")[0]
    separator = max(_SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidDataset(f"{path.name} cannot be read as CSV ({error}): save it as CSV in UTF-8.") from error
    return _records([[_unguarded(cell) for cell in line] for line in lines])


def _read_xlsx(path: Path) -> list[tuple[int, Record]]:
    openpyxl = _openpyxl()
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise InvalidDataset(f"{path.name} cannot be read as an Excel file: save it as .xlsx or .csv.") from error
    try:
        return _records([[_unguarded(_shown(cell)) for cell in line] for line in book.worksheets[0].iter_rows()])
    finally:
        book.close()


def _shown(cell: Cell) -> str:
    """Return a cell as Excel shows it, where that differs from what it holds: 80% is kept as 0.8, 80 as 80.0."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{100 * value:g}%" if "%" in cell.number_format else f"{value:g}" if value == int(value) else str(value)
    return str(value).removesuffix(" 00:00:00")


def _read_jsonl(path: Path) -> list[tuple[int, Record]]:
    rows = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InvalidDataset(f"The file {str(path)!r} cannot be read as UTF-8 text: check the path.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidDataset(f"{path.name}, line {number}: it is no JSON ({error}).") from error
        if not isinstance(row, dict):
            raise InvalidDataset(f"{path.name}, line {number}: it is no JSON object.")
        rows.append((number, row))
    return rows


_READERS = {".csv": _read_csv, ".tsv": _read_csv, ".xlsx": _read_xlsx, ".jsonl": _read_jsonl}


def _records(lines: Sequence[Sequence[str]]) -> list[tuple[int, Record]]:
    if not lines:
        return []
    names = [name.strip() for name in lines[0]]
    return [
        (number, {name: cell for name, cell in zip(names, line, strict=False) if name})
        for number, line in enumerate(lines[1:], 2)
    ]


def _write_xlsx(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    sheet = book.active
    lines = [columns, *([row.get(name) for name in columns] for row in rows)]
    for at, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            put(sheet.cell(at, column), value)
    sheet.freeze_panes = "A2"
    book.save(path)


def put(cell: Cell, value: Any) -> None:
    """Put a value into a cell of a sheet: a text stays text, also where it begins like a formula."""
    if isinstance(value, str):
        cell.value = _CONTROL.sub("", value)[:32_767]
        cell.data_type = "s"
    else:
        cell.value = value


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError as error:
        raise AssistantError("Excel files need openpyxl: pip install '.[evals]', or give a CSV file.") from error
    return openpyxl
