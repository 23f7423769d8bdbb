"""OpenDocument texts in, plain blocks out; made by odfdo, and by hand where it cannot write something."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from odfdo import Document, Element, Header, List, ListItem, Note, Paragraph, Table

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.odt.document import load


def document(*elements: Any) -> Any:
    made = Document("text")
    made.body.clear()
    for element in elements:
        made.body.append(Element.from_tag(element) if isinstance(element, str) else element)
    return made


def saved(made: Any, numbered: bool = False) -> bytes:
    """Save a document; the outline of odfdo's template numbers headings, which most people's does not."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue() if numbered else unnumbered(buffer.getvalue())


def unnumbered(data: bytes) -> bytes:
    return changed(data, "styles.xml", b'style:num-format="1"', b'style:num-format=""')


def read(*elements: Any) -> Parsed:
    return load(saved(document(*elements)))


def said(*elements: Any) -> list[tuple[str, str]]:
    return [(b.kind, b.text) for b in read(*elements).blocks]


def styled(made: Any, family: str, name: str, **properties: str) -> None:
    """Add an automatic style; its properties are written as fo__color="#ffffff"."""
    area = "table-cell" if family == "table-cell" else "text"
    attributes = " ".join(f'{key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in properties.items())
    made.insert_style(
        Element.from_tag(
            f'<style:style style:name="{name}" style:family="{family}">'
            f"<style:{area}-properties {attributes}/></style:style>"
        ),
        automatic=True,
    )


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            assert member != name or old in content
            target.writestr(member, content.replace(old, new) if member == name else content)
    return buffer.getvalue()


def table(*lines: tuple[str, ...]) -> Any:
    made = Table("T", width=len(lines[0]), height=len(lines))
    made.set_values(list(lines))
    return made


def test_blocks_stand_in_the_order_of_the_document() -> None:
    nested = ListItem("personeel")
    nested.append(Paragraph("ook tijdelijk."))
    nested.append(List(["inhuur"]))
    bullets = List()
    bullets.append(nested)
    bullets.append(ListItem("reizen"))
    assert read(
        Paragraph("Handleiding", style="Title"),
        Header(1, "2. Kosten"),
        Header(3, "Soorten"),
        "<text:p>Deze <text:span>kosten</text:span><text:s text:c='3'/>komen<text:line-break/>in aanmerking:</text:p>",
        bullets,
        table(("Kosten", "Tarief"), ("Personeel", "80%"), ("Reizen", "15%")),
        Paragraph("Na de tabel."),
    ).blocks == [
        Block("heading", "Handleiding", 1),
        Block("heading", "2. Kosten", 1, "§ 2"),
        Block("heading", "Soorten", 3),
        Block("paragraph", "Deze kosten komen in aanmerking:"),
        Block("item", "personeel ook tijdelijk.", 1),
        Block("item", "inhuur", 2),
        Block("item", "reizen", 1),
        Block("row", "Kosten: Personeel; Tarief: 80%"),
        Block("row", "Kosten: Reizen; Tarief: 15%"),
        Block("paragraph", "Na de tabel."),
    ]


def test_typed_bullet_is_one() -> None:
    assert read(Paragraph("• personeel"), Paragraph("en reizen")).blocks == [
        Block("item", "personeel", 1),
        Block("paragraph", "en reizen"),
    ]


def test_number_of_a_heading_is_the_one_that_the_outline_counts() -> None:
    made = document(*(Header(level, text) for level, text in ((1, "A"), (2, "B"), (2, "C"), (1, "D"), (2, "E"))))
    made.body.append(Element.from_tag("<text:h text:outline-level='1' text:is-list-header='true'>F</text:h>"))
    assert [b.locator for b in load(saved(made, numbered=True)).blocks] == [
        *("§ 1", "§ 1.1", "§ 1.2", "§ 2", "§ 2.1"),
        None,
    ]


def test_notes_follow_what_refers_to_them() -> None:
    paragraph = Paragraph("Costs count.")
    paragraph.append(Note(note_class="footnote", note_id="1", citation="1", body="See the manual."))
    assert said(paragraph, Paragraph("Next.")) == [
        ("paragraph", "Costs count."),
        ("paragraph", "See the manual."),
        ("paragraph", "Next."),
    ]


def test_indexes_and_deletions_are_left_out() -> None:
    assert said(
        "<text:tracked-changes><text:changed-region text:id='c'><text:deletion><text:p>70%</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>",
        "<text:table-of-content text:name='T'><text:index-body><text:p>Kosten 3</text:p></text:index-body>"
        "</text:table-of-content>",
        "<text:p>The rate is <text:change text:change-id='c'/>80%.</text:p>",
        "<text:section text:name='S'><text:p>In a section.</text:p></text:section>",
        "<text:p>Around.<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>",
    ) == [("paragraph", text) for text in ("The rate is 80%.", "In a section.", "Around.", "In a box.")]


def test_what_no_reader_sees_is_left_out_and_counted() -> None:
    made = document(
        Header(1, "Costs"),
        "<text:p>Seen. <text:span text:style-name='W'>white on white</text:span> <text:span text:style-name='H'> hidden"
        "</text:span> <text:span text:style-name='S'> small</text:span></text:p>",
        "<text:p text:style-name='P'>By its paragraph</text:p>",
        "<text:section text:name='S' text:display='none'><text:p>In a section</text:p></text:section>",
        "<text:p>Said.<office:annotation><dc:creator>Jan</dc:creator><text:p>Is it so?</text:p>"
        "</office:annotation></text:p>",
    )
    styled(made, "text", "W", fo__color="#FFFFFF")
    styled(made, "text", "H", text__display="none")
    styled(made, "text", "S", fo__font_size="1pt")
    styled(made, "paragraph", "P", text__display="none")
    parsed = load(saved(made))
    assert [b.text for b in parsed.blocks] == ["Costs", "Seen.", "Said."]
    assert parsed.warnings == (
        "under 'Costs': 11 words that no reader can see were left out",
        "under 'Costs': 3 words of comments were left out",
    )


def test_white_text_on_a_colour_is_read() -> None:
    cells = "".join(
        f"<table:table-cell table:style-name='C'><text:p><text:span text:style-name='W'>{text}</text:span></text:p>"
        "</table:table-cell>"
        for text in ("Land", "Rol", "Geld")
    )
    body = "".join(
        f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("Italië", "leider", "veel")
    )
    made = document(
        f"<table:table table:name='T'><table:table-header-rows><table:table-row>{cells}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{body}</table:table-row></table:table>"
    )
    styled(made, "text", "W", fo__color="#ffffff")
    styled(made, "table-cell", "C", fo__background_color="#1f3864")
    parsed = load(saved(made))
    assert [b.text for b in parsed.blocks] == ["Land: Italië; Rol: leider; Geld: veel"]
    assert parsed.warnings == ()


def test_merged_cell_stands_once_in_a_row() -> None:
    made = table(("Land", "Rol", "Bedrag"), ("Italië", "leider", "10"), ("", "partner", "20"), ("Totaal", "", "30"))
    made.set_span((0, 1, 0, 2))
    made.set_span((0, 3, 1, 3))
    assert [text for _, text in said(made)] == [
        "Land: Italië; Rol: leider; Bedrag: 10",
        "Land: Italië; Rol: partner; Bedrag: 20",
        "Land / Rol: Totaal; Bedrag: 30",
    ]


def test_properties_are_those_that_somebody_meant() -> None:
    made = document(Paragraph("Text."))
    made.meta.title = "Programmahandleiding"
    made.meta.language = "nl-NL"
    made.meta.set_modification_date()
    data = saved(made)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        meta = archive.read("meta.xml")
    date = meta[meta.index(b"<dc:date>") : meta.index(b"</dc:date>")]
    parsed = load(changed(data, "meta.xml", date, b"<dc:date>2024-05-06T10:00:00"))
    assert parsed.properties == {"title": "Programmahandleiding", "language": "nl", "date": "2024-05-06"}


def test_entity_is_not_expanded(tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    data = changed(saved(document(Paragraph("Before MARK"))), "content.xml", b"MARK", b"&x;&y;")
    declared = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "expanded">]><office:document-content'
    data = changed(data, "content.xml", b"<office:document-content", declared.encode())
    text = " ".join(b.text for b in load(data).blocks)
    assert text == "Before"


def test_file_that_cannot_be_read_says_why() -> None:
    data = saved(document(Paragraph("Text.")))
    for bad, reason in (
        (b"no zip", "damaged"),
        (saved(Document("spreadsheet"), numbered=True), "no OpenDocument text"),
        (changed(data, "content.xml", b"</office:body>", b""), "damaged"),
        (
            changed(
                data,
                "META-INF/manifest.xml",
                b"</manifest:manifest>",
                b"<manifest:encryption-data/></manifest:manifest>",
            ),
            "password",
        ),
    ):
        with pytest.raises(Unreadable, match=reason):
            load(bad)
