"""Opening an office file: a zip of bounded size, XML without entities, and what the file says of itself."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ingest import ole
from ingest.blocks import Unreadable
from ingest.loaders.office.text import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_SIZE = 300_000_000  # bytes, of all members together and unpacked
MAX_MEMBERS = 5_000
MAX_RATIO = 200  # of unpacked to packed bytes, for members over a megabyte

_PROTECTED = "the {kind} is protected by a password: save it without one"
_DAMAGED = "the file is no {kind} or is damaged: open it in the program that made it and save it again"
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|naamloos|zonder titel|geen titel|no title)\b.*"
    r"|(?:power ?point|word)[- ]?(?:presentation|presentatie|document)"
    r"|(?:document|presentation|presentatie|slide|dia|title|titel|template|sjabloon)[ -]?\d*"
    r"|.*\.(?:docx?|docm|dotx?|pptx?|pptm|potx?|od[tp]|rtf|pdf)",
    re.IGNORECASE,
)
# What a program fills in where nobody says a company, and the name of a computer.
_NO_PUBLISHER = re.compile(
    r"microsoft(?: corporation)?|hewlett-packard(?: company)?|hp|home|(?:your )?company(?: name)?|organi[sz]ation"
    r"|bedrijf(?:snaam)?|organisatie|user|gebruiker|unknown|onbekend|none|n/?a|\W.*|[\w-]*-pc|(?:desktop|laptop)-\w+",
    re.IGNORECASE,
)
_CORE = {"dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/"}
_APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"


def open_zip(data: bytes, kind: str) -> zipfile.ZipFile:
    """Open the zip that an office file is; `kind` is what people call it, such as "Word document".

    Raises:
        Unreadable: no zip, protected by a password, in the format of before 2007, or absurdly large when unpacked.

    """
    if data.startswith(ole.SIGNATURE):
        # MS-OFFCRYPTO 1.3.3: a protected file is an OLE container with a stream of this name.
        protected = "EncryptedPackage".encode("utf-16-le") in data
        old = f"the file has the format of before 2007: save it as a {kind} of today"
        raise Unreadable(_PROTECTED.format(kind=kind) if protected else old)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN_ZIP as error:
        raise damaged(kind) from error
    _check_size(archive.infolist(), kind)
    return archive


def _check_size(members: list[zipfile.ZipInfo], kind: str) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable(_PROTECTED.format(kind=kind))
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_SIZE:
        raise Unreadable(
            f"unpacked, the file holds more than {MAX_SIZE / 1e6:.0f} MB or {MAX_MEMBERS:,} parts: split it, "
            "or save it with smaller pictures"
        )
    for member in members:
        if member.file_size > 1_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable(
                f"its part {plain(member.filename)[:80]!r} unpacks to more than {MAX_RATIO} times its size"
            )


def check_transitional(archive: zipfile.ZipFile, kind: str) -> None:
    """See that a file has the Transitional form of ECMA-376, the only one that its libraries read.

    Raises:
        Unreadable: it has the Strict form, or is no such file at all.

    """
    relations = read_xml(archive, "_rels/.rels")
    if relations is None:
        raise damaged(kind)
    if any(relation.get("Type", "").startswith("http://purl.oclc.org/ooxml/") for relation in relations):
        raise Unreadable(f"the file is a Strict Open XML file: save it as an ordinary {kind}")


def damaged(kind: str) -> Unreadable:
    """Return the error for a file that its library cannot make sense of."""
    return Unreadable(_DAMAGED.format(kind=kind))


def protected(kind: str) -> Unreadable:
    """Return the error for a file that needs a password."""
    return Unreadable(_PROTECTED.format(kind=kind))


def read_xml(archive: zipfile.ZipFile, name: str) -> _Element | None:
    """Return the root of an XML member, or None where there is none or it is not well-formed."""
    from lxml import etree

    try:
        return parse_xml(archive.read(name))
    except (KeyError, etree.XMLSyntaxError, *_BROKEN_ZIP):
        return None


def parse_xml(data: bytes) -> _Element:
    """Parse XML; entities stay unexpanded, nothing is fetched, and nesting is bounded by libxml2 (256).

    Raises:
        lxml.etree.XMLSyntaxError: not well-formed, or nested too deeply.

    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def ooxml_properties(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the properties of a Word or PowerPoint file (ECMA-376 part 2, core properties; the company of app.xml)."""
    names = [name for name in archive.namelist() if name.endswith(".psmdcp")]
    core = read_xml(archive, next(iter(names), "docProps/core.xml"))
    app = read_xml(archive, "docProps/app.xml")
    values = {
        path: (core.findtext(path, namespaces=_CORE) if core is not None else "") or ""
        for path in ("dc:title", "dc:language", "dcterms:modified", "dcterms:created")
    }
    company = (app.findtext(f"{_APP}Company") if app is not None else "") or ""
    dates = (values["dcterms:modified"], values["dcterms:created"])
    return properties(values["dc:title"], company, values["dc:language"], dates)


def properties(title: str, publisher: str, language: str, dates: Iterable[str]) -> dict[str, Any]:
    """Return those of a file's properties that somebody may have meant; of the dates, the first that can be one."""
    found = {
        "title": _meant_title(plain(title)),
        "publisher": _meant_publisher(plain(publisher)),
        "language": _meant_language(plain(language)),
        "date": next(filter(None, map(_meant_date, dates)), ""),
    }
    return {key: value for key, value in found.items() if value}


def _meant_title(title: str) -> str:
    meant = 2 < len(title) <= 300 and any(map(str.isalpha, title)) and not _NO_TITLE.fullmatch(title)
    return title if meant else ""


def _meant_publisher(name: str) -> str:
    return name if 2 < len(name) <= 200 and not _NO_PUBLISHER.fullmatch(name) else ""


def _meant_language(tag: str) -> str:
    match = re.match(r"([A-Za-z]{2})(?:[-_]|$)", tag)
    return match[1].lower() if match else ""


def _meant_date(text: str) -> str:
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return ""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()  # it may be tomorrow already where the file was saved
    return day.isoformat() if day.year >= 1990 and day <= tomorrow else ""
