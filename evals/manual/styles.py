"""How the manual looks: its page, its type, its tables. Measures are in points."""

from __future__ import annotations

from typing import Any

from evals.manual.hyphenate import breaks

WIDTH, HEIGHT = 499.0, 709.0  # ISO 216 B5
LEFT, RIGHT, TOP, BOTTOM = 62.0, 437.0, 645.0, 66.0  # of the type area, from the lower left corner
GUTTER = 19.0
LEADING = 18.0
_SERIF, _SANS, _BOLD = "Times-Roman", "Helvetica", "Helvetica-Bold"
_BODY = {"fontName": _SERIF, "fontSize": 11.8, "leading": LEADING, "alignment": 4, "spaceAfter": 6, "allowOrphans": 1}


def styles() -> dict[str, Any]:
    """Return reportlab's paragraph styles by name."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle

    hyphenated = {"hyphenationLang": breaks, "hyphenationMinWordLength": 6}
    body = ParagraphStyle("body", **_BODY, **hyphenated)
    heading: dict[str, Any] = {"fontName": _BOLD, "alignment": 0}
    boxed: dict[str, Any] = {"borderColor": colors.black, "borderPadding": 8}
    cell: dict[str, Any] = {"fontName": _SANS, "fontSize": 8.5, "leading": 11.5}
    return {
        "body": body,
        "item": ParagraphStyle("item", parent=body, leftIndent=16, bulletIndent=4, spaceAfter=3),
        "note": ParagraphStyle("note", parent=body, fontSize=8, leading=10.5, spaceAfter=1),
        "chapter": ParagraphStyle("chapter", **heading, fontSize=20, leading=25, spaceAfter=16),
        "section": ParagraphStyle("section", **heading, fontSize=13, leading=17, spaceBefore=12, spaceAfter=6),
        "aspect": ParagraphStyle("aspect", **heading, fontSize=10.5, leading=14, spaceBefore=7, spaceAfter=4),
        "caption": ParagraphStyle("caption", fontName=_BOLD, fontSize=8.5, leading=12, spaceBefore=5, spaceAfter=3),
        "cell": ParagraphStyle("cell", **cell),
        "head": ParagraphStyle("head", **{**cell, "fontName": _BOLD}),
        "title": ParagraphStyle("title", **heading, fontSize=28, leading=34, spaceAfter=14),
        "label": ParagraphStyle("label", fontName=_BOLD, fontSize=11, leading=16, borderWidth=1, **boxed),
    }


def table_of(rows: list[list[Any]], width: float) -> Any:
    """Return a ruled table of paragraphs whose first row is repeated after a page break."""
    from reportlab.lib import colors
    from reportlab.platypus import Table

    shares = (0.34, 0.36, 0.30) if len(rows[0]) == 3 else (1 / len(rows[0]),) * len(rows[0])
    ruled = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table(rows, [width * share for share in shares], repeatRows=1, style=ruled, spaceAfter=10, spaceBefore=0)
