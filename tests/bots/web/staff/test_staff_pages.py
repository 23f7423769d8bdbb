"""The staff pages, without JavaScript: what they show, and what staff do there."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from lxml import html as markup
from sqlalchemy import update

from assistant.answer import Status
from assistant.clock import now
from assistant.index.schema import answers, handovers
from bots.web import create_app
from bots.web.rendering import HERE

PAGES = ("", "?show=handled", "/answers", "/feedback", "/topics", "/documents", "/reports", "/answering", "/colleague")
FEE = "The locker fee in Lille is 3 euro a week."
SECRET = "The password of the safe is kwartelei."
HOSTILE = '"><script>hostile()</script><img src=x onerror=hostile()>{{ 7*7 }}![x](https://evil.example/x)\u202egnp'


def page(response):
    assert response.status_code == 200
    return markup.document_fromstring(response.text)


def said(response):
    return " ".join(" ".join(markup.document_fromstring(response.text).itertext()).split())


def in_english(colleague):
    colleague.get("/staff?lang=en")
    return colleague


def test_questions_stand_oldest_first_with_who_has_them(desk, colleague):
    old, new = desk.hand_over("Who pays the lockers?"), desk.hand_over("Wie betaalt de kluisjes?")
    with desk.assistant.index.engine.begin() as connection:
        change = update(handovers).where(handovers.c.id == old.id)
        connection.execute(change.values(created_at=now() - timedelta(days=2)))
    desk.assistant.handovers.claim(new.id, "Lode Maes")
    items = page(in_english(colleague).get("/staff")).xpath('.//li[contains(@class, "item")]')
    assert [item.xpath(".//h2")[0].text_content() for item in items] == [old.question, new.question]
    first, second = (" ".join(item.text_content().split()) for item in items)
    assert all(words in first for words in ("Waiting", "2 days ago", "in English", "through web"))
    assert all(words in second for words in ("Claimed", "claimed by Lode Maes", "just now", "in Dutch"))
    assert len(items[1].xpath(".//button")) == 0


def test_question_is_claimed_released_and_answered(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?", email="asker@example.org")
    opened = said(in_english(colleague).get(f"/staff/questions/{waiting.id}"))
    assert "asker@example.org" in opened
    claimed = colleague.act(waiting, "claim")
    assert "You have claimed this question." in said(claimed)
    assert desk.get(waiting).claimed_by == "An Peeters"
    assert "waits again" in said(colleague.act(waiting, "release"))
    assert desk.get(waiting).state == "waiting"
    sent = colleague.act(waiting, "answer", text="The city does.\r\n\r\nAlways.", source="fee", seen="waiting")
    assert "stands in the conversation of the asker" in said(sent)
    reply = desk.get(waiting).reply
    assert (reply.text, reply.role, reply.source) == ("The city does.\n\nAlways.", "Contact point", "/sources/fee")
    public = desk.visitor().get(f"/api/v1/handovers/{waiting.id}").text
    assert "The city does." in public
    assert "Contact point" in public
    assert "An Peeters" not in public


def test_question_of_an_absent_colleague_is_taken_over(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    desk.assistant.handovers.claim(waiting.id, "Lode Maes")
    assert "Take over from Lode Maes" in said(in_english(colleague).get(f"/staff/questions/{waiting.id}"))
    shown = said(colleague.act(waiting, "take_over", of="Lode Maes"))
    assert "You have claimed this question." in shown
    assert "An Peeters: took the question over from Lode Maes" in shown
    assert desk.get(waiting).claimed_by == "An Peeters"
    assert "Take over" not in shown


def test_given_answer_is_changed_and_the_former_one_kept(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    colleague.act(waiting, "answer", text="The cty does.", seen="waiting")
    shown = page(in_english(colleague).get(f"/staff/questions/{waiting.id}"))
    assert shown.xpath('.//*[@id="text"]')[0].text.strip() == "The cty does."
    colleague.act(waiting, "answer", text="The city does.", seen="answered")
    assert desk.get(waiting).reply.text == "The city does."
    assert "answer changed; it was: The cty does." in said(colleague.get(f"/staff/questions/{waiting.id}"))
    assert "The city does." not in said(colleague.get("/staff"))
    assert "Who pays the lockers?" in said(colleague.get("/staff?show=handled"))


def test_question_is_declined_with_a_reason_that_the_asker_reads(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    empty = in_english(colleague).act(waiting, "decline", reason=" ")
    assert empty.status_code == 422
    assert "write why" in said(empty)
    assert "declined, and why" in said(colleague.act(waiting, "decline", reason="Ask the city."))
    assert desk.visitor().get(f"/api/v1/handovers/{waiting.id}").json()["reason"] == "Ask the city."


@pytest.mark.parametrize("action", ["claim", "answer", "decline"])
def test_colleague_was_first_and_nothing_typed_is_lost(desk, colleague, action):
    waiting = desk.hand_over("Who pays the lockers?")
    form = {"text": "My <long> text", "reason": "My <long> reason", "source": "fee", "seen": "waiting"}
    desk.assistant.handovers.claim(waiting.id, "Lode Maes")
    late = in_english(colleague).act(waiting, action, **form)
    assert late.status_code == 409
    assert "Lode Maes claimed this question in the meantime" in said(late)
    typed = [area.text.strip() for area in markup.document_fromstring(late.text).xpath(".//textarea")]
    assert typed == ["My <long> text", "My <long> reason"]
    assert desk.get(waiting).claimed_by == "Lode Maes"


def test_answer_of_a_colleague_is_not_overwritten_unseen(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    desk.assistant.handovers.answer(waiting.id, "The city.", by="Lode Maes", role="Desk")
    late = in_english(colleague).act(waiting, "answer", text="Nobody.", seen="waiting")
    assert late.status_code == 409
    assert "Lode Maes answered this question in the meantime" in said(late)
    assert "The city." in said(late)
    assert markup.document_fromstring(late.text).xpath('.//*[@id="text"]')[0].text.strip() == "Nobody."
    assert desk.get(waiting).reply.text == "The city."


def test_answer_is_taken_where_one_claimed_it_in_another_window(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    colleague.act(waiting, "claim")
    assert colleague.act(waiting, "answer", text="The city.", seen="waiting").status_code == 200
    assert desk.get(waiting).state == "answered"


def test_withdrawn_question_gives_the_text_back(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    desk.assistant.handovers.withdraw(waiting.id)
    late = in_english(colleague).act(waiting, "answer", text="My text", seen="waiting")
    assert late.status_code == 409
    assert "withdrew this question" in said(late)
    assert "My text" in late.text


def test_deleted_question_gives_the_text_back(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    desk.assistant.transcripts.delete(waiting.conversation_id)
    late = in_english(colleague).act(waiting, "answer", text="My text", seen="waiting")
    assert late.status_code == 404
    assert "deleted by its asker" in said(late)
    assert "My text" in late.text


def test_draft_puts_quote_and_source_in_and_sends_nothing(desk, colleague):
    waiting = desk.hand_over("What is the locker fee in Lille?")
    drafted = in_english(colleague).act(waiting, "draft-0", text="Hello.", source="", seen="waiting")
    shown = page(drafted)
    assert shown.xpath('.//*[@id="text"]')[0].text.strip() == f"Hello.\n\n“{FEE}”\n(Lockers, Fee)"
    assert shown.xpath('.//*[@id="source"]')[0].get("value").startswith("/sources/fee?")
    assert "Nothing has been sent yet" in said(drafted)
    assert desk.get(waiting).state == "waiting"
    form = {
        "text": shown.xpath('.//*[@id="text"]')[0].text,
        "source": shown.xpath('.//*[@id="source"]')[0].get("value"),
    }
    colleague.act(waiting, "answer", seen="waiting", **form)
    assert desk.get(waiting).reply.source.startswith("/sources/fee?")
    for nonsense in ("draft-9", "draft-", "draft--1", "draft-²", "nothing"):
        assert colleague.act(waiting, nonsense, text="x").status_code == 422


@pytest.mark.parametrize(
    "source",
    ["nothing-of-ours", "safe", "/sources/safe", "javascript:alert(1)", "//evil.example", "https://", "x" * 600],
)
def test_source_that_the_asker_could_not_open_is_refused(desk, colleague, source):
    waiting = desk.hand_over("Who pays the lockers?")
    refused = in_english(colleague).act(waiting, "answer", text="My text", source=source, seen="waiting")
    assert refused.status_code == 422
    assert "The source cannot be used" in said(refused)
    assert "My text" in refused.text
    assert desk.get(waiting).state == "waiting"


@pytest.mark.parametrize(("text", "problem"), [("", "is empty"), ("\n \u200b", "is empty"), ("x" * 4001, "too long")])
def test_answer_that_cannot_be_sent_comes_back(desk, colleague, text, problem):
    waiting = desk.hand_over("Who pays the lockers?")
    refused = in_english(colleague).act(waiting, "answer", text=text, seen="waiting")
    assert refused.status_code == 422
    assert problem in said(refused)
    assert text.strip() in refused.text
    assert desk.get(waiting).state == "waiting"


def test_answer_of_four_thousand_emoji_is_taken(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    assert colleague.act(waiting, "answer", text="😀" * 4000, seen="waiting").status_code == 200
    assert len(desk.get(waiting).reply.text) == 4000


def test_question_stands_with_its_conversation(desk, colleague):
    first = desk.ask("What is the locker fee in Lille?")
    refused = desk.ask("Who pays the lockers of Ghent?", conversation_id=first.conversation_id)
    common = {"conversation_id": str(first.conversation_id), "language": "en", "door": "web"}
    other = desk.assistant.handovers.open("And the coat?", **common)
    waiting = desk.assistant.handovers.open(refused.question, answer_id=refused.id, **common)
    desk.assistant.handovers.answer(other.id, "Free.", by="Lode", role="Desk")
    shown = said(in_english(colleague).get(f"/staff/questions/{waiting.id}"))
    assert all(words in shown for words in (refused.text, first.question, FEE, "And the coat?", "Free.", "handed over"))


def test_question_that_was_never_put_to_the_assistant_says_so(desk, colleague):
    answer = desk.ask("Hello")
    waiting = desk.assistant.handovers.open(
        "Can you call me?", conversation_id=str(answer.conversation_id), language="en", door="web"
    )
    assert "without asking the assistant first" in said(in_english(colleague).get(f"/staff/questions/{waiting.id}"))


def test_answers_are_found_by_status_and_words(desk, colleague):
    desk.ask("What is the locker fee in Lille?")
    desk.ask("Do zebras sleep 100% of the time?")
    desk.ask("How do I bake bread?")

    def found(query):
        shown = page(in_english(colleague).get(f"/staff/answers{query}"))
        return [item.text_content() for item in shown.xpath('.//ul[@class="list"]//h2')]

    assert found("") == [
        "How do I bake bread?",
        "Do zebras sleep 100% of the time?",
        "What is the locker fee in Lille?",
    ]
    assert found("?status=answered") == ["What is the locker fee in Lille?"]
    assert found("?q=LOCKER+fee") == ["What is the locker fee in Lille?"]
    assert found("?q=euro+week") == ["What is the locker fee in Lille?"]
    assert found("?q=100%25") == ["Do zebras sleep 100% of the time?"]
    assert found("?q=%25") == ["Do zebras sleep 100% of the time?"]
    assert found("?q=yak") == []
    assert found("?status=nonsense&page=-1") == found("")
    assert found("?page=2") == []
    for nonsense in ("?page=²", "?page=9" + "9" * 400, "?q=%00", "?q=" + "x" * 5000):
        assert colleague.get(f"/staff/answers{nonsense}").status_code == 200


def test_answers_are_turned_page_by_page(desk, colleague):
    answer = desk.ask("What is the locker fee in Lille?")
    rows = [
        {"id": f"{n}", "conversation_id": answer.conversation_id, "question": f"Question {n}", "latency_ms": 1.0,
         "answer": answer.model_copy(update={"id": f"{n}", "question": f"Question {n}"}).model_dump(mode="json"),
         "created_at": now() - timedelta(minutes=n)}
        for n in range(1, 60)
    ]  # fmt: skip
    with desk.assistant.index.engine.begin() as connection:
        connection.execute(answers.insert(), rows)
    seen, address = [], "/staff/answers?q=question&status=answered"
    for _ in range(3):
        shown = page(colleague.get(address))
        seen += [item.text_content() for item in shown.xpath('.//ul[@class="list"]//h2')]
        following = shown.xpath('.//a[@rel="next"]')
        address = "/staff/answers" + following[0].get("href") if following else None
    assert seen == [f"Question {n}" for n in range(1, 60)]
    assert address is None


def test_feedback_stands_with_its_answer_newest_first(desk, colleague):
    first, second = desk.ask("What is the locker fee in Lille?"), desk.ask("Who keeps the accounts of a partner?")
    desk.assistant.feedback.give(first.id, "up")
    desk.assistant.feedback.give(second.id, "down", "outdated", "It is 4 euro.")
    items = page(in_english(colleague).get("/staff/feedback")).xpath('.//ul[@class="list"]/li')
    newest, before = (" ".join(item.text_content().split()) for item in items)
    assert all(words in newest for words in ("Not helpful", "outdated", "It is 4 euro.", second.question))
    assert all(words in before for words in ("Helpful", first.question, FEE, "Lockers"))
    assert items[1].xpath('.//a[starts-with(@href, "/sources/fee")]')


def test_topics_count_what_was_asked_and_refused(desk, colleague):
    for question in ("What is the locker fee in Lille?", "the locker fee in Lille", "Who pays for zebras?",
                     "who pays for zebras", "Call me at an@example.org about zebras"):  # fmt: skip
        desk.ask(question)
    shown = page(in_english(colleague).get("/staff/topics?days=7"))
    today = [cell.text_content() for cell in shown.xpath('.//table[@class="figures"]/tbody/tr[1]/td')]
    assert today[-1] == "5"
    assert len(shown.xpath('.//table[@class="figures"]/tbody/tr')) == 7
    assert shown.xpath('.//svg[@role="img"]')[0].get("aria-label").startswith("Questions per day")
    text = " ".join(shown.text_content().split())
    assert "an@example.org" not in text
    asked, refused = shown.xpath('.//div[@class="pair"]/section')
    assert [td.text_content().strip() for td in asked.xpath(".//td")] == ["2"]
    assert "2" in [td.text_content().strip() for td in refused.xpath(".//td")]
    assert asked.xpath('.//a[starts-with(@href, "/sources/fee")]')


def test_documents_show_their_age_and_what_is_to_be_done(desk, colleague):
    desk.ask("What is the locker fee in Lille?")
    shown = page(in_english(colleague).get("/staff/documents"))
    rows = {row.xpath(".//th")[0].text_content(): row for row in shown.xpath(".//tbody/tr")}
    assert list(rows) == ["Lockers", "Accounts", "The safe"]
    lockers = " ".join(rows["Lockers"].text_content().split())
    assert lockers == "Lockers 2020 January 2020 overdue Lille desk 1"
    assert rows["Lockers"].xpath('.//a[@href="/sources/fee"]')
    assert not rows["The safe"].xpath(".//a")
    assert "Past their review date: 1 document" in " ".join(shown.text_content().split())


@pytest.fixture
def evaluations(desk):
    folder = desk.assistant.settings.var_dir / "evals"
    for name, summary in {"run-1": {"questions": 3, "metrics": {"right": {"value": 0.814}}}, "broken": None}.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "report.html").write_text(f"<h1>Report {name}</h1><script>1</script>")
        (folder / name / "summary.json").write_text("{" if summary is None else json.dumps(summary))
    return folder


def test_reports_are_listed_and_shown_in_a_box_of_their_own(evaluations, colleague):
    listed = said(in_english(colleague).get("/staff/reports"))
    assert "run-1" in listed
    assert "81.4 %" in listed
    assert "broken" in listed
    sent = colleague.get("/staff/reports/run-1")
    assert "Report run-1" in sent.text
    assert sent.headers["cache-control"] == "no-store"
    policy = sent.headers["content-security-policy"].split("; ")
    assert {"sandbox allow-scripts", "default-src 'none'", "form-action 'none'"} <= set(policy)
    assert "allow-same-origin" not in sent.headers["content-security-policy"]


def test_no_report_leads_out_of_the_evaluations(evaluations, desk, colleague, tmp_path):
    (desk.assistant.settings.var_dir / "report.html").write_text("outside")
    (tmp_path / "report.html").write_text("outside")
    link = evaluations / "linked"
    if not link.exists():
        link.symlink_to(tmp_path)
    for name in ("..", "%2e%2e", ".", "linked", "run-1%2f..%2f..", "%2fetc", "none", "%00", "run-1/../..", "-x", "é"):
        assert "outside" not in colleague.get(f"/staff/reports/{name}").text, name
    assert colleague.get("/staff/reports/linked").status_code == 404
    assert "linked" not in said(colleague.get("/staff/reports"))


def test_switch_needs_a_reason_and_is_logged_and_seen_everywhere(desk, colleague):
    in_english(colleague)
    assert colleague.post("/staff/answering", turn="off", reason=" ").status_code == 422
    assert colleague.post("/staff/answering", turn="sideways", reason="x").status_code == 422
    assert desk.assistant.switch.on()
    colleague.post("/staff/answering", turn="off", reason="The rules change today.")
    assert not desk.assistant.switch.on()
    for address in PAGES:
        assert "answers are off: every question goes to people" in said(colleague.get(f"/staff{address}")), address
    asked = desk.ask("What is the locker fee in Lille?")
    assert asked.reason == "answering_off"
    assert asked.question in said(colleague.get("/staff"))
    log = said(colleague.post("/staff/answering", turn="on", reason="They stand."))
    assert log.index("turned on They stand.") < log.index("turned off The rules change today.")
    assert "An Peeters" in log
    assert "every question goes to people" not in said(colleague.get("/staff"))


@pytest.fixture
def hostile(desk):
    """Everything that others write, hostile."""
    waiting = desk.hand_over(f"What is the locker fee in Lille? {HOSTILE}", email="a@example.org")
    assistant = desk.assistant
    assistant.feedback.give(waiting.answer_id, "down", "wrong", HOSTILE)
    assistant.handovers.claim(waiting.id, HOSTILE)
    handled = desk.hand_over(f"Handled {HOSTILE}")
    assistant.handovers.answer(handled.id, HOSTILE, by=HOSTILE, role=HOSTILE, source="javascript:alert(1)")
    declined = desk.hand_over(f"Declined {HOSTILE}")
    assistant.handovers.decline(declined.id, HOSTILE, by=HOSTILE)
    assistant.switch.turn(True, by=HOSTILE, reason=HOSTILE)
    quoted = desk.ask("What is the locker fee in Lille?")
    bad = {"title": HOSTILE, "quote": HOSTILE, "locator": HOSTILE, "url": "javascript:alert(1)", "language": '"x'}
    citation = quoted.citations[0].model_copy(update=bad)
    changed = quoted.model_copy(update={"text": HOSTILE, "citations": (citation,), "question": HOSTILE})
    with assistant.index.engine.begin() as connection:
        values = {"answer": changed.model_dump(mode="json"), "question": HOSTILE}
        connection.execute(update(answers).where(answers.c.id == quoted.id).values(values))
    return [f"/questions/{h.id}" for h in (waiting, handled, declined)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_others_write_is_text(desk, hostile, language):
    colleague = desk.colleague(HOSTILE[-80:], HOSTILE[-80:])
    colleague.get(f"/staff?lang={language}")
    shown = 0
    for address in (*PAGES, *hostile):
        text = colleague.get(f"/staff{address}").text
        tree = markup.document_fromstring(text)
        assert tree.get("lang") == language
        assert [script.get("src") for script in tree.iter("script")] == ["/static/staff.js"]
        assert not list(tree.iter("img", "style", "iframe", "object"))
        attributes = [(name, value) for node in tree.iter() for name, value in node.attrib.items()]
        assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
        links = [value for name, value in attributes if name in {"href", "src", "action", "formaction"}]
        assert all(value.startswith(("/", "?", "mailto:", "#")) for value in links if value), links
        assert "49" not in text or "{{ 7*7 }}" in tree.text_content()
        shown += tree.text_content().count("<script>hostile()</script>")
    assert shown > 20


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_in_one_language(desk, language):
    colleague = desk.colleague()
    waiting = desk.hand_over("Who pays the lockers?")
    colleague.get(f"/staff?lang={language}")
    for address in (*PAGES, f"/questions/{waiting.id}", "/no/such/page"):
        sent = colleague.get(f"/staff{address}", headers={"Accept-Language": "fr"})
        assert sent.headers["content-language"] == language
        assert sent.headers["cache-control"] == "no-store"
        other = markup.document_fromstring(sent.text).xpath(f'.//*[@hreflang="{"en" if language == "nl" else "nl"}"]')
        assert len(other) == 1


def test_templates_name_only_texts_that_are_there():
    from assistant.texts import catalogue

    known = catalogue("en")["staff"]
    named = set()
    for path in (HERE / "templates" / "staff").glob("*.html"):
        named |= set(re.findall(r"\bt\.([a-z_]+)", path.read_text(encoding="utf-8")))
    assert named
    assert named <= known.keys()


def test_every_outcome_has_its_words(desk):
    from typing import get_args

    from assistant.answer import Reason
    from assistant.feedback import Reason as Why
    from assistant.handover import State
    from assistant.review import Code
    from assistant.texts import LANGUAGES, catalogue

    for language in LANGUAGES:
        texts = catalogue(language)
        staff = texts["staff"]
        assert {*get_args(Reason), *get_args(Why), "off_topic", "unsupported"} <= staff["reasons"].keys()
        assert {*get_args(State)} == staff["states"].keys() == staff["conflicts"].keys() - {"claimed_own"}
        assert {*get_args(Code)} == staff["findings"].keys() == staff["fixes"].keys()
        assert {*get_args(Status)} <= texts["status"].keys()


def test_quote_for_staff_only_is_read_here_and_linked_nowhere(desk, colleague):
    answer = desk.ask("What is the locker fee in Lille?")
    inside = answer.citations[0].model_copy(update={"document_id": "safe", "quote": SECRET, "url": "/sources/safe"})
    changed = answer.model_copy(update={"citations": (inside,)})
    with desk.assistant.index.engine.begin() as connection:
        connection.execute(update(answers).values(answer=changed.model_dump(mode="json")))
    shown = page(colleague.get("/staff/answers"))
    assert SECRET in shown.text_content()
    assert not shown.xpath('.//a[starts-with(@href, "/sources/safe")]')


def test_nothing_of_staff_stands_in_the_openapi_document(desk):
    assert not [path for path in desk.visitor().get("/api/v1/openapi.json").json()["paths"] if "staff" in path]


def test_site_over_the_network_works_without_fetch_metadata(desk):
    # Browsers send Sec-Fetch-Site to https and localhost only.
    with TestClient(create_app(desk.assistant.settings, lambda _: desk.assistant), base_url="http://office") as client:
        form = {"token": desk.sessions.new_link(), "name": "An", "role": "Desk"}
        sent = client.post("/staff/sign-in", data=form, headers={"Origin": "http://office"}, follow_redirects=False)
        assert sent.status_code == 303
