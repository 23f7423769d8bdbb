"""A question for a person is with one of them at a time, and what became of it is known to its asker and to staff."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from assistant.answer import Answer
from assistant.errors import Conflict, InvalidInput, NotFound
from assistant.handover import Handover, Handovers, State
from assistant.index.database import connect
from assistant.index.schema import conversations, handovers
from assistant.record import Record

ASKED = {"language": "nl", "door": "web"}
STAFF = ("Anna", "Bert", "Carla")


@pytest.fixture
def people(engine: Engine) -> Handovers:
    return Handovers(engine)


@pytest.fixture
def conversation(engine: Engine) -> str:
    return Record(engine).begin()


@pytest.fixture
def asked(people: Handovers, conversation: str) -> Handover:
    return people.open("Wie helpt mij?", conversation_id=conversation, **ASKED)


def kept_answer(engine: Engine, conversation: str, question: str = "Wie helpt mij?") -> Answer:
    answer = Answer(
        id=f"answer-{time.monotonic_ns()}",
        question=question,
        language="nl",
        status="unsupported",
        text="Dat vind ik niet.",
        conversation_id=conversation,
    )
    Record(engine).keep(answer)
    return answer


def done(people: Handovers, handover: Handover) -> list[tuple[str, str]]:
    return [(event.actor, event.event) for event in people.events(handover.id)]


def last_at(engine: Engine, conversation: str) -> datetime:
    with engine.connect() as connection:
        query = select(conversations.c.last_at).where(conversations.c.id == conversation)
        found: datetime = connection.execute(query).scalar_one()
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


# Asking


def test_question_waits_for_a_person(people: Handovers, asked: Handover) -> None:
    assert (asked.state, asked.question, asked.language, asked.door) == ("waiting", "Wie helpt mij?", "nl", "web")
    assert (asked.email, asked.claimed_by, asked.reply, asked.reason) == (None, None, None, None)
    assert people.get(asked.id) == asked
    assert people.list("waiting") == people.of(asked.conversation_id) == [asked]
    assert done(people, asked) == [("asker", "opened")]


def test_times_are_aware_whatever_the_database_gives_back(people: Handovers, asked: Handover) -> None:
    replied = people.answer(asked.id, "Ik.", by="Anna", role="contactpunt")
    assert replied.reply
    times = [replied.created_at, replied.changed_at, replied.reply.at, people.events(asked.id)[0].at]
    assert all(moment.utcoffset() == timedelta(0) for moment in times)
    assert all(abs(datetime.now(UTC) - moment) < timedelta(minutes=1) for moment in times)


def test_question_that_waits_is_not_asked_twice(people: Handovers, asked: Handover) -> None:
    again = people.open("  wie   helpt mij? ", conversation_id=asked.conversation_id, **ASKED)
    people.claim(asked.id, "Anna")
    while_claimed = people.open("Wie helpt mij?", conversation_id=asked.conversation_id, **ASKED)
    assert again.id == while_claimed.id == asked.id
    assert len(people.list()) == 1


def test_question_about_the_same_answer_is_not_asked_twice(
    people: Handovers, conversation: str, engine: Engine
) -> None:
    answer = kept_answer(engine, conversation)
    first = people.open("Wie helpt mij?", conversation_id=conversation, answer_id=answer.id, **ASKED)
    again = people.open("Echt niemand?", conversation_id=conversation, answer_id=answer.id, **ASKED)
    assert again == first
    assert first.answer_id == answer.id


def test_address_that_is_given_later_is_added_and_written_down_nowhere_else(people: Handovers, asked: Handover) -> None:
    again = people.open("Wie helpt mij?", conversation_id=asked.conversation_id, email="jan@example.org", **ASKED)
    assert (again.id, again.email) == (asked.id, "jan@example.org")
    assert "jan@example.org" not in repr(people.events(asked.id))
    without = people.open("Wie helpt mij?", conversation_id=asked.conversation_id, **ASKED)
    assert without.email == "jan@example.org"
    assert done(people, asked) == [("asker", "opened"), ("asker", "email")]


@pytest.mark.parametrize("how", ["answer", "decline", "withdraw"])
def test_question_that_was_dealt_with_can_be_asked_again(people: Handovers, asked: Handover, how: str) -> None:
    {
        "answer": lambda: people.answer(asked.id, "Ik.", by="Anna", role="contactpunt"),
        "decline": lambda: people.decline(asked.id, "Geen idee.", by="Anna"),
        "withdraw": lambda: people.withdraw(asked.id),
    }[how]()
    again = people.open("Wie helpt mij?", conversation_id=asked.conversation_id, **ASKED)
    assert (again.id != asked.id, again.state) == (True, "waiting")


def test_same_question_in_another_conversation_is_another_one(
    people: Handovers, asked: Handover, engine: Engine
) -> None:
    assert people.open("Wie helpt mij?", conversation_id=Record(engine).begin(), **ASKED).id != asked.id


def test_two_ask_at_once_and_one_question_waits(engine: Engine, conversation: str) -> None:
    def ask(_: int) -> str:
        return Handovers(engine).open("Wie helpt mij?", conversation_id=conversation, **ASKED).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(12)))) == 1
    assert len(Handovers(engine).list()) == 1


def test_nobody_is_asked_in_a_conversation_that_is_not_there(people: Handovers) -> None:
    with pytest.raises(NotFound):
        people.open("Wie helpt mij?", conversation_id="no-such", **ASKED)
    assert people.list() == []


def test_answer_of_another_conversation_is_not_named(people: Handovers, asked: Handover, engine: Engine) -> None:
    other = kept_answer(engine, Record(engine).begin())
    for answer_id in (other.id, "no-such"):
        with pytest.raises(NotFound):
            people.open("Nog iets?", conversation_id=asked.conversation_id, answer_id=answer_id, **ASKED)
    assert people.list() == [asked]


@pytest.mark.parametrize("question", ["", " \n\t", "\u200b\u202e", "x" * 2001])
def test_nothing_readable_is_handed_to_nobody(people: Handovers, conversation: str, question: str) -> None:
    with pytest.raises(InvalidInput):
        people.open(question, conversation_id=conversation, **ASKED)


def test_question_of_2000_characters_is_handed_over(people: Handovers, conversation: str) -> None:
    assert len(people.open("x" * 2000, conversation_id=conversation, **ASKED).question) == 2000


def test_language_that_nobody_here_speaks_is_refused(people: Handovers, conversation: str) -> None:
    with pytest.raises(InvalidInput, match="'fr'"):
        people.open("Qui?", conversation_id=conversation, language="fr", door="web")


@pytest.mark.parametrize(
    "email",
    ["a@b.be", "jan.peeters+interreg@mail.vlaanderen.be", "o'neil@example.co.uk", "a" * 64 + "@b.be", " a@b.be "],
)  # fmt: skip
def test_address_is_kept(people: Handovers, conversation: str, email: str) -> None:
    kept = people.open("Wie?", conversation_id=conversation, email=email, **ASKED)
    assert kept.email == email.strip()


@pytest.mark.parametrize(
    "email", [
        "a", "a@b", "@b.be", "a@.be", "a@b..be", "a b@c.be", "a@b.be, c@d.be", "a@b.be\nBcc: all@d.be", "<a@b.be>",
        "a" * 65 + "@b.be", "a@" + "b" * 250 + ".be", "a@b.b", "a@@b.be", "mailto:a@b.be", "a@b.be?subject=x y",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anybody_is_asked(
    people: Handovers, conversation: str, email: str
) -> None:
    with pytest.raises(InvalidInput, match="e-mail"):
        people.open("Wie?", conversation_id=conversation, email=email, **ASKED)
    assert people.list() == []


@pytest.mark.parametrize("email", [None, "", "  ", "\u200b"])
def test_no_address_is_no_address(people: Handovers, conversation: str, email: str | None) -> None:
    assert people.open("Wie?", conversation_id=conversation, email=email, **ASKED).email is None


# Claiming


def test_claim_says_who_has_it(people: Handovers, asked: Handover) -> None:
    claimed = people.claim(asked.id, "Anna")
    assert (claimed.state, claimed.claimed_by) == ("claimed", "Anna")
    with pytest.raises(Conflict, match="'Anna'"):
        people.claim(asked.id, "Bert")
    assert people.get(asked.id) == claimed


def test_own_claim_may_be_made_twice(people: Handovers, asked: Handover) -> None:
    assert people.claim(asked.id, "Anna") == people.claim(asked.id, " Anna ")
    assert done(people, asked) == [("asker", "opened"), ("Anna", "claimed")]


def test_released_question_waits_again(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    released = people.release(asked.id, "Anna")
    assert (released.state, released.claimed_by) == ("waiting", None)
    assert people.claim(asked.id, "Bert").claimed_by == "Bert"


def test_stale_page_does_not_release_what_a_colleague_claimed(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    people.release(asked.id, "Anna")
    with pytest.raises(Conflict, match="Nobody"):
        people.release(asked.id, "Anna")
    people.claim(asked.id, "Bert")
    with pytest.raises(Conflict, match="'Bert'"):
        people.release(asked.id, "Anna")
    assert people.get(asked.id).claimed_by == "Bert"


def test_absent_colleague_does_not_keep_a_question(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    with pytest.raises(Conflict, match="'Anna'"):
        people.take_over(asked.id, "Cem", of="Bert")
    assert people.take_over(asked.id, "Bert", of="Anna").claimed_by == "Bert"
    with pytest.raises(Conflict, match="'Bert'"):
        people.answer(asked.id, "Ja.", by="Anna", role="contactpunt")
    assert people.events(asked.id)[-1].model_dump(include={"actor", "event", "detail"}) == {
        "actor": "Bert",
        "event": "taken_over",
        "detail": "Anna",
    }


def test_two_claim_at_once_and_one_wins(people: Handovers, asked: Handover, engine: Engine) -> None:
    def claim(number: int) -> bool:
        try:
            return Handovers(engine).claim(asked.id, f"staff {number}").claimed_by == f"staff {number}"
        except Conflict:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(16))) == 1
    assert [event for _, event in done(people, asked)] == ["opened", "claimed"]


_TOGETHER: list[Any] = []


def meet(barrier: Any) -> None:
    _TOGETHER.append(barrier)


def claim_all(url: str, name: str, ids: list[str]) -> list[str]:
    """Try to claim every question, as another process does, once all processes are there."""
    people, won = Handovers(connect(url)), []
    _TOGETHER[0].wait(60)
    for handover_id in ids:
        try:
            people.claim(handover_id, name)
        except Conflict:
            continue
        won.append(handover_id)
    return won


def test_processes_that_claim_at_once_share_the_questions(people: Handovers, engine: Engine) -> None:
    waiting = [people.open(f"Vraag {n}?", conversation_id=Record(engine).begin(), **ASKED).id for n in range(30)]
    url, context = engine.url.render_as_string(hide_password=False), multiprocessing.get_context("spawn")
    together = (context.Barrier(len(STAFF)),)
    with ProcessPoolExecutor(len(STAFF), context, initializer=meet, initargs=together) as pool:
        won = [pool.submit(claim_all, url, name, waiting) for name in STAFF]
        shares = {name: set(share.result(60)) for name, share in zip(STAFF, won, strict=True)}
    assert sum(map(len, shares.values())) == len(waiting)
    assert {name: {h.id for h in people.list("claimed") if h.claimed_by == name} for name in STAFF} == shares


# Answering


def test_reply_says_who_it_is_from_by_role(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    replied = people.answer(asked.id, "Ik help u.", by="Anna", role="nationaal contactpunt", source="handleiding, § 3")
    assert replied.state == "answered"
    assert replied.reply
    assert (replied.reply.text, replied.reply.role, replied.reply.source) == (
        "Ik help u.",
        "nationaal contactpunt",
        "handleiding, § 3",
    )
    assert "Anna" not in replied.reply.model_dump_json()


def test_reply_to_a_waiting_question_claims_it(people: Handovers, asked: Handover) -> None:
    assert people.answer(asked.id, "Ik.", by="Anna", role="contactpunt").claimed_by == "Anna"


def test_reply_to_what_a_colleague_claimed_is_refused(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    with pytest.raises(Conflict, match="'Anna'"):
        people.answer(asked.id, "Ik.", by="Bert", role="contactpunt")
    with pytest.raises(Conflict, match="'Anna'"):
        people.decline(asked.id, "Nee.", by="Bert")
    assert people.get(asked.id).reply is None


def test_edit_replaces_the_reply_and_loses_nothing(people: Handovers, asked: Handover) -> None:
    people.answer(asked.id, "Eerste.", by="Anna", role="contactpunt", source="a")
    edited = people.answer(asked.id, "Tweede.", by="Bert", role="secretariaat")
    assert edited.reply
    assert (edited.reply.text, edited.reply.role, edited.reply.source) == ("Tweede.", "secretariaat", None)
    assert done(people, asked)[1:] == [("Anna", "answered"), ("Bert", "edited")]
    assert people.events(asked.id)[-1].detail == "Eerste."


def test_who_thought_it_still_waited_overwrites_nothing(people: Handovers, asked: Handover) -> None:
    people.answer(asked.id, "Eerste.", by="Anna", role="contactpunt", seen="waiting")
    with pytest.raises(Conflict, match="answered already by 'Anna'"):
        people.answer(asked.id, "Tweede.", by="Bert", role="contactpunt", seen="waiting")
    found = people.get(asked.id).reply
    assert found
    assert found.text == "Eerste."
    assert people.answer(asked.id, "Tweede.", by="Bert", role="contactpunt", seen="answered").claimed_by == "Bert"


def test_two_answer_at_once_and_one_reply_stands(asked: Handover, engine: Engine) -> None:
    def answer(number: int) -> bool:
        try:
            Handovers(engine).answer(asked.id, f"Antwoord {number}.", by=f"staff {number}", role="x", seen="waiting")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, range(16))) == 1
    assert done(Handovers(engine), asked)[1:] == [(Handovers(engine).get(asked.id).claimed_by, "answered")]


@pytest.mark.parametrize("length", [1, 4000])
def test_reply_of_any_length_is_kept_whole(people: Handovers, asked: Handover, length: int) -> None:
    replied = people.answer(asked.id, "é" * length, by="Anna", role="contactpunt").reply
    assert replied
    assert replied.text == "é" * length


@pytest.mark.parametrize("text", ["", "  \n\u200b\x00", "x" * 4001])
def test_empty_or_endless_reply_is_refused(people: Handovers, asked: Handover, text: str) -> None:
    with pytest.raises(InvalidInput, match="answer"):
        people.answer(asked.id, text, by="Anna", role="contactpunt")
    assert people.get(asked.id).state == "waiting"


@pytest.mark.parametrize(
    "values", [{"by": ""}, {"by": "x" * 101}, {"role": " "}, {"role": "x" * 101}, {"source": "x" * 501}]
)
def test_reply_from_nobody_is_refused(people: Handovers, asked: Handover, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        people.answer(asked.id, "Ik.", **({"by": "Anna", "role": "contactpunt"} | values))


def test_reply_keeps_its_paragraphs_and_no_invisible_character(people: Handovers, asked: Handover) -> None:
    typed = "Eerste\u202e regel\r\n\r\n\r\n\r\n  tweede\x07  regel\rderde\u2028vierde <b>vet</b>\ud800 \n"
    replied = people.answer(asked.id, typed, by="An\x00na\u200b", role="contact\npunt")
    assert replied.reply
    assert replied.reply.text == "Eerste regel\n\ntweede regel\nderde\nvierde <b>vet</b>"
    assert (replied.claimed_by, replied.reply.role) == ("An na", "contact punt")


# Declining, withdrawing


def test_declined_question_says_why(people: Handovers, asked: Handover) -> None:
    declined = people.decline(asked.id, "Dat is een vraag voor uw eigen land.", by="Anna")
    assert (declined.state, declined.reason) == ("declined", "Dat is een vraag voor uw eigen land.")
    with pytest.raises(Conflict, match="declined"):
        people.answer(asked.id, "Toch.", by="Anna", role="contactpunt")


@pytest.mark.parametrize("reason", ["", "x" * 1001])
def test_declining_needs_a_reason_of_some_length(people: Handovers, asked: Handover, reason: str) -> None:
    with pytest.raises(InvalidInput, match="reason"):
        people.decline(asked.id, reason, by="Anna")


def test_withdrawn_after_it_was_claimed(people: Handovers, asked: Handover) -> None:
    people.claim(asked.id, "Anna")
    assert people.withdraw(asked.id).state == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn"):
        people.answer(asked.id, "Ik.", by="Anna", role="contactpunt")
    with pytest.raises(Conflict, match="withdrawn"):
        people.release(asked.id, "Anna")
    assert people.get(asked.id).reply is None


def test_address_goes_with_what_was_withdrawn(people: Handovers, conversation: str, engine: Engine) -> None:
    handover = people.open("Wie?", conversation_id=conversation, email="jan@example.org", **ASKED)
    assert people.withdraw(handover.id).email is None
    with engine.connect() as connection:
        assert "jan@example.org" not in repr(connection.execute(select(handovers)).all())


def test_withdrawing_twice_is_as_once(people: Handovers, asked: Handover) -> None:
    assert people.withdraw(asked.id) == people.withdraw(asked.id)
    assert done(people, asked) == [("asker", "opened"), ("asker", "withdrawn")]


def test_asker_who_comes_too_late_learns_no_name(people: Handovers, asked: Handover) -> None:
    people.answer(asked.id, "Ik.", by="Anna", role="contactpunt")
    with pytest.raises(Conflict, match="answered already") as refused:
        people.withdraw(asked.id)
    assert "Anna" not in str(refused.value)


def test_withdrawn_while_it_is_answered_is_one_or_the_other(engine: Engine) -> None:
    people = Handovers(engine)
    for n in range(8):
        handover = people.open(f"Vraag {n}?", conversation_id=Record(engine).begin(), **ASKED)

        def answer(handover_id: str = handover.id) -> Handover:
            return people.answer(handover_id, "Ik.", by="Anna", role="contactpunt")

        def withdraw(handover_id: str = handover.id) -> Handover:
            return people.withdraw(handover_id)

        with ThreadPoolExecutor(2) as pool:
            tried = [pool.submit(answer), pool.submit(withdraw)]
        failed = [type(one.exception()) for one in tried if one.exception()]
        assert failed == [Conflict]
        found = people.get(handover.id)
        assert (found.state == "answered") == (found.reply is not None)


@pytest.mark.parametrize("how", ["get", "claim", "release", "answer", "decline", "withdraw"])
def test_unknown_id_is_not_found(people: Handovers, how: str) -> None:
    rest: dict[str, tuple[Any, ...]] = {"claim": ("Anna",), "release": ("Anna",), "answer": ("Ik.",), "decline": ("x",)}
    named: dict[str, Any] = {"answer": {"by": "Anna", "role": "x"}, "decline": {"by": "Anna"}}
    with pytest.raises(NotFound):
        getattr(people, how)("no-such", *rest.get(how, ()), **named.get(how, {}))


def test_conversation_in_which_somebody_replied_is_kept_longer(
    people: Handovers, asked: Handover, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(conversations.update().values(last_at=datetime(2020, 1, 1, tzinfo=UTC)))
    people.answer(asked.id, "Ik.", by="Anna", role="contactpunt")
    assert datetime.now(UTC) - last_at(engine, asked.conversation_id) < timedelta(minutes=1)


def test_change_that_was_refused_leaves_no_trace(people: Handovers, asked: Handover, engine: Engine) -> None:
    people.claim(asked.id, "Anna")
    before, events = last_at(engine, asked.conversation_id), people.events(asked.id)
    with pytest.raises(Conflict):
        people.claim(asked.id, "Bert")
    assert (last_at(engine, asked.conversation_id), people.events(asked.id)) == (before, events)


def test_oldest_question_is_first(people: Handovers, engine: Engine) -> None:
    asked = [people.open(f"Vraag {n}?", conversation_id=Record(engine).begin(), **ASKED) for n in range(4)]
    people.claim(asked[1].id, "Anna")
    people.withdraw(asked[2].id)
    assert [h.id for h in people.list("waiting", "claimed")] == [asked[n].id for n in (0, 1, 3)]
    assert [h.id for h in people.list()] == [h.id for h in asked]


class QuestionForAPerson(RuleBasedStateMachine):
    """Whatever asker and staff do, in whatever order: the model and the database agree, and so do the events."""

    questions = Bundle("questions")
    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.people = Handovers(self.engine)
        self.known: dict[str, tuple[State, str | None, str | None]] = {}  # state, who has it, the reply
        self.events: dict[str, list[str]] = {}

    @initialize()
    def begin(self) -> None:
        self.conversation = Record(self.engine).begin()

    @rule(target=questions, number=st.integers(0, 2))
    def ask(self, number: int) -> Any:
        made = self.people.open(f"Vraag {number}?", conversation_id=self.conversation, **ASKED)
        if made.id in self.known:
            assert self.known[made.id][0] in {"waiting", "claimed"}
            return multiple()
        self.known[made.id], self.events[made.id] = ("waiting", None, None), ["opened"]
        return made.id

    @rule(key=questions, by=st.sampled_from(STAFF))
    def claim(self, key: str, by: str) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            if (state, who) == ("claimed", by):
                return (state, who, reply), None
            return (("claimed", by, reply), "claimed") if state == "waiting" else None

        self._do(key, after, lambda: self.people.claim(key, by))

    @rule(key=questions, by=st.sampled_from(STAFF))
    def release(self, key: str, by: str) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            return (("waiting", None, reply), "released") if (state, who) == ("claimed", by) else None

        self._do(key, after, lambda: self.people.release(key, by))

    @rule(key=questions, by=st.sampled_from(STAFF), of=st.sampled_from(STAFF))
    def take_over(self, key: str, by: str, of: str) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            return (("claimed", by, reply), "taken_over") if (state, who) == ("claimed", of) else None

        self._do(key, after, lambda: self.people.take_over(key, by, of=of))

    @rule(
        key=questions,
        by=st.sampled_from(STAFF),
        text=st.sampled_from(["Ja.", "Nee.", "Soms."]),
        seen=st.sampled_from([None, "waiting", "claimed", "answered"]),
    )
    def answer(self, key: str, by: str, text: str, seen: State | None) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            if seen not in {None, state} or not (state in {"waiting", "answered"} or (state, who) == ("claimed", by)):
                return None
            return ("answered", by, text), "edited" if state == "answered" else "answered"

        self._do(key, after, lambda: self.people.answer(key, text, by=by, role="contactpunt", seen=seen))

    @rule(key=questions, by=st.sampled_from(STAFF))
    def decline(self, key: str, by: str) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            fits = state == "waiting" or (state, who) == ("claimed", by)
            return (("declined", by, reply), "declined") if fits else None

        self._do(key, after, lambda: self.people.decline(key, "Daarom.", by=by))

    @rule(key=questions)
    def withdraw(self, key: str) -> None:
        def after(state: State, who: str | None, reply: str | None) -> Any:
            if state == "withdrawn":
                return (state, who, reply), None
            return (("withdrawn", who, reply), "withdrawn") if state in {"waiting", "claimed"} else None

        self._do(key, after, lambda: self.people.withdraw(key))

    @rule()
    def forget_conversation(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(conversations.delete().where(conversations.c.id == self.conversation))
        assert not any(self.people.events(handover_id) for handover_id in self.known)
        self.known, self.events = {}, {}
        self.begin()

    def _do(self, key: str, after: Any, act: Any) -> None:
        """Act, and note what is so `after` it: the new state with its event; None where it does not fit."""
        if key not in self.known:
            with pytest.raises(NotFound):
                act()
            return
        expected = after(*self.known[key])
        if expected is None:
            with pytest.raises(Conflict):
                act()
            return
        act()
        self.known[key] = expected[0]
        self.events[key] += [expected[1]] if expected[1] else []

    @invariant()
    def agrees(self) -> None:
        for key, (state, who, text) in self.known.items():
            found = self.people.get(key)
            assert (found.state, found.claimed_by, found.reply and found.reply.text) == (state, who, text)
            assert [event.event for event in self.people.events(key)] == self.events[key]


def test_question_for_a_person_in_any_order(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'machine.db'}")
    machine = type("Machine", (QuestionForAPerson,), {"engine": engine})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
    engine.dispose()
