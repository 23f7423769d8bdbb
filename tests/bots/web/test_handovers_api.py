"""Questions for a person over HTTP: asked, looked at, withdrawn, and what their asker may know."""

import pytest

from bots.web.api.handovers import WAITING_AT_MOST

URL = "/api/v1/handovers"


def hand_over(client, question: str = "Wie helpt mij?", **more) -> dict:
    response = client.post(URL, json={"question": question, **more})
    assert response.status_code == 201, response.text
    return response.json()


def refused(client, **body) -> tuple[int, str, str]:
    response = client.post(URL, json={"question": "Wie helpt mij?", **body})
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    return response.status_code, problem["type"].removeprefix("/problems/"), problem["detail"]


@pytest.fixture
def conversation(fake) -> str:
    return fake.record.begin()


def test_question_for_a_person_waits_where_its_answer_will_stand(client, fake, conversation):
    response = client.post(URL, json={"question": " Wie helpt\u200b mij? ", "conversation_id": conversation})
    asked = response.json()
    assert response.headers["location"] == f"{URL}/{asked['id']}"
    assert (asked["question"], asked["state"], asked["conversation_id"]) == ("Wie helpt mij?", "waiting", conversation)
    assert (asked["email_given"], asked["reply"], asked["reason"]) == (False, None, None)
    assert client.get(response.headers["location"]).json() == asked
    assert [(h.question, h.door) for h in fake.handovers.list("waiting")] == [("Wie helpt mij?", "web")]


def test_a_person_is_asked_before_any_question_was(client):
    asked = hand_over(client, language="en")
    read = client.get(f"/api/v1/conversations/{asked['conversation_id']}").json()
    assert [message["handover"]["id"] for message in read["messages"]] == [asked["id"]]


def test_question_about_an_answer_stays_in_its_conversation_and_language(client, fake, conversation):
    answer = client.post(
        "/api/v1/ask", json={"question": "refuse", "conversation_id": conversation, "language": "en"}
    ).json()
    asked = hand_over(client, answer["question"], answer_id=answer["id"])
    assert (asked["conversation_id"], asked["answer_id"], asked["language"]) == (conversation, answer["id"], "en")


def test_answer_of_another_conversation_is_no_ground_for_a_question_in_this_one(client, fake, conversation):
    answer = client.post("/api/v1/ask", json={"question": "refuse", "conversation_id": fake.record.begin()}).json()
    status, slug, detail = refused(client, conversation_id=conversation, answer_id=answer["id"])
    assert (status, slug) == (422, "invalid-body")
    assert "'answer_id'" in detail
    assert fake.handovers.list() == []


@pytest.mark.parametrize(
    ("sent", "headers", "language"),
    [("nl-BE", {}, "nl"), ("en", {}, "en"), (None, {"Accept-Language": "en-IE"}, "en"), (None, {}, "nl")],
)
def test_language_is_the_pages_then_the_browsers_then_dutch(client, sent, headers, language):
    response = client.post(URL, json={"question": "Wie?", "language": sent}, headers=headers)
    assert response.json()["language"] == language


def test_question_sent_twice_waits_once(client, fake, conversation):
    first = hand_over(client, conversation_id=conversation)
    again = hand_over(client, conversation_id=conversation)
    assert again["id"] == first["id"]
    assert len(fake.handovers.list()) == 1


@pytest.mark.parametrize("consent", [{}, {"consent": False}, {"consent": None}])
def test_address_without_consent_is_refused_by_name_and_not_kept(client, fake, consent):
    status, slug, detail = refused(client, email="asker@example.org", **consent)
    assert (status, slug) == (422, "invalid-body")
    assert "'consent'" in detail
    assert "asker@example.org" not in detail
    assert fake.handovers.list() == []


def test_address_with_consent_is_kept_for_staff_and_never_shown(client, fake):
    response = client.post(URL, json={"question": "Wie?", "email": " asker@example.org ", "consent": True})
    assert response.json()["email_given"] is True
    assert "asker@example.org" not in response.text
    assert fake.handovers.list()[0].email == "asker@example.org"
    withdrawn = client.post(f"{response.headers['location']}/withdraw").json()
    assert withdrawn["email_given"] is False


@pytest.mark.parametrize(
    "email",
    ["asker", "a@b", "a b@example.org", "a@example.org\r\nBcc: b@example.org", "a@" + "x" * 300 + ".org", 5, "@"],
)
def test_what_is_no_address_is_refused_by_name(client, fake, email):
    status, slug, detail = refused(client, email=email, consent=True)
    assert (status, slug) == (422, "invalid-body")
    assert "'email'" in detail
    assert fake.handovers.list() == []


def test_empty_address_is_none(client):
    assert hand_over(client, email="")["email_given"] is False


@pytest.mark.parametrize("question", ["", " \u200b ", "x" * 2001])
def test_question_that_cannot_be_asked_is_422_in_the_askers_language(client, fake, question):
    status, slug, detail = refused(client, question=question, language="nl")
    assert (status, slug) == (422, "invalid-question")
    assert "vraag" in detail
    assert fake.handovers.list() == []


def test_question_of_just_2000_characters_is_handed_over(client):
    assert len(hand_over(client, "é" * 2000)["question"]) == 2000


def test_sixth_question_of_a_conversation_waits_for_a_reply_first(client, fake, conversation):
    asked = [hand_over(client, f"Vraag {n}?", conversation_id=conversation) for n in range(WAITING_AT_MOST)]
    status, slug, detail = refused(client, conversation_id=conversation)
    assert (status, slug) == (409, "too-many-waiting")
    assert detail.startswith("Er wachten al 5 vragen van u")
    assert refused(client, conversation_id=conversation, language="en")[2].startswith("5 of your questions")
    assert hand_over(client, "vraag 1?", conversation_id=conversation)["id"] == asked[1]["id"]
    assert hand_over(client, conversation_id=fake.record.begin())["state"] == "waiting"
    client.post(f"{URL}/{asked[0]['id']}/withdraw")
    assert hand_over(client, conversation_id=conversation)["state"] == "waiting"


def test_claimed_question_makes_room_for_another(client, fake, conversation):
    asked = [hand_over(client, f"Vraag {n}?", conversation_id=conversation) for n in range(WAITING_AT_MOST)]
    fake.handovers.claim(asked[0]["id"], "An Peeters")
    assert hand_over(client, conversation_id=conversation)["state"] == "waiting"


def test_withdrawn_question_stays_withdrawn(client, fake):
    asked = hand_over(client)
    for _ in range(2):
        response = client.post(f"{URL}/{asked['id']}/withdraw")
        assert (response.status_code, response.json()["state"]) == (200, "withdrawn")
    assert fake.handovers.list("waiting") == []


def test_claimed_question_can_be_withdrawn(client, fake):
    asked = hand_over(client)
    fake.handovers.claim(asked["id"], "An Peeters")
    assert client.get(f"{URL}/{asked['id']}").json()["state"] == "claimed"
    assert client.post(f"{URL}/{asked['id']}/withdraw").json()["state"] == "withdrawn"


@pytest.mark.parametrize("closed", ["answered", "declined"])
def test_withdrawing_too_late_is_409_without_a_name(client, fake, closed):
    asked = hand_over(client)
    if closed == "answered":
        fake.handovers.answer(asked["id"], "Ik help u.", by="An Peeters", role="Contactpunt")
    else:
        fake.handovers.decline(asked["id"], "Geen programmavraag.", by="An Peeters")
    response = client.post(f"{URL}/{asked['id']}/withdraw")
    assert (response.status_code, response.json()["type"]) == (409, "/problems/conflict")
    assert closed in response.json()["detail"]
    assert "Peeters" not in response.text


def test_reply_says_who_it_is_from_by_role(client, fake):
    asked = hand_over(client)
    fake.handovers.answer(asked["id"], "Ik <b>help</b> u.", by="An Peeters", role="Contactpunt", source="§ 3")
    shown = client.get(f"{URL}/{asked['id']}").json()
    reply = shown["reply"]
    assert (shown["state"], reply["text"], reply["role"], reply["source"]) == (
        "answered",
        "Ik <b>help</b> u.",
        "Contactpunt",
        "§ 3",
    )
    assert reply["at"].endswith("Z")


def test_reason_of_a_declined_question_reaches_its_asker(client, fake):
    asked = hand_over(client)
    fake.handovers.decline(asked["id"], "Vraag dit aan uw gemeente.", by="An Peeters")
    assert client.get(f"{URL}/{asked['id']}").json()["reason"] == "Vraag dit aan uw gemeente."


def test_question_is_a_persons_in_the_same_breath_while_answers_are_off(client, fake):
    fake.switch.turn(False, by="An Peeters", reason="Nieuwe regels.")
    answer = client.post("/api/v1/ask", json={"question": "Kan dat?"}).json()
    assert (answer["reason"], answer["citations"]) == ("answering_off", [])
    read = client.get(f"/api/v1/conversations/{answer['conversation_id']}").json()
    waiting = [message["handover"] for message in read["messages"] if message["type"] == "handover"]
    assert [(h["answer_id"], h["state"]) for h in waiting] == [(answer["id"], "waiting")]
