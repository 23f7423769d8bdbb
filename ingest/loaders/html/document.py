"""A saved web page: its content without the site around it (HTML, and MHTML as browsers save it)."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.charset import decode
from ingest.loaders.html import hidden as html_hidden
from ingest.loaders.html import main as html_main
from ingest.loaders.html import properties as html_properties
from ingest.loaders.html import walk as html_walk
from ingest.loaders.html.text import parse, remove, text_of
from ingest.loaders.office.text import Hidden, plain

if TYPE_CHECKING:
    from lxml.etree import _Element

# As browsers look for it (HTML Living Standard, 13.2.3.2), in the first bytes.
_CHARSET = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]{1,80}encoding=["']([\w.-]+)""", re.I
)
_MHTML = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,30}?content-type:\s*multipart/related", re.I)
_COMMENT_WORDS = 4  # with fewer, a comment is a program's mark


def load(data: bytes) -> Parsed:
    """Read a page: headings with the anchors by which a browser finds them, paragraphs, lists, tables as rows.

    Navigation, cookie banners, footers, asides and buttons are left out; what is hidden in the content is left out and
    counted in the warnings. Nothing is fetched, no script runs.

    Raises:
        Unreadable: no page, nested absurdly deep, or in an encoding that cannot be told.

    """
    declared = ""
    if _MHTML.match(data[:8000].replace(b"\r\n", b"\n").lstrip()):
        data, declared = _first_page(data)
    match = _CHARSET.search(data[:4096])
    if match:
        declared = (match[1] or match[2]).decode("ascii", "replace")
    return page(parse(decode(data, declared)))


def _first_page(data: bytes) -> tuple[bytes, str]:
    """Return the page in an MHTML archive (RFC 2557) with the encoding that its header names."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return payload, part.get_content_charset() or ""
    raise Unreadable("the web archive holds no page: save the page again as 'web page, HTML only'")


def page(root: _Element) -> Parsed:
    """Return what a parsed page holds."""
    comments = _take_out_comments(root)
    heading = _heading(root)
    first = text_of(heading) if heading is not None else ""
    properties = html_properties.read(root, first)
    main = html_main.content(root)
    hidden = Hidden()
    html_hidden.take_out(main, root, hidden)
    for parent, text in comments:
        if main in _with_outer(parent):
            hidden.add(text, "in comments")
    found = html_walk.blocks(main)
    outside = not any(block.kind == "heading" and block.text == first for block in found)
    if heading is not None and outside and first == properties.get("title"):
        found.insert(0, Block("heading", first, 1, html_walk.anchor(heading)))
    return Parsed({}, found, properties, hidden.warnings())


def _heading(root: _Element) -> _Element | None:
    """Return the <h1> that the page's title names, else its only one; the name of the site may stand in another."""
    shown = [element for element in root.iter("h1") if not any(map(html_hidden.is_hidden, _with_outer(element)))]
    title = plain(root.findtext(".//title") or "").casefold()
    named = [e for e in shown if text_of(e) and title.startswith(text_of(e).casefold())]
    return next(iter(named), shown[0] if len(shown) == 1 else None)


def _with_outer(element: _Element) -> list[_Element]:
    return [element, *element.iterancestors()]


def _take_out_comments(root: _Element) -> list[tuple[_Element, str]]:
    """Take the comments out, and return those that say something with what they stood in."""
    from lxml import etree

    found = []
    for comment in list(root.iter(etree.Comment)):
        text = re.sub(r"<[^>]*>", " ", comment.text or "")
        parent = comment.getparent()
        said = len(re.findall(r"[^\W\d_]{2,}", text)) >= _COMMENT_WORDS and not text.lstrip().startswith("[if")
        if parent is not None:
            if said:
                found.append((parent, text))
            remove(comment)
    return found
