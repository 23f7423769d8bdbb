"""axe-core finds nothing in any state, in either language, light and dark, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from itertools import product
from typing import Any

import pytest
from house import DESKTOP, PHONE, House
from playwright.sync_api import Browser, expect
from states import BEHIND_A_BUTTON, STATES, Way
from visiting import Visit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {
    "light-phone": ("light", PHONE),
    "dark-phone": ("dark", PHONE),
    "light-desk": ("light", DESKTOP),
    "dark-desk": ("dark", DESKTOP),
}

_SEEN = {"nl": ("light-phone", "dark-desk"), "en": ("light-desk", "dark-phone")}


def violations(visit: Visit, *context: str) -> list[str]:
    """Run axe-core over the page, or over what the selectors find; a rule and where it is broken."""
    visit.page.wait_for_load_state()  # after a click on a form, its answer has come but not yet its styles
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: dict[str, Any] = visit.page.evaluate(
        "([context, options]) => axe.run(context.length ? { include: context } : document, options)",
        [list(context), options],
    )
    return [f"{rule['id']} at {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


class Rooms:
    """One page for each variant and language, since axe-core takes longer to load than to look."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser, self._house = browser, house
        self._visits: dict[str, Visit] = {}

    def enter(self, variant: str, language: str) -> Visit:
        """Come in as a new visitor."""
        key = f"{variant}-{language}"
        if key not in self._visits:
            context = self._browser.new_context(reduced_motion="reduce", locale="nl-BE", viewport=DESKTOP)
            context.set_default_timeout(30_000)
            self._visits[key] = visit = Visit(context.new_page(), (self._house.address, self._house.site.origin))
            visit.page.goto(self._address(variant, language))
            return visit
        self._visits[key].page.evaluate(_ANEW)
        return self._visits[key]

    def _address(self, variant: str, language: str) -> str:
        if variant == "page":
            return f"{self._house.address}/?lang={language}"
        return self._house.embed(f"/{variant}-{language}", variant=variant, language=language)


_ANEW = """() => {
    const old = document.querySelector("interreg-assistant");
    const place = document.createComment("");
    const fresh = old.cloneNode(true);
    old.replaceWith(place);
    sessionStorage.clear();
    place.replaceWith(fresh);
}"""


@pytest.fixture(scope="module")
def rooms(browser, house) -> Rooms:
    return Rooms(browser, house)


def look(house: House, visit: Visit, name: str, way: Way, looks: Iterable[str], *context: str) -> list[str]:
    """Bring a visit into a state, keep a picture of each look, and return all that is wrong with them."""
    found: list[str] = []
    for number, label in enumerate(looks):
        scheme, size = LOOKS[label]
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size(size)
        if number == 0:
            way(visit, house)
        visit.shot(f"{name}-{label}")
        found += [f"{label}: {broken}" for broken in violations(visit, *context)]
        if visit.overflow() > 0:
            found.append(f"{label}: scrolls sideways")
    visit.page.context.set_offline(False)
    house.script.gate.set()
    expect(visit.find("article.draft")).to_have_count(0)  # nothing goes on into the next visit
    if not house.assistant.switch.on():
        house.assistant.switch.turn(True, by="Els", reason="test")
    found += visit.complaints
    visit.complaints.clear()
    return found


@pytest.mark.parametrize(("state", "language"), [*product(STATES, ("nl", "en"))])
def test_page(rooms, house, state, language):
    visit, looks = rooms.enter("page", language), _SEEN[language]
    assert look(house, visit, f"page-{state}-{language}", STATES[state], looks) == []


@pytest.mark.parametrize("state", [*BEHIND_A_BUTTON, *STATES])
def test_embedded_behind_a_button(rooms, house, state):
    every = STATES | BEHIND_A_BUTTON
    language = ("nl", "en")[[*every].index(state) % 2]
    visit, looks = rooms.enter("button", language), ("light-desk", "dark-phone")
    assert look(house, visit, f"button-{state}-{language}", every[state], looks, "interreg-assistant") == []


@pytest.mark.parametrize("state", STATES)
def test_embedded_inline(rooms, house, state):
    language = ("en", "nl")[[*STATES].index(state) % 2]
    visit, looks = rooms.enter("inline", language), ("dark-desk", "light-phone")
    assert look(house, visit, f"inline-{state}-{language}", STATES[state], looks, "interreg-assistant") == []
