"""The chat page and the source view in a real browser: by keyboard, on a phone, over a reload, with hostile text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright

QUESTION = "Kan mijn bedrijf subsidie krijgen?"
QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
TOO_LONG = 2003


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The browser tests need chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


class Visit:
    """A page, with all that the browser complained about: console, violations of the policy, requests elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on(
            "console", lambda message: message.type in {"error", "warning"} and self.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_stranger)
        page.goto(f"{address}/?lang=nl")

    def _note_stranger(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def ask(self, question: str) -> None:
        before = self.page.locator("#log > article").count()
        self.page.get_by_label("Uw vraag").fill(question)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#log > article:not(.draft)")).to_have_count(before + 2)

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def address(fake_app, serving) -> str:
    return serving(fake_app)


@pytest.fixture
def visit(browser, address) -> Iterator[Visit]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-BE") as context:
        visit = Visit(context.new_page(), address)
        yield visit
        assert visit.complaints == []


@pytest.fixture
def phone(browser, address) -> Iterator[Visit]:
    with browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True) as context:
        visit = Visit(context.new_page(), address)
        yield visit
        assert visit.complaints == []


def test_question_by_keyboard_only_keeps_the_focus_in_the_input(visit):
    page = visit.page
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question":
            break
    page.keyboard.type("Kan mijn bedrijf")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("subsidie krijgen?")
    assert page.locator("article").count() == 0
    page.keyboard.press("Enter")
    answer = page.get_by_role("log").locator("article.answer:not(.draft)")
    expect(answer).to_contain_text(QUOTE)
    expect(answer.locator(".status")).to_have_text("Beantwoord")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_value("")


def test_skip_link_leads_to_the_question(visit):
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#question")).to_be_focused()


def test_suggestion_is_asked_at_a_click(visit):
    visit.page.get_by_role("button", name=QUESTION).click()
    expect(visit.page.locator(".question p")).to_have_text(QUESTION)
    expect(visit.page.locator(".answer:not(.draft) blockquote").first).to_contain_text(QUOTE)
    expect(visit.page.locator("#suggestions")).to_be_hidden()
    expect(visit.page.locator("#question")).to_be_focused()


def test_citation_opens_the_source_at_its_mark(visit):
    visit.ask(QUESTION)
    visit.page.locator(".card .open").first.click()
    mark = visit.page.locator("mark#quote")
    expect(mark).to_have_text(QUOTE)
    expect(mark).to_be_in_viewport()
    visit.page.go_back()
    expect(visit.page.locator(".answer")).to_contain_text(QUOTE)


def test_mark_in_the_text_leads_to_its_card_in_its_own_language(visit):
    visit.ask(QUESTION)
    visit.page.get_by_role("link", name="Bron 2", exact=True).click()
    card = visit.page.locator(".card").nth(1)
    expect(card).to_be_focused()
    expect(card.locator("blockquote")).to_have_attribute("lang", "en")
    expect(card).to_contain_text("vervangen door een nieuwere tekst")


def test_reload_keeps_the_conversation_and_a_new_one_forgets_it(visit, fake):
    visit.ask(QUESTION)
    visit.page.reload()
    expect(visit.page.locator(".question p")).to_have_text(QUESTION)
    expect(visit.page.locator(".answer")).to_contain_text(QUOTE)
    visit.ask("En in Noorwegen?")
    assert [asked["conversation_id"] for asked in fake.asked] == [None, "c-1"]
    visit.page.get_by_role("button", name="Nieuw gesprek").click()
    expect(visit.page.locator("#log article")).to_have_count(0)
    visit.page.reload()
    expect(visit.page.locator("#log article")).to_have_count(0)
    visit.ask(QUESTION)
    assert fake.asked[-1]["conversation_id"] is None


def test_refusal_names_a_contact_and_shows_near_misses_as_such(visit):
    visit.ask("refuse")
    answer = visit.page.locator(".answer")
    expect(answer.locator(".status")).to_have_text("Niet in de documentatie")
    expect(answer.get_by_role("link", name="VLAIO")).to_have_attribute("href", "https://www.vlaio.be/")
    expect(answer.locator(".near h3")).to_contain_text("beantwoordt uw vraag niet")


def test_too_long_question_is_told_before_it_is_sent(visit, fake):
    field = visit.page.locator("#question")
    field.fill("😀" * TOO_LONG)
    expect(visit.page.locator("#told")).to_contain_text("Nog 3 tekens te veel")
    visit.page.keyboard.press("Enter")
    expect(field).to_have_value("😀" * TOO_LONG)
    assert fake.asked == []
    field.fill("Kan dat?")
    expect(visit.page.locator("#told")).to_be_empty()


def test_hostile_text_is_shown_as_text(visit):
    hostile = "hostile <img src=x onerror=\"document.title='hit'\"><b>bold</b>"
    visit.ask(hostile)
    expect(visit.page.locator(".question p")).to_have_text(hostile)
    expect(visit.page.locator(".answer blockquote")).to_contain_text("<img src=x")
    visit.page.reload()
    expect(visit.page.locator(".question p")).to_have_text(hostile)
    assert visit.page.locator("#log img, #log b, #log script").count() == 0
    assert visit.page.locator("#log a[href^='javascript']").count() == 0
    assert visit.page.title() == "Interreg Europe-assistent"


def test_answer_is_announced_once_when_it_is_finished(visit):
    """Count what appears to assistive technology in the log: the question and the answer, each whole and once."""
    visit.page.evaluate(
        """() => {
            window.said = [];
            new MutationObserver((changes) => {
                for (const node of changes.flatMap((change) => [...change.addedNodes])) {
                    const element = node.nodeType === 1 ? node : node.parentElement;
                    if (!element?.closest('[aria-hidden="true"]')) window.said.push(node.textContent);
                }
            }).observe(document.getElementById("log"), { childList: true, subtree: true });
        }"""
    )
    visit.ask("slow vraag")
    said = visit.page.evaluate("window.said")
    assert len(said) == 2
    assert QUOTE in said[1]


def test_failure_can_be_tried_again(visit, fake):
    broken = fake.ask
    visit.page.locator("#question").fill("crash")
    visit.page.keyboard.press("Enter")
    problem = visit.page.locator(".problem")
    expect(problem).to_contain_text("Er ging aan onze kant iets mis")
    assert "passwd" not in visit.page.content()
    fake.ask = lambda question, **how: broken("Kan dat?", **how)
    problem.get_by_role("button", name="Opnieuw proberen").click()
    expect(visit.page.locator(".answer:not(.draft)")).to_contain_text(QUOTE)
    expect(problem).to_have_count(0)
    expect(visit.page.locator("#question")).to_be_focused()


def test_lost_connection_says_so(visit):
    visit.page.route("**/api/v1/ask", lambda route: route.abort())
    visit.page.locator("#question").fill(QUESTION)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".problem")).to_contain_text("De vraag kwam niet aan")
    visit.page.unroute("**/api/v1/ask")
    visit.page.get_by_role("button", name="Opnieuw proberen").click()
    expect(visit.page.locator(".answer:not(.draft)")).to_contain_text(QUOTE)
    visit.complaints[:] = [text for text in visit.complaints if "ERR_FAILED" not in text]


def test_stream_that_breaks_off_is_read_again(visit):
    def cut(route: Route) -> None:
        response = route.fetch()
        body = re.split(r"(?=id: [^\r\n]+\r?\nevent: citation)", response.text())[0]
        route.fulfill(response=response, body=body)

    visit.page.route("**/api/v1/ask", cut)
    visit.ask(QUESTION)
    expect(visit.page.locator(".answer .cards > li")).to_have_count(2)


def test_new_conversation_while_an_answer_comes_leaves_no_trace(visit):
    visit.page.locator("#question").fill("slow")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".draft")).to_be_visible()
    visit.page.get_by_role("button", name="Nieuw gesprek").click()
    visit.ask(QUESTION)
    visit.page.wait_for_timeout(1800)
    expect(visit.page.locator("#log > article")).to_have_count(2)


def test_second_question_waits_for_the_first_answer(visit, fake):
    visit.page.locator("#question").fill("slow")
    visit.page.keyboard.press("Enter")
    visit.page.locator("#question").fill(QUESTION)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".answer:not(.draft)")).to_have_count(1)
    assert len(fake.asked) == 1
    expect(visit.page.locator("#question")).to_have_value(QUESTION)


@pytest.mark.parametrize("width", [320, 360])
def test_phone_has_nothing_to_scroll_sideways(phone, width):
    phone.page.set_viewport_size({"width": width, "height": 640})
    assert phone.overflow() == 0
    phone.ask("Kan dat?")
    phone.ask("refuse")
    phone.ask("hostile " + "x" * 300)
    assert phone.overflow() == 0
    phone.page.goto(f"{phone.address}/sources/privebedrijven")
    assert phone.overflow() == 0
    phone.page.goto(f"{phone.address}/sources/vijandig")
    assert phone.overflow() == 0


def test_phone_shows_notice_and_input_at_once(phone):
    expect(phone.page.locator(".notice")).to_be_in_viewport(ratio=1)
    expect(phone.page.locator("#question")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, address, scheme):
    """WCAG AA over every text on the page, computed from what the browser painted."""
    with browser.new_context(color_scheme=scheme) as context:
        visit = Visit(context.new_page(), address)
        for question in ("Kan dat?", "refuse"):
            visit.ask(question)
        assert visit.page.evaluate(WORST_CONTRAST) >= 4.5
        visit.page.goto(f"{address}/sources/privebedrijven?start=39&end=60")
        assert visit.page.evaluate(WORST_CONTRAST) >= 4.5


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


def test_without_javascript_the_form_still_answers(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/?lang=nl")
        page.get_by_role("button", name=QUESTION).click()
        expect(page.locator(".question p")).to_have_text(QUESTION)
        page.locator("#question").fill("En in Noorwegen?")
        page.get_by_role("button", name="Vraag", exact=True).click()
        expect(page.locator(".question p")).to_have_text("En in Noorwegen?")
        page.get_by_role("link", name=re.compile("Open de bron")).first.click()
        expect(page.locator("mark#quote")).to_have_text(QUOTE)
