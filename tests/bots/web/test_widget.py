"""The widget in a real browser: a conversation up to a colleague's reply, over all that may go wrong on the way."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from bots.web.rendering import HERE

QUESTION = "Kan mijn bedrijf subsidie krijgen?"
QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
DONE = "article.answer:not(.draft)"
expect.set_options(timeout=15_000)  # ms; a shared machine stalls now and then
LIMIT = 30_000  # bytes over the line


class Visit:
    """The chat page with all that the browser complained about: console, violations of the policy, uncaught errors."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.complaints = page, list[str]()
        page.set_default_timeout(30_000)
        page.on(
            "console", lambda message: message.type in {"error", "warning"} and self.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        expect(page.locator("interreg-assistant #panel #intro")).to_contain_text("VLAIO")

    def find(self, selector: str) -> Locator:
        return self.page.locator(f"interreg-assistant {selector}")

    def send(self, question: str) -> None:
        self.find("#question").fill(question)
        self.find("#question").press("Enter")

    def ask(self, question: str = QUESTION) -> Locator:
        answers = self.find(DONE)
        before = answers.count()
        self.send(question)
        expect(answers).to_have_count(before + 1)
        return answers.nth(before)

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds that the page's events bring about."""
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(20)

    def forgive(self, pattern: str) -> None:
        self.complaints[:] = [text for text in self.complaints if not re.search(pattern, text)]


@pytest.fixture
def address(fake_app: Any, serving: Callable[[Any], str]) -> str:
    return serving(fake_app)


@pytest.fixture
def enter(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    visits, contexts = [], []

    def go(path: str = "/?lang=nl", script: str = "", **how: Any) -> Visit:
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "nl-BE", "reduced_motion": "reduce"}
        context = browser.new_context(**{**options, **how})
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        visits.append(Visit(page, address + path))
        return visits[-1]

    yield go
    for context in contexts:
        context.close()
    assert [complaint for visit in visits for complaint in visit.complaints] == []


@pytest.fixture
def visit(enter: Callable[..., Visit]) -> Visit:
    return enter()


def test_answer_is_announced_once_and_only_when_it_is_finished(visit, fake):
    visit.page.evaluate(
        """() => {
            window.said = [];
            const root = document.querySelector("interreg-assistant").shadowRoot;
            new MutationObserver(() => said.push(root.querySelector("#announce").textContent))
                .observe(root.querySelector("#announce"), { childList: true, subtree: true });
        }"""
    )
    visit.send("wait even")
    draft = visit.find("article.draft")
    expect(draft).to_have_attribute("aria-busy", "true")
    expect(draft).to_have_attribute("aria-live", "off")
    assert visit.page.evaluate("said") == []
    fake.gate.set()
    expect(visit.find(DONE)).to_have_count(1)
    [said] = visit.page.evaluate("said")
    assert said.startswith(f"Beantwoord. {QUOTE}")
    assert "[1]" not in said
    expect(visit.find("#log")).to_have_attribute("role", "log")


def test_text_is_shown_as_it_comes(visit):
    def part(route: Route) -> None:
        route.fulfill(content_type="text/event-stream", body='id: a\nevent: delta\ndata: {"text": "Een privé"}\n\n')

    visit.page.route("**/api/v1/ask", part)
    visit.page.route("**/api/v1/answers/*", lambda _: None)
    visit.send(QUESTION)
    expect(visit.find("article.draft .text")).to_have_text("Een privé")


def test_mark_opens_its_card_and_escape_leads_back(visit):
    answer = visit.ask()
    mark = answer.locator(".mark").nth(1)
    expect(answer.locator(".card")).to_have_count(2)
    expect(answer.locator(".card:visible")).to_have_count(0)
    mark.click()
    card = answer.locator(".card:visible")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport(ratio=1)
    expect(card.locator("blockquote")).to_have_text("A private company cannot get funding.")
    expect(card.locator("blockquote")).to_have_attribute("lang", "en")
    expect(card).to_contain_text("2023")
    expect(answer.locator(".source").nth(1)).to_contain_text("vervangen door een nieuwere tekst")
    visit.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(mark).to_be_focused()


def test_card_leads_to_the_quote_in_the_source(visit):
    answer = visit.ask()
    answer.locator(".mark").first.click()
    answer.locator(".open-source:visible").click()
    expect(visit.page.locator("mark#quote")).to_have_text(QUOTE)
    visit.page.go_back()
    expect(visit.find(DONE)).to_contain_text(QUOTE)


def test_foreign_words_in_an_answer_say_their_language(visit):
    assert visit.ask().locator("p.text span[lang=en]").inner_text().strip() == "A private company cannot get funding."


def test_reload_keeps_the_conversation_and_asks_nothing_again(visit, fake):
    visit.ask()
    visit.ask("refuse")
    visit.page.reload()
    expect(visit.find(DONE)).to_have_count(2)
    expect(visit.find("article.question .asked")).to_have_text([QUESTION, "refuse"])
    assert fake.answered == [QUESTION, "refuse"]
    visit.ask("En in Noorwegen?")
    assert len({asked["conversation_id"] for asked in fake.asked[1:]}) == 1


def test_reload_while_an_answer_comes_asks_only_once(visit, fake, until):
    visit.send("wait even")
    until(lambda: fake.asked)
    expect(visit.find("article.draft")).to_be_visible()
    visit.page.reload()
    expect(visit.find("article.draft")).to_be_visible()
    fake.gate.set()
    expect(visit.find(DONE)).to_have_count(1)
    expect(visit.find("article.question")).to_have_count(1)
    assert fake.answered == ["wait even"]


def test_lost_connection_is_waited_for_and_the_question_asked_once(visit, fake):
    visit.page.context.set_offline(True)
    visit.send(QUESTION)
    expect(visit.find("article.draft")).to_contain_text("De verbinding viel weg")
    visit.page.context.set_offline(False)
    expect(visit.find(DONE)).to_contain_text(QUOTE)
    assert fake.answered == [QUESTION]
    visit.forgive("ERR_INTERNET_DISCONNECTED")


def test_stream_that_breaks_before_the_answer_is_not_asked_twice(visit, fake):
    cut = []

    def broken(route: Route) -> None:
        body = route.fetch().text()
        cut.append(body)
        route.fulfill(content_type="text/event-stream", body=body.split("\n\n")[0].split("\r\n\r\n")[0] + "\n\n")

    visit.page.route("**/api/v1/ask", broken, times=1)
    assert QUOTE in visit.ask().inner_text()
    assert len(cut) == 1
    assert fake.answered == [QUESTION]


def test_stream_that_breaks_in_the_answer_is_read_again(visit, fake):
    def broken(route: Route) -> None:
        body = re.split(r"(?=id: [^\r\n]+\r?\nevent: (?:citation|answer))", route.fetch().text())[0]
        route.fulfill(content_type="text/event-stream", body=body)

    visit.page.route("**/api/v1/ask", broken)
    expect(visit.ask().locator(".source")).to_have_count(2)
    assert len(fake.asked) == 1


def test_ten_questions_in_a_second_are_answered_in_order(visit, fake):
    for number in range(10):
        visit.send(f"Vraag {number}")
    expect(visit.find(DONE)).to_have_count(10)
    order = visit.find("#log > article").evaluate_all("all => all.map((one) => one.className)")
    assert order == ["question", "answer"] * 10
    assert fake.answered == [f"Vraag {number}" for number in range(10)]
    assert len({asked["conversation_id"] for asked in fake.asked[1:]}) == 1


def test_stopped_answer_can_be_had_after_all(visit, fake):
    visit.ask()
    visit.send("wait even")
    visit.find("#stop").click()
    fake.gate.set()
    expect(visit.find("article.stopped")).to_be_visible()
    expect(visit.find("#stop")).to_be_hidden()
    expect(visit.find("#question")).to_be_focused()
    visit.find("article.stopped .retry").click()
    expect(visit.find(DONE)).to_have_count(2)
    assert fake.answered == [QUESTION, "wait even"]


def test_first_answer_stopped_still_belongs_to_the_conversation(visit, fake):
    visit.send("wait even")
    visit.find("#stop").click()
    fake.gate.set()
    visit.ask("En daarna?")
    assert [asked["conversation_id"] for asked in fake.asked][1] is not None
    visit.find(".retry").click()
    expect(visit.find(DONE)).to_have_count(2)
    assert fake.answered == ["wait even", "En daarna?"]


def test_failure_says_so_and_can_be_tried_again(visit, fake):
    visit.send("crash")
    problem = visit.find("article.problem")
    expect(problem).to_contain_text("Er ging aan onze kant iets mis")
    real = fake._ask
    fake._ask = lambda question, how: real("Kan dat?", how)
    problem.locator(".retry").click()
    expect(visit.find(DONE)).to_contain_text(QUOTE)
    expect(problem).to_have_count(0)
    assert "passwd" not in visit.page.content()


def test_new_conversation_leaves_no_trace(visit, fake, until):
    visit.send("wait even")
    until(lambda: fake.asked)
    visit.find("#menu").click()
    visit.find("#new").click()
    expect(visit.find("#log > *")).to_have_count(0)
    expect(visit.find("#suggestions")).to_be_visible()
    visit.ask()
    fake.gate.set()
    until(lambda: "wait even" in fake.answered)
    visit.ask("En daarna?")
    expect(visit.find("#log > article")).to_have_count(4)
    assert fake.asked[1]["conversation_id"] is None


def test_question_that_was_not_taken_yet_is_not_asked_once_its_conversation_is_left(visit, fake):
    busy = {"status": 503, "headers": {"Retry-After": "60"}, "body": "{}"}
    visit.page.route("**/api/v1/ask", lambda route: route.fulfill(**busy), times=1)
    visit.send("Eerste vraag?")
    expect(visit.find("article.draft")).to_contain_text("De verbinding viel weg")
    visit.find("#menu").click()
    visit.find("#new").click()
    visit.ask()
    assert [asked["question"] for asked in fake.asked] == [QUESTION]
    visit.forgive("503")


def test_element_that_was_taken_away_lets_its_question_go_and_keeps_nothing_more(visit, fake, until):
    visit.send("wait even")
    until(lambda: fake.asked)
    with visit.page.expect_event("requestfailed"):
        visit.page.evaluate(
            """() => {
                window.fresh = document.querySelector("interreg-assistant").cloneNode();
                document.querySelector("interreg-assistant").remove();
                sessionStorage.clear();
            }"""
        )
    fake.gate.set()
    until(lambda: fake.answered)
    visit.page.evaluate("document.querySelector('main').append(fresh)")
    expect(visit.find("#intro")).to_contain_text("VLAIO")
    visit.ask()
    expect(visit.find("#log > article")).to_have_count(2)
    assert fake.asked[-1]["conversation_id"] is None


def test_copy_takes_the_sources_along(enter):
    visit = enter(permissions=["clipboard-read", "clipboard-write"])
    visit.ask().locator(".copy").click()
    expect(visit.find("#announce")).to_have_text("Gekopieerd, met de bronnen")
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert QUESTION in copied
    assert "Geautomatiseerd antwoord (Beantwoord):" in copied
    assert f'[1] "{QUOTE}"\nPrivébedrijven · VLAIO · 1 mei 2023' in copied
    assert re.search(r"http://127\.0\.0\.1:\d+/sources/privebedrijven\?revision=r2", copied)


def test_copy_works_where_the_clipboard_is_refused(enter):
    visit = enter(script="Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visit.page.evaluate("document.addEventListener('copy', () => { window.copied = true })")
    visit.ask().locator(".copy").click()
    expect(visit.find("#announce")).to_have_text("Gekopieerd, met de bronnen")
    assert visit.page.evaluate("copied")
    expect(visit.find(".copy")).to_be_focused()


def test_thumb_down_with_its_reason_reaches_the_database(visit, fake):
    answer = visit.ask()
    answer.locator(".down").click()
    expect(answer.locator(".down")).to_have_attribute("aria-pressed", "true")
    form = answer.locator("form.reason")
    expect(form.locator("input").first).to_be_focused()
    form.get_by_label("Het is verouderd").check()
    form.get_by_label("Toelichting").fill("Dit was van 2014.")
    form.get_by_role("button", name="Versturen").click()
    expect(answer).to_contain_text("Dank u")
    [given] = fake.feedback.newest(10)
    assert (given.rating, given.reason, given.comment) == ("down", "outdated", "Dit was van 2014.")
    visit.page.reload()
    expect(visit.find(".down")).to_have_attribute("aria-pressed", "true")
    visit.find(".down").click()
    expect(visit.find(".down")).to_have_attribute("aria-pressed", "false")
    expect(visit.find(DONE)).to_contain_text("ingetrokken")
    assert fake.feedback.newest(10) == []


def test_opinion_that_was_given_last_is_the_one_that_is_kept(visit, fake):
    """On a slow line somebody presses twice: what was pressed last also arrives last."""
    answer, held = visit.ask(), []
    visit.page.route("**/feedback", lambda route: held.append(route), times=1)  # noqa: PLW0108
    answer.locator(".up").click()
    expect(answer.locator(".up")).to_have_attribute("aria-pressed", "true")
    answer.locator(".up").click()
    expect(answer.locator(".up")).to_have_attribute("aria-pressed", "false")
    visit.until(lambda: held)
    with visit.page.expect_response(lambda response: response.request.method == "PUT"):
        held[0].continue_()
    expect(answer).to_contain_text("ingetrokken")
    assert fake.feedback.newest(10) == []


def test_person_is_asked_before_any_question_and_replies_in_the_same_conversation(visit, fake):
    visit.find("#intro .ask-person").click()
    form = visit.find("form.handover")
    form.locator("textarea").fill("Mag ik u bellen?")
    form.locator("[type=email]").fill("jan@voorbeeld.be")
    form.locator("[type=submit]").click()
    expect(form.locator(".warning")).to_contain_text("Vink aan")
    form.locator("[type=checkbox]").check()
    form.locator("[type=submit]").click()
    asked = visit.find("article.person")
    expect(asked).to_have_attribute("data-state", "waiting")
    expect(asked).to_be_focused()
    [waiting] = fake.handovers.list("waiting")
    assert (waiting.question, waiting.email) == ("Mag ik u bellen?", "jan@voorbeeld.be")
    visit.page.reload()
    expect(asked).to_have_attribute("data-state", "waiting")
    visit.find("#question").focus()
    fake.handovers.answer(waiting.id, "Ja, <b>graag</b>.", by="Els", role="nationaal contactpunt")
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(asked).to_have_attribute("data-state", "answered")
    expect(asked).to_contain_text("Ja, <b>graag</b>.")
    expect(asked).to_contain_text("nationaal contactpunt")
    expect(asked).not_to_contain_text("Els")
    expect(asked.locator(".status")).to_have_text("Van een medewerker")
    expect(visit.find("#announce")).to_contain_text("Antwoord van een medewerker")
    expect(visit.find("#question")).to_be_focused()


def test_reply_comes_by_itself_within_seconds(visit, fake):
    visit.ask("refuse").locator(".ask-person").click()
    visit.find("form.handover [type=submit]").click()
    expect(visit.find("article.person")).to_have_attribute("data-state", "waiting")
    [waiting] = fake.handovers.list("waiting")
    assert waiting.answer_id == next(iter(fake.transcripts.read(waiting.conversation_id).messages)).answer.id
    fake.handovers.claim(waiting.id, "Els")
    expect(visit.find("article.person")).to_have_attribute("data-state", "claimed", timeout=20_000)


def test_reply_is_not_taken_back_by_a_look_that_was_slower(visit, fake):
    visit.find("#intro .ask-person").click()
    visit.find("form.handover textarea").fill("Mag ik u bellen?")
    visit.find("form.handover [type=submit]").click()
    asked = visit.find("article.person")
    expect(asked).to_have_attribute("data-state", "waiting")
    early = []
    visit.page.route("**/conversations/*", lambda route: early.append((route, route.fetch())), times=1)
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    visit.page.evaluate(look)
    visit.until(lambda: early)
    [waiting] = fake.handovers.list("waiting")
    fake.handovers.answer(waiting.id, "Ja.", by="Els", role="nationaal contactpunt")
    visit.page.evaluate(look)
    expect(asked).to_have_attribute("data-state", "answered")
    [(route, seen)] = early
    with visit.page.expect_event("requestfinished", lambda request: request == route.request):
        route.fulfill(response=seen)
    visit.page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    assert asked.get_attribute("data-state") == "answered"


def test_question_for_a_person_can_be_withdrawn(visit, fake):
    visit.find("#menu").click()
    visit.find(".menu .ask-person").click()
    visit.find("form.handover textarea").fill("Wie belt mij?")
    visit.find("form.handover [type=submit]").click()
    visit.find(".withdraw").click()
    expect(visit.find("article.person")).to_have_attribute("data-state", "withdrawn")
    assert [one.question for one in fake.handovers.list("withdrawn")] == ["Wie belt mij?"]


def test_deleting_asks_first_and_leaves_nothing(visit, fake):
    visit.ask()
    expect(visit.find("#follow-ups")).to_be_visible()  # asked for after the answer, and not of what is gone
    visit.find("#intro .delete").click()
    visit.find(".confirm .cancel").click()
    expect(visit.find(DONE)).to_have_count(1)
    visit.find("#intro .delete").click()
    visit.find(".confirm .yes").click()
    expect(visit.find("#aside")).to_contain_text("Het gesprek is verwijderd")
    expect(visit.find("#log > *")).to_have_count(0)
    assert list(fake.record.every()) == []


def test_transcript_can_be_downloaded(visit):
    visit.ask()
    visit.find("#menu").click()
    with visit.page.expect_download() as download:
        visit.find("#download").click()
    assert QUOTE in Path(download.value.path()).read_text()


def test_personal_data_is_noticed_before_anything_is_sent(visit, fake):
    visit.send("Bel mij op 0475 12 34 56 of mail jan@gent.be over 2021-2027")
    notice = visit.find("#ask .personal")
    expect(notice.locator("li")).to_have_text(["een e-mailadres: jan@gent.be", "een telefoonnummer: 0475 12 34 56"])
    expect(notice).to_contain_text("30 dagen")
    notice.locator(".change").click()
    expect(visit.find("#question")).to_be_focused()
    expect(notice).to_have_count(0)
    visit.find("#question").press("Enter")
    assert fake.asked == []
    notice.locator(".send-anyway").click()
    expect(visit.find(DONE)).to_have_count(1)
    assert len(fake.answered) == 1


PERSONAL = {
    "jan.peeters@gent.be": "email",
    "0475/12.34.56": "telephone",
    "02 123 45 67": "telephone",
    "+32 475 123 456": "telephone",
    "(09) 123 45 67": "telephone",
    "06-12345678": "telephone",
    "85.07.30-033.28": "register",
    "85073003328": "register",
    "111222333": "bsn",
    "1234.56.782": "bsn",
    "BE68 5390 0754 7034": "iban",
    "nl91abna0417164300": "iban",
}
HARMLESS = [
    "2021-2027", "2014 - 2020", "1.500.000 euro", "€ 1 500 000", "123 456 782", "€ 123456782", "01/02/2025",
    "van 01.01.2021 tot 31.12.2027", "2025-03-21", "9.00-17.00", "1,7 miljoen", "379 miljoen EUR", "80 % van 250 000",
    "Call 4 (20 maart 2024 - 7 juni 2024)", "artikel 60, lid 1", "2021/1059", "0,80", "BE68 5390 0754 7035",
]  # fmt: skip


def test_personal_data_is_told_from_amounts_and_dates(visit, address):
    find = f"""async (texts) => {{
        const {{ personalData }} = await import("{address}/static/chat/personal.js");
        return texts.map((text) => personalData(`Vraag: ${{text}}?`).map(({{ kind }}) => kind).join());
    }}"""
    assert dict(zip(PERSONAL, visit.page.evaluate(find, list(PERSONAL)), strict=True)) == PERSONAL
    assert [t for t, kind in zip(HARMLESS, visit.page.evaluate(find, HARMLESS), strict=True) if kind] == []


def test_limit_counts_what_people_see_and_is_told_before_sending(visit, fake):
    field = visit.find("#question")
    field.fill("😀" * 2003)
    expect(visit.find("#told")).to_have_text("Nog 3 tekens te veel: ten hoogste 2000.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    expect(field).to_have_value("😀" * 2003)
    assert fake.asked == []
    field.fill("😀" * 1999)
    expect(visit.find("#told")).to_have_text("Nog 1 teken.")
    visit.ask("a " * 999 + "b?")
    assert len(fake.answered[0]) == 2000


def test_shift_enter_breaks_a_line_and_an_input_method_keeps_its_enter(visit, fake):
    field = visit.find("#question")
    field.type("Kan dat")
    before = field.bounding_box()
    field.press("Shift+Enter")
    field.type("of niet?")
    assert field.bounding_box()["height"] > before["height"]
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert fake.asked == []
    field.press("Enter")
    expect(visit.find("article.question .asked")).to_have_text("Kan dat\nof niet?", use_inner_text=True)


def test_follow_up_comes_below_the_answer_and_is_asked_at_a_click(visit, fake):
    visit.ask()
    button = visit.find("#follow-ups .suggestion").first
    asked = button.inner_text()
    button.click()
    expect(visit.find(DONE)).to_have_count(2)
    assert fake.answered == [QUESTION, asked]


@pytest.mark.parametrize(
    ("language", "status"), [("nl", "Niet in de documentatie"), ("en", "Not in the documentation")]
)
def test_refusal_in_both_languages_offers_a_person(enter, language, status):
    visit = enter(f"/?lang={language}")
    answer = visit.ask("refuse")
    expect(answer.locator(".status")).to_have_text(status)
    expect(answer.locator(".ask-person.primary")).to_be_visible()
    expect(answer.locator(".near .source")).to_have_count(1)
    expect(answer.get_by_role("link", name="VLAIO")).to_have_attribute("href", "https://www.vlaio.be/")


def test_host_that_changes_its_language_changes_the_widgets_and_keeps_what_was_typed(visit):
    visit.ask()
    visit.find("#question").fill("half een vraag")
    visit.page.evaluate("document.querySelector('interreg-assistant').removeAttribute('language')")
    visit.page.evaluate("document.documentElement.lang = 'en-GB'")
    expect(visit.find("#intro")).to_contain_text("automated assistant")
    expect(visit.find(f"{DONE} .status")).to_have_text("Answered")
    expect(visit.find("#question")).to_have_value("half een vraag")


def test_answering_off_is_said_and_the_question_goes_to_a_person(enter, fake):
    fake.switch.turn(False, by="Els", reason="onderhoud")
    visit = enter()
    expect(visit.find("#off")).to_contain_text("medewerker")
    visit.ask()
    expect(visit.find("article.person")).to_have_attribute("data-state", "waiting")


def test_storage_that_is_refused_costs_only_the_reload(enter):
    refuse = (
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    visit = enter(script=refuse)
    assert QUOTE in visit.ask().inner_text()


STILL = """(box, from) => new Promise((resolve) => {
    let last, frames = 0;
    const look = () => {
        frames = box.scrollTop === last ? frames + 1 : 0;
        last = box.scrollTop;
        if (frames > 12 && last !== from) resolve(last);
        else requestAnimationFrame(look);
    };
    look();
})"""  # where a box stands once it scrolls no more, and not where it stood


def test_reader_who_scrolled_up_stays_there(enter, fake):
    visit = enter(viewport={"width": 360, "height": 640})
    for _ in range(3):
        visit.ask()
    visit.send("wait even")
    expect(visit.find("article.draft")).to_be_visible()
    box = visit.find("#scroll")
    below = box.evaluate(STILL, None)
    box.hover()
    visit.page.mouse.wheel(0, -600)
    before = box.evaluate(STILL, below)
    assert before < below
    fake.gate.set()
    expect(visit.find(DONE)).to_have_count(4)
    assert abs(box.evaluate(STILL, None) - before) < 2


HOSTILE = {
    "html": "hostile <img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>",
    "right to left": "\u202eevil \u2067abc\u2066 text",
    "zalgo": "Z" + "\u0300\u0301\u0316\u0323" * 120,
    "emoji": "😀" * 1900,
    "no break": "x" * 1900,
}


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_a_phone(enter, width):
    visit = enter(viewport={"width": width, "height": 640})
    for question in HOSTILE.values():
        visit.ask(question).locator(".source").first.click()
    visit.ask("refuse").locator(".ask-person").click()
    wide = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.id)"
    assert visit.find("#panel, #scroll, #log").evaluate_all(wide) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    assert visit.page.title() != "hit"


def test_at_400_percent_everything_can_be_scrolled_to(enter):
    visit = enter(viewport={"width": 320, "height": 256})
    visit.ask().locator(".mark").first.click()
    expect(visit.find(".card:visible")).to_be_in_viewport()
    visit.find("#question").scroll_into_view_if_needed()
    expect(visit.find("#question")).to_be_in_viewport(ratio=1)


def test_all_of_it_is_small():
    """What goes over the line, each file compressed by itself as servers do."""
    files = [HERE / "static" / "widget.js", *(HERE / "static" / "chat").iterdir()]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < LIMIT


def test_nothing_is_parsed_as_markup_or_code():
    for path in [HERE / "static" / "widget.js", *(HERE / "static" / "chat").glob("*.js")]:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function|document\.write", path.read_text()
        )
