"""The manual on paper: cover, contents, running heads and feet, outline, and what the chapters have placed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from evals.manual.compose import Composed, Entry
from evals.manual.layout import Page, Placed
from evals.manual.prose import Manual
from evals.manual.styles import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, styles

_LINE = 16.0
LINES = int((TOP - BOTTOM - 40) // _LINE)  # of the contents on a page
FRONT = 2  # pages before the contents
_SERIF, _SANS, _BOLD = "Times-Roman", "Helvetica", "Helvetica-Bold"


class Drawing:
    """A PDF in the making; `found` holds the physical page, from 1, on which each answer was drawn."""

    def __init__(self, manual: Manual, language: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.found: dict[str, int] = {}
        self._manual = manual
        self._file = io.BytesIO()
        # Invariant: no clock and no random id in the file.
        self._canvas: Any = Canvas(self._file, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang=language)
        self._canvas.setTitle(manual.title)
        self._canvas.setAuthor(manual.publisher)
        self._canvas.setSubject(manual.practice)
        self._canvas.setNamedCB("found", self._seen)

    def _seen(self, canvas: Any, _kind: str, label: str) -> None:
        self.found.setdefault(label, canvas.getPageNumber())

    def front(self) -> None:
        """Draw the cover, which says that this is no real document, and an almost empty page behind it."""
        canvas, manual, looks = self._canvas, self._manual, styles()
        y = HEIGHT - 170
        for text, style in ((manual.title, "title"), (manual.subtitle, "section"), (manual.practice, "label")):
            y = self._put(text, looks[style], y) - 28
        canvas.setFont(_BOLD, 12)
        canvas.drawString(LEFT, 90, manual.publisher)
        canvas.showPage()
        canvas.setFont(_SANS, 8.5)
        canvas.drawString(LEFT, BOTTOM + 14, manual.edition)
        canvas.showPage()

    def _put(self, text: str, style: Any, y: float) -> float:
        from reportlab.platypus import Paragraph

        paragraph = Paragraph(text, style)
        _, height = paragraph.wrapOn(self._canvas, RIGHT - LEFT, HEIGHT)
        paragraph.drawOn(self._canvas, LEFT, y - height)
        return float(y - height)

    def contents(self, entries: Sequence[Entry]) -> None:
        """Draw the table of contents, with dotted leaders and links."""
        for start in range(0, len(entries), LINES):
            self._furniture(self._manual.contents, "")
            y = TOP - 10
            if not start:
                self._canvas.setFont(_BOLD, 20)
                self._canvas.drawString(LEFT, y - 10, self._manual.contents)
            y -= 40
            for entry in entries[start : start + LINES]:
                self._contents_line(entry, y)
                y -= _LINE
            self._canvas.showPage()

    def _contents_line(self, entry: Entry, y: float) -> None:
        canvas, number = self._canvas, str(entry.page)
        x, font = (LEFT, _BOLD) if entry.level == 1 else (LEFT + 14, _SERIF)
        canvas.setFont(font, 10)
        canvas.drawString(x, y, entry.title)
        canvas.drawRightString(RIGHT, y, number)
        left = x + canvas.stringWidth(entry.title, font, 10) + 4
        room = RIGHT - canvas.stringWidth(number, font, 10) - 4 - left
        canvas.drawRightString(left + room, y, "." * int(room / canvas.stringWidth(".", font, 10)))
        canvas.linkAbsolute("", _key(entry), (x, y - 3, RIGHT, y + 10))

    def chapter(self, composed: Composed) -> None:
        """Draw a chapter with its bookmarks."""
        name = f"{self._manual.chapter} {composed.plan.number}"
        for page in composed.layout.pages:
            self._furniture(f"{composed.plan.number} {composed.title}", name)
            for entry in composed.entries:
                if entry.page == page.number:
                    self._canvas.bookmarkHorizontalAbsolute(_key(entry), entry.y)
                    self._canvas.addOutlineEntry(entry.title, _key(entry), entry.level - 1, closed=entry.level == 2)
            self._page(page)
            self._canvas.showPage()

    def _page(self, page: Page) -> None:
        notes = list(page.note_places())
        for placed in [*page.placed, *notes]:
            self._draw(placed)
        if notes:
            rule = BOTTOM + page.reserved - 6
            self._canvas.setLineWidth(0.4)
            self._canvas.line(LEFT, rule, LEFT + 90, rule)

    def _draw(self, placed: Placed) -> None:
        placed.flowable.wrapOn(self._canvas, placed.width, HEIGHT)
        placed.flowable.drawOn(self._canvas, placed.x, placed.y)

    def _furniture(self, head: str, foot: str) -> None:
        """Draw the running head and foot; even pages mirror odd ones."""
        canvas, number = self._canvas, self._canvas.getPageNumber()
        page = f"{self._manual.page} {number}"
        canvas.setFont(_SANS, 8)
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, TOP + 14, RIGHT, TOP + 14)
        if number % 2:
            canvas.drawRightString(RIGHT, TOP + 19, head)
            canvas.drawString(LEFT, BOTTOM - 28, foot)
            canvas.drawRightString(RIGHT, BOTTOM - 28, page)
        else:
            canvas.drawString(LEFT, TOP + 19, self._manual.title)
            canvas.drawString(LEFT, BOTTOM - 28, page)
            canvas.drawRightString(RIGHT, BOTTOM - 28, foot)

    def finish(self) -> bytes:
        """Return the file."""
        self._canvas.save()
        return self._file.getvalue()


def _key(entry: Entry) -> str:
    return f"{entry.page}/{entry.title}"
