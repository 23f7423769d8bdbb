"""A visitor in a real browser: what they do, and all that the browser complained about meanwhile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page, Request, expect

from assistant.settings import ROOT

expect.set_options(timeout=15_000)  # ms; a shared machine stalls now and then
SHOTS = ROOT / "var" / "screenshots"
_FOCUS = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
}"""


class Visit:
    """A page, with its complaints: console, violations of a policy, failed requests, requests elsewhere, dialogs."""

    def __init__(self, page: Page, origins: Sequence[str]) -> None:
        self.page, self.origins = page, tuple(origins)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on(
            "console", lambda message: message.type in {"error", "warning"} and self.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._note_request)
        page.on("requestfailed", self._note_failure)
        page.on("dialog", self._note_dialog)

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((*self.origins, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that was left
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def forgive(self, pattern: str) -> None:
        """Leave out complaints that a test has caused itself."""
        self.complaints[:] = [text for text in self.complaints if not re.search(pattern, text)]

    def find(self, selector: str) -> Locator:
        """Look for something in the assistant, inside its shadow root."""
        return self.page.locator(f"interreg-assistant {selector}")

    def open(self) -> None:
        """Open the panel where it is behind a button, and wait until it is complete."""
        opener = self.find("#open")
        self.find("#open, #panel").first.wait_for()
        if opener.is_visible():
            opener.click()
        self.ready()

    def ready(self) -> None:
        """Wait for the panel with what the server says in it."""
        expect(self.find("#panel")).to_be_visible()
        expect(self.find("#intro")).to_contain_text("VLAIO")

    def type(self, question: str) -> None:
        """Fill in a question and press Enter."""
        self.find("#question").fill(question)
        self.find("#question").press("Enter")

    def ask(self, question: str) -> Locator:
        """Ask, and return the finished answer."""
        answers = self.find("article.answer:not(.draft)")
        before = answers.count()
        self.type(question)
        expect(answers).to_have_count(before + 1)
        return answers.nth(before)

    def focus(self) -> str:
        """Describe what has the focus: tag, id or classes."""
        described = "at => at && at.localName + (at.id ? '#' + at.id : [...at.classList].map(c => '.' + c).join(''))"
        return str(self.page.evaluate(f"({described})(({_FOCUS})())"))

    def focus_is_inside(self) -> bool:
        """Whether the focus is in the assistant, and not elsewhere on the page."""
        return bool(self.page.evaluate("document.activeElement?.localName === 'interreg-assistant'"))

    def focused_name(self) -> str:
        """Return the label or text of what has the focus."""
        named = "at => (at.getAttribute('aria-label') ?? at.textContent ?? '').trim()"
        return str(self.page.evaluate(f"({named})(({_FOCUS})())"))

    def focus_ring(self) -> float:
        """Return how wide the outline is around what has the focus, in CSS pixels; 0 where none is painted."""
        ring = """at => {
            const { outlineStyle, outlineWidth } = getComputedStyle(at);
            return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
        }"""
        return float(self.page.evaluate(f"({ring})(({_FOCUS})())"))

    def overflow(self) -> int:
        """Return by how many pixels the page can be scrolled sideways, once its styles are there."""
        self.page.wait_for_load_state()
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def shot(self, name: str) -> Path:
        """Keep a picture of what is seen now."""
        path = SHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")
        return path
