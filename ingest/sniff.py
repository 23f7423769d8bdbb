"""What a file is: by its first bytes, by its members where it is a zip, by its name among kinds of text.

Signatures are those of the formats' own specifications, as in the IANA media type registrations and Apache Tika's
`tika-mimetypes.xml`.
"""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from ingest import ole
from ingest.blocks import Unreadable

TEXT_SUFFIXES = {
    ".md": ".md",
    ".markdown": ".md",
    ".txt": ".txt",
    ".text": ".txt",
    ".csv": ".csv",
    ".tsv": ".csv",
    ".tab": ".csv",
    ".html": ".html",
    ".htm": ".html",
    ".xhtml": ".html",
    ".mht": ".mhtml",
    ".mhtml": ".mhtml",
}
# A text that is called one of these was named by somebody who thought of its program: tables are saved as text too.
_TABLES = {".xls", ".xlsx", ".xlsm", ".ods"}
_DOCUMENTS = {".doc", ".docx", ".docm", ".odt", ".rtf", ".epub", ".pdf", ".ppt", ".pptx"}
_KNOWN = (
    "PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), OpenDocument (.odt, .ods), EPUB, HTML, CSV, Markdown, text"
)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEAD = 4096
_MOST_UNPACKED = 2_000_000_000  # bytes
_MOST_MEMBERS = 50_000

_PASSWORD = "the file is protected by a password: save it without one"  # noqa: S105 - a sentence
_EMPTY = "the file is empty, so it holds no text"
_BROKEN_ZIP = "the file is damaged, as after a download that broke off: get it again, or save it again in its program"
_BOMB = "the file unpacks to more than a document can hold ({:,} MB in {:,} parts): save it again in its program"
_IMAGE = "this is an image: make a PDF with its text, for example with ocrmypdf, and add that"
_ARCHIVE = "this is an archive: unpack it, and add the documents in it"
_PROGRAM = "this is a program and no document: leave it out"
_MEDIA = "this is sound or video: write down what is said, and add that"
_BINARY = "the file is neither a known kind of document nor text (it holds NUL or other codes): save it as PDF or text"
_RTF = "this is an RTF document: open it in a word processor and save it as .docx"
_VISIO = "this is a Visio drawing: save it as PDF"
_OTHER_OFFICE = "this is a file of an Office program that is neither Word, PowerPoint nor Excel: save it as PDF"
_APPLE = "this is a document of Pages, Numbers or Keynote: export it as PDF or in Microsoft's format"

# Names at the root of an OLE container, in any case; the first that is there decides ([MS-OFFCRYPTO] 2.3.4,
# [MS-OXMSG] 2.2, [MS-PPT] 2.1.2, [MS-DOC] 2.1, [MS-XLS] 2.1).
_STREAMS = {
    "EncryptedPackage": _PASSWORD,
    "__substg1.0_": "this is a message of Outlook: save it as text or PDF, its attachments beside it",
    "PowerPoint Document": "this is an old PowerPoint file (.ppt): open it and save it as .pptx",
    "PP40": "this is a very old PowerPoint file (.ppt): open it in PowerPoint or LibreOffice and save it as .pptx",
    "WordDocument": "this is an old Word file (.doc): open it and save it as .docx",
    "VisioDocument": _VISIO,
}
_WORKBOOKS = ("Workbook", "Book")  # the loader of spreadsheets reads these too
_OLD = "this is a file of an old or rare Microsoft format: open it in its program and save it as PDF"

_SIGNATURES = [
    # [MS-XLS] 2.4.21 and its forerunners; the file information block of Word 2 and before.
    (re.compile(rb"\x09[\0\x02\x04][\x04\x06]\0", re.DOTALL), "this is a very old Excel file: save it as .xlsx"),
    (re.compile(rb"\xdb\xa5|\x9b\xa5|\x31\xbe\0\0"), "this is a very old Word file: save it as .docx"),
    (re.compile(rb"\{\\rtf"), _RTF),
    (re.compile(rb"%!PS"), "this is PostScript: make a PDF of it, for example with ps2pdf"),
    (re.compile(rb"AT&TFORM"), "this is a DjVu document: save it as PDF"),
    (re.compile(rb".{60}BOOKMOBI", re.DOTALL), "this is a Kindle book: save it as EPUB"),
    (re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|\0\0\x01\0.\0|8BPS\0\x01", re.DOTALL), _IMAGE),
    (re.compile(rb"RIFF.{4}WEBP|BM.{4}\0\0\0\0|.{4}ftyp(?:hei|hev|mif|avif)|\0\0\0\x0cjP  ", re.DOTALL), _IMAGE),
    (re.compile(rb"\x1f\x8b|BZh[1-9]|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|Rar!\x1a|\x28\xb5\x2f\xfd|MSCF\0"), _ARCHIVE),
    (re.compile(rb".{257}ustar", re.DOTALL), _ARCHIVE),
    (re.compile(rb"\x7fELF|MZ[^\0]{0,60}\0|\xca\xfe\xba\xbe", re.DOTALL), _PROGRAM),
    (re.compile(rb"[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|\0asm\x01"), _PROGRAM),
    (re.compile(rb"ID3[\x02-\x04]|OggS\0|fLaC|RIFF.{4}(?:WAVE|AVI )|.{4}ftyp|MThd\0|FLV\x01", re.DOTALL), _MEDIA),
    (re.compile(rb"\xff[\xf2\xf3\xfa\xfb][\x10-\xef]|\x1aE\xdf\xa3|\0\0\x01[\xb3\xba]|0&\xb2u\x8ef\xcf\x11"), _MEDIA),
]

_OFFICE = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}
_MIMETYPES = {
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.text-master": ".odt",
    "application/vnd.oasis.opendocument.text-template": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": ".ods",
}
_OTHER_ODF = "this is an OpenDocument file that is neither text nor a spreadsheet: save it as PDF or .pptx"

_MARKUP = re.compile(r"(?>\s+|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL)
_MIME = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.I)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))


def kind(path: Path, data: bytes) -> str:
    """Return the suffix whose loader reads the file: ".pdf", ".docx", ".md" and so on.

    What the bytes are counts more than the name; the name tells kinds of text from each other.

    Raises:
        Unreadable: nothing here can read it; the text says what it is and what to do.

    """
    if not data.strip():
        raise Unreadable(_EMPTY)
    if data.startswith(_ZIP):
        return _in_zip(path, data)
    if data.startswith(ole.SIGNATURE):
        return _in_ole(data)
    if _is_pdf(data):
        return ".pdf"
    for signature, reason in _SIGNATURES:
        if signature.match(data):
            raise Unreadable(reason)
    return _text(path, data)


def is_plain(path: Path, data: bytes) -> bool:
    """Whether a file is Markdown or plain text, told without opening anything that is packed."""
    if data.startswith(_ZIP):
        return False
    try:
        return kind(path, data) in {".md", ".txt"}
    except Unreadable:
        return False


def _is_pdf(data: bytes) -> bool:
    """Readers find the header within the first 1,024 bytes (ISO 32000-1, Annex H, note 13)."""
    found = re.search(rb"%PDF-\d", data[:1024])
    # A text may speak of PDF; only a PDF goes on with objects.
    return found is not None and (found.start() == 0 or b"endobj" in data or b"startxref" in data)


def _in_ole(data: bytes) -> str:
    names = ole.names(data)
    for name, reason in _STREAMS.items():
        if any(found.startswith(name.lower()) for found in names) if names else _is_named(data, name):
            raise Unreadable(reason)
    if any(name.lower() in names if names else _is_named(data, name) for name in _WORKBOOKS):
        return ".xlsx"
    raise Unreadable(_OLD)


def _is_named(data: bytes, name: str) -> bool:
    """Whether a damaged container has an entry of this name; they are 128 bytes, and elsewhere the name is text."""
    return any(found.start() % 128 == 0 for found in re.finditer(re.escape(name.encode("utf-16-le")), data))


def _in_zip(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise Unreadable(_PASSWORD)
            _check_size(members)
            return _by_members(archive, {member.filename for member in members}, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise Unreadable(_BROKEN_ZIP) from error


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    if size > _MOST_UNPACKED or len(members) > _MOST_MEMBERS:
        raise Unreadable(_BOMB.format(size // 1_000_000, len(members)))


def _by_members(archive: zipfile.ZipFile, names: set[str], path: Path) -> str:
    if "[Content_Types].xml" in names:
        return _office(names)
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        mimetype = archive.read("mimetype").decode("ascii", "replace").strip()
        if mimetype in _MIMETYPES:
            return _MIMETYPES[mimetype]
        if mimetype.startswith("application/vnd.oasis.opendocument."):
            raise Unreadable(_OTHER_ODF)
    if "META-INF/container.xml" in names:
        return ".epub"
    if {"content.xml", "META-INF/manifest.xml"} <= names and path.suffix.lower() in {".odt", ".ods"}:
        return path.suffix.lower()
    if any(name.endswith(".iwa") for name in names):
        raise Unreadable(_APPLE)
    raise Unreadable(_BROKEN_ZIP if path.suffix.lower() in _TABLES | _DOCUMENTS else _ARCHIVE)


def _office(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        raise Unreadable("this is a binary Excel file (.xlsb): open it and save it as .xlsx")
    for folder, suffix in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return suffix
    raise Unreadable(_VISIO if "visio/document.xml" in names else _OTHER_OFFICE)


def _text(path: Path, data: bytes) -> str:
    suffix = path.suffix.lower()
    head = _decoded(data[:_HEAD])
    if head is None:
        raise Unreadable(_BINARY)
    if _MARKUP.match(head):
        return ".html"
    if _MIME.match(head):
        return ".mhtml"
    if suffix in TEXT_SUFFIXES:
        return TEXT_SUFFIXES[suffix]
    if b"endobj" in data or b"startxref" in data:
        raise Unreadable("the file is a damaged PDF (its beginning is missing): get it again")
    if suffix in _TABLES:
        return ".csv"
    if suffix in _DOCUMENTS:
        return ".txt"
    raise Unreadable(f"files of type {suffix or '(none)'} cannot be read: save it as one of {_KNOWN}")


def _decoded(head: bytes) -> str | None:
    """Return the beginning of a text, enough to see its tags; None where the bytes are no text in any encoding."""
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "ignore")
    if b"\0" in head:
        return _unmarked_utf_16(head)
    return None if _has_codes(head) else head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore")


def _unmarked_utf_16(head: bytes) -> str | None:
    """Return UTF-16 of a Latin script without a byte order mark, in which every other byte is NUL, mostly."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) % 2 or min(even, odd) or max(even, odd) * 10 < len(head) * 3:
        return None
    text = head.decode("utf-16-le" if odd else "utf-16-be", "ignore")
    return None if _has_codes(text.encode()) else text


def _has_codes(head: bytes) -> bool:
    """Whether more than a twentieth of the bytes are control codes that no text holds."""
    return (len(head) - len(head.translate(None, _CONTROL))) * 20 > len(head)
