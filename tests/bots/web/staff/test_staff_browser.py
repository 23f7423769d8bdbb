"""The staff pages in a real browser: by keyboard, on a phone, beside a colleague, with axe, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

SCREENS = {"phone": {"width": 360, "height": 640}, "screen": {"width": 1280, "height": 800}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
expect.set_options(timeout=15_000)  # ms; a shared machine stalls now and then
PAGES = (
    "", "?show=handled", "?show=covered", "/answers", "/kept", "/kept/new", "/feedback", "/topics", "/documents",
    "/reports",
    "/answering", "/colleague",
)  # fmt: skip


class Window:
    """A browser window with all that the browser complained about in it."""

    def __init__(self, context: BrowserContext, house: str) -> None:
        self.page: Page = context.new_page()
        self.house = house
        self.complaints: list[str] = []
        self.page.on("console", lambda m: m.type in {"error", "warning"} and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, address: str) -> Page:
        self.page.goto(self.house + address)
        return self.page

    def sign_in(self, link: str, name: str = "An Peeters") -> Page:
        self.open(link)
        self.page.locator("#name").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(f"{self.house}/staff")
        return self.page

    def check(self, where: str) -> None:
        """Hold a page to axe's rules and to the width of its window."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], where
        beyond = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond == 0, where


@pytest.fixture
def window(browser: Browser, house: str) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def make(**how: Any) -> Window:
        context = browser.new_context(**({"viewport": SCREENS["screen"], "locale": "en-GB"} | how))
        opened.append(Window(context, house))
        return opened[-1]

    yield make
    for made in opened:
        made.page.context.close()
    assert [made.complaints for made in opened] == [[]] * len(opened)


def test_question_is_answered_by_keyboard_only(desk, window):
    waiting = desk.hand_over("Who pays the lockers?")
    page = window().open(desk.link())
    keyboard = page.keyboard

    def reach(selector: str) -> None:
        for _ in range(40):
            keyboard.press("Tab")
            if page.locator(selector).first.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def enter(leads_to: str) -> None:
        keyboard.press("Enter")
        page.wait_for_url(f"**{leads_to}")

    reach("#name")
    keyboard.type("An Peeters")
    enter("/staff")
    reach(".skip")
    keyboard.press("Enter")
    reach(".item h2 a")
    enter(f"/staff/questions/{waiting.id}")
    reach("button[value=claim]")
    enter("?done=claimed")
    expect(page.get_by_role("status")).to_contain_text("You have claimed this question.")
    reach("#text")
    keyboard.type("The city pays.")
    reach("button[value=answer]")
    keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("stands in the conversation")
    assert desk.get(waiting).reply.text == "The city pays."


@pytest.mark.parametrize(("screen", "language"), [("phone", "nl"), ("screen", "en")])
def test_every_page_is_accessible_and_fits(desk, window, screen, language):
    waiting = [desk.hand_over(q) for q in ("What is the locker fee in Lille?", "Who pays the lockers?" + " long" * 90)]
    desk.assistant.handovers.claim(waiting[1].id, "Lode Maes")
    answered, declined = desk.hand_over("Is it free?"), desk.hand_over("Is it open?")
    desk.assistant.handovers.answer(answered.id, "W" * 300, by="Lode", role="Desk", source="https://example.org/" * 9)
    desk.assistant.handovers.decline(declined.id, "Ask the city.", by="Lode")
    desk.assistant.feedback.give(waiting[0].answer_id, "down", "wrong", "W" * 300)
    kept = desk.assistant.kept.keep("W" * 300, "W" * 300, language="en", role="Desk", by="Lode Maes",
                                    source="https://example.org/" * 9, other=("Wie?", "De stad."))  # fmt: skip
    visit = window(viewport=SCREENS[screen])
    page = visit.open(f"{desk.link()}&lang={language}")
    visit.check("sign-in")
    page.locator("#name").fill("An Peeters")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.house}/staff")
    questions = [f"/questions/{h.id}" for h in (*waiting, answered, declined)]
    for address in (*PAGES, *questions, f"/kept/{kept.id}"):
        visit.open(f"/staff{address}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        for closed in page.locator("details").all():
            closed.evaluate("node => { node.open = true; }")
        visit.check(address)
    desk.assistant.switch.turn(False, by="Lode", reason="Rules change.")
    visit.open("/staff")
    expect(page.locator(".banner.off")).to_be_visible()
    visit.check("off")


def test_pages_are_accessible_in_the_dark_and_at_320_pixels(desk, window):
    waiting = desk.hand_over("Who pays the lockers?")
    visit = window(viewport={"width": 320, "height": 480}, color_scheme="dark")
    visit.sign_in(desk.link())
    for address in (*PAGES, f"/questions/{waiting.id}"):
        visit.open(f"/staff{address}")
        visit.check(address)


def test_errors_and_explanations_are_accessible(desk, window):
    visit = window()
    for address in ("/staff", "/staff/sign-in?token=x"):
        visit.open(address)
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Staff only")
        visit.check(address)
    visit.sign_in(desk.link())
    visit.open("/staff/no/such/page")
    visit.check("nothing here")
    assert all("Failed to load resource" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_two_claim_at_once_and_the_other_keeps_the_text(desk, window):
    waiting = desk.hand_over("Who pays the lockers?")
    mine, theirs = window(), window()
    mine.sign_in(desk.link()), theirs.sign_in(desk.link(), "Lode Maes")
    for visit in (mine, theirs):
        visit.open(f"/staff/questions/{waiting.id}")
    mine.page.locator("#text").fill("My text of half an hour")
    theirs.page.locator("button[value=claim]").click()
    expect(theirs.page.get_by_role("status")).to_be_visible()
    mine.page.locator("button[value=answer]").click()
    expect(mine.page.get_by_role("alert")).to_contain_text("Lode Maes claimed this question in the meantime")
    expect(mine.page.get_by_role("textbox", name="Your text, which was not sent")).to_have_value(
        "My text of half an hour"
    )
    mine.check("conflict")
    assert desk.get(waiting).claimed_by == "Lode Maes"
    mine.complaints[:] = [c for c in mine.complaints if "409" not in c]


def test_draft_is_put_in_and_the_text_has_the_focus(desk, window):
    waiting = desk.hand_over("What is the locker fee in Lille?")
    visit = window(viewport=SCREENS["phone"])
    page = visit.sign_in(desk.link())
    visit.open(f"/staff/questions/{waiting.id}")
    page.locator("#text").fill("Hello.")
    page.get_by_role("button", name="Put in my answer: Lockers").first.click()
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("Hello.\n\n“The locker fee in Lille is 3 euro a week.”\n(Lockers, Fee)")
    expect(page.locator("#text")).to_be_in_viewport()
    visit.check("drafted")


def test_leaving_with_an_unsent_answer_is_asked_about(desk, window):
    waiting = desk.hand_over("Who pays the lockers?")
    visit = window()
    page = visit.sign_in(desk.link())
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    visit.open(f"/staff/questions/{waiting.id}")
    page.get_by_role("link", name="Feedback").click()
    expect(page).to_have_url(f"{visit.house}/staff/feedback")
    assert asked == []
    visit.open(f"/staff/questions/{waiting.id}")
    page.locator("#text").press_sequentially("Half an ans")
    page.get_by_role("link", name="Feedback").click()
    expect(page).to_have_url(f"{visit.house}/staff/feedback")
    assert asked == ["beforeunload"]
    visit.open(f"/staff/questions/{waiting.id}")
    page.locator("#text").press_sequentially("The city.")
    page.locator("button[value=answer]").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert asked == ["beforeunload"]


def test_all_of_it_works_without_javascript(desk, window):
    waiting = desk.hand_over("Who pays the lockers?")
    visit = window(java_script_enabled=False)
    page = visit.sign_in(desk.link())
    page.locator("button[value=claim]").click()
    expect(page.get_by_role("status")).to_contain_text("You have claimed")
    page.locator("#text").fill("The city.")
    page.locator("button[value=answer]").click()
    expect(page.get_by_role("status")).to_contain_text("stands in the conversation")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff only")
    assert desk.get(waiting).state == "answered"
    visit.complaints[:] = [c for c in visit.complaints if "401" not in c]


def test_report_reaches_nothing_of_the_session(desk, window):
    folder = desk.assistant.settings.var_dir / "evals" / "hostile"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text("""<!doctype html><title>untouched</title><h1>Report</h1>
<form method="post" action="/staff/answering"><button id="send">Send</button></form>
<script>
  const told = [];
  try { told.push("cookie " + document.cookie); } catch { told.push("no cookie"); }
  try { localStorage.setItem("x", "1"); told.push("storage"); } catch { told.push("no storage"); }
  fetch("/staff/answers").then(() => told.push("fetched"), () => told.push("not fetched"))
    .finally(() => { document.querySelector("h1").textContent = told.join(", "); });
</script>""")
    visit = window()
    page = visit.sign_in(desk.link())
    visit.open("/staff/reports/hostile")
    expect(page.locator("h1")).to_have_text("no cookie, no storage, not fetched")
    page.locator("#send").click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/staff/reports/hostile")
    assert desk.assistant.switch.log() == []
    visit.complaints.clear()
