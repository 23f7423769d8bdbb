"""Answers can be switched off: then nothing is quoted, and every question waits for a person."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant import answering
from assistant.answering import Switch, Turned
from assistant.errors import InvalidInput
from assistant.service import Assistant

RATES = {
    "rates": ("en", "# Rates\n\n## Rate\n\nA municipality gets a co-financing rate of 80 % from Interreg Europe."),
    "tarieven": ("nl", "# Tarieven\n\n## Tarief\n\nEen gemeente krijgt 80 % cofinanciering van Interreg Europe."),
}
QUESTION = {
    "nl": "Hoeveel cofinanciering krijgt een gemeente?",
    "en": "Which co-financing rate does a municipality get?",
}
PROMISE = {"nl": "iemand beantwoordt ze hier", "en": "a person will answer it here"}


@pytest.fixture
def switch(engine: Engine) -> Switch:
    return Switch(engine, default=True)


@pytest.fixture(scope="module")
def house(assistant_over: Any) -> Assistant:
    return assistant_over(RATES)  # type: ignore[no-any-return]


@pytest.fixture
def silent(house: Assistant) -> Any:
    house.switch.turn(False, by="Anna", reason="A mistake in the corpus")
    yield house
    house.switch.turn(True, by="Anna", reason="Put right")


@pytest.mark.parametrize("default", [True, False])
def test_setting_holds_until_somebody_decides(engine: Engine, default: bool) -> None:
    assert Switch(engine, default).on() is default
    Switch(engine, default).turn(not default, by="Anna", reason="")
    assert Switch(engine, default).on() is not default


def test_who_turned_it_is_kept(switch: Switch) -> None:
    switch.turn(False, by="Anna", reason="Foute tarieven")
    switch.turn(True, by="Bert\u202e", reason="Hersteld\x00")
    newest, first = switch.log()
    assert (newest.answering, newest.by, newest.reason) == (True, "Bert", "Hersteld")
    assert (first.answering, first.by, first.reason) == (False, "Anna", "Foute tarieven")
    assert first.at.utcoffset() == timedelta(0)
    assert switch.log(limit=1) == [newest]


def test_nobody_turns_it_without_a_name(switch: Switch) -> None:
    for values in ({"by": " ", "reason": ""}, {"by": "Anna", "reason": "x" * 501}):
        with pytest.raises(InvalidInput):
            switch.turn(False, **values)
    assert switch.on()
    assert switch.log() == []


def test_other_process_sees_it_within_a_second(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(answering.time, "monotonic", lambda: moment)
    here, there = Switch(engine, True), Switch(engine, True)
    assert here.on()
    there.turn(False, by="Anna", reason="")
    assert not there.on()
    moment = 100.99
    assert here.on()
    moment = 101.0
    assert not here.on()


def test_whoever_turns_it_while_another_looks_is_seen_at_once(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    look, turning = switch.log, threading.Thread(target=switch.turn, args=(False,), kwargs={"by": "Anna", "reason": ""})

    def look_slowly(limit: int) -> list[Turned]:
        found = look(limit)
        turning.start()
        turning.join(0.3)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(switch, "log", look_slowly)
        switch.on()
    turning.join()
    assert not switch.on()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_is_quoted_and_a_person_is_asked(silent: Assistant, language: str) -> None:
    answer = silent.ask(QUESTION[language], door="web")
    assert (answer.status, answer.reason, answer.mode, answer.confidence) == (
        "unsupported",
        "answering_off",
        None,
        None,
    )
    assert (answer.citations, answer.near_misses, answer.parts) == ((), (), ())
    assert answer.language == language
    assert answer.contact
    assert PROMISE[language] in answer.text
    assert "80" not in answer.text
    (handover,) = silent.handovers.of(str(answer.conversation_id))
    assert (handover.question, handover.answer_id, handover.state) == (QUESTION[language], answer.id, "waiting")
    assert (handover.language, handover.door) == (language, "web")
    assert silent.answer(answer.id) == answer


def test_off_in_the_middle_of_a_conversation(house: Assistant) -> None:
    first = house.ask(QUESTION["en"])
    house.switch.turn(False, by="Anna", reason="")
    try:
        then = house.ask("And?", conversation_id=first.conversation_id)
    finally:
        house.switch.turn(True, by="Anna", reason="")
    assert (first.status, then.reason) == ("answered", "answering_off")
    assert (then.conversation_id, then.language) == (first.conversation_id, "en")
    assert house.ask(QUESTION["en"]).status == "answered"


def test_every_question_of_a_conversation_waits(silent: Assistant) -> None:
    key = str(uuid.uuid4())
    for question in (QUESTION["en"], "Who runs it?", QUESTION["en"]):
        silent.ask(question, conversation_id=key)
    assert [h.question for h in silent.handovers.of(key)] == [QUESTION["en"], "Who runs it?"]


def test_question_is_handed_over_or_nothing_is_kept(silent: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(silent.handovers, "add", fail)
    key = str(uuid.uuid4())
    with pytest.raises(RuntimeError):
        silent.ask(QUESTION["en"], conversation_id=key)
    assert not silent.record.holds(key)
    assert silent.record.history(key) == []


@pytest.mark.parametrize(("language", "said"), [("nl", "Goeiedag!"), ("en", "Thank you very much")])
def test_nobody_is_bothered_with_a_greeting(silent: Assistant, language: str, said: str) -> None:
    answer = silent.ask(said, language=language)
    assert answer.status == "small_talk"
    assert not silent.handovers.of(str(answer.conversation_id))
