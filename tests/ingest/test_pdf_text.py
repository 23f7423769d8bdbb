"""Text of PDFs: paragraphs, hyphens at line ends, lists."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
)

from ingest.blocks import Block
from ingest.loaders.pdf.document import load

STYLES = getSampleStyleSheet()
BODY = STYLES["BodyText"]
DUTCH = "Partners wisselen ervaring uit en verbeteren hun beleid. Dat doen ze drie jaar lang, samen met andere regio's."
ENGLISH = "Partners exchange experience and improve their policies. They do so for three years, with other regions."


def drawn(page: Callable[[Canvas], object]) -> list[Block]:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    page(canvas)
    canvas.save()
    return load(buffer.getvalue()).blocks


def lines(*texts: str, leading: float = 14) -> list[Block]:
    def page(canvas: Canvas) -> None:
        for i, text in enumerate(texts):
            canvas.drawString(72, 600 - leading * i, text)

    return drawn(page)


def built(story: list[Flowable]) -> list[Block]:
    buffer = io.BytesIO()
    frame = Frame(72, 72, 450, 690, leftPadding=0, rightPadding=0)
    BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate("one", [frame])]).build(story)
    return load(buffer.getvalue()).blocks


def test_bold_words_break_no_paragraph() -> None:
    text = " ".join(f"Zin {i} gaat over <b>het beleid van de regio</b> en de stad." for i in range(12))
    (block,) = built([Paragraph(text, BODY)])
    assert block.text == text.replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize(
    "style",
    [
        ParagraphStyle("spaced", parent=BODY, spaceBefore=0, spaceAfter=6),
        ParagraphStyle("indented", parent=BODY, firstLineIndent=12, spaceBefore=0, spaceAfter=0),
        ParagraphStyle("justified", parent=BODY, alignment=4, spaceBefore=0, spaceAfter=0),
        ParagraphStyle("double", parent=BODY, leading=22, spaceBefore=0, spaceAfter=12),
    ],
    ids=lambda style: style.name,
)
@pytest.mark.parametrize("text", [DUTCH, ENGLISH])
def test_paragraphs_end_where_their_writer_ended_them(style: ParagraphStyle, text: str) -> None:
    paragraphs = [f"{text} {text} Nr. {i} is hier ten einde." for i in range(4)]
    assert [b.text for b in built([Paragraph(p, style) for p in paragraphs])] == paragraphs


def test_unfinished_paragraph_goes_on_over_the_page() -> None:
    text = " ".join(f"Zin {i}, die over {'heel ' * (i % 7)}veel gaat en geen einde lijkt te hebben," for i in range(80))
    blocks = built([Paragraph(text, BODY)])
    assert " ".join(block.text for block in blocks) == text
    assert blocks[0].locator == "p. 1"


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Het programma steunt samen-", "werking van regio's.", "samenwerking"),
        ("The programme supports coopera-", "tion of regions.", "cooperation"),
        ("Het programma van 2021-", "2027 steunt regio's.", "2021-2027"),
        ("Het programma steunt de EU-", "lidstaten en hun regio's.", "EU-lidstaten"),
        ("Het programma steunt Noord-", "Nederland en andere regio's.", "Noord-Nederland"),
        ("Partners sturen een e-", "mail aan het secretariaat.", "e-mail"),
        ("Partners werken aan energie-", "en klimaatbeleid in hun regio.", "energie- en klimaatbeleid"),
        ("Partners make short-", "and long-term plans for the regions.", "short- and long-term"),
        ("The programme supports many cross-", "border regions and the people of the regions.", "cross-border"),
        ("Het staat op www.interreg-", "europe.eu/nl en nergens anders.", "www.interreg-europe.eu/nl"),
        ("Dit geldt voor de 12-", "jarigen in de regio's.", "12-jarigen"),
    ],
)  # fmt: skip
def test_hyphen_at_a_line_end(first: str, second: str, joined: str) -> None:
    (block,) = lines(first, second)
    assert joined in block.text


def test_hyphen_is_the_words_own_where_the_document_writes_it_so() -> None:
    blocks = lines("De co-creatie van beleid is nieuw.", "", "Partners leren van co-", "creatie met burgers.")
    assert "leren van co-creatie met burgers" in " ".join(b.text for b in blocks)


def test_hyphen_within_capitals_is_the_typesetters_where_the_document_writes_them_in_one() -> None:
    blocks = lines("The field is OPTIONAL in every one of the old forms of the OP-", "TIONAL kind.")
    assert blocks[-1].text.endswith("old forms of the OPTIONAL kind.")
    (block,) = lines("The field is said to be OP-", "TIONAL.")
    assert "OP-TIONAL" in block.text


def test_soft_hyphens_leave_no_trace() -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def page(canvas: Canvas) -> None:
        canvas.setFont("Vera", 11)
        canvas.drawString(72, 600, "Het pro\u00adgramma vraagt om samen\u00ad")
        canvas.drawString(72, 586, "werking.")

    (block,) = drawn(page)
    assert block.text == "Het programma vraagt om samenwerking."


def bulleted(*texts: Any, kind: str = "bullet", **options: Any) -> ListFlowable:
    entries = [ListItem(t if isinstance(t, list) else Paragraph(t, BODY)) for t in texts]
    return ListFlowable(entries, bulletType=kind, **options)


def items(blocks: list[Block]) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in blocks if block.kind == "item"]


@pytest.mark.parametrize(
    ("sign", "font"),
    [("•", "Vera"), ("–", "Vera"), ("-", "Vera"), ("*", "Vera"), ("o", "Courier"), ("■", "ZapfDingbats")],
)
def test_bulleted_lines_are_items(sign: str, font: str) -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "Meedoen kunnen:")
        texts = ["steden die hun beleid willen verbeteren en daarvoor", "met anderen samenwerken;", "provincies."]
        for i, text in enumerate(texts):
            if i != 1:
                canvas.setFont(font, 11)
                canvas.drawString(80, 582 - 14 * i, sign)
            canvas.setFont("Helvetica", 12)
            canvas.drawString(98, 582 - 14 * i, text)

    blocks = drawn(page)
    assert blocks[0] == Block("paragraph", "Meedoen kunnen:", locator="p. 1")
    assert items(blocks) == [
        (1, "steden die hun beleid willen verbeteren en daarvoor met anderen samenwerken;"),
        (1, "provincies."),
    ]


@pytest.mark.parametrize("kind", ["1", "a", "i"])
@pytest.mark.parametrize("form", ["%s.", "%s)", "(%s)"])
def test_numbered_lines_are_items(kind: str, form: str) -> None:
    blocks = built([Paragraph("Zo gaat het:", BODY), bulleted(DUTCH, ENGLISH, DUTCH, kind=kind, bulletFormat=form)])
    assert items(blocks) == [(1, DUTCH), (1, ENGLISH), (1, DUTCH)]


def test_nesting_follows_the_indent() -> None:
    inner = bulleted("small ones;", [Paragraph("large ones:", BODY), bulleted("above 50 000;", "capitals.")])
    blocks = built(
        [
            Paragraph("Who may:", BODY),
            bulleted([Paragraph("cities:", BODY), inner], "provinces."),
            Paragraph(ENGLISH, BODY),
        ]
    )
    assert items(blocks) == [
        (1, "cities:"),
        (2, "small ones;"),
        (2, "large ones:"),
        (3, "above 50 000;"),
        (3, "capitals."),
        (1, "provinces."),
    ]
    assert blocks[-1] == Block("paragraph", ENGLISH, locator="p. 1")


@pytest.mark.parametrize(
    "start",
    ["– een heel groot programma – dat", "2. In artikel drie staat meer over", "a) is een teken dat hier voorkomt en"],
)
def test_sign_at_the_start_of_a_line_within_a_sentence_makes_no_item(start: str) -> None:
    first = "De partners werken met veel andere regio's samen in het programma Interreg"
    blocks = lines(first, f"{start} zo nog even verder gaat.")
    assert [b.kind for b in blocks] == ["paragraph"]


def test_number_of_a_legal_paragraph_stays_with_its_text() -> None:
    (block,) = lines("1.2.3 Een partner bewaart alle stukken.")
    assert block == Block("paragraph", "1.2.3 Een partner bewaart alle stukken.", locator="p. 1")


def test_double_spaced_lines_that_are_full_make_one_paragraph() -> None:
    texts = [
        "    Samuel sought admission to the emergency room of the Army Community",
        "Hospital with a slightly elevated respiration rate and a medical history of",
        "diabetes. Samuel was seen by a nurse, who took his history at length, and then",
        "George Eubanks examined him and sent him home.",
    ]
    assert len(lines(*texts, leading=28)) == 1
