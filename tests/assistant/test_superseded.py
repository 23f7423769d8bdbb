"""A rule that was replaced is never given as today's: not from the slides of 2021, not from the earlier period."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer import Answer
from assistant.index import Passage
from assistant.service import Assistant

SLIDES = ("info-session-2021-slides", "infosessie-2021-slides")
RULES = [
    ("How long does a project last?", ("four years", "48 months"), "3-5 years"),
    ("Hoe lang duurt een project?", ("vier jaar", "48 maanden"), "3-5 jaar"),
    ("What is the budget of the programme?", ("394",), None),
    ("Hoeveel bedraagt het budget van het programma?", ("394",), None),
]
ABOUT_THE_SLIDES = [
    ("What did the slides say about the budget of 379 million?", "en"),
    ("How long does a project last according to the slides?", "en"),
    ("Wat stond er op de slides over het budget van 379 miljoen?", "nl"),
    ("Hoe lang duurt een project volgens de slides?", "nl"),
]


def check(assistant: Assistant, answer: Answer) -> None:
    """Every replaced text is marked, has a note that names what replaced it, and the newer text beside it."""
    for citation in answer.citations:
        passage = next(
            p for p in assistant.index.passages_in(citation.document_id) if p.start <= citation.start < p.end
        )
        assert citation.superseded == passage.superseded
        newer = _replaced_by(assistant, passage)
        if newer is None:
            continue
        assert any(newer.document.title in note.text for note in answer.notes if note.code == "superseded")
        assert newer.document.id in {c.document_id for c in answer.citations if not c.superseded}


def _replaced_by(assistant: Assistant, passage: Passage) -> Passage | None:
    return assistant.index.passage_at(passage.superseded_by[0]) if passage.superseded else None


@pytest.mark.parametrize(("question", "right", "wrong"), RULES)
def test_superseded_rule_is_never_current(
    assistant: Assistant, question: str, right: tuple[str, ...], wrong: str | None
) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert any(spelling in answer.text for spelling in right)
    if wrong and not any(note.code == "superseded" for note in answer.notes):
        assert wrong not in answer.text
    check(assistant, answer)


@pytest.mark.parametrize(("question", "language"), ABOUT_THE_SLIDES)
def test_question_about_the_slides_gets_the_newer_text_too(assistant: Assistant, question: str, language: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.language) == ("answered", language)
    check(assistant, answer)
    if any(citation.superseded for citation in answer.citations):
        assert "superseded" in {note.code for note in answer.notes}


def test_every_superseded_sentence_that_is_asked_for_is_marked(assistant: Assistant) -> None:
    quoted = 0
    for document_id in SLIDES:
        for passage in assistant.index.passages_in(document_id):
            if _replaced_by(assistant, passage):
                answer = assistant.ask(passage.sentences[0].text, language=passage.document.language)
                quoted += any(citation.superseded for citation in answer.citations)
                check(assistant, answer)
    assert quoted


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("What was the co-financing rate in 2014-2020?", "2014-2020"),
        ("Hoeveel cofinanciering kreeg een overheid in 2014-2020?", "2014-2020"),
    ],
)
def test_rule_of_an_earlier_period_says_which(assistant: Assistant, question: str, period: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert period in {citation.period for citation in answer.citations}
    assert any(note.code == "earlier_period" and period in note.text for note in answer.notes)


@pytest.mark.parametrize(
    "question", ["How much co-financing does a municipality get?", "Hoeveel cofinanciering krijgt een gemeente?"]
)
def test_todays_period_is_answered_unless_another_is_asked(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert {citation.period for citation in answer.citations} == {"2021-2027"}
    assert "80" in answer.text


def test_document_that_another_supersedes_is_marked(workshop: Any) -> None:
    rule = "# Meal allowance\n\n## Meals\n\nThe meal allowance of Interreg Europe is {} euro a day."
    workshop.write("old.md", rule.format(20), id="old-meals", language="en", title="Old meals", date=2021)
    workshop.write(
        "new.md", rule.format(35), id="new-meals", language="en", title="New meals", date=2024, supersedes="[old-meals]"
    )
    workshop.ingest()
    assert all(passage.superseded for passage in workshop.passages("old-meals"))
    answer = workshop.ask("How high is the meal allowance of Interreg Europe?")
    for citation in answer.citations:
        assert citation.superseded == (citation.document_id == "old-meals")
    if any(citation.superseded for citation in answer.citations):
        assert "35 euro" in answer.text
        assert any(note.code == "superseded" and "New meals" in note.text for note in answer.notes)


@pytest.mark.parametrize("targets", ["nowhere#x, rates#rate", "nowhere#x"])
def test_superseded_text_has_its_note_wherever_the_newer_text_is(workshop: Any, targets: str) -> None:
    old = f"# Slides\n\n## Rate\n<!-- superseded_by: {targets} -->\n\nThe meal rate of Interreg Europe is 85 euro."
    workshop.write("slides.md", old, id="slides", language="en")
    workshop.write("rates.md", "# Rates\n\n## Rate\n\nThe meal rate is now 80 euro.", id="rates", language="en")
    workshop.ingest()
    answer = workshop.ask("What did the slides say about the meal rate of 85 euro?")
    if any(citation.superseded for citation in answer.citations):
        assert "superseded" in {note.code for note in answer.notes}


def test_section_heading_supersedes_only_its_section(workshop: Any) -> None:
    workshop.write(
        "slides.md",
        "# Slides\n\n## Slide 1: Rate\n<!-- superseded_by: rates#rate -->\n\nThe rate is 85 percent.\n\n"
        "## Slide 2: Aim\n\nThe aim is exchange.",
        id="slides",
        language="en",
    )
    workshop.write("rates.md", "# Rates\n\n## Rate\n\nThe rate is 80 percent.", id="rates", language="en")
    workshop.ingest()
    first, second = workshop.passages("slides")
    assert (first.superseded, second.superseded) == (True, False)
    assert (first.locator, second.locator) == ("slide 1", "slide 2")
