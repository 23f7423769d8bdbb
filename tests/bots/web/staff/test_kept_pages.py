"""Answers that are kept, on the staff pages without JavaScript: found, made, changed, expired, withdrawn, published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lxml import html as markup

import ingest.kept
from assistant.index import validity
from assistant.kept import document_id
from bots.web.staff import publishing

HOSTILE = '"><script>hostile()</script><img src=x onerror=hostile()>{{ 7*7 }}'


@pytest.fixture
def english(colleague):
    colleague.get("/staff?lang=en")
    return colleague


def said(response):
    return " ".join(" ".join(markup.document_fromstring(response.text).itertext()).split())


def field(response, name):
    found = markup.document_fromstring(response.text).xpath(f'.//*[@id="{name}"]')[0]
    if found.tag == "select":
        return found.value
    return found.get("value") if found.tag == "input" else found.text.removeprefix("\n")


def keep(desk, **how):
    given = {"language": "en", "role": "Desk", "by": "Lode Maes"} | how
    question = given.pop("question", "Who pays the lockers?")
    return desk.assistant.kept.keep(question, given.pop("answer", "The city pays them."), **given)


FORM = {"kept_question": "Who pays the lockers?", "text": "The city.", "language": "en", "kept_audience": "public"}


def save(colleague, kept, **form):
    seen = kept.changed_at.isoformat()
    return colleague.post(f"/staff/kept/{kept.id}", **({"action": "save", "seen": seen} | FORM | form))


def test_answer_is_kept_as_it_is_sent(desk, english):
    waiting = desk.hand_over("Who pays the lockers? Mail me at an@example.org")
    form = english.get(f"/staff/questions/{waiting.id}")
    assert "an@example.org" not in field(form, "kept_question")
    sent = english.act(
        waiting, "answer", text="The city.", source="fee", seen="waiting", keep="yes",
        kept_question="Who pays the lockers?", kept_other_question="Wie betaalt de kluisjes?",
        kept_other_answer="De stad.", kept_until="2099-12-31", kept_audience="staff",
    )  # fmt: skip
    assert "and is kept" in said(sent)
    assert "takes effect with the next ingest" in said(sent)
    (kept,) = desk.assistant.kept.list()
    assert (kept.question, kept.answer, kept.language) == ("Who pays the lockers?", "The city.", "en")
    assert (kept.question_other, kept.answer_other) == ("Wie betaalt de kluisjes?", "De stad.")
    assert (kept.source, kept.role, kept.by) == ("/sources/fee", "Contact point", "An Peeters")
    assert (kept.valid_until, kept.audience, kept.handover_id) == (date(2099, 12, 31), "staff", waiting.id)
    assert desk.get(waiting).reply.text == "The city."


def test_words_of_the_asker_are_kept_beside_the_question_of_staff(desk, english):
    waiting = desk.hand_over("Who coughs up for the lockers?")
    form = english.get(f"/staff/questions/{waiting.id}")
    assert field(form, "kept_wordings") == "Who coughs up for the lockers?"
    how = {"text": "The city.", "seen": "waiting", "keep": "yes", "kept_audience": "public"}
    wordings = f"{field(form, 'kept_wordings')}\r\nWie betaalt de kluisjes?\r\n\r\n"
    english.act(waiting, "answer", **how, kept_question="Who pays the lockers?", kept_wordings=wordings)
    (kept,) = desk.assistant.kept.list()
    assert kept.wordings == ("Who coughs up for the lockers?", "Wie betaalt de kluisjes?")
    shown = english.get(f"/staff/kept/{kept.id}")
    assert field(shown, "kept_wordings") == "\n".join(kept.wordings)
    personal = desk.hand_over("Who pays? Mail me at an@example.org")
    assert field(english.get(f"/staff/questions/{personal.id}"), "kept_wordings") == ""


def test_answer_is_not_kept_unasked(desk, english):
    waiting = desk.hand_over("Who pays the lockers?")
    english.act(waiting, "answer", text="Only you.", seen="waiting", kept_question="Who?", kept_audience="public")
    assert desk.get(waiting).state == "answered"
    assert desk.assistant.kept.list() == []


def test_what_was_written_without_the_tick_is_not_lost(desk, english):
    waiting = desk.hand_over("Who pays the lockers?")
    refused = english.act(
        waiting, "answer", text="The city.", seen="waiting", kept_question="Who?", kept_other_answer="De stad."
    )
    assert refused.status_code == 422
    assert "did not tick" in said(refused)
    assert field(refused, "kept_other_answer") == "De stad."
    assert desk.get(waiting).state == "waiting"


BROKEN = {
    "kept_question": ("", "The question is empty"),
    "kept_other_answer": ("De stad.", "an answer but no question"),
    "kept_other_question": ("Wie betaalt?", "a question but no answer"),
    "kept_until": ("2020-01-01", "That day is over"),
    "kept_wordings": ("x\n" * 21, "at most 20 lines, of at most 300 characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_answer_that_cannot_be_kept_is_not_sent_either_and_comes_back(desk, english, name):
    waiting = desk.hand_over("Who pays the lockers?")
    value, problem = BROKEN[name]
    form = {"kept_question": "Who <pays>?", "text": "The <city>.", "keep": "yes", "seen": "waiting"} | {name: value}
    refused = english.act(waiting, "answer", **form)
    assert refused.status_code == 422
    assert problem in said(refused)
    assert field(refused, "text") == "The <city>."
    assert field(refused, name) == value
    assert 'name="keep" value="yes"' in refused.text
    assert " checked" in refused.text
    assert desk.get(waiting).state == "waiting"
    assert desk.assistant.kept.list() == []


def test_colleague_was_first_and_what_was_to_be_kept_comes_back(desk, english):
    waiting = desk.hand_over("Who pays the lockers?")
    desk.assistant.handovers.answer(waiting.id, "Nobody.", by="Lode Maes", role="Desk")
    late = english.act(
        waiting, "answer", text="The city.", seen="waiting", keep="yes", kept_question="Who?", kept_until="2099-01-01"
    )
    assert late.status_code == 409
    assert (field(late, "kept_question"), field(late, "kept_until")) == ("Who?", "2099-01-01")
    assert desk.assistant.kept.list() == []


def test_draft_does_not_lose_how_the_answer_is_kept(desk, english):
    waiting = desk.hand_over("What is the locker fee in Lille?")
    drafted = english.act(waiting, "draft-0", text="Hello.", keep="yes", kept_question="The fee?", seen="waiting")
    assert field(drafted, "kept_question") == "The fee?"
    assert " checked" in drafted.text


def test_changed_answer_changes_what_is_kept_of_it_and_keeps_one(desk, english):
    waiting = desk.hand_over("Who pays the lockers?")
    form = {"keep": "yes", "kept_question": "Who pays lockers?", "kept_audience": "public"}
    english.act(waiting, "answer", text="The cty.", seen="waiting", **form)
    again = english.get(f"/staff/questions/{waiting.id}")
    assert "kept already" in said(again)
    english.act(waiting, "answer", text="The city.", seen="answered", **form)
    assert [k.answer for k in desk.assistant.kept.list()] == ["The city."]


def test_kept_answers_are_found_by_words_and_state(desk, english):
    lockers, coats = keep(desk), keep(desk, question="Where do coats hang?", answer="In the hall.")
    desk.assistant.kept.expire(coats.id, "Lode")

    def found(query):
        shown = markup.document_fromstring(english.get(f"/staff/kept{query}").text)
        return [item.text_content() for item in shown.xpath('.//ul[@class="list"]//h2')]

    assert found("") == [coats.question, lockers.question]
    assert found("?q=CITY+lockers") == [lockers.question]
    assert found("?state=expired") == [coats.question]
    assert found("?state=withdrawn") == found("?q=%25") == []
    for nonsense in ("?page=²", "?page=9" + "9" * 400, "?q=%00", "?q=" + "x" * 5000, "?state=x"):
        assert english.get(f"/staff/kept{nonsense}").status_code == 200


def test_kept_answers_are_turned_page_by_page(desk, english):
    for number in range(30):
        keep(desk, question=f"Question {number}?")
    seen, address = set(), "/staff/kept?q=question"
    while address:
        shown = markup.document_fromstring(english.get(address).text)
        seen |= {item.text_content() for item in shown.xpath('.//ul[@class="list"]//h2')}
        following = shown.xpath('.//a[@rel="next"]')
        address = "/staff/kept" + following[0].get("href") if following else None
    assert len(seen) == 30


def test_new_answer_is_written_and_changed(desk, english):
    made = english.post("/staff/kept/new", **FORM, source="fee")
    assert "The answer is kept." in said(made)
    (kept,) = desk.assistant.kept.list()
    assert (kept.answer, kept.source, kept.role, kept.handover_id) == (
        "The city.",
        "/sources/fee",
        "Contact point",
        None,
    )
    changed = save(desk.colleague("Lode Maes", "Desk"), kept, text="The province.", kept_until="2099-01-01")
    assert changed.status_code == 200
    now = desk.assistant.kept.get(kept.id)
    assert (now.answer, now.by, now.role) == ("The province.", "Lode Maes", "Contact point")


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", " "), ("text", "x" * 4001), ("kept_question", "x" * 2001), ("kept_until", "tomorrow"),
     ("source", "javascript:alert(1)"), ("source", "safe"), ("kept_other_question", "Wie?"),
     ("kept_wordings", "x" * 301)],
)  # fmt: skip
def test_answer_that_cannot_be_saved_comes_back(desk, english, name, value):
    kept = keep(desk)
    for refused in (english.post("/staff/kept/new", **FORM | {name: value}), save(english, kept, **{name: value})):
        assert refused.status_code == 422
        assert markup.document_fromstring(refused.text).xpath('.//*[@role="alert"]')[0].text_content().strip()
        assert field(refused, name).strip() == value.strip()
    assert desk.assistant.kept.list() == [kept]


def test_change_of_a_colleague_is_not_overwritten_unseen(desk, english):
    kept = keep(desk)
    desk.assistant.kept.edit(kept.id, kept.question, "The state.", language="en", by="Lode Maes")
    late = save(english, kept, text="Nobody.")
    assert late.status_code == 409
    assert "The state." in said(late)
    assert field(late, "text") == "Nobody."
    assert desk.assistant.kept.get(kept.id).answer == "The state."
    again = markup.document_fromstring(late.text).xpath('.//input[@name="seen"]')[0].get("value")
    assert save(english, kept, text="Nobody.", seen=again).status_code == 200
    assert desk.assistant.kept.get(kept.id).answer == "Nobody."


def test_withdrawn_answer_gives_the_text_back_to_be_kept_anew(desk, english):
    kept = keep(desk)
    desk.assistant.kept.withdraw(kept.id, "Lode Maes")
    late = save(english, kept, text="Nobody.")
    assert late.status_code == 409
    assert field(late, "text") == "Nobody."
    form = markup.document_fromstring(late.text).xpath('.//form[.//*[@id="text"]]')[0]
    assert form.get("action") == "/staff/kept/new"


def test_answer_expires_comes_back_and_is_withdrawn(desk, english):
    kept = keep(desk)
    seen = {"seen": kept.changed_at.isoformat()}
    assert "counts as expired" in said(english.post(f"/staff/kept/{kept.id}", action="expire", **seen))
    expired = desk.assistant.kept.get(kept.id)
    assert (expired.state, expired.by) == ("expired", "An Peeters")
    later = (validity.today() + timedelta(days=9)).isoformat()
    save(english, expired, kept_until=later)
    back = desk.assistant.kept.get(kept.id)
    assert back.state == "kept"
    seen = {"seen": back.changed_at.isoformat()}
    assert "is withdrawn" in said(english.post(f"/staff/kept/{kept.id}", action="withdraw", **seen))
    assert desk.assistant.kept.get(kept.id).state == "withdrawn"


def test_every_change_is_published_and_a_failure_loses_nothing(desk, english):
    calls = []
    desk.app.state.publish = lambda: calls.append(1)
    kept = keep(desk)
    assert "from now on" in said(save(english, kept))
    assert "from now on" in said(english.post("/staff/kept/new", **FORM))

    def fails():
        raise OSError("secret/path is full")

    desk.app.state.publish = fails
    made = english.post("/staff/kept/new", **FORM | {"text": "Kept all the same."})
    assert "The answer is kept." in said(made)
    assert "assistant ingest" in said(made)
    assert "secret/path" not in made.text
    assert len(calls) == 2
    assert "Kept all the same." in [k.answer for k in desk.assistant.kept.list()]


def test_kept_answer_says_where_it_is_quoted(desk, english, one_model, monkeypatch):
    monkeypatch.setattr(publishing, "_PATIENCE", 120.0)
    desk.app.state.publish = lambda: ingest.kept.publish(desk.assistant.settings)
    kept = keep(desk)
    assert "Not searchable yet" in said(english.get(f"/staff/kept/{kept.id}"))
    save(english, kept, kept_other_question="Wie betaalt de kluisjes?", kept_other_answer="De stad betaalt ze.")
    for address in ("/staff/kept", f"/staff/kept/{kept.id}"):
        shown = markup.document_fromstring(english.get(address).text)
        links = shown.xpath('.//main//a[starts-with(@href, "/sources/staff-answer")]/@href')
        assert links == [f"/sources/{document_id(kept, language)}" for language in ("en", "nl")]
        assert all(desk.visitor().get(link).status_code == 200 for link in links)
    seen = {"seen": desk.assistant.kept.get(kept.id).changed_at.isoformat()}
    english.post(f"/staff/kept/{kept.id}", action="withdraw", **seen)
    assert "/sources/staff-answer" not in english.get("/staff/kept").text
    assert desk.visitor().get(links[0]).status_code == 404


def test_waiting_question_that_is_covered_by_now_is_closed_with_the_answer(desk, english):
    blank = desk.ask("Hello")
    asked = {"conversation_id": str(blank.conversation_id), "language": "en", "door": "web"}
    waiting = desk.assistant.handovers.open("What is the locker fee in Lille?", **asked)
    desk.assistant.handovers.open("Who pays for zebras?", **asked)
    shown = english.get("/staff?show=covered")
    form = markup.document_fromstring(shown.text).xpath(".//main//form")
    assert [f.get("action") for f in form] == [f"/staff/questions/{waiting.id}"]
    fields = {field.get("name"): field.get("value") for field in form[0].xpath(".//input")}
    sent = english.client.post(form[0].get("action"), data=fields | {"action": "answer"})
    assert "stands in the conversation of the asker" in said(sent)
    reply = desk.get(waiting).reply
    assert "3 euro a week" in reply.text
    assert "[1]" not in reply.text
    assert reply.source.startswith("/sources/fee")
    assert "can answer none" in said(english.get("/staff?show=covered"))


@pytest.mark.parametrize("learned", [True, False])
def test_kept_answer_learns_the_wording_of_a_question_that_it_closes(desk, english, one_model, learned):
    blank = desk.ask("Hello")
    kept = keep(desk, question="Who waters the plants of the secretariat?", answer="A neighbour waters the plants.")
    ingest.kept.publish(desk.assistant.settings, one_model)
    asked = "Who gives water to the plants of the secretariat?"
    waiting = desk.assistant.handovers.open(
        asked, conversation_id=str(blank.conversation_id), language="en", door="web"
    )
    (form,) = markup.document_fromstring(english.get("/staff?show=covered").text).xpath(".//main//form")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert fields["reword"] == kept.id
    if not learned:
        del fields["reword"]
    english.client.post(form.get("action"), data=fields | {"action": "answer"})
    assert desk.get(waiting).reply.text == "A neighbour waters the plants."
    assert desk.assistant.kept.get(kept.id).wordings == ((asked,) if learned else ())


def test_proposal_does_not_overtake_a_colleague(desk, english):
    blank = desk.ask("Hello")
    asked = {"conversation_id": str(blank.conversation_id), "language": "en", "door": "web"}
    waiting = desk.assistant.handovers.open("What is the locker fee in Lille?", **asked)
    shown = markup.document_fromstring(english.get("/staff?show=covered").text).xpath(".//main//form")[0]
    fields = {field.get("name"): field.get("value") for field in shown.xpath(".//input")}
    desk.assistant.handovers.claim(waiting.id, "Lode Maes")
    late = english.client.post(shown.get("action"), data=fields | {"action": "answer"})
    assert late.status_code == 409
    assert desk.get(waiting).reply is None
    assert not markup.document_fromstring(english.get("/staff?show=covered").text).xpath(".//main//form")


def test_session_ends_and_what_was_to_be_kept_comes_back(desk, english):
    desk.sessions.sign_out(english.client.cookies["staff"])
    late = english.client.post("/staff/kept/new", data=FORM | {"kept_other_answer": "De stad.", "form_token": "x"})
    assert late.status_code == 401
    assert "The city." in late.text
    assert "De stad." in late.text
    assert desk.assistant.kept.list() == []


def test_hostile_texts_stay_text(desk, english):
    kept = keep(desk, question=HOSTILE, answer=HOSTILE, other=(HOSTILE, HOSTILE), source="javascript:hostile()")
    for address in ("/staff/kept", f"/staff/kept/{kept.id}"):
        shown = english.get(address)
        assert shown.status_code == 200
        assert "<script>hostile" not in shown.text
        assert "<img" not in shown.text
        assert 'href="javascript:' not in shown.text
        assert "7*7" in shown.text


def test_both_languages_say_it(desk, english):
    kept = keep(desk)
    for address in ("/staff/kept", "/staff/kept/new", f"/staff/kept/{kept.id}"):
        dutch = markup.document_fromstring(english.get(f"{address}?lang=nl").text)
        assert dutch.xpath("/html/@lang") == ["nl"]
        assert "ewaarde antwoord" in dutch.text_content()


def test_nobody_else_sees_or_changes_kept_answers(desk, colleague):
    kept = keep(desk, answer="Only for colleagues.")
    for address in ("/staff/kept", "/staff/kept/new", f"/staff/kept/{kept.id}"):
        assert desk.visitor().get(address).status_code == 401
        assert desk.visitor().post(address, data=FORM | {"action": "withdraw"}).status_code == 401
    forged = colleague.client.post(f"/staff/kept/{kept.id}", data={"action": "withdraw", "form_token": "x"})
    assert forged.status_code == 403
    assert desk.assistant.kept.get(kept.id) == kept
    assert colleague.get("/staff/kept/none").status_code == 404
