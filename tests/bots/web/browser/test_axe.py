"""axe-core finds nothing in any state, in either language, light and dark, on a phone and on a desk."""

from __future__ import annotations

from importlib.resources import files
from itertools import product
from typing import Any

import pytest
from conftest import DESKTOP, PHONE
from states import BEHIND_A_BUTTON, STATES
from visiting import Visit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {
    "light-desk": ("light", DESKTOP),
    "dark-desk": ("dark", DESKTOP),
    "light-phone": ("light", PHONE),
    "dark-phone": ("dark", PHONE),
}


def violations(visit: Visit, *context: str) -> list[str]:
    """Run axe-core over the page, or over what the selectors find; a rule and where it is broken."""
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: dict[str, Any] = visit.page.evaluate(
        "([context, options]) => axe.run(context.length ? { include: context } : document, options)",
        [list(context), options],
    )
    return [f"{rule['id']} at {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


@pytest.fixture(autouse=True)
def back_to_normal(house):
    yield
    house.script.gate.set()
    if not house.assistant.switch.on():
        house.assistant.switch.turn(True, by="Els", reason="test")


def look(visit: Visit, name: str, looks: tuple[str, ...], *context: str) -> list[str]:
    found = []
    for label in looks:
        scheme, size = LOOKS[label]
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size(size)
        visit.shot(f"{name}-{label}")
        found += [f"{label}: {broken}" for broken in violations(visit, *context)]
        if visit.overflow() > 0:
            found.append(f"{label}: scrolls sideways")
    return found


@pytest.mark.parametrize(("state", "language"), [*product(STATES, ("nl", "en"))])
def test_page(enter, house, state, language):
    visit = enter(f"{house.address}/?lang={language}", reduced_motion="reduce")
    STATES[state](visit, house)
    assert look(visit, f"page-{state}-{language}", tuple(LOOKS)) == []
    visit.forgive("500")


@pytest.mark.parametrize("state", [*BEHIND_A_BUTTON, *STATES])
def test_embedded_behind_a_button(enter, house, state):
    language = ("nl", "en")[[*STATES, *BEHIND_A_BUTTON].index(state) % 2]
    visit = enter(house.embed(variant="button", language=language), reduced_motion="reduce")
    (STATES | BEHIND_A_BUTTON)[state](visit, house)
    assert look(visit, f"button-{state}-{language}", ("light-desk", "dark-phone"), "interreg-assistant") == []


@pytest.mark.parametrize("state", STATES)
def test_embedded_inline(enter, house, state):
    language = ("en", "nl")[[*STATES].index(state) % 2]
    visit = enter(house.embed(variant="inline", language=language), reduced_motion="reduce")
    STATES[state](visit, house)
    assert look(visit, f"inline-{state}-{language}", ("dark-desk", "light-phone"), "interreg-assistant") == []
