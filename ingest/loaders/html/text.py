"""The elements of a web page (HTML Living Standard, 4), and the text in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.blocks import Unreadable
from ingest.loaders.office.text import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

BREAK = "\v"  # a line break within a paragraph; two of them part paragraphs

_TOO_DEEP = "the page nests elements more than 2,000 deep, which nobody wrote: copy its text into a document"
_UNSEEN = frozenset(
    {
        "audio", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "input", "link", "map", "meta",
        "noframes", "noscript", "object", "optgroup", "option", "param", "rp", "rt", "script", "select", "source",
        "style", "svg", "template", "textarea", "title", "track", "video",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip


def parse(text: str) -> _Element:
    """Parse a page as browsers do, forgivingly; nothing is fetched.

    Raises:
        Unreadable: no page, or nested absurdly deep.

    """
    from lxml import etree

    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("the file holds no web page: save the page again from a browser") from error
    if root is None:
        raise Unreadable("the file holds no text")
    # libxml2 stops reading at its limit, and says so only here.
    if any("depth" in entry.message for entry in parser.error_log):
        raise Unreadable(_TOO_DEEP)
    return root


def is_block(element: _Element) -> bool:
    """Whether an element begins and ends a line of its own."""
    return element.tag in _BLOCKS


def is_unseen(element: _Element) -> bool:
    """Whether an element has no text that browsers show; a button outside a heading or an accordion is for doing."""
    if element.tag == "button":
        return not (element.get("aria-expanded") or element.get("aria-controls") or _is_heading(element))
    return element.tag in _UNSEEN or _is_note_mark(element)


def _is_heading(button: _Element) -> bool:
    """Whether a button is all that a heading says."""
    heading = next(button.iterancestors("h1", "h2", "h3", "h4", "h5", "h6", "summary"), None)
    return heading is not None and raw(heading).strip() == raw(button).strip()


def _is_note_mark(element: _Element) -> bool:
    """Whether an element is a small number that leads to a footnote, or a sign that leads to a heading itself."""
    if element.tag not in {"a", "sup"}:
        return False
    link = element if element.tag == "a" else element.find(".//a")
    if link is None or not (link.get("href") or "").startswith("#"):
        return False
    text = raw(element).strip()
    sign = not any(map(str.isalnum, text))
    number = text.strip("[]()*").isdigit()
    return sign or (number and (element.tag == "sup" or "ref" in (element.get("class") or "")))


def raw(element: _Element) -> str:
    """Return all strings of an element as they stand, the unseen ones too."""
    return "".join(map(str, element.itertext()))


def text_of(element: _Element) -> str:
    """Return the text of an element on one line, with a space between its blocks."""
    return plain("".join(pieces(element)))


def pieces(element: _Element) -> Iterator[str]:
    """Yield the strings of an element in order, with a space around each block."""
    from lxml import etree

    walker = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walker:
        if event == "start":
            if is_unseen(inner) and inner is not element:
                walker.skip_subtree()
                continue
            yield " " if is_block(inner) or inner.tag == "br" else ""
            yield inner.text or ""
        else:
            yield " " if is_block(inner) else ""
            yield (inner.tail or "") if inner is not element else ""


def remove(element: _Element) -> None:
    """Take an element out of its tree and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    tail = element.tail or ""
    if is_block(element):
        tail = f" {tail}"
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)
