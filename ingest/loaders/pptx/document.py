"""PowerPoint presentations (ECMA-376, Transitional): a heading for each slide, and what stands on it in reading order.

Left out: slide numbers, dates and footers; and with a warning hidden slides and shapes, comments, and text off the
slide, in white on white or too small. The speaker's notes follow the slide's content and say that they are notes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.blocks import Block, Parsed
from ingest.loaders.office import package as office
from ingest.loaders.office.text import Hidden, is_dutch, without_bullet
from ingest.loaders.pptx import figures as pptx_figures
from ingest.loaders.pptx import text as pptx_text
from ingest.loaders.pptx.places import A, Colours, P, Placed, in_reading_order

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pptx.presentation import Presentation

_KIND = "PowerPoint presentation"
_MAIN = (
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
)
_ON_EVERY_SLIDE = {"dt", "ftr", "hdr", "sldNum"}


def load(data: bytes) -> Parsed:
    """Read a .pptx file.

    Raises:
        Unreadable: no presentation, protected by a password, damaged, or absurdly large when unpacked.

    """
    with office.open_zip(data, _KIND) as archive:
        office.check_transitional(archive, _KIND)
        properties = office.ooxml_properties(archive)
    presentation = _opened(data)
    hidden = Hidden()
    try:
        slides = list(_slides(presentation, hidden))
    except (KeyError, ValueError, AttributeError) as error:  # the library reads values and relations when asked
        raise office.damaged(_KIND) from error
    dutch = is_dutch(" ".join(block.text for _, _, blocks, notes in slides for block in [*blocks, *notes]))
    blocks = [
        block for number, title, body, notes in slides for block in _slide_blocks(number, title, body, notes, dutch)
    ]
    return Parsed({}, blocks, properties, hidden.warnings())


def _opened(data: bytes) -> Presentation:
    from lxml.etree import XMLSyntaxError
    from pptx.exc import PackageNotFoundError
    from pptx.opc.package import PartFactory
    from pptx.package import Package
    from pptx.parts.presentation import PresentationPart

    # The library opens neither shows nor templates, which are presentations by another name.
    PartFactory.part_type_for.update(dict.fromkeys(_MAIN, PresentationPart))
    try:
        part = Package.open(io.BytesIO(data)).main_document_part
        if isinstance(part, PresentationPart):
            presentation: Presentation = part.presentation
            return presentation
    except (KeyError, ValueError, AttributeError, RecursionError, PackageNotFoundError, XMLSyntaxError) as error:
        raise office.damaged(_KIND) from error
    raise office.damaged(_KIND)


def _slides(presentation: Presentation, hidden: Hidden) -> Iterator[tuple[int, str, list[Block], list[Block]]]:
    """Yield each slide that is shown: number, title, content, and notes."""
    first = presentation.element.get("firstSlideNum", "1")
    size = (int(presentation.slide_width or 0), int(presentation.slide_height or 0))
    for number, slide in enumerate(presentation.slides, int(first) if first.isdigit() else 1):
        hidden.place = f"slide {number}"
        if slide.element.get("show") in {"0", "false"}:
            hidden.add(" ".join(t.text or "" for t in slide.element.iter(f"{A}t")), "of a hidden slide")
            continue
        reader = _Reader(slide, size, hidden)
        title, blocks = reader.read()
        yield number, title, blocks, reader.notes()
        hidden.add(" ".join(_comments(slide)), "of comments")


def _slide_blocks(number: int, title: str, body: list[Block], notes: list[Block], dutch: bool) -> list[Block]:
    heading = Block("heading", title or f"{'Dia' if dutch else 'Slide'} {number}", 2)
    said = [replace(note, text=f"{'Notities' if dutch else 'Notes'}: {note.text}") for note in notes]
    every = [heading, *body, *said] if title or body or said else []
    return [replace(block, locator=f"slide {number}") for block in every]


def _comments(slide: Any) -> Iterator[str]:
    from lxml.etree import XMLSyntaxError

    for relation in slide.part.rels.values():
        if relation.reltype.endswith("/comments") and not relation.is_external:
            try:
                root = office.parse_xml(relation.target_part.blob)
            except XMLSyntaxError:
                continue
            yield from (e.text or "" for e in root.iter(f"{P}text", f"{A}t"))


class _Reader:
    """Reads one slide."""

    def __init__(self, slide: Any, size: tuple[int, int], hidden: Hidden) -> None:
        pptx_text.settle_alternatives(slide.element)
        self._slide = slide
        self._size = size
        self._hidden = hidden
        self._placed = in_reading_order(slide.shapes, size[1] / 20)
        self._colours = Colours(slide, self._placed)

    def read(self) -> tuple[str, list[Block]]:
        """Return the title and the blocks of the content."""
        title, blocks = "", []
        for placed in self._placed:
            element = placed.shape._element
            place = element.find(f"./*/{P}nvPr/{P}ph")
            kind = place.get("type", "obj") if place is not None else ""
            if kind in _ON_EVERY_SLIDE:
                continue
            if self._is_unseen(placed):
                self._hidden.add(" ".join(t.text or "" for t in element.iter(f"{A}t")))
            elif kind in {"title", "ctrTitle"} and not title:
                title = " ".join(block.text for block in self._blocks(placed))
            else:
                blocks += self._blocks(placed)
        return title, blocks

    def notes(self) -> list[Block]:
        """Return the speaker's notes."""
        if not self._slide.has_notes_slide:
            return []
        frame = self._slide.notes_slide.notes_text_frame
        said = [pptx_text.read(p._p, pptx_text.is_legible) for p in frame.paragraphs] if frame is not None else []
        self._hidden.add(" ".join(unseen for _, unseen in said))
        return [Block("paragraph", text) for text, _ in said if text]

    def _is_unseen(self, placed: Placed) -> bool:
        about = placed.shape._element.find(f"./*/{P}cNvPr")
        return placed.is_off(*self._size) or (about is not None and about.get("hidden") in {"1", "true"})

    def _blocks(self, placed: Placed) -> list[Block]:
        shape = placed.shape
        if shape.has_text_frame:
            return list(self._paragraphs(placed))
        if shape.has_table:
            return pptx_figures.table(shape, lambda p: self._text(p, lambda: True))
        if shape.has_chart:
            return pptx_figures.chart(shape)
        return pptx_figures.diagram(shape)

    def _paragraphs(self, placed: Placed) -> Iterator[Block]:
        on_colour = cache(lambda: self._colours.lie_under(placed))  # rarely asked, and slow to say
        for paragraph in placed.shape._element.iterfind(f"{P}txBody/{A}p"):
            text = self._text(paragraph, on_colour)
            level = pptx_text.item_level(placed.shape, paragraph)
            said = without_bullet(text)
            if said:
                yield Block("item", said, level or 1) if level or said != text else Block("paragraph", said)

    def _text(self, paragraph: _Element, on_colour: Callable[[], bool]) -> str:
        def is_seen(properties: _Element | None) -> bool:
            fill = properties.find(f"{A}solidFill") if properties is not None else None
            return pptx_text.is_legible(properties) and (not self._colours.is_white(fill) or on_colour())

        text, unseen = pptx_text.read(paragraph, is_seen)
        self._hidden.add(unseen)
        return text
