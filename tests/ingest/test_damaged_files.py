"""Files that something has damaged, and files that no program writes: each loader ends in text or in a sentence."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from io import BytesIO

import pytest
from hostile import MARKUP, SAMPLES, TEXT, changed, filled, read, text

from ingest.blocks import Parsed
from ingest.sandbox import Sandbox

SEED = 2024
MUTATIONS = 24  # of each format


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def test_every_sample_is_read(box: Sandbox) -> None:
    for suffix, outcome in zip(SAMPLES, read(box, *SAMPLES.items()), strict=True):
        assert isinstance(outcome, Parsed), (suffix, outcome)
        assert TEXT in text(outcome), suffix


def mutated(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 1, 4, 64, 1000])
    end = at + size
    match chance.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:at] + bytes(size) + data[end:]
        case 3:
            return data[:at] + chance.randbytes(size) + data[at:]
        case 4:
            return data[:at] + data[at:end] * 50 + data[end:]
        case _:
            flipped = bytearray(data)
            for _ in range(chance.choice([1, 5, 50])):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            return bytes(flipped)


ABSURD = ["", "-1", "0", "99999999999", "1e309", "abc", "../../x", "urn:x", "\u202e", "A" * 10_000]


def twisted(part: bytes, chance: random.Random) -> bytes:
    """Damage a tree that stays one: elements gone, twice or elsewhere, names and values that nobody expects."""
    from lxml import etree

    page = part.startswith(b"<!DOCTYPE html")
    tree = etree.fromstring(part, etree.HTMLParser() if page else etree.XMLParser())
    for _ in range(chance.choice([1, 3, 10])):
        elements = [element for element in tree.iter("*") if element.getparent() is not None]
        if not elements:
            break
        element = chance.choice(elements)
        parent = element.getparent()
        match chance.randrange(5):
            case 0:
                parent.remove(element)
            case 1:
                parent.append(deepcopy(element))
            case 2:
                element.tag = chance.choice(elements).tag
            case 3:
                element.text = chance.choice(ABSURD)
            case _:
                for name in element.attrib:
                    element.set(name, chance.choice(ABSURD))
    return etree.tostring(tree, method="html" if page else "xml", doctype="<!DOCTYPE html>" if page else None)


@pytest.mark.parametrize("suffix", SAMPLES)
def test_damaged_files_end_in_text_or_in_a_sentence(box: Sandbox, suffix: str) -> None:
    chance = random.Random(f"{SEED}{suffix}")
    # Damage to a zip is found by its checksums, and to its XML by the parser: most is done to what they hold.
    change = partial(twisted if suffix in MARKUP else mutated, chance=chance)
    files = [(suffix, changed(suffix, change) if i % 3 else mutated(SAMPLES[suffix], chance)) for i in range(MUTATIONS)]
    outcomes = read(box, *files, (suffix, SAMPLES[suffix]))
    assert isinstance(outcomes[-1], Parsed)
    assert not [str(outcome) for outcome in outcomes if "took longer" in text(outcome)]
    assert len({text(outcome) for outcome in outcomes}) > 2


CODES = "".join(map(chr, [*range(32), *range(127, 160)]))


@pytest.mark.parametrize("suffix", SAMPLES)
def test_control_characters_never_come_through(box: Sandbox, suffix: str) -> None:
    in_bytes = filled(suffix, CODES.encode())
    in_references = filled(suffix, "".join(f"&#{ord(c)};" for c in CODES).encode())
    # As XML allows them: C1 codes, halves of pairs are not, and those that turn what is read around.
    allowed = filled(suffix, "".join(f"&#x{c:x};" for c in [*range(128, 160), 0x202E, 0xFEFF, 0xFFFC]).encode())
    read(box, (suffix, in_bytes), (suffix, in_references), (suffix, allowed))


def drawn(resources: str, content: str) -> bytes:
    """A PDF of one page without a cross-reference table: readers rebuild it."""
    return f"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F {resources}>>>>/Contents 4 0 R>>endobj
4 0 obj<</Length {len(content)}>>stream
{content}
endstream endobj
trailer<</Root 1 0 R>>
%%EOF""".encode()


PLAIN_FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PDFS = {
    "no font": drawn("9 0 R", f"BT /F 12 Tf 72 700 Td ({TEXT}) Tj ET"),
    "font in itself": drawn(
        "<</Type/Font/Subtype/Type0/DescendantFonts[3 0 R]>>", f"BT /F 12 Tf 9 9 Td ({TEXT}) Tj ET"
    ),
    "empty matrix": drawn(
        "<</Type/Font/Subtype/Type3/FontMatrix[0 0 0 0 0 0]/FontBBox[0 0 0 0]/CharProcs<<>>/Encoding<<>>/FirstChar 0"
        "/LastChar 255/Widths[]>>",
        f"BT /F 12 Tf 72 700 Td ({TEXT}) Tj ET",
    ),
    "sizes": drawn(
        PLAIN_FONT,
        "BT " + " ".join(f"/F {s} Tf 1 0 0 1 9 9 Tm (Size) Tj" for s in ("1e30", "-12", "0", "99999999999")) + " ET",
    ),
    "matrices": drawn(PLAIN_FONT, f"BT /F 12 Tf 0 0 0 0 0 0 Tm ({TEXT}) Tj 1e38 0 0 1e38 1e38 1e38 Tm ({TEXT}) Tj ET"),
    "states": drawn(PLAIN_FONT, "q " * 100_000 + f"BT /F 12 Tf 72 700 Td ({TEXT}) Tj ET"),
    "letters": drawn(PLAIN_FONT, "BT /F 12 Tf 72 700 Td " + "(x) Tj " * 50_000 + "ET"),
    "no pages": SAMPLES[".pdf"].replace(b"/Kids", b"/Kidz"),
    "pages in themselves": re.sub(rb"/Kids\s*\[", b"/Kids [ 2 0 R 1 0 R 3 0 R 4 0 R 5 0 R ", SAMPLES[".pdf"]),
    "page without end": drawn(PLAIN_FONT, "").replace(b"0 0 600 800", b"-1e30 -1e30 1e30 1e30"),
    "huge stream": drawn(PLAIN_FONT, "BT ET").replace(b"/Length 5", b"/Length 99999999999"),
}


@pytest.mark.parametrize("name", PDFS)
def test_absurd_pdf_ends(box: Sandbox, name: str) -> None:
    outcome, after = read(box, (".pdf", PDFS[name]), (".pdf", SAMPLES[".pdf"]))
    assert "took longer" not in text(outcome)
    assert isinstance(after, Parsed)


@pytest.mark.parametrize("size", ["0", "-1", "999999999999", "abc", "1e9", ""])
def test_absurd_sizes_of_letters_in_a_word_file_end(box: Sandbox, size: str) -> None:
    properties = f'<w:rPr><w:rFonts w:ascii="{"A" * 100_000}"/><w:sz w:val="{size}"/></w:rPr>'.encode()
    data = changed(".docx", lambda part: part.replace(b"<w:r>", b"<w:r>" + properties))
    read(box, (".docx", data))


@pytest.mark.parametrize(
    ("dimension", "cell"), [("A1:XFD1048576", "XFD1048576"), ("A1:ZZZZZZ99999999999", "ZZZZZZ99999999999"), ("", "")]
)
def test_sheet_that_says_it_is_huge_ends(box: Sandbox, dimension: str, cell: str) -> None:
    def change(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        return re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), part).replace(
            b"</sheetData>", f'<row r="1048576"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
        )

    with (
        zipfile.ZipFile(BytesIO(SAMPLES[".xlsx"])) as old,
        zipfile.ZipFile(stream := BytesIO(), "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    (outcome,) = read(box, (".xlsx", stream.getvalue()))
    assert "took longer" not in text(outcome)


def test_table_that_repeats_itself_a_billion_times_ends(box: Sandbox) -> None:
    repeated = changed(
        ".ods",
        lambda part: part.replace(
            b"<table:table-cell", b'<table:table-cell table:number-columns-repeated="999999999"'
        ).replace(b"<table:table-row", b'<table:table-row table:number-rows-repeated="999999999"'),
    )
    outcome, after = read(box, (".ods", repeated), (".ods", SAMPLES[".ods"]))
    assert "took longer" not in text(outcome)
    assert isinstance(after, Parsed)
    spaces = filled(".odt", b'<text:s text:c="2000000000"/>')
    (outcome,) = read(box, (".odt", spaces))
    assert "took longer" not in text(outcome)
