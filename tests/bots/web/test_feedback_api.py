"""Opinions over HTTP: given, changed, taken back, and only about answers of this door."""

from typing import get_args

import pytest

from assistant.feedback import Reason


@pytest.fixture
def at(client, fake) -> str:
    """The address of the opinion of an answer in a conversation of its own."""
    body = {"question": "Kan dat?", "conversation_id": fake.record.begin()}
    return f"/api/v1/answers/{client.post('/api/v1/ask', json=body).json()['id']}/feedback"


def in_conversation(client, fake, at: str) -> dict | None:
    answer = fake.answer(at.split("/")[-2])
    return client.get(f"/api/v1/conversations/{answer.conversation_id}").json()["messages"][0]["feedback"]


@pytest.mark.parametrize("reason", [None, *get_args(Reason)])
def test_opinion_stands_with_its_answer(client, fake, at, reason):
    given = client.put(at, json={"rating": "down", "reason": reason, "comment": "Vorige periode.\nEcht."})
    assert given.status_code == 200
    assert given.json() == in_conversation(client, fake, at)
    shown = given.json()
    assert (shown["rating"], shown["reason"], shown["comment"]) == ("down", reason, "Vorige periode.\nEcht.")


def test_later_opinion_replaces_the_earlier_one(client, fake, at):
    client.put(at, json={"rating": "down", "reason": "wrong", "comment": "Fout."})
    client.put(at, json={"rating": "up"})
    shown = in_conversation(client, fake, at)
    assert (shown["rating"], shown["reason"], shown["comment"]) == ("up", None, None)
    assert len(fake.feedback.newest(10)) == 1


def test_opinion_that_was_taken_back_is_gone_and_may_be_taken_back_again(client, fake, at):
    client.put(at, json={"rating": "up"})
    assert [client.delete(at).status_code for _ in range(2)] == [204, 204]
    assert in_conversation(client, fake, at) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "'rating'"),
        ({"rating": "sideways"}, "'rating'"),
        ({"rating": ["up"]}, "'rating'"),
        ({"rating": "down", "reason": "ugly"}, "'reason'"),
        ({"rating": "down", "comment": 5}, "'comment'"),
        ({"rating": "down", "comment": "x" * 1001}, "comment"),
        ([], '{"rating": "up"}'),
    ],
)
def test_opinion_that_is_not_understood_is_422_by_name(client, fake, at, body, said):
    response = client.put(at, json=body)
    assert response.status_code == 422
    assert said in response.json()["detail"]
    assert in_conversation(client, fake, at) is None


def test_comment_of_just_1000_characters_is_kept(client, at):
    assert len(client.put(at, json={"rating": "down", "comment": "é" * 1000}).json()["comment"]) == 1000


def test_what_nobody_sees_in_a_comment_is_gone(client, at):
    comment = client.put(at, json={"rating": "down", "comment": "a\u0000b\u202e <b>c</b>"}).json()["comment"]
    assert comment == "a b <b>c</b>"
    assert client.put(at, json={"rating": "down", "comment": " \u200b "}).json()["comment"] is None
