"""The paragraphs of a shape on a slide: what a reader sees of them, and which are bullets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ingest.loaders.office.text import plain
from ingest.loaders.pptx.places import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TINY = 200  # hundredths of a point
_BULLETS = {f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"}
_TITLES = {"title", "ctrTitle"}


def settle_alternatives(tree: _Element) -> None:
    """Put the first of each mc:AlternateContent in its place: the library passes over them."""
    for alternatives in list(tree.iter(f"{MC}AlternateContent")):
        parent = alternatives.getparent()
        choice = next((e for e in alternatives if e.tag in {f"{MC}Choice", f"{MC}Fallback"}), None)
        if parent is not None and choice is not None:
            for child in list(choice):
                alternatives.addprevious(child)
            parent.remove(alternatives)


def read(paragraph: _Element, is_seen: Callable[[_Element | None], bool]) -> tuple[str, str]:
    """Return a paragraph's text, and what of it no reader sees; `is_seen` judges run properties."""
    seen, unseen = "", ""
    for child in paragraph:
        text = _text(child)
        if child.tag in {f"{A}r", f"{A}fld"} and not is_seen(child.find(f"{A}rPr")):
            unseen += text
        else:
            seen += text
    return plain(seen), plain(unseen)


def _text(element: _Element) -> str:
    if element.tag == f"{A}br":
        return " "
    if element.tag == f"{A}fld" and element.get("type", "").startswith(("slidenum", "datetime")):
        return ""
    if element.tag in {f"{A}r", f"{A}fld"}:
        return element.findtext(f"{A}t") or ""
    return "".join(t.text or "" for t in element.iter(f"{_MATH}t"))


def is_legible(properties: _Element | None) -> bool:
    """Whether a run is neither under two points nor without a colour."""
    if properties is None:
        return True
    size = properties.get("sz", "")
    tiny = size.isdigit() and int(size) < _TINY
    outlined = properties.find(f"{A}ln") is not None
    clear = properties.find(f"{A}noFill") is not None or any(
        alpha.get("val", "") in {"0", "0%"} for alpha in properties.iterfind(f"{A}solidFill/*/{A}alpha")
    )
    return not tiny and (outlined or not clear)


def item_level(shape: Any, paragraph: _Element) -> int | None:
    """Return the nesting of a bullet, or None: the nearest of paragraph, shape, layout and master that says decides."""
    own = paragraph.find(f"{A}pPr")
    level = own.get("lvl", "0") if own is not None else "0"
    depth = int(level) if level.isdigit() and int(level) < 9 else 0
    for properties in (own, *_inherited(shape, depth)):
        for child in properties if properties is not None else ():
            if child.tag in _BULLETS:
                return depth + 1
            if child.tag == f"{A}buNone":
                return depth + 1 if depth else None
    return depth + 1 if depth else None


def _inherited(shape: Any, depth: int) -> Iterator[_Element | None]:
    name = f"{A}lvl{depth + 1}pPr"
    one = shape
    for _ in range(3):  # on the slide, the layout and the master
        body = one._element.find(f"{P}txBody")
        yield body.find(f"{A}lstStyle/{name}") if body is not None else None
        one = getattr(one, "_base_placeholder", None) if one.is_placeholder else None
        if one is None:
            break
    if shape.is_placeholder:
        master = shape.part.slide_layout.slide_master._element
        kind = shape._element.find(f".//{P}nvPr/{P}ph").get("type", "obj")
        yield master.find(f"{P}txStyles/{P}{'titleStyle' if kind in _TITLES else 'bodyStyle'}/{name}")
