"""The text of a Word paragraph as its reader sees it: tracked deletions, field codes and hidden runs left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.loaders.docx.styles import Styles, W, is_coloured, is_on, look, value
from ingest.loaders.office.look import Look
from ingest.loaders.office.text import Hidden, plain

if TYPE_CHECKING:
    from lxml.etree import _Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}rt", f"{W}delText"}
_SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
_NO_TEXT = re.compile(r"\s*(?:TOC|PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_PICTURES = {f"{W}drawing", f"{W}pict", f"{W}object"}


@dataclass
class Inline:
    """A paragraph's text, the notes that it refers to ("footnote" or "endnote", with the id), and its text boxes."""

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[_Element, bool]] = field(default_factory=list)  # with whether it has a colour of its own


@dataclass
class _Field:
    code: str = ""
    in_result: bool = False


class Runs:
    """Reads paragraphs in the order of the document, since a field may run over several."""

    def __init__(self, styles: Styles, hidden: Hidden) -> None:
        self._styles = styles
        self._hidden = hidden
        self._fields: list[_Field] = []

    def read(self, paragraph: _Element, on_colour: bool) -> Inline:
        """Return what a paragraph says; `on_colour` where it stands on something else than white."""
        properties = paragraph.find(f"{W}pPr")
        if self._styles.heading_level(properties):
            self._fields.clear()  # a table of contents whose end is lost takes no chapter with it
        inline, unseen = Inline(), []
        on_colour = on_colour or is_coloured(properties)
        for run in _runs(paragraph):
            appearance = self._look(run, properties)
            said = self._run(run, inline)
            if appearance.seen(on_colour):
                inline.text += said
            else:
                unseen.append(said)
        # The code of a field stands in one paragraph; one without a result is broken and hides nothing after it.
        self._fields = [f for f in self._fields if f.in_result]
        inline.text = plain(inline.text)
        self._hidden.add("".join(unseen))
        return inline

    def _look(self, run: _Element, paragraph: _Element | None) -> Look:
        properties = run.find(f"{W}rPr")
        styled: Look = self._styles.look(value(paragraph, "pStyle"), value(properties, "rStyle"))
        return look(properties).over(styled)

    def _run(self, run: _Element, inline: Inline) -> str:
        if run.tag == f"{_MATH}t":
            return self._shown(run.text or "")
        said = []
        for child in _opened(run):
            tag = child.tag
            if tag == f"{W}t":
                said.append(self._shown(child.text or ""))
            elif tag in _SIGNS:
                said.append(self._shown(_SIGNS[tag]))
            elif tag == f"{W}fldChar":
                self._field(child.get(f"{W}fldCharType", ""))
            elif tag == f"{W}instrText" and self._fields and not self._fields[-1].in_result:
                self._fields[-1].code += child.text or ""
            elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                inline.notes.append((tag.removeprefix(W).removesuffix("Reference"), child.get(f"{W}id", "")))
            elif tag in _PICTURES:
                inline.boxes.extend(_boxes(child))
            elif tag == f"{W}ruby":
                said.extend(self._shown(t.text or "") for t in child.iterfind(f"{W}rubyBase//{W}t"))
        return "".join(said)

    def _shown(self, text: str) -> str:
        return text if all(f.in_result and not _NO_TEXT.match(f.code) for f in self._fields) else ""

    def _field(self, kind: str) -> None:
        if kind == "begin" and len(self._fields) < 50:
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()


def is_placeholder(control: _Element) -> bool:
    """Whether a content control shows only its "click here to enter text", or a table of contents."""
    properties = control.find(f"{W}sdtPr")
    gallery = value(properties.find(f"{W}docPartObj") if properties is not None else None, "docPartGallery")
    return bool(is_on(properties, "showingPlcHdr")) or gallery == "Table of Contents"


def chosen(alternatives: _Element) -> _Element | None:
    """Return the first of the alternatives of mc:AlternateContent: they all say the same."""
    return next((e for e in alternatives if e.tag in {f"{MC}Choice", f"{MC}Fallback"}), None)


def _opened(element: _Element) -> Iterator[_Element]:
    """Yield children, and in place of alternatives those of the first."""
    for child in element:
        if child.tag == f"{MC}AlternateContent":
            choice = chosen(child)
            if choice is not None:
                yield from _opened(choice)
        else:
            yield child


def _runs(element: _Element) -> Iterator[_Element]:
    """Yield the runs of a paragraph, out of whatever links, content controls and insertions hold them."""
    for child in _opened(element):
        if child.tag in {f"{W}r", f"{_MATH}t"}:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _GONE and not _is_mute(child):
            yield from _runs(child)


def _is_mute(wrapper: _Element) -> bool:
    if wrapper.tag == f"{W}fldSimple":
        return bool(_NO_TEXT.match(wrapper.get(f"{W}instr", "")))
    return wrapper.tag == f"{W}sdt" and is_placeholder(wrapper)


def _boxes(picture: _Element) -> Iterator[tuple[_Element, bool]]:
    """Yield the contents of the text boxes in a drawing; of one that is there twice, the first form."""
    for child in _opened(picture):
        if child.tag == f"{W}txbxContent":
            yield child, _is_filled(child)
        elif isinstance(child.tag, str):
            yield from _boxes(child)


def _is_filled(box: _Element) -> bool:
    """Whether a text box has a colour or picture of its own, on which white text can be read."""
    shape = next(box.iterancestors(f"{_SHAPE}wsp"), None)
    if shape is None:
        old = box.getparent()
        old = old.getparent() if old is not None else None
        colour = (old.get("fillcolor") or "") if old is not None else ""
        return bool(colour) and not re.match(r"(?:#f{3,6}|white)\b", colour, re.IGNORECASE)
    properties = shape.find(f"{_SHAPE}spPr")
    if properties is not None:
        if properties.find(f"{_DRAWING}noFill") is not None:
            return False
        solid = properties.find(f"{_DRAWING}solidFill")
        if solid is not None:
            return not {"FFFFFF", "bg1", "lt1"} & {str(e.get("val")) for e in solid}
        if any(properties.find(f"{_DRAWING}{fill}") is not None for fill in ("gradFill", "blipFill", "pattFill")):
            return True
    style = shape.find(f"{_SHAPE}style/{_DRAWING}fillRef")
    return style is not None and style.get("idx", "0") != "0"
