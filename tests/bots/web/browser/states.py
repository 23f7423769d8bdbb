"""Every state that the assistant can be seen in, by name, and how a visitor gets there."""

from __future__ import annotations

import re
from collections.abc import Callable

from house import House
from playwright.sync_api import expect
from visiting import Visit

Way = Callable[[Visit, House], None]
OFFLINE = "ERR_INTERNET_DISCONNECTED|Failed to load resource"


def closed(visit: Visit, _: House) -> None:
    visit.find("#open").wait_for()


def unread(visit: Visit, house: House) -> None:
    house.script.gate.clear()
    visit.open()
    visit.type("wait for it")
    expect(visit.find("article.draft")).to_be_visible()
    visit.find("#close").click()
    house.script.gate.set()
    expect(visit.find("#open.unread")).to_be_visible()


def opened(visit: Visit, _: House) -> None:
    visit.open()


def menu(visit: Visit, _: House) -> None:
    visit.open()
    visit.find("#menu").click()
    expect(visit.find("#menu-list")).to_be_visible()


def typing(visit: Visit, _: House) -> None:
    visit.open()
    visit.find("#question").fill("Kan mijn bedrijf\nsubsidie krijgen?")


def near_the_limit(visit: Visit, _: House) -> None:
    visit.open()
    visit.find("#question").fill("a" * 1900)
    expect(visit.find("#told")).not_to_be_empty()


def too_long(visit: Visit, _: House) -> None:
    visit.open()
    visit.type("a" * 2003)
    expect(visit.find("#question")).to_have_attribute("aria-invalid", "true")


def personal_data(visit: Visit, _: House) -> None:
    visit.open()
    visit.type("Mail het naar jan.peeters@voorbeeld.be of bel 0478 12 34 56.")
    expect(visit.find("#ask .personal")).to_be_visible()


def streaming(visit: Visit, house: House) -> None:
    house.script.gate.clear()
    visit.open()
    visit.type("wait for it")
    expect(visit.find("article.draft")).to_be_visible()
    expect(visit.find("#stop")).to_be_visible()


def queued(visit: Visit, house: House) -> None:
    streaming(visit, house)
    visit.type("En daarna?")
    expect(visit.find(".queued:visible")).to_be_visible()


def stopped(visit: Visit, house: House) -> None:
    streaming(visit, house)
    visit.find("#stop").click()
    expect(visit.find("article.stopped")).to_be_visible()


def answered(visit: Visit, _: House) -> None:
    visit.open()
    with visit.page.expect_response("**/suggestions"):  # they come after the answer, and not of one that is gone
        visit.ask("Kan mijn bedrijf subsidie krijgen?")


def card(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.find(".mark").nth(1).click()
    expect(visit.find(".card:visible")).to_be_visible()


def dated(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("dated")


def long_answer(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("long")


def partial(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("partial")


def refused(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("refuse")
    visit.find(".near .source").first.click()
    expect(visit.find(".near .card:visible")).to_be_visible()


def off_topic(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("weather")


def small_talk(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("hello")


def unclear(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("unclear")


def from_a_colleague(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("colleague")


def thumb_up(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.find(".up").click()
    expect(visit.find(".up[aria-pressed=true]")).to_be_visible()


def feedback_form(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.find(".down").click()
    expect(visit.find("form.reason")).to_be_visible()


def handover_form(visit: Visit, _: House) -> None:
    visit.open()
    visit.ask("refuse")
    visit.find("article.answer .ask-person").click()
    expect(visit.find("form.handover")).to_be_visible()


def handover_before_any_question(visit: Visit, _: House) -> None:
    visit.open()
    visit.find("#intro .ask-person").click()
    expect(visit.find("form.handover")).to_be_visible()


def handover_without_consent(visit: Visit, house: House) -> None:
    handover_form(visit, house)
    visit.find("form.handover input[type=email]").fill("jan@voorbeeld.be")
    visit.find("form.handover button[type=submit]").click()
    expect(visit.find("form.handover [aria-invalid=true]")).to_be_visible()


def waiting(visit: Visit, house: House) -> None:
    handover_form(visit, house)
    visit.find("form.handover button[type=submit]").click()
    expect(visit.find("article.person[data-state=waiting]")).to_be_visible()


def _by_a_person(visit: Visit, house: House, state: str) -> None:
    waiting(visit, house)
    known = visit.find("article.person").get_attribute("data-id") or ""
    people = house.assistant.handovers
    if state == "claimed":
        people.claim(known, "Els")
    elif state == "answered":
        people.answer(known, "Ja.\n\nBel gerust.", by="Els", role="VLAIO", source="https://www.vlaio.be/")
    else:
        people.decline(known, "Dit gaat over een ander programma.", by="Els")
    look_again(visit)
    expect(visit.find(f"article.person[data-state={state}]")).to_be_visible()


def look_again(visit: Visit) -> None:
    """Let the assistant look for replies now, as when a visitor comes back to the tab."""
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def claimed(visit: Visit, house: House) -> None:
    _by_a_person(visit, house, "claimed")


def answered_by_a_person(visit: Visit, house: House) -> None:
    _by_a_person(visit, house, "answered")


def declined(visit: Visit, house: House) -> None:
    _by_a_person(visit, house, "declined")


def withdrawn(visit: Visit, house: House) -> None:
    waiting(visit, house)
    visit.find(".withdraw").click()
    expect(visit.find("article.person[data-state=withdrawn]")).to_be_visible()


def error(visit: Visit, _: House) -> None:
    visit.open()
    visit.type("crash")
    expect(visit.find("article.problem .retry")).to_be_visible()
    visit.forgive("500")


def offline(visit: Visit, house: House) -> None:
    visit.open()
    visit.page.context.set_offline(True)
    visit.type("Is er iemand?")
    expect(visit.find("article.draft .thinking")).to_have_text(re.compile("verbinding|connection"))
    visit.forgive(OFFLINE)


def answering_off(visit: Visit, house: House) -> None:
    house.assistant.switch.turn(False, by="Els", reason="test")
    visit.page.reload()
    visit.open()
    expect(visit.find("#off")).to_be_visible()
    visit.type("Kan mijn bedrijf subsidie krijgen?")
    expect(visit.find("article.person[data-state=waiting]")).to_be_visible()


def deleting(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.find("#menu").click()
    visit.find("#delete").click()
    expect(visit.find(".confirm")).to_be_visible()


def deleted(visit: Visit, house: House) -> None:
    deleting(visit, house)
    visit.find(".confirm .yes").click()
    expect(visit.find("#aside")).not_to_be_empty()


def new_conversation(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.find("#menu").click()
    visit.find("#new").click()
    expect(visit.find("#log > *")).to_have_count(0)


def after_a_reload(visit: Visit, house: House) -> None:
    answered(visit, house)
    visit.page.reload()
    visit.open()
    expect(visit.find("article.answer")).to_have_count(1)


def after_the_conversation_is_gone(visit: Visit, house: House) -> None:
    answered(visit, house)
    house.assistant.transcripts.delete(house.script.last_conversation(house.assistant))
    visit.page.reload()
    visit.open()
    expect(visit.find("#aside")).not_to_be_empty()
    visit.forgive("404")


STATES: dict[str, Way] = {
    "opened-with-intro": opened,
    "menu": menu,
    "typing": typing,
    "near-the-limit": near_the_limit,
    "too-long": too_long,
    "personal-data": personal_data,
    "streaming": streaming,
    "queued": queued,
    "stopped": stopped,
    "answered": answered,
    "card-open": card,
    "dated": dated,
    "long-answer": long_answer,
    "partial": partial,
    "refused-with-near-misses": refused,
    "off-topic": off_topic,
    "small-talk": small_talk,
    "unclear": unclear,
    "from-a-colleague": from_a_colleague,
    "thumb-up": thumb_up,
    "feedback-form": feedback_form,
    "handover-form": handover_form,
    "handover-before-any-question": handover_before_any_question,
    "handover-without-consent": handover_without_consent,
    "waiting": waiting,
    "claimed": claimed,
    "answered-by-a-person": answered_by_a_person,
    "declined": declined,
    "withdrawn": withdrawn,
    "error": error,
    "offline": offline,
    "answering-off": answering_off,
    "deleting": deleting,
    "deleted": deleted,
    "new-conversation": new_conversation,
    "after-a-reload": after_a_reload,
    "after-the-conversation-is-gone": after_the_conversation_is_gone,
}
BEHIND_A_BUTTON: dict[str, Way] = {"closed": closed, "closed-with-news": unread}
