"""A question that comes again with its key is not asked again, through whichever process it comes."""

from __future__ import annotations

import multiprocessing
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from assistant import idempotency
from assistant.answer import Answer
from assistant.clock import now
from assistant.errors import InvalidInput, InvalidQuestion, NotFound
from assistant.idempotency import Requests, fingerprint
from assistant.index.database import connect
from assistant.index.schema import answers, conversations, requests
from assistant.record import Record
from assistant.service import Assistant

KEY = "key-0123456789"
RATES = {"rates": ("en", "# Rates\n\n## Rate\n\nA municipality gets a co-financing rate of 80 % from Interreg Europe.")}
QUESTION = "Which co-financing rate does a municipality get?"


def made(engine: Engine, pause: float = 0.0) -> Answer:
    time.sleep(pause)
    answer = Answer(
        id=str(uuid.uuid4()),
        question="Wie?",
        language="nl",
        status="unsupported",
        text="Dat vind ik niet.",
        conversation_id=str(uuid.uuid4()),
    )
    Record(engine).keep(answer)
    return answer


def kept(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(answers)).scalar_one()


def once(engine: Engine, pause: float = 0.0, print_of: str = "a") -> Answer:
    return Requests(engine).once(KEY, print_of, lambda: made(engine, pause), Record(engine).answer)


def age(engine: Engine, by: timedelta) -> None:
    with engine.begin() as connection:
        connection.execute(requests.update().values(created_at=now() - by))


def test_answer_is_made_once_and_read_again(engine: Engine) -> None:
    assert once(engine) == once(engine) == once(engine)
    assert kept(engine) == 1


def test_key_of_another_question_is_refused(engine: Engine) -> None:
    once(engine)
    with pytest.raises(InvalidInput, match="used for another question"):
        once(engine, print_of="b")
    assert kept(engine) == 1


@pytest.mark.parametrize(
    "key", ["", "short-7", "x" * 65, "with space", "ünïcödé-key", "line\nbreak-key", "key-0123456\n"]
)
def test_key_that_is_none_is_refused(engine: Engine, key: str) -> None:
    with pytest.raises(InvalidInput, match="8 to 64"):
        Requests(engine).once(key, "a", lambda: made(engine), Record(engine).answer)
    assert kept(engine) == 0


@pytest.mark.parametrize("key", ["12345678", "x" * 64, "A-b_9" * 5])
def test_any_other_key_will_do(engine: Engine, key: str) -> None:
    Requests(engine).once(key, "a", lambda: made(engine), Record(engine).answer)


def test_asked_many_times_at_once_and_answered_once(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: once(engine, 0.2).id, range(8)))
    assert len(set(given)) == 1
    assert kept(engine) == 1


_TOGETHER: list[Any] = []


def meet(barrier: Any) -> None:
    _TOGETHER.append(barrier)


def ask_once(url: str) -> str:
    """Ask as another process does, once all processes are there."""
    engine = connect(url)
    _TOGETHER[0].wait(60)
    return once(engine, 0.3).id


def test_asked_by_processes_at_once_and_answered_once(engine: Engine) -> None:
    url, context = engine.url.render_as_string(hide_password=False), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, context, initializer=meet, initargs=(context.Barrier(3),)) as pool:
        given = [asked.result(60) for asked in [pool.submit(ask_once, url) for _ in range(3)]]
    assert len(set(given)) == 1
    assert kept(engine) == 1


def test_failed_question_may_be_tried_again(engine: Engine) -> None:
    def fail() -> Answer:
        raise InvalidQuestion("x")

    with pytest.raises(InvalidQuestion):
        Requests(engine).once(KEY, "a", fail, Record(engine).answer)
    assert once(engine).id
    assert kept(engine) == 1


def test_whoever_waits_for_one_that_fails_tries_itself(engine: Engine) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fail() -> Answer:
        begun.set()
        go_on.wait(10)
        raise InvalidQuestion("x")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Requests(engine).once, KEY, "a", fail, Record(engine).answer)
        assert begun.wait(10)
        second = pool.submit(once, engine)
        time.sleep(0.1)
        assert not second.done()
        go_on.set()
        assert isinstance(first.exception(10), InvalidQuestion)
        assert second.result(10).id
    assert kept(engine) == 1


def test_question_of_a_process_that_died_is_taken_over_by_one(engine: Engine) -> None:
    with engine.begin() as connection:
        row = {"key": KEY, "fingerprint": "a", "answer_id": None, "created_at": now() - timedelta(seconds=61)}
        connection.execute(requests.insert(), [row])
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: once(engine, 0.2).id, range(4)))
    assert len(set(given)) == 1
    assert kept(engine) == 1


def test_slow_one_that_was_taken_over_gives_the_same_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_PATIENCE", 0.3)
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Answer:
        begun.set()
        go_on.wait(10)
        return made(engine)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Requests(engine).once, KEY, "a", slow, Record(engine).answer)
        assert begun.wait(10)
        second = pool.submit(once, engine).result(10)
        go_on.set()
        assert first.result(10) == second == once(engine)


def test_key_is_forgotten_after_a_day(engine: Engine) -> None:
    first = once(engine)
    age(engine, timedelta(hours=23, minutes=59))
    assert once(engine) == first
    age(engine, timedelta(hours=24, seconds=1))
    assert once(engine) != first


def test_old_keys_are_swept(engine: Engine) -> None:
    once(engine)
    age(engine, timedelta(hours=25))
    Requests(engine).once("another-key", "a", lambda: made(engine), Record(engine).answer)
    Requests(engine).forget()
    with engine.connect() as connection:
        assert connection.execute(select(requests.c.key)).scalars().all() == ["another-key"]


def test_answer_that_was_deleted_at_once_leaves_no_key(engine: Engine) -> None:
    def make() -> Answer:
        answer = made(engine)
        with engine.begin() as connection:
            connection.execute(conversations.delete())
        return answer

    Requests(engine).once(KEY, "a", make, Record(engine).answer)
    with engine.connect() as connection:
        assert connection.execute(select(requests)).all() == []


def test_fingerprint_tells_requests_apart() -> None:
    different: list[tuple[Any, ...]] = [
        ("public", "a", None, None, None), ("staff", "a", None, None, None), ("public", "b", None, None, None),
        ("public", "a", "c", None, None), ("public", "a", None, "nl", None), ("public", "a", None, None, []),
        ("public", "a", None, None, ["x", "y"]), ("public", "a", None, None, ["x,y"]),
        ("public", "é\ud800", None, None, None),
    ]  # fmt: skip
    prints = [fingerprint(*what) for what in different]
    assert len(set(prints)) == len(different)
    assert all(len(found) == 64 for found in prints)


@pytest.fixture(scope="module")
def house(assistant_over: Callable[..., Assistant]) -> Assistant:
    return assistant_over(RATES)


def test_question_is_never_asked_twice(house: Assistant) -> None:
    key = str(uuid.uuid4())
    first = house.ask(QUESTION, idempotency_key=key)
    assert house.ask(f"  {QUESTION} ", idempotency_key=key) == first
    assert house.record.history(str(first.conversation_id)) == [QUESTION]
    assert house.ask(QUESTION).id != first.id


@pytest.mark.parametrize(
    "other", [
        {"question": "Who pays?"}, {"conversation_id": str(uuid.uuid4())}, {"language": "nl"}, {"history": ["Who?"]},
    ],
)  # fmt: skip
def test_key_belongs_to_the_whole_question(house: Assistant, other: dict[str, Any]) -> None:
    key = str(uuid.uuid4())
    house.ask(QUESTION, idempotency_key=key)
    with pytest.raises(InvalidInput, match="used for another question"):
        house.ask(**({"question": QUESTION} | other), idempotency_key=key)


def test_repeated_follow_up_stands_once_in_its_conversation(house: Assistant) -> None:
    conversation, key = house.ask(QUESTION).conversation_id, str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        given = set(
            pool.map(lambda _: house.ask("And an NGO?", conversation_id=conversation, idempotency_key=key).id, range(4))
        )
    assert len(given) == 1
    assert house.record.history(str(conversation)) == [QUESTION, "And an NGO?"]


def test_key_of_a_deleted_conversation_gives_nothing_back(house: Assistant) -> None:
    key = str(uuid.uuid4())
    first = house.ask(QUESTION, idempotency_key=key)
    house.transcripts.delete(str(first.conversation_id))
    again = house.ask(QUESTION, idempotency_key=key)
    assert (again.id != first.id, again.conversation_id != first.conversation_id) == (True, True)
    with pytest.raises(NotFound):
        house.answer(first.id)
