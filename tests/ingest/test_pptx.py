"""PowerPoint presentations in, plain blocks out; made by python-pptx, and by hand where it cannot write something."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches, Pt

from ingest.blocks import Block, Parsed, Unreadable
from ingest.loaders.pptx.document import load

TITLE_AND_CONTENT, COMPARISON, TITLE_ONLY, BLANK = 1, 4, 5, 6
SPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def saved(deck: Any) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def read(deck: Any) -> Parsed:
    return load(saved(deck))


def said(deck: Any) -> list[tuple[str, str]]:
    return [(b.kind, b.text) for b in read(deck).blocks]


def add_slide(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def box(shapes: Any, text: str, left: float = 1, top: float = 3, width: float = 3) -> Any:
    shape = shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.5))
    shape.text_frame.text = text
    return shape


def white(shape: Any) -> Any:
    shape.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)
    return shape


def add_part(slide: Any, name: str, kind: str, xml: str) -> str:
    part = Part(PackURI(name), "application/xml", slide.part.package, xml.encode())
    return str(
        slide.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
    )


def test_every_block_names_its_slide() -> None:
    deck = Presentation()
    add_slide(deck, TITLE_AND_CONTENT, "Eligible\vcosts").placeholders[1].text = "Staff costs"
    slide = add_slide(deck, TITLE_AND_CONTENT, "Partners")
    frame = slide.placeholders[1].text_frame
    frame.text = "Public bodies"
    deeper = frame.add_paragraph()
    deeper.text, deeper.level = "Cities", 1
    box(slide.shapes, "Not a bullet", top=6.5)
    assert read(deck).blocks == [
        Block("heading", "Eligible costs", 2, "slide 1"),
        Block("item", "Staff costs", 1, "slide 1"),
        Block("heading", "Partners", 2, "slide 2"),
        Block("item", "Public bodies", 1, "slide 2"),
        Block("item", "Cities", 2, "slide 2"),
        Block("paragraph", "Not a bullet", 0, "slide 2"),
    ]


def test_bullet_that_layout_or_paragraph_takes_away_is_none() -> None:
    deck = Presentation()
    slide = add_slide(deck, 0, "Start")
    slide.placeholders[1].text = "The subtitle has no bullet"
    slide = add_slide(deck, TITLE_AND_CONTENT, "Next")
    slide.placeholders[1].text = "Plain"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]._p
    etree.SubElement(paragraph.get_or_add_pPr(), "{http://schemas.openxmlformats.org/drawingml/2006/main}buNone")
    assert [kind for kind, _ in said(deck)] == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize(
    ("text", "heading", "notes"),
    [
        ("De kosten van het personeel zijn voor de partner", "Dia 1", "Notities: Zeg dit"),
        ("The costs of the staff are for the partner", "Slide 1", "Notes: Zeg dit"),
    ],
)
def test_slide_without_title_and_notes_are_named_in_the_language_of_the_slides(
    text: str, heading: str, notes: str
) -> None:
    deck = Presentation()
    slide = add_slide(deck, BLANK)
    box(slide.shapes, text)
    slide.notes_slide.notes_text_frame.text = "Zeg dit"
    assert [b.text for b in read(deck).blocks] == [heading, text, notes]
    assert {b.locator for b in read(deck).blocks} == {"slide 1"}


def test_shapes_are_read_from_top_to_bottom_and_left_to_right() -> None:
    deck = Presentation()
    slide = add_slide(deck, BLANK)
    for text, left, top in (("d", 1, 5), ("c", 5, 2.1), ("b", 1, 2.2), ("a", 4, 1)):
        box(slide.shapes, text, left, top)
    group = slide.shapes.add_group_shape()
    for text, left, top in (("f", 3, 6.6), ("e", 1, 6.5)):
        box(group.shapes, text, left, top)
    assert "".join(text for kind, text in said(deck) if kind != "heading") == "abcdef"


def test_column_is_read_before_the_next() -> None:
    deck = Presentation()
    slide = add_slide(deck, COMPARISON, "Two")
    for index, text in ((1, "left"), (2, "left text"), (3, "right"), (4, "right text")):
        slide.placeholders[index].text = text
    assert [text for _, text in said(deck)] == ["Two", "left", "left text", "right", "right text"]


def test_groups_in_groups_end_somewhere() -> None:
    deck = Presentation()
    shapes = add_slide(deck, BLANK).shapes
    box(shapes, "top")
    for _ in range(40):
        shapes = shapes.add_group_shape().shapes
    box(shapes, "bottom")
    assert said(deck)[1:] == [("paragraph", "top")]


def test_table_names_its_columns() -> None:
    deck = Presentation()
    table = add_slide(deck, TITLE_ONLY, "Budget").shapes.add_table(3, 3, 0, Inches(2), Inches(6), Inches(2)).table
    for i, cells in enumerate((("Land", "2021", "2022"), ("Italië", "10", ""), ("Totaal", "30", "weg"))):
        for j, text in enumerate(cells):
            table.cell(i, j).text = text
    table.cell(2, 2).text = ""
    table.cell(2, 1).merge(table.cell(2, 2))
    assert said(deck)[1:] == [("row", "Land: Italië; 2021: 10"), ("row", "Land: Totaal; 2021 / 2022: 30")]


def test_chart_is_read_as_rows() -> None:
    deck = Presentation()
    data = CategoryChartData(number_format="0%")
    data.categories = ["Public", "Private"]
    data.add_series("Rate", (0.8, 0.5))
    data.add_series("Share", (0.7, None))
    place = (Inches(1), Inches(2), Inches(5), Inches(3))
    chart = add_slide(deck, TITLE_ONLY, "Rates").shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Funding rates"
    assert said(deck)[1:] == [
        ("paragraph", "Funding rates"),
        ("row", "Public; Rate: 80%; Share: 70%"),
        ("row", "Private; Rate: 50%"),
    ]


def test_diagram_is_read() -> None:
    deck = Presentation()
    slide = add_slide(deck, TITLE_ONLY, "Steps")
    space = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    relation = add_part(
        slide,
        "/ppt/diagrams/data1.xml",
        "diagramData",
        f'<dgm:dataModel {space} {SPACES}><dgm:ptLst><dgm:pt type="doc"/><dgm:pt><dgm:t>'
        "<a:p><a:r><a:t>Apply</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
    )
    slide.shapes._spTree.append(
        etree.fromstring(
            f'<p:graphicFrame {SPACES}><p:nvGraphicFramePr><p:cNvPr id="9" name="D"/><p:cNvGraphicFramePr/><p:nvPr/>'
            '</p:nvGraphicFramePr><p:xfrm><a:off x="9" y="9"/><a:ext cx="99" cy="99"/></p:xfrm><a:graphic>'
            f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram"><dgm:relIds '
            f'{space} r:dm="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
        )
    )
    assert said(deck)[1:] == [("item", "Apply")]


def test_what_no_reader_sees_is_left_out_and_counted() -> None:
    deck = Presentation()
    shapes = add_slide(deck, TITLE_ONLY, "Costs").shapes
    box(shapes, "Seen.")
    box(shapes, "off the slide", left=20)
    white(box(shapes, "white on white", top=4))
    themed = box(shapes, "white by theme", top=5)
    themed.text_frame.paragraphs[0].runs[0].font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    box(shapes, "tiny", top=6).text_frame.paragraphs[0].runs[0].font.size = Pt(1)
    gone = add_slide(deck, TITLE_ONLY, "Old rule")
    gone._element.set("show", "0")
    add_slide(deck, TITLE_ONLY, "Last")
    parsed = read(deck)
    assert [(b.text, b.locator) for b in parsed.blocks] == [
        ("Costs", "slide 1"),
        ("Seen.", "slide 1"),
        ("Last", "slide 3"),
    ]
    assert parsed.warnings == (
        "slide 1: 10 words that no reader can see were left out",
        "slide 2: 2 words of a hidden slide were left out",
    )


def test_white_text_on_a_colour_is_read() -> None:
    deck = Presentation()
    slide = add_slide(deck, BLANK)
    own = white(box(slide.shapes, "own fill", top=1))
    own.fill.solid()
    own.fill.fore_color.rgb = RGBColor(0, 0, 128)
    slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(1), Inches(3), Inches(4), Inches(1))
    white(box(slide.shapes, "on a rectangle", top=3))
    dark = add_slide(deck, BLANK)
    dark.background.fill.solid()
    dark.background.fill.fore_color.rgb = RGBColor(0, 0, 0)
    white(box(dark.shapes, "on a dark page"))
    parsed = read(deck)
    assert [b.text for b in parsed.blocks if b.kind != "heading"] == ["own fill", "on a rectangle", "on a dark page"]
    assert parsed.warnings == ()


def test_footers_dates_and_slide_numbers_are_left_out() -> None:
    deck = Presentation()
    slide = add_slide(deck, TITLE_ONLY, "Costs")
    for kind, text in (("ftr", "Confidential"), ("dt", "1 May"), ("sldNum", "7")):
        slide.shapes._spTree.append(
            etree.fromstring(
                f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="9" name="x"/><p:cNvSpPr/><p:nvPr>'
                f'<p:ph type="{kind}" idx="{len(text) + 20}"/></p:nvPr></p:nvSpPr>'
                f"<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
            )
        )
    assert said(deck) == [("heading", "Costs")]


def test_comments_are_left_out_and_counted() -> None:
    deck = Presentation()
    slide = add_slide(deck, TITLE_ONLY, "Costs")
    add_part(
        slide,
        "/ppt/comments/comment1.xml",
        "comments",
        f"<p:cmLst {SPACES}><p:cm><p:text>Is it so?</p:text></p:cm></p:cmLst>",
    )
    assert read(deck).warnings == ("slide 1: 3 words of comments were left out",)


def test_shape_that_an_older_program_gets_as_a_picture_is_read() -> None:
    deck = Presentation()
    slide = add_slide(deck, BLANK)
    shape = box(slide.shapes, "In the choice")._element
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternatives = etree.SubElement(shape.getparent(), f"{{{space}}}AlternateContent")
    etree.SubElement(alternatives, f"{{{space}}}Choice", Requires="a14").append(shape)
    assert said(deck)[1:] == [("paragraph", "In the choice")]


def test_properties_are_those_that_somebody_meant() -> None:
    deck = Presentation()
    deck.core_properties.title = "Stappen naar subsidie"
    deck.core_properties.modified = datetime(2024, 5, 6, tzinfo=UTC)
    assert read(deck).properties == {"title": "Stappen naar subsidie", "date": "2024-05-06"}
    for title in ("PowerPoint-presentatie", "PowerPoint Presentation", "Dia 1", "Untitled", ""):
        deck.core_properties.title = title
        assert "title" not in read(deck).properties


def test_file_that_cannot_be_read_says_why() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for bad, reason in (
        (ole + "EncryptedPackage".encode("utf-16-le"), "PowerPoint presentation is protected by a password"),
        (ole, "before 2007"),
        (saved(Presentation())[:9000], "damaged"),
    ):
        with pytest.raises(Unreadable, match=reason):
            load(bad)


@pytest.mark.parametrize(
    "kind",
    [
        "openxmlformats-officedocument.presentationml.slideshow",
        "openxmlformats-officedocument.presentationml.template",
        "ms-powerpoint.presentation.macroEnabled",
        "ms-powerpoint.slideshow.macroEnabled",
        "ms-powerpoint.template.macroEnabled",
    ],
)
def test_shows_templates_and_presentations_with_macros_are_read(kind: str) -> None:
    deck = Presentation()
    add_slide(deck, TITLE_AND_CONTENT, "Who may apply").placeholders[1].text = "Public bodies."
    types, ordinary = "[Content_Types].xml", "openxmlformats-officedocument.presentationml.presentation"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(deck))) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            old, new = (f"application/vnd.{one}.main+xml".encode() for one in (ordinary, kind))
            data = source.read(name)
            assert name != types or old in data
            target.writestr(name, data.replace(old, new) if name == types else data)
    assert [b.text for b in load(buffer.getvalue()).blocks] == ["Who may apply", "Public bodies."]


def test_typed_bullet_is_one() -> None:
    deck = Presentation()
    slide = add_slide(deck, TITLE_ONLY, "Who may apply")
    box(slide.shapes, "• Public bodies\nand others")
    assert said(deck)[1:] == [("item", "Public bodies"), ("paragraph", "and others")]
