"""The source view in a real browser: nothing to scroll sideways on a phone, and contrast in light and dark."""

from __future__ import annotations

import pytest


@pytest.fixture
def address(fake_app, serving) -> str:
    return serving(fake_app)


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("document", ["privebedrijven", "vijandig"])
def test_phone_has_nothing_to_scroll_sideways(browser, address, width, document):
    with browser.new_context(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(f"{address}/sources/{document}")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, address, scheme):
    """WCAG AA over every text on the page, computed from what the browser painted."""
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{address}/sources/privebedrijven?start=39&end=60")
        assert page.evaluate(WORST_CONTRAST) >= 4.5


WORST_CONTRAST = """() => {
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => {
        const [r, g, b] = channels(color).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (channels(color)[3] !== 0) return color;
        }
        return "rgb(255, 255, 255)";
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const texts = [...document.querySelectorAll("body *")].filter((element) =>
        element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return Math.min(...texts.map((element) => ratio(light(getComputedStyle(element).color), light(ground(element)))));
}"""  # noqa: E501
