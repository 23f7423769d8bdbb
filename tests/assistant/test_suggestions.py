"""Suggested questions: every one is answered, none was asked, and none comes from where the door may not look."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from langchain_core.runnables import RunnableLambda
from sqlalchemy import func, select, update

from assistant import encoder, suggestions
from assistant.answer import Answer
from assistant.askable import LONGEST, alike, askable
from assistant.index import Index
from assistant.index.schema import answers, conversations
from assistant.question import Question
from assistant.service import Assistant

ASKED = [
    ("nl", "Kan mijn bedrijf subsidie krijgen?"),
    ("nl", "Hoe lang duurt een project?"),
    ("nl", "Wat is het budget van het programma?"),
    ("en", "Who can be lead partner?"),
    ("en", "What is the co-financing rate for a municipality?"),
    ("en", "How long does a project last?"),
]
TOMBOLA = """# Tombola

## Prize

The first prize of the tombola is a bicycle with seven gears.

## Tickets

A ticket for the tombola costs three euro at the counter.

## Draw

The draw of the tombola takes place on the market square in June.

## Winners

Winners of the tombola collect their prize within thirty days.
"""
WAYS = {
    "prize": ["What is the first prize of the tombola?"],
    "tickets": ["What does a ticket for the tombola cost?", "tombola ticket price"],
    "draw": ["Where does the draw of the tombola take place?"],
    "winners": ["Within how many days do winners of the tombola collect their prize?"],
}


def given(assistant: Assistant, question: str, language: str, **changes: Any) -> Answer:
    """An answer that stands in no conversation that is kept."""
    found = assistant.chain.invoke(Question(question, language=language))
    return found.model_copy(update={"conversation_id": str(uuid.uuid4()), **changes})


def sections(assistant: Assistant, answer: Answer) -> list[str]:
    inside = [assistant.index.passages_in(c.document_id) for c in answer.citations]
    return [
        f"{p.document.id}#{p.slug}"
        for passages, c in zip(inside, answer.citations, strict=True)
        for p in passages
        if p.start <= c.start < p.end
    ]


def asked_yaml(ways: dict[str, list[str]]) -> str:
    return "".join(f"{slug}:\n" + "".join(f"- '{q}'\n" for q in questions) for slug, questions in ways.items())


@contextmanager
def opened(workshop: Any, *audiences: str) -> Iterator[Assistant]:
    index = Index(workshop.settings, audiences or ("public",))
    assistant = Assistant(workshop.settings, index, encoder.load(workshop.settings))
    yield assistant
    index.engine.dispose()


@pytest.fixture
def tombola(workshop):
    workshop.write("tombola.md", TOMBOLA, id="tombola", language="en")
    workshop.write("tombola.asked.yaml", asked_yaml(WAYS))
    assert not workshop.ingest().problems
    return workshop


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_first_question_is_answered_in_its_language(assistant, language, monkeypatch):
    # Others may have been given some before, by what had been asked by then.
    monkeypatch.setattr(suggestions, "_KNOWN", WeakKeyDictionary())
    found = suggestions.first(assistant, language, 6)
    assert len(found) > 3
    for question in found:
        answer = given(assistant, question, language)
        assert (answer.status, answer.language) == ("answered", language)
    assert suggestions.first(assistant, language) == found[:3]


@pytest.mark.parametrize(("language", "question"), ASKED)
def test_every_follow_up_is_answered_from_what_was_not_cited_yet(assistant, language, question):
    answer = given(assistant, question, language)
    found = suggestions.after(assistant, answer)
    assert found
    cited = set(sections(assistant, answer))
    for follow_up in found:
        told = given(assistant, follow_up, language)
        assert (told.status, told.language) == ("answered", language)
        assert sections(assistant, told)[0] not in cited
        cited.add(sections(assistant, told)[0])


@pytest.mark.parametrize(("language", "question"), ASKED)
def test_suggestion_is_short_and_like_no_other(assistant, language, question):
    found = suggestions.after(assistant, given(assistant, question, language), 5)
    for at, follow_up in enumerate(found):
        assert len(follow_up) <= LONGEST
        assert follow_up.endswith("?")
        assert not alike(follow_up, [question, *found[:at]], language)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whoever_takes_every_suggestion_never_meets_one_twice(assistant, language):
    conversation, asked = str(uuid.uuid4()), []
    question = suggestions.first(assistant, language)[0]
    while question and len(asked) < 5:
        asked.append(question)
        answer = assistant.ask(question, conversation_id=conversation, language=language)
        found = suggestions.after(assistant, answer)
        assert not set(found) & set(asked)
        question = found[0] if found else None
    assert len(asked) > 2


def test_nothing_is_recorded_by_trying(tombola):
    count = select(func.count()).select_from(answers)
    with opened(tombola) as assistant:
        answer = given(assistant, "What is the first prize of the tombola?", "en")
        assert suggestions.after(assistant, answer)
        assert suggestions.first(assistant, "en")
        with assistant.index.engine.connect() as connection:
            assert connection.execute(count).scalar() == 0


def test_refusal_leads_to_what_it_came_near_to(tombola):
    with opened(tombola) as assistant:
        prize = given(assistant, "What is the first prize of the tombola?", "en")
        refused = prize.model_copy(update={"status": "unsupported", "citations": (), "near_misses": prize.citations,
                                           "question": "Who pays tax on it?"})  # fmt: skip
        assert "What is the first prize of the tombola?" in suggestions.after(assistant, refused, 4)


@pytest.mark.parametrize("said", ["Hello", "What is the weather like in Rome?"])
def test_small_talk_leads_to_first_questions(assistant, said):
    answer = given(assistant, said, "en")
    assert not answer.citations
    assert suggestions.after(assistant, answer) == suggestions.first(assistant, "en")


def test_document_without_phrasings_gives_none(workshop):
    workshop.write("tombola.md", TOMBOLA, id="tombola", language="en")
    assert not workshop.ingest().problems
    with opened(workshop) as assistant:
        answer = given(assistant, "What is the first prize of the tombola?", "en")
        assert answer.status == "answered"
        assert suggestions.after(assistant, answer) == []
        assert suggestions.first(assistant, "en") == []
        assert suggestions.first(assistant, "nl") == []


def test_phrasing_that_is_not_answered_is_not_suggested(tombola):
    astray = "Where does the draw of the tombola take place in June?"
    tombola.write("tombola.asked.yaml", asked_yaml(WAYS | {"draw": [], "tickets": [astray]}))
    tombola.ingest()
    with opened(tombola) as assistant:
        found = suggestions.after(assistant, given(assistant, "What is the first prize of the tombola?", "en"))
        assert astray not in found
        assert WAYS["winners"][0] in found


def test_phrasing_that_is_answered_from_elsewhere_is_not_suggested(tombola, monkeypatch):
    with opened(tombola) as assistant:
        prize = given(assistant, "What is the first prize of the tombola?", "en")
        always = RunnableLambda(lambda _question: prize)
        assert suggestions.after(assistant, prize)
    with opened(tombola) as assistant:
        monkeypatch.setattr(assistant, "chain", always)
        assert suggestions.after(assistant, prize) == []


def test_new_phrasing_is_there_after_an_ingest_and_costs_nothing_before(tombola, monkeypatch):
    with opened(tombola) as assistant:
        before = suggestions.first(assistant, "en", 1)
        with monkeypatch.context() as patch:
            patch.setattr(assistant, "chain", None)
            assert suggestions.first(assistant, "en", 1) == before
        newer = "How much is a ticket for the tombola at the counter?"
        tombola.write("tombola.asked.yaml", asked_yaml({"tickets": [newer]}))
        tombola.ingest()
        assert suggestions.first(assistant, "en", 1) == [newer]


def test_document_that_is_replaced_meanwhile_leads_to_no_error(tombola, monkeypatch):
    with opened(tombola) as assistant:
        answer = given(assistant, "What is the first prize of the tombola?", "en")
        search = assistant.index.search

        def search_while_it_is_replaced(*what):
            monkeypatch.setattr(assistant.index, "search", search)
            tombola.write("aa.md", "# Other\n\nSomething else costs nine euro.", id="aa", language="en")
            tombola.write("tombola.md", f"{TOMBOLA}\nEnjoy yourself.\n", id="tombola", language="en")
            assert tombola.ingest().changes
            return search(*what)

        monkeypatch.setattr(assistant.index, "search", search_while_it_is_replaced)
        assert suggestions.after(assistant, answer) is not None
        assert suggestions.after(assistant, answer)


def test_nothing_is_suggested_while_answers_are_off(tombola):
    with opened(tombola) as assistant:
        answer = given(assistant, "What is the first prize of the tombola?", "en")
        assert suggestions.after(assistant, answer)
        assistant.switch.turn(False, by="Ann", reason="A wrong deadline was quoted")
        assert suggestions.after(assistant, answer) == []
        assert suggestions.first(assistant, "en") == []


def test_gap_and_replaced_rule_are_never_suggested(workshop):
    old = TOMBOLA.replace("## Tickets\n", "## Tickets\n<!-- superseded_by: tombola#draw -->\n")
    gap = old.replace("## Winners\n", "## Winners\n<!-- unanswered: judgement -->\n")
    workshop.write("tombola.md", gap, id="tombola", language="en")
    workshop.write("tombola.asked.yaml", asked_yaml(WAYS))
    assert not workshop.ingest().problems
    with opened(workshop) as assistant:
        found = suggestions.after(assistant, given(assistant, "What is the first prize of the tombola?", "en"), 5)
        assert found == WAYS["draw"]
        assert not set(suggestions.first(assistant, "en", 5)) & {*WAYS["tickets"], *WAYS["winners"]}


def test_staff_phrasings_never_come_out_of_the_public_door(tombola, tmp_path, open_workshop, monkeypatch):
    monkeypatch.setattr(suggestions, "_MOST_ASKED", len(WAYS))
    other = open_workshop(tmp_path / "other")
    other.write("tombola.md", TOMBOLA, id="tombola", language="en")
    other.write("tombola.asked.yaml", asked_yaml(WAYS))
    secret = TOMBOLA.replace("tombola", "secret tombola").replace("Tombola", "Secret tombola")
    ways = {slug: [q.replace("tombola", "secret tombola") for q in few * 9] for slug, few in WAYS.items()}
    # Named before the public one, with more phrasings, and nearly the same vectors.
    other.write("aa.md", secret, id="aa", language="en", audience="staff")
    other.write("aa.asked.yaml", asked_yaml(ways))
    assert not other.ingest().problems
    told = []
    for house in (tombola, other):
        with opened(house) as public:
            answer = given(public, "What is the first prize of the tombola?", "en")
            told.append((suggestions.first(public, "en", 4), suggestions.after(public, answer, 4)))
    assert told[0] == told[1]
    assert told[0][1]
    with opened(other, "public", "staff") as inside:
        answer = given(inside, "What is the first prize of the secret tombola?", "en")
        assert any("secret" in question for question in suggestions.after(inside, answer, 4))


def test_what_staff_ask_does_not_show_in_first_questions(tombola):
    with opened(tombola) as assistant:
        for _ in range(3):
            assistant.ask("Within how many days do winners of the tombola collect their prize?", language="en")
        assistant.ask("Where does the draw of the tombola take place?", language="en")
    with opened(tombola) as assistant:
        assert suggestions.first(assistant, "en", 1) == WAYS["winners"]
    with opened(tombola) as assistant:
        winners = select(answers.c.conversation_id).where(answers.c.question.like("Within%"))
        with assistant.index.engine.begin() as connection:
            inside = update(conversations).where(conversations.c.id.in_(winners)).values(audience="staff")
            connection.execute(inside)
        assert suggestions.first(assistant, "en", 1) == WAYS["draw"]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "lead partner requirements public or BGPL"),
        ("en", "what is the first prize of the tombola?"),
        ("en", "Our town won. What is the first prize of the tombola?"),
        ("en", "What is the first prise of the tombolla?"),
        ("en", "Is it true that the tombola has a second prize?"),
        ("en", "The more tickets for the tombola the better, right?"),
        ("en", "Can it be a bicycle with seven gears?"),
        ("en", "And the prize of the tombola?"),
        ("en", "What did the LP of the tombola win?"),
        ("en", "Was the second prize of the tombola a motorcycle from Antwerp?"),
        ("en", f"What is the first prize of the tombola {'in the month of June ' * 4}?"),
        ("nl", "Kan dat ook een fiets met zeven versnellingen zijn?"),
        ("nl", "Hoe meer loten hoe beter, toch?"),
        ("nl", "hoofdprijs tombola fiets"),
    ],
)
def test_phrasing_that_reads_badly_as_a_suggestion_is_left_out(tombola, language, question):
    prize = tombola.passages("tombola")[0]
    document = replace(prize.document, language=language)
    good = "What is the first prize of the tombola?" if language == "en" else "Wie wint de hoofdprijs?"
    passage = replace(prize, document=document, asked=(question, good))
    assert askable([passage], [passage]) == [good]
