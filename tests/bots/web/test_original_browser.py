"""The original in a real browser: beside the text on a screen, below it on a phone, turned with and without script."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from reportlab.pdfgen.canvas import Canvas

from assistant import original
from bots.web import create_app

expect.set_options(timeout=15_000)  # ms; a shared machine stalls now and then
QUOTE = "A private company cannot receive funding from Interreg Europe."
FILLER = "Every partner keeps its own accounts, and a controller checks them twice a year."
PARTS = "\n\n".join(f"## Part {number}\n\n{FILLER} {FILLER}" for number in range(12))


def three_pages() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made)
    for text in (FILLER, QUOTE, FILLER):
        canvas.drawString(72, 600, text)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@pytest.fixture(scope="module")
def quoted(module_workshop) -> str:
    """The link of a quote in the middle of a long document that has a PDF, of a version that is no longer current."""
    workshop = module_workshop
    text = f"# Guide\n\n{PARTS}\n\n## Companies\n\n{QUOTE}\n\n{PARTS.replace('Part', 'Chapter')}\n"
    workshop.write("guide.md", text, id="guide", language="en")
    workshop.ingest()
    document = workshop.index().documents["guide"]
    original.keep(workshop.settings, "guide", document.revision, ".pdf", three_pages())
    stored = workshop.index().text("guide").text
    workshop.write("guide.md", text.replace("cannot receive", "can receive no"), id="guide", language="en")
    workshop.ingest()
    start = stored.index(QUOTE)
    return f"/sources/guide?revision={document.revision}&start={start}&end={start + len(QUOTE)}"


@pytest.fixture
def address(module_workshop, quoted, serving, until) -> str:
    served = serving(create_app(module_workshop.settings))
    until(lambda: httpx.get(f"{served}/readyz", timeout=60).status_code == 200)
    return served + quoted


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


def opened(page: Page, address: str, complaints: list[str]) -> Page:
    page.on("console", lambda message: message.type in {"error", "warning"} and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}#quote")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    return page


def test_page_of_the_quote_stands_beside_it(browser, address, complaints):
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = opened(context.new_page(), address, complaints)
        image = page.get_by_role("img", name="Page 2 of 3 of the original document")
        expect(image).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="Next page")).to_be_in_viewport(ratio=1)
        assert image.evaluate("image => image.complete && image.naturalWidth") > 800
        mark, sheet = page.locator("rect").bounding_box(), image.bounding_box()
        assert mark["width"] > 0.4 * sheet["width"]
        assert sheet["y"] < mark["y"] < sheet["y"] + sheet["height"] / 2


def test_page_turns_by_keyboard_and_the_text_stays_where_it_is(browser, address, complaints):
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = opened(context.new_page(), address, complaints)
        before = page.evaluate("scrollY")
        page.get_by_role("link", name="Next page").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#page_turned")).to_have_text("Page 3 of 3.")
        expect(page.get_by_role("link", name="Previous page")).to_be_focused()
        expect(page.locator("rect")).to_have_count(0)
        assert page.evaluate("scrollY") == before
        page.get_by_role("link", name="To the quoted passage on page 2").click()
        expect(page.locator("rect")).to_have_count(1)
        assert "page=2" in page.url


def test_page_that_was_asked_for_last_is_the_one_that_stays(browser, address, complaints):
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = opened(context.new_page(), address, complaints)
        held: list[Route] = []
        page.route("**/sources/guide?*page=3*", lambda route: held.append(route))  # noqa: PLW0108 -- it is asked how many it takes
        page.get_by_role("link", name="Next page").click()
        page.get_by_role("link", name="Previous page").click()
        expect(page.locator("#page_turned")).to_have_text("Page 1 of 3.")
        with page.expect_event("requestfinished", lambda request: "page=3" in request.url):
            held[0].continue_()
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
        expect(page.locator("#page_turned")).to_have_text("Page 1 of 3.")
        assert "page=1" in page.url


def test_page_turns_without_javascript(browser, address, complaints):
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640}) as context:
        page = opened(context.new_page(), address, complaints)
        page.get_by_role("link", name="See this passage in the original, page 2").click()
        expect(page.get_by_role("img", name="Page 2 of 3")).to_be_in_viewport()
        page.get_by_role("link", name="Next page").click()
        expect(page.get_by_role("img", name="Page 3 of 3")).to_be_in_viewport()
        page.get_by_role("link", name="Back to the quote in the text").click()
        expect(page.locator("mark#quote")).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 360, 1088, 1920])
def test_nothing_to_scroll_sideways(browser, address, complaints, width):
    with browser.new_context(viewport={"width": width, "height": 640}) as context:
        page = opened(context.new_page(), address, complaints)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, address, complaints, scheme):
    from test_browser import WORST_CONTRAST

    with browser.new_context(color_scheme=scheme) as context:
        page = opened(context.new_page(), address, complaints)
        assert page.evaluate(WORST_CONTRAST) >= 4.5
