"""A conversation can be read, taken along and deleted by whoever knows its id, and goes when its time is over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from markdown_it import MarkdownIt
from sqlalchemy import Engine, select

from assistant.answer import Answer, Citation, Contact, Note
from assistant.errors import NotFound
from assistant.feedback import Feedbacks
from assistant.handover import Handovers
from assistant.idempotency import Requests
from assistant.index.schema import conversations, metadata, revisions
from assistant.question import visible
from assistant.record import Record
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.transcript import AnswerMessage, HandoverMessage, Transcripts
from assistant.verdicts import Verdicts

RATES = {"rates": ("en", "# Rates\n\n## Rate\n\nA municipality gets a co-financing rate of 80 %.")}
QUESTION = "Which co-financing rate does a municipality get?"
ACTIVE = {
    "html_inline", "html_block", "image", "code_inline", "fence", "code_block", "table_open",
    "ordered_list_open", "s_open",
}  # fmt: skip
SETTINGS = Settings(_env_file=None, public_url="https://vragen.example.org", retention_days=30)
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))", "<javascript:alert(1)>", "<https://evil.example>", "# heading", "- item\n- item",
    "+ item", "1. item", "1) item", "> quote", "---", "***", "```\ncode\n```", "~~~\ncode", "    code", "*a* **b** _c_",
    "`code`", "a|b\n-|-\n1|2", "[x]: https://evil.example", "&lt;b&gt; &#60;", "text\n===", "text\n---", "\\<b>",
    "<!-- x", "<?php", "]]>", "[^1]: note", "a  \nb", "\u202e[x](y)",
]  # fmt: skip


def citation(**changes: Any) -> Citation:
    values: dict[str, Any] = {
        "number": 1, "document_id": "rates", "revision": "r1", "title": "Rates", "publisher": "Interreg",
        "date": "2023-05", "period": "2021-2027",
        "locator": "rate", "start": 0, "end": 4, "quote": "It is 80 %.", "language": "en",
        "url": "/sources/rates?revision=r1&start=0&end=4#quote",
    }  # fmt: skip
    return Citation(**values | changes)


def answer(conversation: str, **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "id": str(uuid.uuid4()), "question": "Hoeveel?", "language": "nl", "status": "answered", "mode": "quote",
        "text": "It is 80 %. [1]", "conversation_id": conversation,
    }  # fmt: skip
    return Answer(**values | changes)


@pytest.fixture
def transcripts(engine: Engine) -> Transcripts:
    """The public door over a database in which the document that `citation` cites is a public one."""
    row = {
        "document_id": "rates", "revision": "r1", "title": "Rates", "publisher": "Interreg", "language": "en",
        "audience": "public", "supersedes": [], "text": "It is 80 %.", "outline": [],
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(revisions.insert(), [row])
    return Transcripts(engine, SETTINGS, ("public",))


def everything(engine: Engine) -> str:
    """All that stands in the database."""
    with engine.connect() as connection:
        return repr([(name, connection.execute(select(table)).all()) for name, table in metadata.tables.items()])


def age(engine: Engine, conversation: str, by: timedelta) -> None:
    with engine.begin() as connection:
        change = conversations.update().where(conversations.c.id == conversation)
        connection.execute(change.values(last_at=datetime.now(UTC) - by))


def fill(engine: Engine, marker: str, audience: str = "public") -> str:
    """Leave a conversation in which everything happened that can, `marker` in all of it."""
    conversation = str(uuid.uuid4())
    said = answer(conversation, question=f"{marker} vraag?", text=marker)
    Requests(engine).once(
        f"{marker}-0123456789", marker, lambda: (Record(engine, audience).keep(said), said)[1], Record(engine).answer
    )
    Feedbacks(engine).give(said.id, "down", "other", f"{marker} commentaar")
    Verdicts(engine).deny(said.id)
    people = Handovers(engine)
    asked = people.open(
        f"{marker} mens?", conversation_id=conversation, language="nl", door="web", answer_id=said.id,
        email=f"{marker}@example.org",
    )  # fmt: skip
    people.answer(asked.id, f"{marker} eerste", by=f"{marker} Anna", role=marker, source=marker)
    people.answer(asked.id, f"{marker} tweede", by=f"{marker} Anna", role=marker)
    return conversation


def test_messages_are_in_order_of_time(transcripts: Transcripts, engine: Engine) -> None:
    conversation, people = str(uuid.uuid4()), Handovers(engine)
    first, second = answer(conversation), answer(conversation, question="En nu?")
    Record(engine).keep(first)
    asked = people.open("Een mens?", conversation_id=conversation, language="nl", door="web", answer_id=first.id)
    Record(engine).keep(second)
    people.answer(asked.id, "Ja.", by="Anna", role="contactpunt")
    said = Feedbacks(engine).give(second.id, "up")
    found = transcripts.read(conversation)
    one, two, three = found.messages
    assert isinstance(one, AnswerMessage)
    assert isinstance(two, HandoverMessage)
    assert isinstance(three, AnswerMessage)
    assert (one.answer, one.feedback, three.answer, three.feedback) == (first, None, second, said)
    assert two.handover.reply
    assert two.handover.reply.text == "Ja."
    assert [m.at for m in found.messages] == sorted(m.at for m in found.messages)


def test_conversation_says_until_when_it_is_kept(transcripts: Transcripts, engine: Engine) -> None:
    conversation = fill(engine, "zwaluw")
    age(engine, conversation, timedelta(days=10))
    found = transcripts.read(conversation)
    assert abs(found.expires_at - datetime.now(UTC) - timedelta(days=20)) < timedelta(minutes=1)
    assert all(moment.utcoffset() == timedelta(0) for moment in (found.created_at, found.expires_at))


def test_deleted_conversation_leaves_nothing_behind(transcripts: Transcripts, engine: Engine) -> None:
    gone, stays = fill(engine, "zwaluw"), fill(engine, "merel")
    assert everything(engine).count("zwaluw") == everything(engine).count("merel") > 8
    transcripts.delete(gone)
    assert "zwaluw" not in everything(engine)
    assert gone not in everything(engine)
    assert "merel" in everything(engine)
    assert len(transcripts.read(stays).messages) == 2


def test_deleted_twice_is_not_found(transcripts: Transcripts, engine: Engine) -> None:
    conversation = fill(engine, "zwaluw")
    transcripts.delete(conversation)
    for act in (transcripts.read, transcripts.delete):
        with pytest.raises(NotFound):
            act(conversation)


def test_conversation_goes_when_its_time_is_over(transcripts: Transcripts, engine: Engine) -> None:
    old, young = fill(engine, "zwaluw"), fill(engine, "merel")
    age(engine, old, timedelta(days=30, seconds=1))
    age(engine, young, timedelta(days=29, hours=23))
    assert transcripts.purge() == 1
    assert "zwaluw" not in everything(engine)
    assert transcripts.read(young)
    assert transcripts.purge() == 0


def test_purge_counts_from_the_moment_that_it_is_given(transcripts: Transcripts, engine: Engine) -> None:
    fill(engine, "zwaluw")
    later = datetime.now(UTC) + timedelta(days=30)
    assert transcripts.purge(later - timedelta(minutes=1)) == 0
    assert transcripts.purge((later + timedelta(minutes=1)).astimezone()) == 1


def test_purge_keeps_no_conversation_of_staff_longer(transcripts: Transcripts, engine: Engine) -> None:
    fill(engine, "zwaluw", "staff")
    assert transcripts.purge(datetime.now(UTC) + timedelta(days=31)) == 1
    assert "zwaluw" not in everything(engine)


def test_public_door_neither_reads_nor_deletes_what_staff_said(transcripts: Transcripts, engine: Engine) -> None:
    conversation = fill(engine, "zwaluw", "staff")
    for act in (transcripts.read, transcripts.delete):
        with pytest.raises(NotFound) as refused:
            act(conversation)
        assert str(refused.value) == f"There is no conversation {conversation!r}."
    assert len(Transcripts(engine, SETTINGS, ("public", "staff")).read(conversation).messages) == 2
    with pytest.raises(NotFound):
        Transcripts(engine, SETTINGS, ("public", "staff")).read(fill(engine, "merel"))


# Meanwhile


@pytest.fixture(scope="module")
def house(assistant_over: Callable[..., Assistant]) -> Assistant:
    return assistant_over(RATES)


def meanwhile(house: Assistant, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen while an answer is being written."""
    chain = house.chain

    def answer_slowly(question: Any) -> Answer:
        act()
        return chain.invoke(question)

    monkeypatch.setattr(house, "chain", RunnableLambda(answer_slowly))


def test_purge_takes_no_conversation_in_which_an_answer_is_being_written(
    house: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = str(house.ask(QUESTION).conversation_id)
    age(house.index.engine, conversation, timedelta(days=31))
    meanwhile(house, monkeypatch, house.transcripts.purge)
    house.ask("And an NGO?", conversation_id=conversation)
    assert house.record.history(conversation) == [QUESTION, "And an NGO?"]


def test_answer_does_not_bring_a_deleted_conversation_back(house: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = str(house.ask(QUESTION).conversation_id)
    meanwhile(house, monkeypatch, lambda: house.transcripts.delete(conversation))
    with pytest.raises(NotFound, match="deleted while"):
        house.ask("And an NGO?", conversation_id=conversation, idempotency_key="key-0123456789")
    assert not house.record.holds(conversation)
    assert conversation not in everything(house.index.engine)
    assert "key-0123456789" not in everything(house.index.engine)


def test_two_first_questions_of_one_conversation_at_once(house: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, asked = str(uuid.uuid4()), []

    def ask_too() -> None:
        if not asked:
            asked.append(True)
            house.ask(QUESTION, conversation_id=conversation)

    meanwhile(house, monkeypatch, ask_too)
    house.ask("And an NGO?", conversation_id=conversation)
    assert house.record.history(conversation) == [QUESTION, "And an NGO?"]


def test_document_that_became_internal_is_quoted_no_more(workshop: Any) -> None:
    text = "# Safe\n\n## Code\n\nThe code of the Interreg Europe safe in Lille is kwartelei."
    workshop.write("safe.md", text, id="safe", language="en")
    workshop.ingest()
    asked = workshop.ask("What is the code of the Interreg Europe safe in Lille?")
    assert "kwartelei" in asked.text
    public = Transcripts(workshop.index().engine, SETTINGS, ("public",))
    (before,) = public.read(asked.conversation_id).messages
    assert isinstance(before, AnswerMessage)
    assert before.answer == asked
    workshop.write("safe.md", text, id="safe", language="en", audience="staff")
    workshop.ingest()
    found = public.read(asked.conversation_id)
    (after,) = found.messages
    assert isinstance(after, AnswerMessage)
    assert (after.answer.id, after.answer.question, after.answer.citations) == (asked.id, asked.question, ())
    for shown in (found.model_dump_json(), public.as_markdown(found, "en")):
        assert "kwartelei" not in shown
        assert "no longer shown" in shown


# Written out


@pytest.mark.parametrize("language", ["nl", "en"])
def test_transcript_holds_everything_that_was_said(transcripts: Transcripts, engine: Engine, language: str) -> None:
    conversation, people = str(uuid.uuid4()), Handovers(engine)
    contact = Contact(role="contact", name="VLAIO, NCP", url="https://www.vlaio.be/")
    note = Note(code="expired", text="Die regel is voorbij.")
    Record(engine).keep(answer(conversation, citations=(citation(),), notes=(note,)))
    refused = answer(
        conversation, question="Iets anders?", status="unsupported", mode=None, text="Dat vind ik niet.",
        near_misses=(citation(superseded=True, quote="Dit misschien."),), contact=contact,
    )  # fmt: skip
    Record(engine).keep(refused)
    replied = people.open("Een mens?", conversation_id=conversation, language="nl", door="web", email="jan@example.org")
    people.answer(replied.id, "Het is zo.\n\nEcht.", by="Anna", role="contactpunt", source="handleiding")
    declined = people.open("Nog een?", conversation_id=conversation, language="nl", door="web")
    people.decline(declined.id, "Dat is niet voor ons.", by="Anna")
    people.open("Wacht?", conversation_id=conversation, language="nl", door="web")
    written = transcripts.as_markdown(transcripts.read(conversation), language)
    for said in (
        "> Hoeveel?", "> It is 80 %.", "Rates, Interreg, 2023-05, rate", "“It is 80 %.”", "Die regel is voorbij.",
        "<https://vragen.example.org/sources/rates?revision=r1&start=0&end=4#quote>", "> Dat vind ik niet.",
        "“Dit misschien.”",
        "VLAIO, NCP <https://www.vlaio.be/>", "> Het is zo.\n>\n> Echt.", "contactpunt", "handleiding",
        "> Dat is niet voor ons.", "> Wacht?",
    ):  # fmt: skip
        assert said in written, said
    assert "Anna" not in written
    assert "jan@example.org" not in written
    words = {
        "nl": ("Geautomatiseerd antwoord: Beantwoord", "Antwoord van een mens (contactpunt)", "wacht op een mens"),
        "en": ("Automated answer: Answered", "Answer from a person (contactpunt)", "waiting for a person"),
    }[language]  # fmt: skip
    for word in words:
        assert word in written
    assert re.search(r"\b20\d\d, \d{1,2}:\d\d\b", written)


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_is_text_in_a_transcript(transcripts: Transcripts, engine: Engine, payload: str) -> None:
    conversation, people = str(uuid.uuid4()), Handovers(engine)
    bad = citation(title=payload, publisher=payload, quote=payload, locator=payload, url=f"javascript:{payload}")
    contact = Contact(role=payload, name=payload, url=f"javascript:{payload}")
    Record(engine).keep(
        answer(
            conversation, question=payload, text=payload, citations=(bad,), contact=contact,
            notes=(Note(code="expired", text=payload),),
        )
    )  # fmt: skip
    asked = people.open("Een mens?", conversation_id=conversation, language="nl", door="web")
    people.answer(asked.id, payload, by="Anna", role=payload, source=payload)
    found = transcripts.read(conversation)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = list(flat(parser.parse(transcripts.as_markdown(found, "nl"))))
    assert not {token.type for token in tokens} & ACTIVE
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1"]
    links = [token.attrGet("href") for token in tokens if token.type == "link_open"]
    assert links == []
    shown = " ".join("".join(token.content for token in tokens if token.type in {"text", "softbreak"}).split())
    readable = " ".join(visible(payload).split())
    assert shown.replace(" ", "").count(readable.replace(" ", "")) > 8


def flat(tokens: Any) -> Any:
    for token in tokens or ():
        yield token
        yield from flat(token.children)
