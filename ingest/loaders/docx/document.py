"""Word documents (ECMA-376, Transitional), in the order of their text.

Left out: headers and footers, tables of contents, tracked deletions; and with a warning comments, hidden text and text
in white. A footnote or endnote is a paragraph after the paragraph, list or table that refers to it. A heading's locator
is its number, as Word counts it or as somebody typed it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.blocks import Block, Parsed
from ingest.loaders.docx.numbering import Numbering
from ingest.loaders.docx.runs import MC, Inline, Runs, chosen, is_placeholder
from ingest.loaders.docx.styles import Styles, W, is_coloured, is_on, number, value
from ingest.loaders.office import package, tables
from ingest.loaders.office.blocks import Blocks, joined
from ingest.loaders.office.tables import Cell
from ingest.loaders.office.text import Hidden, plain, section_number, without_bullet

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_KIND = "Word document"
_MAIN = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_DEEPEST = 5  # tables in tables
_LONGEST_HEADING = 300  # characters; what is longer is a text in the wrong style
_WORDED = re.compile(r"(?![ivxlcdm]+\b)\b[^\W\d_]{3,}", re.IGNORECASE)
_WRAPPERS = {f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}sdtContent", f"{W}smartTag"}


def load(data: bytes) -> Parsed:
    """Read a .docx file.

    Raises:
        Unreadable: no Word document, protected by a password, damaged, or absurdly large when unpacked.

    """
    with package.open_zip(data, _KIND) as archive:
        package.check_transitional(archive, _KIND)
        properties = package.ooxml_properties(archive)
    walk = _Walk(_opened(data))
    walk.body()
    return Parsed({}, walk.blocks.found, properties, walk.hidden.warnings())


def _opened(data: bytes) -> Document:
    from docx.opc.exceptions import PackageNotFoundError
    from docx.opc.part import PartFactory
    from docx.package import Package
    from docx.parts.document import DocumentPart
    from lxml.etree import XMLSyntaxError

    # The library knows the ordinary document only; the others differ in macros, which are not looked at, and in name.
    PartFactory.part_type_for.update(dict.fromkeys(_MAIN, DocumentPart))
    try:
        part = Package.open(io.BytesIO(data)).main_document_part
        if isinstance(part, DocumentPart) and part.element.body is not None:
            document: Document = part.document
            return document
    except (KeyError, ValueError, AttributeError, RecursionError, PackageNotFoundError, XMLSyntaxError) as error:
        raise package.damaged(_KIND) from error
    raise package.damaged(_KIND)


def _part(document: Document, kind: str) -> _Element | None:
    """Return the root of the part that the document relates to in this way, such as its "footnotes"."""
    from lxml.etree import XMLSyntaxError

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            try:
                return package.parse_xml(relation.target_part.blob)
            except XMLSyntaxError as error:
                raise package.damaged(_KIND) from error
    return None


class _Walk:
    """Goes through the document once, since numbers, fields and notes count on the way."""

    def __init__(self, document: Document) -> None:
        self.blocks = Blocks()
        self.hidden = Hidden()
        self._document: Any = document.element
        self._styles = Styles(_part(document, "styles"))
        self._numbering = Numbering(_part(document, "numbering"), self._styles)
        self._runs = Runs(self._styles, self.hidden)
        self._notes: dict[tuple[str, str], _Element] = {}
        for kind in ("footnote", "endnote"):
            part = _part(document, f"{kind}s")
            self._notes |= (
                {(kind, e.get(f"{W}id", "")): e for e in part if e.get(f"{W}type") is None} if part is not None else {}
            )
        self._comments = _part(document, "comments")
        self._typed: dict[int, int] = {}

    def body(self) -> None:
        """Fill `blocks`, and count what is hidden."""
        page = self._document.find(f"{W}background")
        on_colour = page is not None and page.get(f"{W}color", "auto").upper() not in {"AUTO", "FFFFFF"}
        self._blocks_of(self._document.body, on_colour)
        self.blocks.flush()
        if self._comments is not None:
            self.hidden.place = "comments"
            self.hidden.add(" ".join(t.text or "" for t in self._comments.iter(f"{W}t")), "of comments")

    def _blocks_of(self, container: _Element, on_colour: bool) -> None:
        for element in _items(container):
            if element.tag == f"{W}p":
                self._paragraph(element, on_colour)
            else:
                self._table(element, on_colour)

    def _paragraph(self, element: _Element, on_colour: bool) -> None:
        properties = element.find(f"{W}pPr")
        numbered = self._numbering.of(properties)
        contents = self._styles.is_contents(properties)
        inline = self._runs.read(element, on_colour)
        level = self._styles.heading_level(properties)
        label = numbered.label if numbered else ""
        if contents:
            return
        if level and len(inline.text) <= _LONGEST_HEADING:
            self._heading(inline.text, level, label)
        elif numbered and inline.text:
            self.blocks.add(
                Block("item", inline.text, max(numbered.level + 1, self._styles.list_level(properties) or 0))
            )
        elif inline.text:
            self._unnumbered(inline.text, self._styles.list_level(properties))
        self._attached(inline, on_colour)

    def _unnumbered(self, text: str, level: int | None) -> None:
        said = without_bullet(text)
        if said != text or level:
            self.blocks.add(Block("item", said, level or 1))
        else:
            self.blocks.add(Block("paragraph", text))

    def _heading(self, text: str, level: int, label: str) -> None:
        named = re.search(r"[^\W\d_]{3,}", label)  # "Article 5" belongs to what the heading says; "5." only finds it
        text = (
            plain(f"{label} {text}") if named and not re.fullmatch(r"\W*[ivxlcdm]+\W*", label, re.IGNORECASE) else text
        )
        if not text:
            return
        tokens = re.findall(r"[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*", label)
        found = tokens[0] if len(tokens) == 1 else section_number(label or text) or self._next_typed(text, level)
        locator = f"§ {found}" if found else None
        self.hidden.under(text, locator)
        self.blocks.add(Block("heading", text, level, locator))

    def _next_typed(self, text: str, level: int) -> str | None:
        """Return the bare number that a heading begins with, if it goes on where the last one of its level was."""
        match = re.match(r"(\d{1,2})\s+[^\W\d]", text)
        if match is None or int(match[1]) != self._typed.get(level, 0) + 1:
            return None
        self._typed[level] = int(match[1])
        return match[1]

    def _attached(self, inline: Inline, on_colour: bool) -> None:
        for key in inline.notes:
            note = self._notes.pop(key, None)
            if note is not None and self.blocks.depth <= _DEEPEST:  # a note may refer to a note
                self.blocks.add_note(joined(self._inside(note, False)))
        for box, filled in inline.boxes:
            self._blocks_of(box, on_colour or filled)

    def _inside(self, container: _Element, on_colour: bool) -> list[Block]:
        return self.blocks.inside(lambda: self._blocks_of(container, on_colour))

    def _table(self, table: _Element, on_colour: bool) -> None:
        if self.blocks.depth >= _DEEPEST:
            self.hidden.add(" ".join(t.text or "" for t in table.iter(f"{W}t")), "of tables nested too deeply")
            return
        properties = table.find(f"{W}tblPr")
        on_colour = on_colour or self._styles.is_coloured_table(properties)
        grid: list[list[Cell]] = []
        contents: list[list[Block]] = []
        headers = 0
        for row in _below(table, f"{W}tr"):
            about = row.find(f"{W}trPr")
            if about is not None and about.find(f"{W}del") is not None:
                continue
            cells, blocks = self._row(row, on_colour)
            headers += headers == len(grid) and bool(is_on(about, "tblHeader"))
            grid.append(cells)
            contents += blocks
        known = headers or (1 if self._styles.has_header_row(properties) and len(grid) > 1 else None)
        for block in tables.blocks(grid, contents, known):
            self.blocks.add(block)

    def _row(self, row: _Element, on_colour: bool) -> tuple[list[Cell], list[list[Block]]]:
        cells, blocks = [], []
        column = number(value(row.find(f"{W}trPr"), "gridBefore"))
        for cell in _below(row, f"{W}tc"):
            about = cell.find(f"{W}tcPr")
            inside = self._inside(cell, on_colour or is_coloured(about))
            span = min(max(number(value(about, "gridSpan"), 1), 1), 1000)
            merge = about.find(f"{W}vMerge") if about is not None else None
            continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            cells.append(Cell(column, span, joined(inside), continues, self._is_bold(cell)))
            blocks.append(inside)
            column += span
        return cells, blocks

    def _is_bold(self, cell: _Element) -> bool:
        said = [r for r in cell.iter(f"{W}r") if r.find(f"{W}t") is not None]
        return bool(said) and all(is_on(r.find(f"{W}rPr"), "b") for r in said)


def _items(container: _Element) -> Iterator[_Element]:
    """Yield paragraphs and tables, out of the content controls and insertions that hold them."""
    for child in container:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif (child.tag == f"{W}sdt" and not is_placeholder(child)) or child.tag in _WRAPPERS:
            yield from _items(child)
        elif child.tag == f"{MC}AlternateContent":
            choice = chosen(child)
            if choice is not None:
                yield from _items(choice)


def _children(container: _Element | None, tag: str) -> Iterator[_Element]:
    if container is not None:
        yield from container.iterfind(tag)


def _below(container: _Element, tag: str) -> Iterator[_Element]:
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag == f"{W}sdt" or child.tag in _WRAPPERS:
            yield from _below(child, tag)
