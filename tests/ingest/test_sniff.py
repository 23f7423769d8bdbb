"""A file is read as what it is, or somebody learns what it is and what to do."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from odfdo import Document
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest.blocks import Unreadable
from ingest.sniff import is_plain, kind

NOWHERE = 0xFFFFFFFF  # no entry of an OLE container
PAGE = b"<!DOCTYPE html><html><body><p>A page.</p></body></html>"


def saved(save: Callable[[BytesIO], object]) -> bytes:
    stream = BytesIO()
    save(stream)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


def pdf() -> bytes:
    canvas = Canvas(stream := BytesIO())
    canvas.drawString(72, 720, "Text")
    canvas.save()
    return stream.getvalue()


def image(how: str) -> bytes:
    return saved(lambda stream: Image.new("RGB", (9, 9)).save(stream, how))


def container(*streams: str, embedded: str = "") -> bytes:
    """An OLE container ([MS-CFB] 2) of empty streams, with a document embedded in it that has another one."""
    inner = ["ObjectPool", embedded] if embedded else []
    names = ["Root Entry", *streams, *inner]
    entries = []
    for at, name in enumerate(names):
        kind = 5 if at == 0 else 1 if name == "ObjectPool" else 2
        last = at == len(names) - 1 or (inner and at == len(streams) + 1)
        right = NOWHERE if at == 0 or last else at + 1
        child = 1 if at == 0 else at + 1 if name == "ObjectPool" else NOWHERE
        coded = name.encode("utf-16-le")
        links = struct.pack("<HBB3I", len(coded) + 2, kind, 1, NOWHERE, right, child)
        entries.append((coded.ljust(64, b"\0") + links).ljust(128, b"\0"))
    directory = b"".join(entries)
    sectors = -(-len(directory) // 512)
    chain = [*range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{1 + len(chain)}I", 0xFFFFFFFD, *chain).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<9I", 1, 1, 0, 4096, NOWHERE, 0, NOWHERE, 0, 0)
    return header.ljust(512, b"\xff") + table + directory.ljust(sectors * 512, b"\0")


def tarred() -> bytes:
    with tarfile.open(fileobj=(stream := BytesIO()), mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return stream.getvalue()


DOCX = saved(docx.Document().save)
PPTX = saved(pptx.Presentation().save)
XLSX = saved(openpyxl.Workbook().save)
ODT = saved(Document("text").save)
ODS = saved(Document("spreadsheet").save)
EPUB = zipped(mimetype=b"application/epub+zip", **{"META-INF__container.xml": b"<container/>"})

REAL = {".pdf": pdf(), ".docx": DOCX, ".pptx": PPTX, ".xlsx": XLSX, ".odt": ODT, ".ods": ODS, ".epub": EPUB}


@pytest.mark.parametrize("suffix", REAL)
@pytest.mark.parametrize("name", ["{}", ".txt", ".docx", ".bin", ""])
def test_content_decides_whatever_the_name_says(suffix: str, name: str) -> None:
    assert kind(Path("file" + name.format(suffix)), REAL[suffix]) == suffix


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.md", b"# Title", ".md"),
        ("a.MARKDOWN", b"# Title", ".md"),
        ("a.txt", b"Text", ".txt"),
        ("a.txt", "Een tekst met één accent".encode("latin-1"), ".txt"),
        ("a.txt", "Een tekst".encode("utf-16"), ".txt"),
        ("a.csv", "a;b\n1;2\n".encode("utf-16-le"), ".csv"),
        ("a.txt", "Een tekst".encode("utf-32"), ".txt"),
        ("a.txt", b"A form feed\f and an escape\x1b[0m", ".txt"),
        ("a.csv", b"a;b", ".csv"),
        ("a.tsv", b"a\tb", ".csv"),
        ("a.html", b"Text without tags", ".html"),
        ("a.htm", PAGE, ".html"),
        ("a.php", PAGE, ".html"),
        ("a.txt", PAGE, ".html"),
        ("a.doc", b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- saved --><html><body>", ".html"),
        ("a.xls", "<html><body><table>".encode("utf-16"), ".html"),
        (
            "a.doc",
            b"Date: now\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n",
            ".mhtml",
        ),
        ("a.mht", b"MIME-Version: 1.0", ".mhtml"),
        ("a.xls", b"a\tb\n1\t2\n", ".csv"),
        ("a.docx", b"Only text", ".txt"),
        ("a.md", b"A PDF begins with %PDF-1.7, they say.", ".md"),
        ("a.md", b"An `<html>` tag in Markdown", ".md"),
        ("a.md", b"<!-- a note --><div>Markdown may hold tags</div>", ".md"),
        ("a.txt", b"MZ is short for something. BM too. PK as well.", ".txt"),
        ("a.pdf", b"mail header\r\n" + pdf(), ".pdf"),
        ("a.xlsm", XLSX, ".xlsx"),
        ("a.xls", container("Workbook"), ".xlsx"),
        ("a.xls", container("Book"), ".xlsx"),
        ("a.xls", container("WORKBOOK"), ".xlsx"),
        ("a.xls", container("Workbook", embedded="WordDocument"), ".xlsx"),
        ("a.xls", container("Workbook", embedded="PowerPoint Document"), ".xlsx"),
        ("a.xls", container(*(f"Stream {i}" for i in range(9)), "Workbook"), ".xlsx"),
        ("a.xls", container("Workbook") + "a EncryptedPackage".encode("utf-16-le"), ".xlsx"),
        ("a.odt", zipped(**{"content.xml": b"<a/>", "META-INF__manifest.xml": b"<a/>"}), ".odt"),
    ],
)
def test_text_goes_by_its_tags_and_its_name(name: str, data: bytes, found: str) -> None:
    assert kind(Path(name), data) == found


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"", "empty"),
        ("a.md", b" \n\t ", "no text"),
        ("a.docx", container("EncryptionInfo", "EncryptedPackage"), "protected by a password"),
        ("a.doc", container("WordDocument", "1Table"), "old Word file (.doc): open it and save it as .docx"),
        ("a.doc", container("ObjectPool", "WordDocument", "Workbook"), "old Word file"),
        ("a.doc", container("WordDocument", embedded="PowerPoint Document"), "old Word file"),
        ("a.doc", container("WordDocument")[:1024].ljust(1100) + b"cut off", "old or rare Microsoft format"),
        ("a.vsd", container("VisioDocument"), "Visio drawing"),
        ("a.ppt", container("PP40"), "very old PowerPoint file"),
        ("a.xls", b"\x09\x04\x06\0\0\0\x10\0", "very old Excel file"),
        ("a.doc", b"\xdb\xa5\x2d\0\0\0", "very old Word file"),
        ("a.ppt", container("Current User", "PowerPoint Document"), "save it as .pptx"),
        ("a.msg", container("__substg1.0_0037001F"), "message of Outlook"),
        ("a.msi", container("SummaryInformation"), "old or rare Microsoft format"),
        ("a.rtf", b"{\\rtf1\\ansi Text}", "RTF"),
        ("a.doc", b"{\\rtf1\\ansi Text}", "save it as .docx"),
        ("a.png", image("PNG"), "image"),
        ("a.pdf", image("JPEG"), "ocrmypdf"),
        ("a.txt", image("GIF"), "image"),
        ("a.tif", image("TIFF"), "image"),
        ("a.bmp", image("BMP"), "image"),
        ("a.webp", image("WEBP"), "image"),
        ("a.ico", image("ICO"), "image"),
        ("a.jp2", image("JPEG2000"), "image"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1", "image"),
        ("a.zip", zipped(a=b"a"), "archive: unpack it"),
        ("a.docx", zipped(a=b"a"), "damaged"),
        ("a.vsdx", zipped(**{"[Content_Types].xml": b"<a/>", "visio__document.xml": b"<a/>"}), "Visio drawing"),
        ("a.thmx", zipped(**{"[Content_Types].xml": b"<a/>", "theme__theme.xml": b"<a/>"}), "save it as PDF"),
        ("a.gz", gzip.compress(b"a", mtime=0), "archive"),
        ("a.tar", tarred(), "archive"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "archive"),
        ("a.rar", b"Rar!\x1a\x07\x01\0", "archive"),
        ("a.exe", b"MZ\x90\0\x03\0\0\0", "program"),
        ("a", Path("/proc/self/exe").read_bytes()[:5000] if Path("/proc/self/exe").exists() else b"\x7fELF", "program"),
        ("a.mp3", b"ID3\x03\0\0\0\0", "sound or video"),
        ("a.mp3", b"\xff\xfb\x90\x64\0\0", "sound or video"),
        ("a.mp4", b"\0\0\0\x20ftypisom\0\0\x02\0", "sound or video"),
        ("a.wav", b"RIFF\x24\x08\0\0WAVEfmt ", "sound or video"),
        ("a.ps", b"%!PS-Adobe-3.0", "ps2pdf"),
        ("a.odp", saved(Document("presentation").save), "neither text nor a spreadsheet"),
        ("a.xlsb", zipped(**{"[Content_Types].xml": b"<a/>", "xl__workbook.bin": b"\0"}), ".xlsb"),
        ("a.pages", zipped(**{"Index__Document.iwa": b"\0", "preview.jpg": b"\0"}), "export it as PDF"),
        ("a.docx", DOCX[:-100], "damaged"),
        ("a.docx", DOCX[:2000], "damaged"),
        ("a.pdf", b"1 0 obj<<>>endobj startxref 9", "its beginning is missing"),
        ("a.dat", bytes(range(256)) * 9, "neither a known kind of document nor text"),
        ("a.md", b"a\0b", "NUL"),
        ("a.txt", b"\x01\x02\x03 and text", "neither"),
        ("a.json", b"{}", "files of type .json cannot be read: save it as one of PDF"),
        ("README", b"Text", "files of type (none)"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_fix(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        kind(Path(name), data)
    assert reason in str(error.value)


def test_zip_with_a_password_is_named() -> None:
    data = bytearray(DOCX)
    # General purpose flags, bit 0: "encrypted file" (APPNOTE 4.4.4), in the central directory.
    data[data.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="password"):
        kind(Path("a.docx"), bytes(data))


@pytest.mark.parametrize("members", [{"a": b"", "b": b""}, {"mimetype": b"application/epub+zip"}])
def test_zip_that_says_it_unpacks_to_gigabytes_is_refused(members: dict[str, bytes]) -> None:
    data = bytearray(zipped(**members))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 24 : at + 28] = (4_000_000_000).to_bytes(4, "little")
    with pytest.raises(Unreadable, match=r"unpacks to more than .* \([48],000 MB in [12] parts\)"):
        kind(Path("a.docx"), bytes(data))


@pytest.mark.parametrize("part", ["<!---->", "<?xml?>", "\n", "a: b\r\n", "a: b\r\n c\r\n", "<!-- --> "])
def test_no_beginning_takes_long(part: str) -> None:
    assert kind(Path("a.txt"), part.encode() * 100_000) == ".txt" if part.strip() else True


@pytest.mark.parametrize(("name", "data"), [("a.md", b"# A"), ("a.txt", "é".encode("utf-16"))])
def test_markdown_and_text_are_plain(name: str, data: bytes) -> None:
    assert is_plain(Path(name), data)


@pytest.mark.parametrize(
    ("name", "data"), [("a.md", DOCX), ("a.md", b"PK\3\4"), ("a.txt", pdf()), ("a.csv", b"a;b"), ("a.md", b"\0\1")]
)
def test_what_a_library_has_to_open_is_not_plain(name: str, data: bytes) -> None:
    assert not is_plain(Path(name), data)
