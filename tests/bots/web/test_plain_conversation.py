"""A conversation without JavaScript: asked, rated, handed to a person, read again and deleted, by plain forms."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from bots.web import create_app
from bots.web.texts import speaker

EN, NL = speaker("en"), speaker("nl")

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
MAIL = "Kan ik jan@stad.be iets vragen?"
FORMS = ("/", "/handover", "/withdraw", "/feedback", "/delete")


def fields(page: str, action: str, number: int = 0) -> dict[str, str]:
    """The hidden fields of the form on a page that goes to an address, the first or a later one."""
    form = re.findall(rf'<form[^>]*action="{action}">(.*?)</form>', page, re.DOTALL)[number]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in hidden}


def ask(client, question, language="nl", **more):
    """Ask over the form of the first page, and return the page with the answer."""
    page = client.get(f"/?lang={language}").text
    return client.post("/", data=fields(page, "/") | {"question": question} | more)


def test_form_is_answered_and_the_conversation_goes_on(client, fake):
    page = ask(client, "Kan mijn bedrijf subsidie krijgen?")
    assert page.status_code == 200
    assert page.history[0].status_code == 303
    assert page.url.fragment.startswith("answer-")
    assert f'id="{page.url.fragment}"' in page.text
    assert "geen subsidie krijgen." in page.text
    assert 'href="/sources/privebedrijven?revision=r2&amp;start=' in page.text
    again = client.post("/", data=fields(page.text, "/") | {"question": "En in Noorwegen?"})
    assert fake.asked[1]["conversation_id"] == page.url.params["conversation"]
    assert 0 < again.text.index("Kan mijn bedrijf subsidie krijgen?") < again.text.index("En in Noorwegen?")
    assert "interreg-assistant" not in again.text


def test_suggestion_is_asked_at_a_click(client, fake):
    page = client.get("/?lang=en").text
    client.post("/", data=fields(page, "/", 1) | {"suggestion": "Who can be a partner?"})
    assert [(asked["question"], asked["language"]) for asked in fake.asked] == [("Who can be a partner?", "en")]


def test_reload_and_double_click_ask_nothing_again(client, fake):
    sent = fields(client.get("/").text, "/") | {"question": "Kan dat?"}
    first = client.post("/", data=sent)
    second = client.post("/", data=sent)
    client.get(str(second.url))
    assert first.url == second.url
    assert second.text.count('article class="question"') == 1
    other = client.post("/", data=sent | {"question": "Iets anders?"})
    assert "Iets anders?" in other.text


@pytest.mark.parametrize(
    ("question", "said"), [("x" * 2001, "at most 2000"), ("", "is empty"), (" \u200b\n", "is empty")]
)
def test_question_that_cannot_be_asked_comes_back_as_it_was(client, fake, question, said):
    page = ask(client, question, "en")
    assert page.status_code == 422
    assert said in page.text
    assert f">{question}</textarea>" in page.text
    assert "<title>Not sent yet" in page.text
    assert fake.asked == []


def test_personal_data_is_noticed_before_anything_is_kept(client, fake):
    page = ask(client, MAIL)
    assert page.status_code == 200
    assert "een e-mailadres" in page.text
    assert f">{MAIL}</textarea>" in page.text
    assert fake.asked == []
    sent = client.post("/", data=fields(page.text, "/") | {"question": MAIL, "anyway": "yes"})
    assert fake.asked[0]["question"] == MAIL
    assert '<article class="answer"' in sent.text


def test_refusal_shows_near_misses_as_such_and_the_way_to_a_person(client):
    page = ask(client, "refuse", "en").text
    assert EN("near_misses") in page
    assert '<a href="https://www.vlaio.be/">VLAIO</a>' in page
    assert EN("status_unsupported") in page
    assert fields(page, "/handover")["question"] == "refuse"


@pytest.mark.parametrize("question", [f"hostile {HOSTILE}", f"Kan dat? {HOSTILE}"])
def test_hostile_text_is_shown_as_text(client, question):
    page = ask(client, question)
    shown = client.post("/handover", data=fields(page.text, "/handover") | {"question": question})
    for text in (page.text, shown.text):
        assert "<img src=x" not in text
        assert "<script>document" not in text
        assert 'href="javascript' not in text


def test_person_is_asked_and_the_reply_comes_back_with_its_role_only(client, fake):
    page = ask(client, "refuse", "en").text
    waiting = client.post("/handover", data=fields(page, "/handover") | {"email": "", "consent": ""})
    assert waiting.url.fragment.startswith("handover-")
    assert EN("state_waiting") in waiting.text
    assert len(re.findall(r'action="/handover"', waiting.text)) == 1, "the refusal itself was handed over"
    (handover,) = fake.handovers.list("waiting")
    assert (handover.question, handover.email, handover.door) == ("refuse", None, "web")
    fake.handovers.claim(handover.id, "Els Peeters")
    assert EN("state_claimed") in client.get(str(waiting.url)).text
    fake.handovers.answer(handover.id, f"Yes. {HOSTILE}", by="Els Peeters", role="Contact point", source="Call 4, p. 2")
    answered = client.get(str(waiting.url)).text
    assert EN("by_role", role="Contact point") in answered
    assert "Yes. &lt;img" in answered
    assert EN("reply_source", source="Call 4, p. 2") in answered
    assert "Peeters" not in answered


def test_person_is_asked_before_any_message(client, fake):
    page = client.get("/?lang=nl").text
    asked = client.post("/handover", data=fields(page, "/handover") | {"question": "Mag ik bellen?"})
    assert NL("state_waiting") in asked.text
    assert fake.handovers.list("waiting")[0].conversation_id == asked.url.params["conversation"]


def test_address_is_kept_with_consent_only_and_never_shown(client, fake):
    page = client.get("/?lang=en").text
    typed = fields(page, "/handover") | {"question": "May I call?", "email": "ann@stad.be"}
    refused = client.post("/handover", data=typed)
    assert refused.status_code == 422
    assert EN("consent_needed") in refused.text
    assert 'value="ann@stad.be"' in refused.text
    assert ">May I call?</textarea>" in refused.text
    assert fake.handovers.list() == []
    given = client.post("/handover", data=typed | {"consent": "yes"})
    assert EN("email_given") in given.text
    assert "ann@stad.be" not in given.text
    assert fake.handovers.list("waiting")[0].email == "ann@stad.be"


def test_address_that_is_none_is_told_and_the_question_kept(client, fake):
    typed = {"lang": "en", "question": "May I call?", "email": "ann at stad", "consent": "yes"}
    page = client.post("/handover", data=typed)
    assert page.status_code == 422
    assert EN("email_invalid") in page.text
    assert ">May I call?</textarea>" in page.text
    assert fake.handovers.list() == []


def test_personal_data_in_a_question_for_a_person_is_noticed_once(client, fake):
    page = client.post("/handover", data={"lang": "nl", "question": MAIL})
    assert "een e-mailadres" in page.text
    assert fake.handovers.list() == []
    client.post("/handover", data={"lang": "nl", "question": MAIL, "anyway": "yes"})
    assert len(fake.handovers.list("waiting")) == 1
    refused = ask(client, f"refuse {MAIL}", anyway="yes").text
    asked = client.post("/handover", data=fields(refused, "/handover"))
    assert NL("state_waiting") in asked.text, "what was kept already is not asked about again"


def test_sixth_question_that_waits_for_a_person_is_refused_in_words(client):
    page = client.post("/handover", data={"lang": "en", "question": "Question 0?"})
    sent = fields(page.text, "/handover")
    for number in range(1, 5):
        client.post("/handover", data=sent | {"question": f"Question {number}?"})
    refused = client.post("/handover", data=sent | {"question": "Question 5?"})
    assert refused.status_code == 409
    assert "5 of your questions are waiting" in refused.text
    assert ">Question 5?</textarea>" in refused.text


def test_question_for_a_person_can_be_withdrawn_and_an_answered_one_cannot(client, fake):
    page = client.post("/handover", data={"lang": "en", "question": "May I call?"})
    gone = client.post("/withdraw", data=fields(page.text, "/withdraw"))
    assert EN("state_withdrawn") in gone.text
    page = client.post("/handover", data={"lang": "en", "question": "May I write?"})
    handover = fake.handovers.list("waiting")[0]
    fake.handovers.answer(handover.id, "Do.", by="Els", role="Contact point")
    late = client.post("/withdraw", data=fields(page.text, "/withdraw"))
    assert late.status_code == 200
    assert EN("by_role", role="Contact point") in late.text


def test_answers_off_hands_the_question_over_in_the_same_breath(client, fake):
    fake.switch.turn(False, by="a test", reason="to see")
    page = ask(client, "Kan dat?").text
    assert NL("status_answering_off") in page
    assert NL("state_waiting") in page


def test_opinion_is_kept_changed_explained_and_taken_back(client, fake):
    page = ask(client, "Kan dat?", "en")
    sent = fields(page.text, "/feedback")
    down = client.post("/feedback", data=sent | {"rating": "down"})
    assert down.url.fragment == f"answer-{sent['answer_id']}"
    assert EN("reason_title") in down.text
    why = fields(down.text, "/feedback", 1) | {"reason": "outdated", "comment": "Of 2014. "}
    client.post("/feedback", data=why)
    (kept,) = fake.feedback.of([sent["answer_id"]]).values()
    assert (kept.rating, kept.reason, kept.comment) == ("down", "outdated", "Of 2014.")
    shown = client.post("/feedback", data=sent | {"rating": "up"}).text
    assert re.search(r'class="up" name="rating" value="none" aria-pressed="true"', shown)
    client.post("/feedback", data=sent | {"rating": "none"})
    assert fake.feedback.of([sent["answer_id"]]) == {}


@pytest.mark.parametrize("wrong", [{"rating": "maybe"}, {"rating": "down", "reason": "dull"}, {}])
def test_opinion_that_is_none_is_refused(client, fake, wrong):
    page = ask(client, "Kan dat?")
    sent = fields(page.text, "/feedback")
    assert client.post("/feedback", data=sent | wrong).status_code == 422
    assert fake.feedback.of([sent["answer_id"]]) == {}


def test_deleted_conversation_is_gone_for_good(client, fake):
    page = ask(client, "Kan dat?", "en")
    client.post("/handover", data=fields(page.text, "/handover") | {"question": "May I call?"})
    sent = fields(page.text, "/delete")
    assert EN("deleted") in client.post("/delete", data=sent).text
    assert EN("deleted") in client.post("/delete", data=sent).text, "a reload says the same"
    gone = client.get(str(page.url))
    assert gone.status_code == 404
    assert EN("history_gone") in gone.text
    assert "Kan dat?" not in gone.text
    assert client.get(f"/api/v1/conversations/{sent['conversation_id']}").status_code == 404
    assert fake.handovers.list() == []


def test_question_typed_in_a_conversation_that_was_deleted_is_not_lost(client, fake):
    page = ask(client, "Kan dat?", "en")
    client.post("/delete", data=fields(page.text, "/delete"))
    typed = client.post("/handover", data=fields(page.text, "/handover") | {"question": "May I call?"})
    assert typed.status_code == 404
    assert ">May I call?</textarea>" in typed.text
    assert (
        "Waiting for"
        in client.post("/handover", data=fields(typed.text, "/handover") | {"question": "May I call?"}).text
    )


def test_transcript_is_offered(client):
    page = ask(client, "Kan dat?")
    link = html.unescape(re.search(r'href="(/api/v1/conversations/[^"]+)" download', page.text)[1])
    transcript = client.get(link)
    assert transcript.headers["content-type"].startswith("text/markdown")
    assert "geen subsidie krijgen." in transcript.text


@pytest.mark.parametrize("conversation", ["nothing", "5c3f1c1e-7d0a-4a53-9a86-8c1c4f3f3b52", "../x", "x" * 300, "%00"])
def test_unknown_conversation_begins_a_new_one(client, conversation):
    page = client.get("/", params={"conversation": conversation, "lang": "en"})
    assert page.status_code == 404
    assert EN("history_gone") in page.text
    assert "<textarea" in page.text


def test_language_switch_keeps_the_conversation(client):
    page = ask(client, "Kan dat?", "nl")
    link = html.unescape(re.search(r'class="quiet" href="([^"]+)"', page.text)[1])
    english = client.get(link)
    assert '<html lang="en">' in english.text
    assert "Kan dat?" in english.text


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_post_in_a_visitors_name(client, fake, path, headers):
    page = ask(client, "Kan dat?").text
    sent = {"lang": "nl", "question": "Iets?", "rating": "up", **fields(page, "/feedback")}
    assert client.post(path, data=sent, headers=headers).status_code == 403
    assert len(fake.asked) == 1
    assert fake.handovers.list() == []
    assert fake.feedback.of([sent["answer_id"]]) == {}
    assert fake.transcripts.read(sent["conversation_id"]).messages


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"}, {}]
)
def test_our_own_page_can_post(client, headers):
    assert client.post("/", data={"question": "Kan dat?"}, headers=headers).status_code == 200


def test_form_in_another_encoding_is_refused_not_crashed_on(client):
    assert client.post("/", content=b"question=\xff\xfe").status_code == 422


def test_form_from_elsewhere_is_refused_in_a_sentence(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Accept": "text/html", "Accept-Language": "en"}
    assert "sent from another web site" in client.post("/", data={"question": "Kan dat?"}, headers=headers).text


def test_form_passes_behind_a_proxy_that_has_another_name(fake, fake_settings):
    settings = fake_settings.model_copy(update={"public_url": "https://assistant.example.org"})
    with TestClient(create_app(settings, lambda _: fake)) as client:
        page = client.post("/", data={"question": "Kan dat?"}, headers={"Origin": "https://assistant.example.org"})
    assert page.status_code == 200
