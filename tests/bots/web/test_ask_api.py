"""POST /api/v1/ask and GET /api/v1/answers/{id}: as JSON and as a stream."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer
from bots.web.api import ask as asking

QUOTE = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen."
STREAM = {"Accept": "text/event-stream"}


def ask(client: TestClient, question: str, **more: Any) -> Answer:
    response = client.post("/api/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return Answer.model_validate_json(response.content)


def read_events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_answer_is_the_object_of_the_design(client):
    answer = ask(client, "Kan mijn bedrijf subsidie krijgen?", language="nl")
    assert answer.citations[0].quote == QUOTE
    assert answer.question == "Kan mijn bedrijf subsidie krijgen?"


def test_everything_that_was_sent_reaches_the_assistant(client, fake):
    ask(client, "En in Noorwegen?", conversation_id="c-7", history=["Wie betaalt?"], language="nl-BE")
    assert fake.asked == [
        {
            "question": "En in Noorwegen?",
            "conversation_id": "c-7",
            "history": ["Wie betaalt?"],
            "language": "nl",
            "door": "web",
        }
    ]


def test_invisible_characters_are_gone_before_anybody_asks(client, fake):
    ask(client, "Kan\u200b dat\U000e0041?")
    assert fake.asked[0]["question"] == "Kan dat?"


def test_stream_ends_in_the_whole_answer_and_its_pieces_are_the_text(client):
    response = client.post("/api/v1/ask", json={"question": "Kan mijn bedrijf subsidie krijgen?"}, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read_events(response.text)
    assert events[0] == ("status", {"step": "searching"})
    answer = Answer.model_validate(events[-1][1])
    assert events[-1][0] == "answer"
    deltas = [data["text"] for name, data in events if name == "delta"]
    assert len(deltas) == 2
    assert "".join(deltas) == answer.text
    assert [data["number"] for name, data in events if name == "citation"] == [1, 2]


def test_lost_stream_is_read_again_by_the_id_of_its_events(client):
    response = client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=STREAM)
    answer_id = next(line[4:] for line in response.text.splitlines() if line.startswith("id: "))
    again = client.get(f"/api/v1/answers/{answer_id}")
    assert again.json() == read_events(response.text)[-1][1]


def test_failure_in_a_stream_is_an_error_event_without_its_own_words(client):
    response = client.post("/api/v1/ask", json={"question": "crash"}, headers=STREAM)
    name, problem = read_events(response.text)[-1]
    assert (name, problem["status"], problem["type"]) == ("error", 500, "/problems/unexpected")
    assert "passwd" not in response.text


@pytest.mark.parametrize("question", ["", "   ", "\u0007\u0008", "x" * 2001])
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["json", "stream"])
def test_question_that_cannot_be_asked_is_422_at_both_doors(client, fake, question, headers):
    response = client.post("/api/v1/ask", json={"question": question}, headers=headers)
    assert (response.status_code, response.json()["type"]) == (422, "/problems/invalid-question")
    assert fake.asked == []


def test_question_of_just_2000_characters_is_asked(client):
    ask(client, "é" * 2000)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no JSON object"),
        (b"{", "no JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "must be a JSON object"),
        (b"{}", "'question'"),
        (b'{"question": 5}', "'question'"),
        (b'{"question": null}', "'question'"),
        (b'{"question": "\\ud800"}', "no JSON object"),
        (b'{"question": "a", "language": "fr"}', "'language'"),
        (b'{"question": "a", "history": "b"}', "'history'"),
        (b'{"question": "a", "history": [1]}', "'history.0'"),
        (b'{"question": "a", "conversation_id": "../x"}', "'conversation_id'"),
        (b"[" * 60_000, "no JSON object"),
    ],
)
def test_body_that_is_not_understood_is_422_with_one_sentence(client, body, said):
    response = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    detail = response.json()["detail"]
    assert (response.status_code, response.json()["type"]) == (422, "/problems/invalid-body")
    assert said in detail
    assert "\n" not in detail
    assert detail.endswith(".")


def test_large_body_is_413_whether_it_says_its_size_or_not(client, fake):
    declared = client.post("/api/v1/ask", json={"question": "x" * 70_000})
    chunked = client.post("/api/v1/ask", content=(b"x" * 10_000 for _ in range(10)))
    assert (declared.status_code, chunked.status_code) == (413, 413)
    assert fake.asked == []


def test_slow_answer_keeps_the_stream_alive(client, monkeypatch):
    monkeypatch.setattr(asking, "HEARTBEAT", 0.2)
    response = client.post("/api/v1/ask", json={"question": "slow"}, headers=STREAM)
    assert re.findall(r"^: ping", response.text, re.MULTILINE)
    assert read_events(response.text)[-1][0] == "answer"


def test_slow_answer_holds_up_nobody_else(fake_app, fake, serving, until):
    address = serving(fake_app)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(httpx.post, f"{address}/api/v1/ask", json={"question": "wait"}, timeout=60)
        until(lambda: fake.asked)
        assert httpx.post(f"{address}/api/v1/ask", json={"question": "Kan dat?"}, timeout=60).status_code == 200
        assert httpx.get(f"{address}/healthz", timeout=60).status_code == 200
        assert fake.answered == ["Kan dat?"]
        fake.gate.set()
        assert slow.result().status_code == 200


KEY = {"Idempotency-Key": "a-key-of-a-question_1"}


def test_question_with_the_same_key_is_asked_once(client, fake):
    first = client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=KEY)
    again = client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=KEY)
    assert again.json() == first.json()
    assert fake.answered == ["Kan dat?"]


def test_broken_stream_that_is_asked_again_gets_the_same_answer(client, fake):
    streams = [client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=STREAM | KEY) for _ in range(2)]
    first, again = (read_events(stream.text) for stream in streams)
    assert first == again
    assert client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=KEY).json() == first[-1][1]
    assert fake.answered == ["Kan dat?"]


def test_cut_stream_goes_on_and_is_found_by_its_key(fake_app, fake, serving):
    address = serving(fake_app)
    with httpx.stream("POST", f"{address}/api/v1/ask", json={"question": "slow"}, headers=STREAM | KEY) as stream:
        assert next(stream.iter_lines()) == "event: status"
    answer = httpx.post(f"{address}/api/v1/ask", json={"question": "slow"}, headers=KEY, timeout=60).json()
    assert httpx.get(f"{address}/api/v1/answers/{answer['id']}").json() == answer
    assert fake.answered == ["slow"]


def test_two_at_once_with_one_key_are_asked_once(fake_app, fake, serving):
    address = serving(fake_app)

    def post(_: int) -> dict[str, Any]:
        return httpx.post(f"{address}/api/v1/ask", json={"question": "slow"}, headers=KEY, timeout=60).json()

    with ThreadPoolExecutor(4) as pool:
        ids = {answer["id"] for answer in pool.map(post, range(4))}
    assert len(ids) == 1
    assert fake.answered == ["slow"]


def test_key_of_another_question_is_422_in_json_and_in_a_stream(client, fake):
    client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=KEY)
    response = client.post("/api/v1/ask", json={"question": "Kan iets anders?"}, headers=KEY)
    assert (response.status_code, response.json()["type"]) == (422, "/problems/invalid-input")
    assert "Idempotency-Key" in response.json()["detail"]
    stream = client.post("/api/v1/ask", json={"question": "Kan iets anders?"}, headers=STREAM | KEY)
    assert read_events(stream.text)[-1] == ("error", response.json())
    assert fake.answered == ["Kan dat?"]


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space in it", '"quoted-key"', "sleutel-é-1".encode()])
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["json", "stream"])
def test_key_that_can_be_none_is_422_before_anybody_asks(client, fake, key, headers):
    response = client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=headers | {"Idempotency-Key": key})
    assert response.status_code == 422
    assert "idempotency-key" in response.json()["detail"]
    assert fake.asked == []


def test_question_that_failed_may_be_asked_again_with_its_key(client, fake):
    assert client.post("/api/v1/ask", json={"question": "crash"}, headers=KEY).status_code == 500
    assert client.post("/api/v1/ask", json={"question": "Kan dat?"}, headers=KEY).status_code == 200


def test_ten_questions_in_a_second_are_all_answered(fake_app, serving):
    address = serving(fake_app)

    def post(number: int) -> str:
        return httpx.post(f"{address}/api/v1/ask", json={"question": f"Vraag {number}?"}, timeout=60).json()["question"]

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(post, range(10))) == [f"Vraag {number}?" for number in range(10)]
