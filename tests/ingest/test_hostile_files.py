"""Files made to do harm: each loader ends in text or in a sentence, and nothing is fetched, written or filled up."""

from __future__ import annotations

import re
import socket
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from hostile import MARK, MARKUP, PARTS, SAMPLES, TEXT, changed, declared, filled, read, text
from reportlab.pdfgen.canvas import Canvas

from ingest import sandbox
from ingest.blocks import Parsed, Unreadable
from ingest.sandbox import Sandbox

EMPTY = {
    ".docx": b"<w:p/>",
    ".pptx": b"<a:p/>",
    ".xlsx": b"<si/>",
    ".odt": b"<text:p/>",
    ".ods": b"<text:p/>",
    ".epub": b"<p></p>",
    ".html": b"<p></p>",
    ".csv": b";\n",
    ".md": b"-\n",
    ".txt": b"-\n\n",
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def understated(data: bytes) -> bytes:
    """Return a zip whose every member says that it unpacks to 1,000 bytes (APPNOTE 4.4.9)."""
    lying = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        for found in re.finditer(re.escape(signature), data):
            at = found.start() + offset
            lying[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(lying)


@pytest.mark.parametrize("suffix", PARTS)
def test_zip_that_unpacks_to_much_more_is_refused(box: Sandbox, suffix: str) -> None:
    bomb = filled(suffix, b"A" * 100_000_000)
    assert len(bomb) < 1_000_000
    honest, lying, after = read(box, (suffix, bomb), (suffix, understated(bomb)), (suffix, SAMPLES[suffix]))
    assert isinstance(honest, Unreadable)
    assert isinstance(lying, Unreadable)
    assert isinstance(after, Parsed)


def test_zips_in_zips_are_not_opened(box: Sandbox) -> None:
    data = b"A" * 10_000_000
    for _ in range(5):
        with zipfile.ZipFile(stream := BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(16):
                archive.writestr(f"{i}.zip", data)
        data = stream.getvalue()
    in_docx = changed(".docx", bytes, **{"word/embeddings/1.zip": data, "word/media/1.png": data})
    inside, alone = read(box, (".docx", in_docx), (".zip", data))
    assert TEXT in text(inside)
    assert "archive" in str(alone)


@pytest.fixture
def trap() -> Iterator[tuple[str, list[Any]]]:
    """An address that nobody should fetch anything from, and who did."""
    caught: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, address = server.accept()
                except OSError:
                    return
                caught.append(address)
                caller.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", caught
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("suffix", MARKUP)
def test_entities_of_other_places_are_never_fetched(
    box: Sandbox, suffix: str, tmp_path: Path, trap: tuple[str, list[Any]]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Hush-hush")
    address, caught = trap
    files = [
        declared(suffix, f'[<!ENTITY x SYSTEM "{secret.as_uri()}">]', "&x;"),
        declared(suffix, f'[<!ENTITY x SYSTEM "{address}">]', "&x;"),
        declared(suffix, f'[<!ENTITY % x SYSTEM "{address}"> %x;]', ""),
        declared(suffix, f'SYSTEM "{address}a.dtd"', ""),
        declared(suffix, f'PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{address}a.dtd"', ""),
    ]
    for outcome in read(box, *((suffix, data) for data in files)):
        assert "Hush-hush" not in text(outcome)
    assert not caught


def test_what_a_page_refers_to_is_never_fetched(box: Sandbox, tmp_path: Path, trap: tuple[str, list[Any]]) -> None:
    address, caught = trap
    (tmp_path / "secret.html").write_text("<p>Hush-hush</p>")
    place = (tmp_path / "secret.html").as_uri()
    tags = "".join(
        f"<link rel=stylesheet href='{at}'><img src='{at}'><iframe src='{at}'></iframe><script src='{at}'></script>"
        f"<object data='{at}'></object><meta http-equiv=refresh content='0;url={at}'><base href='{at}'>"
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{at}" parse="text"/>'
        for at in (address, place)
    ).encode()
    sheet = f'<?xml-stylesheet type="text/xsl" href="{address}"?>'.encode()
    page = SAMPLES[".html"].replace(b"<p>", tags + b"<p>")
    chapter = changed(".epub", lambda part: part.replace(b"?>", b"?>" + sheet, 1).replace(b"<h1>", tags + b"<h1>"))
    for outcome in read(box, (".html", page), (".html", sheet + page), (".epub", chapter)):
        assert "Hush-hush" not in text(outcome)
    assert not caught


def test_what_a_word_file_links_to_is_never_fetched(box: Sandbox, trap: tuple[str, list[Any]]) -> None:
    address, caught = trap
    document = docx.Document(BytesIO(SAMPLES[".docx"]))
    for kind in ("attachedTemplate", "image", "oleObject", "frame", "subDocument"):
        where = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        document.part.relate_to(address, f"{where}/{kind}", is_external=True)
    document.save(stream := BytesIO())
    (outcome,) = read(box, (".docx", stream.getvalue()))
    assert TEXT in text(outcome)
    assert not caught


@pytest.mark.parametrize("suffix", MARKUP)
def test_billion_laughs_are_not_laughed(box: Sandbox, suffix: str) -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    (outcome,) = read(box, (suffix, declared(suffix, f'[<!ENTITY l0 "haha">{levels}]', "&l9;")))
    assert text(outcome).count("haha") < 20_000


@pytest.mark.parametrize("suffix", PARTS)
def test_members_with_other_paths_are_written_nowhere(
    box: Sandbox, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"{tmp_path.name}-evil.txt"
    members = {
        f"../{name}": b"evil",
        f"../../../../../../../..{tmp_path}/{name}": b"evil",
        f"{tmp_path}/{name}": b"evil",
    }
    (outcome,) = read(box, (suffix, changed(suffix, bytes, **members)))
    assert TEXT in text(outcome) or isinstance(outcome, Unreadable)
    places = [tmp_path, Path.cwd(), Path.cwd().parent, Path("/"), Path("/tmp")]
    assert not [place for place in places if (place / name).exists()]


@pytest.fixture
def few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 5.0)


def test_pdf_of_thousands_of_pages_ends(box: Sandbox, few_seconds: None) -> None:
    canvas = Canvas(stream := BytesIO())
    for page in range(6000):
        canvas.drawString(72, 700, f"{TEXT} Page {page}.")
        canvas.showPage()
    canvas.save()
    many, after = read(box, (".pdf", stream.getvalue()), (".pdf", SAMPLES[".pdf"]))
    assert isinstance(many, Unreadable) or "Page 5999" in text(many)
    assert isinstance(after, Parsed)


def around(before: str, after: str, times: int) -> bytes:
    return (before * times + "Deep" + after * times).encode()


NESTED = {
    "divs": (".html", around("<div>", "</div>", 100_000)),
    "spans": (".html", around("<p><b><i>", "</i></b></p>", 50_000)),
    "lists": (".html", around("<ul><li>", "</li></ul>", 20_000)),
    "tables": (".html", around("<table><tr><td>", "</td></tr></table>", 5_000)),
    "chapter": (".epub", around("<ul><li>", "</li></ul>", 20_000)),
    "docx tables": (".docx", around("</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>", "", 3_000)),
    "docx closed": (
        ".docx",
        around(
            "</w:t></w:r></w:p><w:tbl><w:tr><w:tc>",
            "<w:p/></w:tc></w:tr></w:tbl><w:p><w:r><w:t>",
            1,
        ).replace(b"Deep", around("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>", 2_000)),
    ),
    "docx controls": (
        ".docx",
        around("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 2_000).replace(b"Deep", b"<w:r><w:t>D</w:t></w:r>"),
    ),
    "pptx groups": (".pptx", around("<p:grpSp>", "</p:grpSp>", 2_000)),
    "odt lists": (".odt", around("<text:list><text:list-item>", "</text:list-item></text:list>", 2_000)),
    "odt spans": (".odt", around("<text:span>", "</text:span>", 200)),
    "odt many spans": (".odt", around("<text:span>", "</text:span>", 100_000)),
    "ods tables": (".ods", around("<table:table><table:table-row>", "</table:table-row></table:table>", 2_000)),
    "quotes": (".md", around("> ", "", 20_000)),
    "bullets": (".md", around("- ", "", 20_000)),
    "brackets": (".md", around("[", "](a)", 20_000)),
    "emphasis": (".md", around("*a **b ", "", 20_000)),
    "matter": (".md", b"---\nid: " + b"[" * 50_000 + b"\n---\n\nText."),
    "aliases": (
        ".md",
        b"---\na0: &a0 [a,a]\n"
        + b"".join(f"a{i}: &a{i} [*a{i - 1},*a{i - 1}]\n".encode() for i in range(1, 60))
        + b"---\n\nText.",
    ),
}


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_ends(box: Sandbox, name: str) -> None:
    suffix, filling = NESTED[name]
    data = filling if filling.startswith(b"---") else filled(suffix, b" " + filling)
    outcome, after = read(box, (suffix, data), (suffix, SAMPLES[suffix]))
    assert "took longer" not in text(outcome)
    assert isinstance(after, Parsed)


@pytest.mark.parametrize("suffix", EMPTY)
def test_a_million_empty_elements_end(box: Sandbox, few_seconds: None, suffix: str) -> None:
    def change(part: bytes) -> bytes:
        if suffix not in {*PARTS, ".html"}:
            return part + EMPTY[suffix] * 1_000_000
        paragraph = part.index(MARK.encode())
        ending = {".docx": b"</w:p>", ".pptx": b"</a:p>", ".xlsx": b"</si>"}.get(suffix, b"p>")
        at = part.index(ending, paragraph) + len(ending)
        return part[:at] + EMPTY[suffix] * 1_000_000 + part[at:]

    outcome, after = read(box, (suffix, changed(suffix, change)), (suffix, SAMPLES[suffix]))
    assert isinstance(outcome, Unreadable) or TEXT in text(outcome)
    assert isinstance(after, Parsed)
