"""OpenDocument texts (OASIS ODF 1.3), as LibreOffice writes them, in the order of their text.

Left out: headers and footers, indexes, tracked deletions; and with a warning comments, hidden text and text in white. A
note is a paragraph after the paragraph, list or table that refers to it. A heading's locator is its number, as the
outline counts it or as somebody typed it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.blocks import Block, Parsed
from ingest.loaders.odt import text as odt_text
from ingest.loaders.odt.styles import DRAW, OFFICE, TABLE, TEXT, Styles, number
from ingest.loaders.office import package as office
from ingest.loaders.office import tables as office_tables
from ingest.loaders.office.blocks import Blocks, joined
from ingest.loaders.office.tables import Cell
from ingest.loaders.office.text import Hidden, section_number, without_bullet

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = "OpenDocument text"
_DEEPEST = 5  # tables in tables
_WIDEST = 100  # columns
_META = {
    "office": OFFICE[1:-1],
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_INDEXES = {
    f"{TEXT}{name}"
    for name in (
        "table-of-content",
        "alphabetical-index",
        "illustration-index",
        "object-index",
        "table-index",
        "user-index",
        "tracked-changes",
    )
}


def load(data: bytes) -> Parsed:
    """Read an .odt file.

    Raises:
        Unreadable: no OpenDocument text, protected by a password, damaged, or absurdly large when unpacked.

    """
    with office.open_zip(data, _KIND) as archive:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
            "META-INF/manifest.xml"
        ):
            raise office.protected(_KIND)
        content = office.read_xml(archive, "content.xml")
        body = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
        if body is None:
            raise office.damaged(_KIND)
        styles = Styles(office.read_xml(archive, "styles.xml"), content)
        properties = _properties(archive)
    walk = _Walk(styles)
    walk.children(body, styles.page_is_coloured)
    walk.blocks.flush()
    return Parsed({}, walk.blocks.found, properties, walk.hidden.warnings())


def _properties(archive: zipfile.ZipFile) -> dict[str, Any]:
    meta = office.read_xml(archive, "meta.xml")

    def value(name: str) -> str:
        return (meta.findtext(f"office:meta/{name}", namespaces=_META) if meta is not None else "") or ""

    dates = (value("dc:date"), value("meta:creation-date"))
    return office.properties(value("dc:title"), value("dc:publisher"), value("dc:language"), dates)


class _Walk:
    """Goes through the document once, since headings count and notes wait on the way."""

    def __init__(self, styles: Styles) -> None:
        self.blocks = Blocks()
        self.hidden = Hidden()
        self._styles = styles
        self._counters: dict[int, int] = {}

    def children(self, container: _Element, on_colour: bool, level: int = 0) -> None:
        """Read what stands in a container; `level` is how many lists lie around it."""
        for element in container:
            tag = element.tag
            if tag in _INDEXES or not isinstance(tag, str):
                continue
            if tag == f"{TEXT}h":
                self._paragraph(element, on_colour, level, heading=True)
            elif tag == f"{TEXT}p":
                self._paragraph(element, on_colour, level)
            elif tag == f"{TEXT}list":
                self._list(element, on_colour, level + 1)
            elif tag == f"{TABLE}table":
                self._table(element, on_colour)
            elif tag in {f"{TEXT}section", f"{TEXT}numbered-paragraph"} or tag.startswith(DRAW):
                self._inner(element, on_colour, level)

    def _inside(self, container: _Element, on_colour: bool) -> list[Block]:
        return self.blocks.inside(lambda: self.children(container, on_colour))

    def _inner(self, element: _Element, on_colour: bool, level: int) -> None:
        if element.get(f"{TEXT}display") == "none":
            self.hidden.add(odt_text.words_of(element))
            return
        if element.tag == f"{TEXT}numbered-paragraph":
            level = number(element.get(f"{TEXT}level"), 1)
        own = ("graphic", element.get(f"{DRAW}style-name", ""))
        if element.tag == f"{TEXT}section":
            own = ("section", element.get(f"{TEXT}style-name", ""))
        self.children(element, on_colour or bool(self._styles.look(*own).shaded), level)

    def _list(self, element: _Element, on_colour: bool, level: int) -> None:
        for item in element:
            if item.tag not in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                continue
            before = len(self.blocks.found)
            self.children(item, on_colour, level)
            self._one_item(before, level)

    def _one_item(self, start: int, level: int) -> None:
        """Make the paragraphs of one list item, after its first, part of that."""
        found = self.blocks.found
        own = [i for i in range(start, len(found)) if (found[i].kind, found[i].level) == ("item", level)]
        if len(own) > 1 and own == list(range(own[0], own[-1] + 1)):
            text = " ".join(found[i].text for i in own)
            found[own[0] : own[-1] + 1] = [Block("item", text, level)]

    def _paragraph(self, element: _Element, on_colour: bool, level: int, heading: bool = False) -> None:
        inline = odt_text.read(element, self._styles, on_colour)
        self.hidden.add(inline.unseen)
        for comment in inline.comments:
            self.hidden.add(" ".join(map(odt_text.words_of, comment.iter(f"{TEXT}p"))), "of comments")
        if heading:
            self._heading(element, inline.text)
        elif inline.text and self._styles.is_title(element.get(f"{TEXT}style-name", "")):
            self._add_heading(inline.text, 1, None)
        elif inline.text:
            said = without_bullet(inline.text)
            is_item = level or said != inline.text
            self.blocks.add(Block("item", said, level or 1) if is_item else Block("paragraph", said))
        for note in inline.notes:
            body = note.find(f"{TEXT}note-body")
            if body is not None:
                self.blocks.add_note(joined(self._inside(body, False)))
        for frame in inline.frames:
            self._inner(frame, on_colour, 0)

    def _heading(self, element: _Element, text: str) -> None:
        level = min(max(number(element.get(f"{TEXT}outline-level"), 1), 1), 10)
        if not text:
            return
        label = ""
        outlined = self._styles.is_outlined(element.get(f"{TEXT}style-name", ""))
        if outlined and element.get(f"{TEXT}is-list-header") != "true":
            start = number(element.get(f"{TEXT}start-value"), self._styles.start(level))
            again = element.get(f"{TEXT}restart-numbering") == "true"
            self._counters[level] = start if again or level not in self._counters else self._counters[level] + 1
            self._counters = {at: count for at, count in self._counters.items() if at <= level}
            label = self._styles.label(self._counters, level)
        self._add_heading(text, min(level, 6), label or section_number(text))

    def _add_heading(self, text: str, level: int, section: str | None) -> None:
        locator = f"§ {section}" if section else None
        self.hidden.under(text, locator)
        self.blocks.add(Block("heading", text, level, locator))

    def _table(self, table: _Element, on_colour: bool) -> None:
        if self.blocks.depth >= _DEEPEST:
            self.hidden.add(odt_text.words_of(table), "of tables nested too deeply")
            return
        on_colour = on_colour or self._is_shaded("table", table)
        grid: list[list[Cell]] = []
        contents: list[list[Block]] = []
        covered: dict[int, int] = {}
        headers = 0
        for row, is_header in _rows(table):
            if row.get(f"{TABLE}visibility") == "collapse":
                self.hidden.add(odt_text.words_of(row))
                continue
            cells, blocks = self._row(row, on_colour or self._is_shaded("table-row", row), covered)
            headers += is_header
            grid.append(cells)
            contents += blocks
        for block in office_tables.blocks(grid, contents, headers or None):
            self.blocks.add(block)

    def _row(self, row: _Element, on_colour: bool, covered: dict[int, int]) -> tuple[list[Cell], list[list[Block]]]:
        """Return cells and their blocks; `covered` holds by column how many more rows the cell above covers."""
        cells: list[Cell] = []
        blocks: list[list[Block]] = []
        column = 0
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            if cell.tag == f"{TABLE}covered-table-cell":
                if covered.get(column, 0) > 0:
                    covered[column] -= 1
                    cells.append(Cell(column, 1, "", continues=True))
            else:
                inside = self._inside(cell, on_colour or self._is_shaded("table-cell", cell))
                span = min(max(number(cell.get(f"{TABLE}number-columns-spanned"), 1), 1), _WIDEST)
                covered[column] = number(cell.get(f"{TABLE}number-rows-spanned"), 1) - 1
                cells.append(Cell(column, span, joined(inside)))
                blocks.append(inside)
            column += min(number(cell.get(f"{TABLE}number-columns-repeated"), 1), _WIDEST)
        return cells, blocks

    def _is_shaded(self, family: str, element: _Element) -> bool:
        return bool(self._styles.look(family, element.get(f"{TABLE}style-name", "")).shaded)


def _rows(table: _Element, is_header: bool = False) -> Iterator[tuple[_Element, bool]]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child, is_header
        elif child.tag in {f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"}:
            yield from _rows(child, is_header or child.tag == f"{TABLE}table-header-rows")
