"""Hostile text stays text, whoever it comes from and wherever it is shown: nothing runs, is fetched or is lost.

Each payload is a question, an answer with its quotes, a document, an opinion and a colleague's reply.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from house import PHONE, House
from markdown_it import MarkdownIt
from payloads import PAYLOADS, became, question_of, squeezed
from playwright.sync_api import Page, expect
from visiting import Visit

from assistant.errors import InvalidInput
from assistant.index.documents import Heading
from bots.web.staff.sessions import Sessions

NAMES = list(PAYLOADS)
CONVERSATIONS = [NAMES[start : start + 34] for start in range(0, len(NAMES), 34)]


def test_there_are_enough_of_them():
    assert len(PAYLOADS) >= 80
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)


@pytest.fixture(scope="module")
def told(house) -> list[str]:
    """Conversations in which everything was said by everybody; their ids, in the order of `CONVERSATIONS`."""
    house.script.hostile = {question_of(name): PAYLOADS[name] for name in NAMES}
    return [_told(house, names) for names in CONVERSATIONS]


def _told(house: House, names: list[str]) -> str:
    conversation: str | None = None
    for name in names:
        answer = house.assistant.ask(question_of(name), conversation_id=conversation, language="nl", door="web")
        conversation = str(answer.conversation_id)
        house.assistant.feedback.give(answer.id, "down", "other", PAYLOADS[name][:1000])
        _reply(house, conversation, name)
    return str(conversation)


def _reply(house: House, conversation: str, name: str) -> None:
    people, text = house.assistant.handovers, PAYLOADS[name]
    asked = people.open(question_of(name), conversation_id=conversation, language="nl", door="web")
    try:
        if NAMES.index(name) % 7 == 0:
            people.decline(asked.id, text[:1000], by=text[:100])
        else:
            people.answer(asked.id, text[:4000], by=text[:100], role=text[:100], source=text[:500])
    except InvalidInput:
        people.answer(asked.id, f"Payload {name}", by="Els", role="VLAIO")


def lost(shown: str, names: list[str], limit: int = 5000) -> list[str]:
    """Return the payloads that a page does not show."""
    seen = squeezed(shown)
    return [name for name in names if squeezed(PAYLOADS[name][:limit]) not in seen]


def _whole_text(page: Page) -> str:
    return str(
        page.evaluate("""() => {
            const text = (at) => (at.value ?? "") + (at.shadowRoot ? walk(at.shadowRoot) : "") + walk(at);
            const walk = (node) => [...node.childNodes].map((at) => (at.nodeType === 3 ? at.data : text(at))).join("");
            return walk(document.body);
        }""")
    )


@pytest.mark.parametrize("number", range(len(CONVERSATIONS)))
def test_widget_where_no_policy_would_stop_it(enter, house, told, number):
    """Asked one after the other on a page elsewhere that has no policy of its own; then people reply."""
    names = CONVERSATIONS[number]
    visit = enter(house.embed("/hostile-text", variant="inline"), viewport=PHONE, reduced_motion="reduce")
    visit.open()
    for name in names:
        visit.type(question_of(name))
        if visit.find("#ask .personal").is_visible():
            visit.find("#ask .send-anyway").click()
    expect(visit.find("article.answer:not(.draft)")).to_have_count(len(names), timeout=120_000)
    conversation = house.script.last_conversation(house.assistant)
    for name in names:
        _reply(house, conversation, name)
    visit.page.reload()
    expect(visit.find("article.person")).to_have_count(len(names))
    for mark in visit.find("article.answer .source").all()[:3]:
        mark.click()
    assert became(visit.page) == []
    assert lost(_whole_text(visit.page), names) == []
    assert lost(" ".join(visit.find("article.question").all_text_contents()), _askable(names)) == []
    assert visit.overflow() == 0
    assert visit.page.title() == "Elsewhere"
    visit.shot(f"hostile-widget-{number}")


def _askable(names: list[str]) -> list[str]:
    return [name for name in names if not question_of(name).startswith("Payload ")]


@pytest.mark.parametrize("number", range(len(CONVERSATIONS)))
@pytest.mark.parametrize("script", [False, True])
def test_page_of_the_conversation(enter, house, told, number, script):
    address = f"{house.address}/?lang=nl&conversation={told[number]}"
    visit = enter(address, viewport=PHONE, java_script_enabled=script)
    if script:
        assert became(visit.page) == []
        return
    shown = visit.page.locator("body").text_content() or ""
    assert lost(shown, CONVERSATIONS[number]) == []
    visit.shot(f"hostile-page-{number}")


@pytest.mark.parametrize("number", range(len(CONVERSATIONS)))
def test_transcript_rendered_by_somebody_elses_markdown(enter, house, told, number):
    visit = enter("about:blank")
    address = f"{house.address}/api/v1/conversations/{told[number]}/transcript?language=nl"
    response = visit.page.request.get(address)
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    visit.page.set_content(MarkdownIt("commonmark", {"html": True}).render(response.text()))
    assert became(visit.page) == []
    assert visit.page.locator("img, script").count() == 0
    assert lost(_whole_text(visit.page), CONVERSATIONS[number]) == []


@pytest.fixture
def colleague(enter, house) -> Visit:
    token = Sessions(house.assistant.index.engine).new_link()
    visit = enter(f"{house.address}/staff/sign-in?token={token}")
    visit.page.locator("[name=name]").fill("Els")
    visit.page.locator("[name=role]").fill("VLAIO")
    visit.page.locator("form button").first.click()
    visit.page.wait_for_url("**/staff")
    return visit


def test_staff_pages(colleague, house, told):
    for path in ("/staff", "/staff?show=handled", "/staff/answers", "/staff/feedback", "/staff/topics"):
        colleague.page.goto(house.address + path)
        assert became(colleague.page) == [], path
        assert colleague.overflow() == 0, path
    colleague.shot("hostile-staff")


@pytest.mark.parametrize("number", range(len(CONVERSATIONS)))
def test_question_on_the_staff_page(colleague, house, told, number):
    """The page of one question shows the whole conversation around it."""
    for asked in house.assistant.handovers.of(told[number])[::11]:
        colleague.page.goto(f"{house.address}/staff/questions/{asked.id}")
        assert became(colleague.page) == []
        assert colleague.overflow() == 0
    assert lost(_whole_text(colleague.page), CONVERSATIONS[number], limit=4000) == []
    colleague.shot(f"hostile-question-{number}")


def _address(text: str) -> str:
    """An address to the web is a link of its document, which is no harm; any other must be none."""
    return "javascript:window.pwned=1" if text.startswith("http") else text


def test_source_view(browser, fake, fake_app, serving):
    """A document of each payload: its title, publisher, headings and text."""
    plain = fake.index.documents["privebedrijven"]
    for name, text in PAYLOADS.items():
        document = replace(plain, id=name, title=text, publisher=text, period=text[:40], url=_address(text))
        body = f"Begin\n\n{text}\n\nEen zin met {text} erin."
        fake.index.add(document, body, tuple(Heading(2, text, slug, 0) for slug in ("begin", "twee", "drie")))
    address = serving(fake_app)
    with browser.new_context(viewport=PHONE) as context:
        visit = Visit(context.new_page(), (address,))
        for name in NAMES:
            visit.page.goto(f"{address}/sources/{name}?start=3&end=60&lang=nl#quote")
            assert became(visit.page) == [], name
            assert lost(_whole_text(visit.page), [name]) == [], name
            assert visit.overflow() == 0, name
        visit.shot("hostile-source")
        assert visit.complaints == []
