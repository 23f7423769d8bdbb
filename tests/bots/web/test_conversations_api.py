"""Conversations over HTTP: read, kept as a file, deleted, and nobody else's."""

import json
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from assistant.index.schema import conversations
from assistant.record import Record


def ask(client, question: str, **more) -> dict:
    response = client.post("/api/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def hand_over(client, question: str, **more) -> dict:
    response = client.post("/api/v1/handovers", json={"question": question, **more})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
def at(fake) -> str:
    """The address of a conversation that was begun."""
    return f"/api/v1/conversations/{fake.record.begin()}"


def id_of(at: str) -> str:
    return at.rsplit("/", 1)[-1]


def staff_conversation(fake) -> str:
    return Record(fake.record._engine, "staff").begin()


def test_conversation_is_read_in_order_of_time_with_what_people_made_of_it(client, fake, at):
    first = ask(client, "Kan dat?", conversation_id=id_of(at))
    asked = hand_over(client, "Wie helpt mij?", conversation_id=id_of(at))
    second = ask(client, "refuse", conversation_id=id_of(at))
    client.put(f"/api/v1/answers/{second['id']}/feedback", json={"rating": "down", "reason": "not_found"})
    fake.handovers.answer(asked["id"], "Ik help u.", by="An Peeters", role="Contactpunt")
    read = client.get(at).json()
    assert [message["type"] for message in read["messages"]] == ["answer", "handover", "answer"]
    assert [read["messages"][n]["answer"] for n in (0, 2)] == [first, second]
    assert read["messages"][0]["feedback"] is None
    assert read["messages"][2]["feedback"]["reason"] == "not_found"
    assert read["messages"][1]["handover"]["reply"]["text"] == "Ik help u."
    assert read["messages"][1]["handover"] == client.get(f"/api/v1/handovers/{asked['id']}").json()


def test_times_have_an_offset_and_the_last_word_counts_for_the_end(client, fake, at):
    before = client.get(at).json()
    ask(client, "Kan dat?", conversation_id=id_of(at))
    read = client.get(at).json()
    begun, ends = (datetime.fromisoformat(read[name]) for name in ("created_at", "expires_at"))
    assert begun.utcoffset() == ends.utcoffset() == timedelta(0)
    assert ends - begun >= timedelta(days=fake.settings.retention_days)
    assert read["expires_at"] > before["expires_at"]
    assert all(datetime.fromisoformat(message["at"]).utcoffset() == timedelta(0) for message in read["messages"])


def test_unchanged_conversation_is_304_and_every_change_is_seen(client, fake, at):
    def tag() -> str:
        response = client.get(at)
        assert client.get(at, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
        return response.headers["etag"]

    tags = [tag()]
    answer = ask(client, "Kan dat?", conversation_id=id_of(at))
    tags.append(tag())
    client.put(f"/api/v1/answers/{answer['id']}/feedback", json={"rating": "up"})
    tags.append(tag())
    asked = hand_over(client, "Wie helpt mij?", conversation_id=id_of(at))
    tags.append(tag())
    fake.handovers.claim(asked["id"], "An Peeters")
    tags.append(tag())
    fake.handovers.answer(asked["id"], "Ik help u.", by="An Peeters", role="Contactpunt")
    tags.append(tag())
    assert len(set(tags)) == len(tags)
    stale = client.get(at, headers={"If-None-Match": tags[0]})
    assert (stale.status_code, len(stale.json()["messages"])) == (200, 2)


@pytest.mark.parametrize("form", ['"other", {}', "{}", "*", "W/{}"])
def test_if_none_match_is_compared_as_the_standard_says(client, at, form):
    strong = client.get(at).headers["etag"].removeprefix("W/")
    response = client.get(at, headers={"If-None-Match": form.format(strong)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"].removeprefix("W/") == strong


def test_nothing_that_is_for_staff_only_leaves(client, fake, at):
    asked = hand_over(client, "Wie?", conversation_id=id_of(at), email="asker@example.org", consent=True)
    fake.handovers.claim(asked["id"], "An Peeters")
    fake.handovers.answer(asked["id"], "Ik help u.", by="An Peeters", role="Contactpunt", source="handleiding")
    for path in (at, f"{at}/transcript", f"/api/v1/handovers/{asked['id']}"):
        shown = client.get(path).text
        assert "Ik help u" in shown
        assert "Peeters" not in shown
        assert "asker@example.org" not in shown


def test_deleted_conversation_is_gone_with_everything_in_it(client, fake, at):
    answer = ask(client, "Kan dat?", conversation_id=id_of(at))
    client.put(f"/api/v1/answers/{answer['id']}/feedback", json={"rating": "up"})
    asked = hand_over(client, "Wie helpt mij?", conversation_id=id_of(at), email="asker@example.org", consent=True)
    response = client.delete(at)
    assert (response.status_code, response.content) == (204, b"")
    for path in (at, f"{at}/transcript", f"/api/v1/answers/{answer['id']}", f"/api/v1/handovers/{asked['id']}"):
        assert client.get(path).status_code == 404
    assert client.delete(at).status_code == 404
    assert fake.feedback.of([answer["id"]]) == {}
    assert fake.handovers.list() == []


def test_others_conversations_outlive_one_that_is_deleted(client, fake, at):
    other = ask(client, "Kan dat?", conversation_id=fake.record.begin())
    client.delete(at)
    assert client.get(f"/api/v1/conversations/{other['conversation_id']}").json()["messages"][0]["answer"] == other


def unknown(path: str) -> list[tuple[str, str, object]]:
    """Every way to name a conversation, answer or question for a person by its id."""
    return [
        ("GET", f"/api/v1/conversations/{path}", None),
        ("DELETE", f"/api/v1/conversations/{path}", None),
        ("GET", f"/api/v1/conversations/{path}/transcript", None),
        ("POST", "/api/v1/handovers", {"question": "Wie?", "conversation_id": path}),
        ("POST", "/api/v1/handovers", {"question": "Wie?", "answer_id": path}),
        ("GET", f"/api/v1/answers/{path}", None),
        ("GET", f"/api/v1/answers/{path}/suggestions", None),
        ("PUT", f"/api/v1/answers/{path}/feedback", {"rating": "up"}),
        ("DELETE", f"/api/v1/answers/{path}/feedback", None),
        ("GET", f"/api/v1/handovers/{path}", None),
        ("POST", f"/api/v1/handovers/{path}/withdraw", None),
    ]


def test_unknown_malformed_and_staffs_ids_are_told_in_the_same_words(client, fake):
    staff = staff_conversation(fake)
    answer = fake._answer("Kan dat?", {"conversation_id": staff})
    Record(fake.record._engine, "staff").keep(answer)
    asked = fake.handovers.__class__(fake.record._engine).open(
        "Wie?", conversation_id=staff, language="nl", door="slack"
    )
    told: dict[int, set[str]] = {}
    for identifier in (str(uuid.uuid4()), "none", "a" * 36, staff, answer.id, asked.id, staff.upper()):
        for number, (method, path, body) in enumerate(unknown(identifier)):
            response = client.request(method, path, json=body)
            assert response.status_code == 404, (method, path, response.text)
            problem = response.json()
            assert problem.pop("instance") == path
            assert identifier not in json.dumps(problem)
            told.setdefault(number, set()).add(json.dumps(problem))
    assert all(len(words) == 1 for words in told.values())
    assert fake.handovers.get(asked.id).state == "waiting"
    assert fake.feedback.of([answer.id]) == {}
    assert [h.id for h in fake.handovers.list()] == [asked.id]


def test_question_in_staffs_conversation_begins_a_new_one(workshop):
    workshop.write("en/a.md", "# A\n\n## Rate\n\nThe rate of Interreg Europe is 80 %.", id="a", title="A",
                   publisher="P", language="en", date="2023", period="2021-2027", audience="public")  # fmt: skip
    workshop.ingest()
    theirs = workshop.ask("What is the rate?", "public", "staff")
    again = workshop.ask("And then?", "public", conversation_id=theirs.conversation_id)
    assert again.conversation_id != theirs.conversation_id


@pytest.mark.parametrize(("language", "said"), [("nl", "Uw vraag"), ("en", "Your question"), ("nl-BE", "Uw vraag")])
def test_transcript_is_a_file_in_the_readers_language(client, at, language, said):
    ask(client, "Kan dat?", conversation_id=id_of(at))
    response = client.get(f"{at}/transcript", params={"language": language})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"].startswith('attachment; filename="interreg-europe-2')
    assert response.headers["content-disposition"].endswith('.md"')
    assert said in response.text
    assert "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen." in response.text


def test_transcript_follows_the_browsers_language_and_knows_no_other(client, at):
    ask(client, "Kan dat?", conversation_id=id_of(at))
    english = client.get(f"{at}/transcript", headers={"Accept-Language": "en-GB"})
    assert "Your question" in english.text
    french = client.get(f"{at}/transcript?language=fr")
    assert (french.status_code, french.json()["detail"]) == (422, "'language' cannot be used: it is one of nl, en.")


def test_nothing_personal_is_kept_on_the_way(client, at):
    answer = ask(client, "Kan dat?", conversation_id=id_of(at))
    asked = hand_over(client, "Wie helpt mij?", conversation_id=id_of(at))
    tag = client.get(at).headers["etag"]
    responses = [
        client.post("/api/v1/ask", json={"question": "Kan dat?"}),
        client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers={"Accept": "text/event-stream"}),
        client.get(at),
        client.get(at, headers={"If-None-Match": tag}),
        client.get(f"{at}/transcript"),
        client.get(f"/api/v1/answers/{answer['id']}"),
        client.get(f"/api/v1/answers/{answer['id']}/suggestions"),
        client.put(f"/api/v1/answers/{answer['id']}/feedback", json={"rating": "up"}),
        client.delete(f"/api/v1/answers/{answer['id']}/feedback"),
        client.post("/api/v1/handovers", json={"question": "Wie?"}),
        client.get(f"/api/v1/handovers/{asked['id']}"),
        client.post(f"/api/v1/handovers/{asked['id']}/withdraw"),
        client.delete(at),
        client.get(at),
    ]
    assert [response.headers["cache-control"] for response in responses] == ["no-store"] * len(responses)


def test_conversation_whose_time_is_over_is_as_unknown(client, fake, at):
    long_ago = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    with fake.record._engine.begin() as connection:
        connection.execute(update(conversations).values(last_at=long_ago))
    fake.transcripts.purge()
    assert client.get(at).status_code == 404
