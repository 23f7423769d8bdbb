"""Several people ask at once, also while the index changes under them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from assistant import encoder
from assistant.answer import Answer
from assistant.service import Assistant

QUESTIONS = [
    "Can my company get funding?",
    "Hoe lang duurt een project?",
    "Who can be lead partner?",
    "Hoeveel cofinanciering krijgt een gemeente?",
    "What did the slides say about the budget of 379 million?",
    "hallo",
] * 4


def outcome(answer: Answer) -> Any:
    return answer.status, answer.text, answer.citations, answer.notes


def test_answers_do_not_depend_on_who_else_asks(assistant: Assistant) -> None:
    alone = [outcome(assistant.ask(question)) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        together = [outcome(answer) for answer in pool.map(assistant.ask, QUESTIONS)]
    assert together == alone


def test_questions_are_answered_while_the_index_changes(workshop: Any) -> None:
    def write(amount: int) -> None:
        sections = "".join(f"## Rule {i}\n\nThe meal rate of rule {i} is {amount + i} euro.\n\n" for i in range(6))
        workshop.write("meals.md", f"# Meals\n\n{sections}", id="meals", language="en")

    write(10)
    workshop.ingest()
    index = workshop.index()
    assistant = Assistant(workshop.settings, index, encoder.load(workshop.settings))
    answers: list[Answer] = []
    with ThreadPoolExecutor(3) as pool:
        for amount in (100, 200, 300):
            asked = [pool.submit(assistant.ask, f"What is the meal rate of rule {i % 6}?") for i in range(24)]
            write(amount)
            workshop.ingest()
            answers.extend(future.result() for future in asked)
    answers.append(assistant.ask("What is the meal rate of rule 3?"))
    assert index.generation == 4
    for answer in answers:
        for citation in (*answer.citations, *answer.near_misses):
            text = index.text(citation.document_id, citation.revision).text
            assert text[citation.start : citation.end] == citation.quote
