"""The page at `/` where no script runs, or none arrives: by keyboard, on a phone, and under axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from house import PHONE, House
from playwright.sync_api import Page, Route, expect
from scripted import QUOTE
from test_axe import LOOKS, violations
from visiting import Visit

from bots.web.texts import speaker

QUESTION = "Kan mijn bedrijf subsidie krijgen?"
EN = speaker("en")
BLOCKED = "ERR_FAILED|Failed to load"


def ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.locator("form.ask .main").click()


def empty(_: Page) -> None:
    pass


def answered(page: Page) -> None:
    ask(page, QUESTION)


def refused(page: Page) -> None:
    ask(page, "refuse")
    page.locator("article.answer summary").click()


def noticed(page: Page) -> None:
    ask(page, "Kan ik jan@stad.be mailen of 0470 12 34 56 bellen?")


def too_long(page: Page) -> None:
    ask(page, "a" * 2003)


def no_consent(page: Page) -> None:
    page.locator("#person summary").click()
    page.locator("#person textarea").fill("May I call?")
    page.locator("#person [type=email]").fill("ann@stad.be")
    page.locator("#person .main").click()


def handed_over(page: Page) -> None:
    page.locator("#person summary").click()
    page.locator("#person textarea").fill("May I call?")
    page.locator("#person .main").click()


def reasons(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".feedback .down").click()


def to_delete(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".tools summary").last.click()


def deleted(page: Page) -> None:
    to_delete(page)
    page.locator(".danger").click()


STATES: dict[str, Callable[[Page], None]] = {
    state.__name__: state
    for state in (empty, answered, refused, noticed, too_long, no_consent, handed_over, reasons, to_delete, deleted)
}


def wrong(visit: Visit, name: str, looks: Iterable[str] = LOOKS) -> list[str]:
    """Return what is wrong in a page, by the looks that it has; a picture of each is kept."""
    found = []
    for label in looks:
        scheme, size = LOOKS[label]
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size(size)
        visit.shot(f"{name}-{label}")
        found += [f"{label}: {broken}" for broken in violations(visit)]
        found += [f"{label}: scrolls sideways"] if visit.overflow() > 0 else []
    return found


@pytest.fixture
def plain(enter, house) -> Iterator[Callable[..., Visit]]:
    """Go to the page as somebody whose browser runs no scripts."""
    visits: list[Visit] = []

    def go(language: str = "nl", **how: Any) -> Visit:
        visits.append(enter(f"{house.address}/?lang={language}", java_script_enabled=False, **how))
        return visits[-1]

    yield go
    for visit in visits:
        visit.forgive(r"/static/chat/\w+\.js csp")  # so Chromium says that it preloads no script


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wrong_in_any_state(enter, house, state, language):
    # axe-core is a script itself; the page of a conversation has none, so that it can run there.
    visit = enter(f"{house.address}/?lang={language}&conversation=none")
    STATES[state](visit.page)
    looks = {"nl": ("light-desk", "dark-phone"), "en": ("dark-desk", "light-phone")}[language]
    assert wrong(visit, f"plain-{state}-{language}", looks) == []
    visit.forgive("status of 4")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", ["accessibility", "privacy", "sources/privebedrijven"])
def test_nothing_is_wrong_in_what_is_read(enter, house, path, language):
    visit = enter(f"{house.address}/{path}?lang={language}")
    assert wrong(visit, f"{path.replace('/', '-')}-{language}") == []


@pytest.mark.parametrize("state", STATES)
def test_narrowest_window_has_nothing_to_scroll_sideways(plain, state):
    visit = plain(viewport={"width": 320, "height": 256})
    STATES[state](visit.page)
    assert visit.overflow() == 0
    visit.forgive("status of 4")


def test_conversation_with_the_keyboard_only(plain):
    page = plain().page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = page.locator("article.answer")
    expect(answer).to_contain_text(QUOTE)
    page.wait_for_load_state()  # only then the page is at the answer
    expect(answer).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(answer.locator(".mark").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.locator(".card").first).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(answer.locator(".card .open").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("mark#quote")).to_have_text(QUOTE)


def test_what_is_wrong_has_the_focus_and_is_told_there(plain):
    visit = plain("en")
    no_consent(visit.page)
    address = visit.page.locator("#person-question-email")
    expect(address).to_be_focused()
    described = address.get_attribute("aria-describedby").split()
    assert EN("consent_needed") in visit.page.locator(f"#{described[0]}").inner_text()
    visit.forgive("status of 4")


def test_phone_shows_the_notice_and_the_question_at_once(plain):
    page = plain(viewport=PHONE).page
    expect(page.locator("#intro")).to_be_in_viewport(ratio=1)
    expect(page.locator("#question")).to_be_in_viewport(ratio=1)
    expect(page.locator("form.ask .main")).to_be_in_viewport(ratio=1)


def test_reply_of_a_person_comes_back_to_the_page(plain, house):
    page = plain("en").page
    handed_over(page)
    (conversation,) = parse_qs(urlsplit(page.url).query)["conversation"]
    (handover,) = house.assistant.handovers.of(conversation)
    house.assistant.handovers.answer(handover.id, "Please do.", by="Els Peeters", role="Contact point")
    page.get_by_role("link", name="Look whether there is an answer").click()
    person = page.locator("article.person[data-state=answered]")
    expect(person).to_contain_text(EN("by_role", role="Contact point"))
    expect(person).to_contain_text("Please do.")


def test_page_is_usable_where_the_script_does_not_arrive(enter, house):
    visit = enter("about:blank")
    visit.page.route("**/element.js", lambda route: route.abort())
    visit.page.goto(f"{house.address}/?lang=nl")
    expect(visit.page.locator("#question")).to_be_visible()
    ask(visit.page, QUESTION)
    expect(visit.page.locator("article.answer")).to_contain_text(QUOTE)
    visit.forgive(BLOCKED)


# The form is hidden by an animation of four seconds: stopped as it starts, it is moved on by the test.
STOPPED = """window.stopped = new Promise((resolve) => addEventListener("animationstart", ({ target }) => {
    for (const animation of target.getAnimations()) animation.pause();
    resolve();
}, true))"""
MOVED = """(ms) => {
    for (const animation of document.getAnimations()) {
        animation.currentTime = ms;
        if (ms > 3900) animation.play();
    }
}"""


def begun(visit: Visit, house: House, script: str) -> list[Route]:
    """Open the page but hold a part of the script back, and return what is held."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.page.add_init_script(STOPPED)
    with visit.page.expect_request(f"**/{script}"):
        visit.page.route(f"**/{script}", hold)
        visit.page.goto(f"{house.address}/?lang=nl", wait_until="commit")
    visit.page.locator("#question").wait_for(state="attached")
    visit.page.evaluate("stopped")
    return held


@pytest.mark.parametrize("script", ["element.js", "panel.js", "texts.json"])
def test_page_does_not_show_first_what_the_script_replaces(enter, house, script):
    """Hold a part of it back for seconds: nothing of the form is seen until then, and nothing of it afterwards."""
    visit = enter("about:blank", reduced_motion="reduce")
    held = begun(visit, house, script)
    visit.page.evaluate(MOVED, 3_500)
    expect(visit.page.locator("interreg-assistant > div #question")).to_be_hidden()
    held[0].continue_()
    visit.ready()
    expect(visit.page.locator("interreg-assistant > div #question")).to_be_hidden()


def test_who_has_begun_to_type_before_the_script_arrives_goes_on(enter, house):
    visit = enter("about:blank")
    held = begun(visit, house, "panel.js")
    field = visit.page.locator("#question")
    expect(field).to_be_hidden()
    visit.page.evaluate(MOVED, 3_950)
    expect(field).to_be_visible()
    field.press_sequentially("Kan mijn bedrijf")
    held[0].continue_()
    visit.page.wait_for_load_state("networkidle")
    field.press_sequentially(" subsidie krijgen?")
    expect(field).to_have_value("Kan mijn bedrijf subsidie krijgen?")
    visit.page.locator("form.ask .main").click()
    expect(visit.page.locator("article.question")).to_contain_text("Kan mijn bedrijf subsidie krijgen?")
