"""Electronic books (EPUB 3.3, and 2): the pages of the spine, in reading order."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.charset import decode
from ingest.loaders.html import hidden as html_hidden
from ingest.loaders.html import walk as html_walk
from ingest.loaders.html.text import parse, remove
from ingest.loaders.office.package import damaged, open_zip, parse_xml, properties, read_xml
from ingest.loaders.office.text import Hidden

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPS = "{http://www.idpf.org/2007/ops}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_ENC = "{http://www.w3.org/2001/04/xmlenc#}"
# Fonts may be obfuscated without the book being protected (EPUB 3.3, 4.2.6.3.2; Adobe's older way).
_FONTS_ONLY = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_PAGES = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}
_PROTECTED = "the e-book is protected against copying (DRM): ask its publisher for a copy without"
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_OWN = {"amp;", "lt;", "gt;", "quot;", "apos;"}


def load(data: bytes) -> Parsed:
    """Read a book page by page as web pages are read, but whole; its table of contents is left out.

    Raises:
        Unreadable: no book, damaged, protected (DRM), or absurdly large when unpacked.

    """
    archive = open_zip(data, "e-book")
    try:
        name = _package_name(archive)
        package = parse_xml(archive.read(name))
        pages = list(_pages(package, posixpath.dirname(name)))
        _check_protection(archive, pages)
    except Unreadable:
        raise
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise damaged("e-book") from error
    hidden = Hidden()
    found: list[Block] = []
    for page in pages:
        found.extend(_read_page(archive, page, hidden))
    return Parsed({}, found, _properties(package), hidden.warnings())


def _package_name(archive: zipfile.ZipFile) -> str:
    """Return where the package document stands (EPUB Open Container Format, 4.2.6.3.1)."""
    container = read_xml(archive, "META-INF/container.xml")
    root = container.find(f".//{_CONTAINER}rootfile") if container is not None else None
    if root is None:
        raise damaged("e-book")
    return unquote(root.get("full-path") or "")


def _pages(package: _Element, folder: str) -> Iterator[str]:
    """Yield the names of the pages in reading order, without the one that only lists them."""
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    contents = {
        _member(folder, reference.get("href") or "")
        for reference in package.iter(f"{_OPF}reference")
        if reference.get("type") == "toc"
    }
    seen: set[str] = set()
    for reference in package.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
            continue
        name = _member(folder, item.get("href") or "")
        if name not in seen | contents:
            seen.add(name)
            yield name


def _member(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


def _check_protection(archive: zipfile.ZipFile, pages: list[str]) -> None:
    names = set(archive.namelist())
    if (
        names & {"META-INF/rights.xml", "META-INF/license.lcpl", "META-INF/sinf.xml"}
        and "META-INF/encryption.xml" in names
    ):
        raise Unreadable(_PROTECTED)
    encryption = read_xml(archive, "META-INF/encryption.xml")
    for entry in encryption.iter(f"{_ENC}EncryptedData") if encryption is not None else ():
        method, target = entry.find(f"{_ENC}EncryptionMethod"), entry.find(f".//{_ENC}CipherReference")
        algorithm = method.get("Algorithm") if method is not None else None
        if target is not None and unquote(target.get("URI") or "") in pages and algorithm not in _FONTS_ONLY:
            raise Unreadable(_PROTECTED)


def _read_page(archive: zipfile.ZipFile, name: str, hidden: Hidden) -> list[Block]:
    try:
        data = archive.read(name)
    except KeyError:
        return []
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged("e-book") from error
    root = _parse_page(data)
    for element in list(root.iter("nav")):
        remove(element)
    body = root.find(".//body")
    body = root if body is None else body
    hidden.under(name, f"in {posixpath.basename(name)}")
    html_hidden.take_out(body, root, hidden)
    return html_walk.blocks(body)


def _parse_page(data: bytes) -> _Element:
    """Parse XHTML as XML, with HTML's named characters; a page that is no XML as browsers parse HTML."""
    from lxml import etree

    text = decode(data)
    try:
        root = parse_xml(re.sub(r"\A\s*<\?xml[^>]*\?>", "", _ENTITY.sub(_character, text)).encode())
    except etree.XMLSyntaxError:
        root = parse(text)
        etree.strip_elements(root, etree.Comment, with_tail=False)
    etree.strip_elements(root, etree.Entity, with_tail=False)
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element.tag.startswith(_XHTML):
            element.tag = element.tag.removeprefix(_XHTML)
        if element.get(f"{_OPS}type") == "noteref":
            remove(element)
    return root


def _character(match: re.Match[str]) -> str:
    return match[0] if match[1] in _XML_OWN else html5.get(match[1], match[0])


def _properties(package: _Element) -> dict[str, Any]:
    said = {
        name: next((element.text or "" for element in package.iter(f"{_DC}{name}")), "")
        for name in ("title", "publisher", "language")
    }
    return properties(said["title"], said["publisher"], said["language"], _dates(package))


def _dates(package: _Element) -> Iterator[str]:
    for meta in package.iter(f"{_OPF}meta"):
        if meta.get("property") == "dcterms:modified":
            yield meta.text or ""
    dates = sorted(package.iter(f"{_DC}date"), key=lambda date: date.get(f"{_OPF}event") != "modification")
    yield from (date.text or "" for date in dates)
