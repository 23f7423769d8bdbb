"""Electronic books in, the blocks of their pages in reading order out."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.blocks import Block, Unreadable
from ingest.loaders.epub import load

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Handleiding voor partners</dc:title><dc:language>nl-NL</dc:language>
<dc:publisher>Interreg Europe</dc:publisher><dc:creator>J. Janssen</dc:creator><dc:date>2023-01-02</dc:date>
<meta property="dcterms:modified">2024-03-12T10:00:00Z</meta></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/hoofdstuk%201.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="a.css" media-type="text/css"/>
</manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
HEAD = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
ONE = (
    HEAD
    + """xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>
<section id="h1"><h1>1 Partners</h1><p>Wie mag&nbsp;meedoen<a epub:type="noteref" href="#n1">1</a>: België &amp; co.</p>
<a id="leeg"/><ul><li>een stad;</li><li>een dorp.</li></ul><p style="display:none">drie woorden weg</p></section>
</body></html>"""
)
TWO = (
    HEAD
    + """><head><title>x</title></head><body><h2 id="kosten">Costs</h2>
<table><tr><th>Country</th><th>Rate</th></tr><tr><td>Malta</td><td>80%</td></tr></table></body></html>"""
)
NAV = HEAD + '><body><nav><ol><li><a href="text/two.xhtml">Costs and rates</a></li></ol></nav></body></html>'


def book(**changes: str) -> bytes:
    members = {
        "mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": PACKAGE,
        "OEBPS/nav.xhtml": NAV, "OEBPS/text/hoofdstuk 1.xhtml": ONE, "OEBPS/text/two.xhtml": TWO,
    }  # fmt: skip
    names = {"one": "OEBPS/text/hoofdstuk 1.xhtml", "opf": "OEBPS/book.opf", "encryption": "META-INF/encryption.xml",
             "rights": "META-INF/rights.xml"}  # fmt: skip
    members |= {names[key]: value for key, value in changes.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_pages_come_in_the_order_of_the_spine() -> None:
    parsed = load(book())
    assert parsed.blocks == [
        Block("heading", "1 Partners", 1, "#h1"),
        Block("paragraph", "Wie mag meedoen: België & co."),
        Block("item", "een stad;", 1),
        Block("item", "een dorp.", 1),
        Block("heading", "Costs", 2, "#kosten"),
        Block("row", "Country: Malta; Rate: 80%"),
    ]
    assert "3 words that no reader can see" in parsed.warnings[0]


def test_properties_are_those_of_the_package() -> None:
    assert load(book()).properties == {
        "title": "Handleiding voor partners", "publisher": "Interreg Europe", "language": "nl", "date": "2024-03-12"
    }  # fmt: skip


def test_page_that_is_no_xml_is_read_as_browsers_read_it() -> None:
    page = "<html><body><h1>Costs<p>Fish & chips<br>cost <b>5 euro.</body>"
    assert [b.text for b in load(book(one=page)).blocks][:2] == ["Costs", "Fish & chips cost 5 euro."]


def encryption(algorithm: str, target: str) -> str:
    return f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{algorithm}"/>
<enc:CipherData><enc:CipherReference URI="{target}"/></enc:CipherData></enc:EncryptedData></encryption>"""


@pytest.mark.parametrize(
    "changes",
    [
        {"encryption": encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/text/two.xhtml")},
        {"encryption": encryption("x", "OEBPS/a.css"), "rights": "<rights/>"},
    ],
)
def test_protected_book_says_so(changes: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="protected"):
        load(book(**changes))


def test_book_with_obfuscated_fonts_is_not_protected() -> None:
    parsed = load(book(encryption=encryption("http://www.idpf.org/2008/embedding", "OEBPS/fonts/a.otf")))
    assert len(parsed.blocks) == 6


def test_entities_are_not_expanded_or_fetched() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY a "lol lol lol"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    page = f"{doctype}<html xmlns='http://www.w3.org/1999/xhtml'><body><p>A &a; &f; b.</p></body></html>"
    text = " ".join(b.text for b in load(book(one=page)).blocks)
    assert text.startswith("A b.")
    assert "lol" not in text
    assert "root:" not in text


def test_deep_page_does_not_crash() -> None:
    with pytest.raises(Unreadable, match="deep"):
        load(book(one="<html><body>" + "<div>" * 10_000 + "text"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04", "damaged"), (b"text", "damaged"), (book(opf="<package"), "damaged"),
        (book(opf=PACKAGE.replace("</package>", "x" * 3_000_000 + "</package>")), "200 times"),
    ],
)  # fmt: skip
def test_what_is_no_book_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        load(data)
