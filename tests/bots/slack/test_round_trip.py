"""From the widget to the staff channel and back, in a real browser, with the server killed at every step between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_slack import Message, PretendedSlack
from playwright.sync_api import Browser, Locator, Page, expect
from process import Process

from assistant.settings import Settings

UNKNOWN = "Hoeveel kost een parkeerplaats aan het secretariaat in Rijsel?"
REPLY = "Parkeren is er gratis voor bezoekers."
STAFF, LATE = "C0STAFF", 40_000  # ms: the page looks again by itself, less often as time goes by


@pytest.fixture
def process(slack_settings: Settings, slack: PretendedSlack) -> Iterator[Process]:
    made = Process(slack_settings.model_copy(update={"slack_api_url": slack.url}), slack)
    made.start()
    yield made
    made.close()


class Visitor:
    """Somebody at the widget, who leaves the page open."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context(locale="nl-BE").new_page()
        self.page.set_default_timeout(20_000)
        self.page.goto(f"{address}/?lang=nl")

    def find(self, selector: str) -> Locator:
        return self.page.locator(f"interreg-assistant {selector}")

    def ask(self, question: str) -> Locator:
        self.find("#question").fill(question)
        self.find("#question").press("Enter")
        answer = self.find("article.answer:not(.draft)")
        expect(answer).to_have_count(1, timeout=20_000)
        return answer

    def ask_a_person(self, answer: Locator) -> None:
        answer.locator(".ask-person").click()
        self.find("form.handover [type=submit]").click()
        expect(self.find("article.person")).to_have_attribute("data-state", "waiting", timeout=20_000)

    def look_again(self) -> None:
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def cards(slack: PretendedSlack) -> list[Message]:
    """What stands in the staff channel outside threads."""
    return [message for message in slack.messages(STAFF, ours=True) if message.thread_ts is None]


def ids(message: Message) -> set[str]:
    return {
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", ())
        if "action_id" in element
    }


def card_with(slack: PretendedSlack, action: str) -> Message:
    """Return the card once it shows a button, held to be the only one."""
    found: Message = slack.wait(lambda: next((one for one in cards(slack) if action in ids(one)), None))
    assert len(cards(slack)) == 1
    return found


def answered(slack: PretendedSlack, between: Callable[[], None]) -> None:
    """Claim what waits and answer it in the modal, with `between` before each step."""
    card = card_with(slack, "handover_claim")
    between()
    assert slack.click(STAFF, card.ts, "handover_claim").ok
    between()
    card = card_with(slack, "handover_answer")
    assert slack.click(STAFF, card.ts, "handover_answer").ok
    view = slack.wait(slack.modal)
    between()
    done = slack.submit(view, {"text": REPLY})
    assert done.ok
    assert not done.body
    between()


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "killed-at-every-step"])
def test_reply_from_slack_stands_in_the_widget_once(
    slack: PretendedSlack, process: Process, browser: Browser, killed: bool
) -> None:
    between = process.restart if killed else lambda: None
    visitor = Visitor(browser, process.address)
    answer = visitor.ask(UNKNOWN)
    between()
    visitor.ask_a_person(answer)
    between()
    answered(slack, between)
    visitor.look_again()
    person = visitor.find("article.person")
    expect(person).to_have_attribute("data-state", "answered", timeout=LATE)
    expect(person).to_have_count(1, timeout=LATE)
    expect(person).to_contain_text(REPLY, timeout=LATE)
    assert person.inner_text().count(REPLY) == 1
    assert len(cards(slack)) == 1
    slack.wait(lambda: "handover_claim" not in ids(cards(slack)[0]))


def refused_in_slack(slack: PretendedSlack) -> str:
    ts = slack.mention("C0GENERAL", "U0BERT", UNKNOWN)
    refusal = slack.wait(lambda: slack.replies("C0GENERAL", ts))[0]
    assert slack.click("C0GENERAL", refusal.ts, handing_over(refusal), user="U0BERT").ok
    return ts


def handing_over(refusal: Message) -> str:
    [found] = [name for name in ids(refusal) if "person" in name or "hand" in name]
    return found


def with_reply(slack: PretendedSlack, ts: str) -> list[Message]:
    def told(message: Message) -> Any:
        return REPLY in f"{message.text}{message.blocks}"

    return [message for message in slack.replies("C0GENERAL", ts) if told(message)]


def test_reply_to_a_thread_arrives_once_though_killed_at_every_step(slack: PretendedSlack, process: Process) -> None:
    ts = refused_in_slack(slack)
    process.restart()
    answered(slack, process.restart)
    slack.wait(lambda: with_reply(slack, ts))
    process.restart()
    time.sleep(3)
    assert len(with_reply(slack, ts)) == 1
    assert len(cards(slack)) == 1


def test_killed_while_slack_is_posting_the_reply_is_not_posted_again(slack: PretendedSlack, process: Process) -> None:
    ts = refused_in_slack(slack)
    slack.wait(lambda: len(slack.replies("C0GENERAL", ts)) == 2)  # that it is passed on
    slack.wait(lambda: cards(slack))
    posting = slack.hold("chat.postMessage")  # the reply: what else changes is an update
    answered(slack, lambda: None)
    slack.wait(lambda: slack.server.troubles.idle)
    process.kill()
    assert with_reply(slack, ts) == []
    posting.set()
    slack.wait(lambda: with_reply(slack, ts))
    process.start()
    slack.wait(lambda: slack.calls("conversations.replies"))  # the next process looks before it posts
    time.sleep(3)
    assert len(with_reply(slack, ts)) == 1
