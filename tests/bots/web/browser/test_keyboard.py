"""The whole way without a mouse: open, ask, read a source, judge, hand over, close; the focus is seen, never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect
from scripted import QUOTE
from states import look_again
from visiting import Visit


@pytest.fixture
def visit(enter, house) -> Visit:
    visit = enter(house.embed(variant="button"), reduced_motion="reduce")
    visit.find("#open").wait_for()
    return visit


def tab(visit: Visit, wanted: str, presses: int = 25, key: str = "Tab") -> list[str]:
    """Press Tab until the focus is on what is wanted, and return the way; the focus is seen at every step."""
    way: list[str] = []
    for _ in range(presses):
        visit.page.keyboard.press(key)
        way.append(visit.focus())
        assert visit.focus_ring() >= 2 or not visit.focus_is_inside(), f"no focus seen at {way[-1]}"
        if re.search(wanted, way[-1]):
            return way
    raise AssertionError(f"{wanted} is not reached: {way}")


def test_everything_can_be_done_by_keyboard(visit, house):
    keyboard = visit.page.keyboard
    tab(visit, "#open")
    keyboard.press("Enter")
    expect(visit.find("#panel")).to_be_visible()
    visit.ready()
    assert visit.focus() == "h2#title"
    tab(visit, "#question")
    keyboard.type("Kan mijn bedrijf subsidie krijgen?")
    keyboard.press("Enter")
    answer = visit.find("article.answer:not(.draft)")
    expect(answer).to_contain_text(QUOTE)
    assert visit.focus() == "textarea#question"

    tab(visit, r"\.mark", key="Shift+Tab")
    keyboard.press("Enter")
    expect(answer.locator(".card:visible")).to_be_visible()
    assert "#card-" in visit.focus()
    tab(visit, r"a\.")
    assert "Open de bron" in visit.focused_name()
    keyboard.press("Escape")
    expect(answer.locator(".card:visible")).to_have_count(0)
    assert ".mark" in visit.focus()

    tab(visit, r"\.down")
    keyboard.press("Space")
    expect(visit.find("form.reason")).to_be_visible()
    assert visit.focus().startswith("input")
    keyboard.press("ArrowDown")
    tab(visit, "textarea")
    keyboard.type("Er mist een bedrag.")
    tab(visit, r"button\.primary")
    keyboard.press("Enter")
    expect(visit.find("form.reason")).to_have_count(0)
    assert ".down" in visit.focus()
    expect(answer).to_contain_text("Dank u")

    tab(visit, r"\.ask-person")
    keyboard.press("Enter")
    expect(visit.find("form.handover")).to_be_visible()
    tab(visit, r"button\.primary")
    keyboard.press("Enter")
    person = visit.find("article.person[data-state=waiting]")
    expect(person).to_be_visible()
    assert "article.person" in visit.focus()
    house.assistant.handovers.answer(person.get_attribute("data-id") or "", "Ja.", by="Els", role="VLAIO")
    look_again(visit)
    expect(visit.find("article.person[data-state=answered]")).to_contain_text("Ja.")
    assert "article.person" in visit.focus()

    keyboard.press("Escape")
    expect(visit.find("#panel")).to_be_hidden()
    assert visit.focus() == "button#open"
    visit.shot("keyboard-closed")


def test_focus_goes_through_the_panel_in_the_order_in_which_it_is_read(visit):
    visit.open()
    visit.ask("Kan dat?")
    expect(visit.find("#follow-ups, article.answer").first).to_be_visible()
    visit.find("#title").focus()
    places = []
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        if visit.focus() in {"body", "html"}:
            break
        box = visit.page.evaluate(
            """() => {
                let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                const all = [...at.getRootNode().querySelectorAll("*")];
                return all.indexOf(at);
            }"""
        )
        places.append(box)
        if visit.focus() == "button#send":
            break
    assert places == sorted(places)
    assert len(places) > 8


def test_closing_by_its_button_gives_the_focus_back(visit):
    tab(visit, "#open")
    visit.page.keyboard.press("Space")
    visit.ready()
    tab(visit, "#close")
    visit.page.keyboard.press("Enter")
    expect(visit.find("#panel")).to_be_hidden()
    assert visit.focus() == "button#open"


def test_host_page_is_reached_before_and_after(visit):
    """The panel is no trap: behind its last control comes the rest of the page."""
    visit.open()
    visit.find("#question").focus()
    for _ in range(6):
        visit.page.keyboard.press("Tab")
        if visit.focus() in {"body", "html"} or visit.focus() == "a":
            break
    else:
        raise AssertionError(f"the focus stays in the panel: {visit.focus()}")
    tab(visit, "#host-search")


def test_escape_closes_one_thing_at_a_time(visit):
    visit.open()
    answer = visit.ask("Kan dat?")
    answer.locator(".mark").first.click()
    visit.find("#menu").click()
    visit.page.keyboard.press("Escape")
    expect(visit.find("#menu-list")).to_be_hidden()
    answer.locator(".mark").first.click()
    visit.page.keyboard.press("Escape")
    expect(answer.locator(".card:visible")).to_have_count(0)
    expect(visit.find("#panel")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.find("#panel")).to_be_hidden()


def test_form_that_was_left_is_still_there(visit):
    """Escape closes the panel, whatever is typed in it; opened again, all of it is where it was."""
    visit.open()
    visit.ask("refuse")
    visit.find("article.answer .ask-person").click()
    visit.find("form.handover textarea").fill("Mijn eigen woorden")
    visit.page.keyboard.press("Escape")
    expect(visit.find("#panel")).to_be_hidden()
    visit.page.keyboard.press("Enter")
    expect(visit.find("form.handover textarea")).to_have_value("Mijn eigen woorden")


def test_form_that_is_not_wanted_gives_the_focus_back(visit):
    visit.open()
    visit.ask("refuse")
    visit.find("article.answer .ask-person").focus()
    visit.page.keyboard.press("Enter")
    tab(visit, r"button(?!\.primary)")
    visit.page.keyboard.press("Enter")
    expect(visit.find("form.handover")).to_have_count(0)
    assert ".ask-person" in visit.focus()


def test_answer_that_comes_takes_nothing_from_who_is_typing(visit, house):
    house.script.gate.clear()
    visit.open()
    visit.type("wait for it")
    visit.page.keyboard.type("mijn volgende vr")
    house.script.gate.set()
    expect(visit.find("article.answer:not(.draft)")).to_be_visible()
    visit.page.keyboard.type("aag")
    expect(visit.find("#question")).to_have_value("mijn volgende vraag")
    assert visit.focus() == "textarea#question"


def test_deleting_asks_first_and_the_focus_stays(visit):
    visit.open()
    visit.ask("Kan dat?")
    visit.find("#menu").focus()
    visit.page.keyboard.press("Enter")
    tab(visit, "#delete")
    visit.page.keyboard.press("Enter")
    expect(visit.find(".confirm")).to_be_visible()
    assert visit.focus().startswith("button")  # the one that refuses
    visit.page.keyboard.press("Enter")
    expect(visit.find(".confirm")).to_have_count(0)
    expect(visit.find("article.answer")).to_have_count(1)
    assert visit.focus() not in {"body", "html"}


def test_what_has_the_focus_is_not_behind_anything(visit):
    """WCAG 2.2, 2.4.11: at every step at least a part of what has the focus can be seen."""
    visit.open()
    visit.ask("long")
    visit.find("#title").focus()
    for _ in range(45):
        visit.page.keyboard.press("Tab")
        if visit.focus() in {"body", "html"}:
            break
        visit.page.wait_for_timeout(20)
        assert visit.page.evaluate(_SEEN), f"{visit.focus()} {visit.focused_name()!r} is hidden"


_SEEN = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const box = at.getBoundingClientRect();
    const points = [[box.x + box.width / 2, box.y + box.height / 2], [box.x + 3, box.y + 3], [box.right - 3, box.bottom - 3]];
    return points.some(([x, y]) => {
        let top = document.elementFromPoint(x, y);
        while (top?.shadowRoot?.elementFromPoint(x, y) && top.shadowRoot !== top.getRootNode()) {
            const inner = top.shadowRoot.elementFromPoint(x, y);
            if (inner === top) break;
            top = inner;
        }
        return top && (at.contains(top) || top.contains(at));
    });
}"""  # noqa: E501


def test_source_view_by_keyboard(enter, house):
    citation = house.script.cite()
    visit = enter(house.address + citation.url.replace("#quote", ""))
    visit.page.keyboard.press("Tab")
    assert visit.focused_name() == "Naar de geciteerde passage"
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("mark#quote")).to_be_in_viewport()
    visit.page.keyboard.press("Shift+Tab")
    assert visit.focus_ring() >= 2
    visit.page.get_by_role("link", name="This document in English").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/sources/private-companies#who-gets-funding")
    expect(visit.page.locator("#who-gets-funding")).to_be_in_viewport()


@pytest.mark.parametrize("thumb", ["up", "down"])
def test_opinion_that_arrives_late_sweeps_no_form_away(visit, house, thumb):
    """On a slow line the thanks, or the question why, come when something else is being written in the same place."""
    visit.open()
    answer = visit.ask("Kan dat?")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.page.route("**/feedback", hold)
    answer.locator(f".{thumb}").click()
    answer.locator(".ask-person").click()
    visit.find("form.handover textarea").fill("Mijn eigen woorden")
    with visit.page.expect_response("**/feedback"):
        held[0].continue_()
    visit.page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    expect(visit.find("form.handover textarea")).to_have_value("Mijn eigen woorden")
