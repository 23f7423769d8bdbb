"""The one line on somebody else's site: it works under a strict policy, and the page does not notice it."""

from __future__ import annotations

import json
import re

import pytest
from foreign import strict_policy
from playwright.sync_api import Page, expect
from scripted import QUOTE

# What a host would see of a change: every element's place and what is computed for it, and the names on window.
_HOST = """() => JSON.stringify([...document.querySelectorAll("html, body, body *")]
    .filter((element) => !element.closest("interreg-assistant, script, .slot"))
    .map((element) => {
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        return [element.localName, element.id, [box.x, box.y, box.width, box.height], Object.fromEntries(
            [...style].map((name) => [name, style.getPropertyValue(name)]))];
    }))"""
_GLOBALS = "() => Object.getOwnPropertyNames(window).sort()"
_LOOKS = """() => [...document.querySelector("interreg-assistant").shadowRoot.querySelectorAll("*")].map((element) => {
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    const seen = ["color", "backgroundColor", "fontSize", "fontFamily", "textTransform", "letterSpacing", "visibility"];
    return [element.localName, element.id, Math.round(width), Math.round(height), ...seen.map((name) => style[name])];
})"""
_SHIFT = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
})"""


def host(page: Page) -> list[object]:
    described: list[object] = json.loads(page.evaluate(_HOST))
    return described


@pytest.mark.parametrize("variant", ["button", "inline"])
def test_it_answers_on_a_foreign_site_under_a_strict_policy(enter, house, variant):
    visit = enter(house.embed(policy=strict_policy(house.address), variant=variant))
    visit.open()
    answer = visit.ask("Kan mijn bedrijf subsidie krijgen?")
    expect(answer).to_contain_text(QUOTE)
    answer.locator(".mark").first.click()
    expect(answer.locator(".card").first).to_be_visible()
    answer.locator(".ask-person").click()
    answer.locator("form.handover button[type=submit]").click()
    expect(visit.find("article.person[data-state=waiting]")).to_be_visible()
    visit.shot(f"embed-{variant}")


def test_it_leaves_no_cookie_and_asks_nobody_else(enter, house):
    visit = enter(house.embed(variant="button"))
    visit.open()
    visit.ask("Kan dat?")
    assert visit.page.context.cookies() == []
    assert visit.page.evaluate("Object.keys(localStorage)") == []
    assert {re.match(r"https?://[^/]+", url)[0] for url in visit.requests} == {house.address, house.site.origin}


def test_host_finds_nothing_changed(enter, house):
    plain = enter(house.site.page("/plain"))
    before, names = host(plain.page), plain.page.evaluate(_GLOBALS)
    visit = enter(house.embed(variant="button"))
    expect(visit.find("#open")).to_be_visible()
    assert host(visit.page) == before
    visit.open()
    visit.ask("Kan dat?")
    assert host(visit.page) == before
    assert set(visit.page.evaluate(_GLOBALS)) - set(names) == set()


def test_host_does_not_move(enter, house):
    visit = enter(house.embed(variant="button"))
    expect(visit.find("#open")).to_be_visible()
    assert visit.page.evaluate(_SHIFT) == 0
    assert visit.overflow() == 0


def test_host_keeps_its_keys_and_its_scroll_place(enter, house):
    """Shortcuts of the page are not triggered by typing, and opening does not scroll what is behind."""
    visit = enter(house.site.page("/tall", '<div style="height: 3000px"></div>' + _line(house, variant="button")))
    visit.page.evaluate("window.heard = []; addEventListener('keydown', (event) => heard.push(event.key))")
    visit.page.evaluate("scrollTo(0, 500)")
    visit.open()
    visit.find("#question").press_sequentially("kan dat?")
    visit.find("#question").press("Enter")
    expect(visit.find("article.answer:not(.draft)")).to_contain_text(QUOTE)
    assert visit.page.evaluate("heard") == []
    assert visit.page.evaluate("scrollY") == 500


def _line(house, **data: str) -> str:
    attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<script src="{house.address}/widget.js"{attributes}></script>'


def test_hostile_styles_do_not_reach_it(enter, house):
    """Sizes, colours and places are the same on a calm page and on one whose stylesheet attacks everything."""
    looks: list[object] = []
    for css in ("calm", "hostile"):
        visit = enter(house.embed(f"/{css}", css=css, variant="button"), reduced_motion="reduce")
        visit.open()
        with visit.page.expect_event("requestfinished", lambda request: request.url.endswith("/suggestions")):
            answer = visit.ask("Kan dat?")
        answer.locator(".mark").first.click()
        visit.page.mouse.move(0, 0)
        looks.append(visit.page.evaluate(_LOOKS))
        visit.shot(f"embed-{css}")
    assert looks[0] == looks[1]


@pytest.mark.parametrize("what", ["element.js", "chat.css", "texts.json", "panel.js"])
def test_page_loads_though_the_assistant_hangs(enter, house, browser, what):
    visit = enter("about:blank")
    visit.page.route(f"**/static/chat/{what}", lambda route: None)
    visit.page.goto(house.embed(variant="inline"), wait_until="load")
    expect(visit.page.locator("#host-title")).to_be_visible()


def test_page_is_read_though_the_line_itself_hangs(enter, house):
    visit = enter("about:blank")
    visit.page.route("**/widget.js", lambda route: None)
    line = _line(house, variant="button").replace("<script ", "<script async ")
    visit.page.goto(house.site.page("/async", line), wait_until="domcontentloaded")
    expect(visit.page.locator("#host-title")).to_be_visible()


def test_page_is_whole_though_the_assistant_is_gone(enter, house):
    visit = enter("about:blank")
    visit.page.route(f"{house.address}/**", lambda route: route.abort())
    visit.page.goto(house.embed(variant="button"))
    expect(visit.page.locator("#host-title")).to_be_visible()
    expect(visit.page.locator("interreg-assistant")).to_have_count(0)
    visit.forgive("ERR_FAILED")


def test_site_that_is_not_on_the_list_gets_no_answers(enter, house):
    """The list holds `localhost`; the same page under `127.0.0.1` is another origin."""
    elsewhere = house.embed("/stranger", variant="inline").replace("localhost", "127.0.0.1")
    visit = enter("about:blank")
    visit.origins = (*visit.origins, house.site.origin.replace("localhost", "127.0.0.1"))
    visit.page.goto(elsewhere)
    expect(visit.find("#panel")).to_be_visible()
    visit.type("Kan dat hier?")
    expect(visit.find("article.draft .thinking")).to_have_text(re.compile("verbinding"))
    assert "Kan dat hier?" not in [question.text for question in house.script.asked]
    visit.page.close()
    visit.forgive("CORS|ERR_FAILED")


def test_two_on_a_page_are_two(enter, house):
    two = '<interreg-assistant variant="inline" language="nl"></interreg-assistant>'
    two += '<interreg-assistant variant="inline" language="en"></interreg-assistant>' + _line(house)
    visit = enter(house.site.page("/two", two))
    expect(visit.page.get_by_label("Uw vraag")).to_have_count(1)
    expect(visit.page.get_by_label("Your question")).to_have_count(1)


def test_it_follows_the_language_of_the_page(enter, house):
    visit = enter(house.embed(lang="en-GB", variant="button"))
    expect(visit.find("#open")).to_have_text("Ask a question")
    visit.page.evaluate("document.documentElement.lang = 'nl'")
    expect(visit.find("#open")).to_have_text("Stel uw vraag")


def test_it_takes_the_colours_and_place_that_it_is_given(enter, house):
    style = "<style>interreg-assistant { --assistant-accent: rgb(0, 90, 60); --assistant-radius: 0; }</style>"
    line = _line(house, variant="button", position="left", heading="Vraag &amp; antwoord")
    visit = enter(house.site.page("/coloured", style + line))
    expect(visit.find("#open")).to_have_css("background-color", "rgb(0, 90, 60)")
    visit.open()
    expect(visit.find("#title")).to_have_text("Vraag & antwoord")
    box = visit.find("#panel").bounding_box()
    assert box is not None
    assert box["x"] < 100


@pytest.mark.parametrize("width", [320, 360])
def test_phone_shows_all_of_it(enter, house, width):
    visit = enter(
        house.embed(variant="button"), viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True
    )
    visit.open()
    assert visit.overflow() == 0
    for selector in ("#intro .automated", "#question", "#send", "#close"):
        expect(visit.find(selector)).to_be_in_viewport(ratio=1)
    answer = visit.ask("long vraag")
    answer.locator(".mark").first.click()
    assert visit.overflow() == 0
    visit.shot(f"embed-phone-{width}")


@pytest.mark.parametrize("variant", ["button", "inline"])
def test_panel_itself_never_scrolls(enter, house, variant):
    """Only the conversation in it does: scrolled by a focus deep inside, its header would be gone for good."""
    visit = enter(house.embed(variant=variant), reduced_motion="reduce")
    visit.open()
    answer = visit.ask("long")
    answer.locator(".ask-person").click()
    answer.locator("form.handover button[type=submit]").click()
    expect(visit.find("article.person")).to_be_visible()
    assert visit.find("#panel").evaluate("panel => [panel.scrollTop, panel.scrollHeight - panel.clientHeight]") == [
        0,
        0,
    ]
    expect(visit.find("#title")).to_be_in_viewport(ratio=1)
