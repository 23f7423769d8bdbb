"""A section that names a gap is a known refusal, never an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

GAP = "The documentation does not say who the contact person at VLAIO is today."
TEXT = f"# Contact\n\n## Contact person\n<!-- unanswered: not_in_documentation -->\n\n{GAP}\n"
RULE = "\n## Meals\n\nThe meal allowance of Interreg Europe is 35 euro a day.\n"
QUESTIONS = [
    "Who is the contact person at VLAIO?",
    GAP,
    "How high is the meal allowance?",
    "Who is the contact person for meals?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_gap_is_never_quoted(workshop: Any, question: str) -> None:
    workshop.write("contact.md", TEXT + RULE, id="contact", language="en")
    workshop.write("contact.asked.yaml", "contact-person:\n- Who is the contact person at VLAIO?\n")
    workshop.ingest()
    answer = workshop.ask(question)
    assert all(citation.locator != "contact-person" for citation in (*answer.citations, *answer.near_misses))
    if answer.status == "answered":
        assert GAP not in answer.text


def test_question_that_lands_on_a_gap_is_refused_with_its_reason(workshop: Any) -> None:
    workshop.write("contact.md", TEXT.replace("not_in_documentation", "national_rule"), id="contact", language="en")
    workshop.ingest()
    answer = workshop.ask("Who is the contact person at VLAIO?")
    assert (answer.status, answer.reason) == ("unsupported", "national_rule")
    assert answer.citations == answer.near_misses == ()
    assert answer.contact is not None


def test_file_from_elsewhere_names_no_gap_and_replaces_no_section(workshop: Any, tmp_path: Path) -> None:
    workshop.write("rule.md", "# Rule" + RULE, id="rule", language="en")
    old, gap = "<!-- superseded_by: rule#meals -->", "<!-- unanswered: unclear -->"
    outside = f"# Out\n\n## Old\n{old}\n\nOld text.\n\n## Gap\n{gap}\n\nNo text."
    given = workshop.write(str(tmp_path / "elsewhere" / "out.md"), outside, id="out", language="en")
    workshop.ingest(given)
    assert [(p.superseded, p.unanswered) for p in workshop.passages("out")] == [(False, None), (False, None)]


@pytest.mark.parametrize(
    "question",
    ["Which football club won the cup in Madrid yesterday?", "Welke voetbalclub won gisteren de beker in Madrid?"],
)
def test_what_is_off_topic_is_not_refused_with_a_gap(workshop: Any, question: str) -> None:
    workshop.write("contact.md", TEXT + RULE, id="contact", language="en")
    workshop.write("contact.asked.yaml", "contact-person:\n- Who is the contact person at VLAIO?\n")
    workshop.ingest()
    answer = workshop.ask(question)
    assert answer.status == "off_topic"
    assert GAP not in answer.text


def test_gap_does_not_keep_a_false_premise_from_being_corrected(workshop: Any) -> None:
    text = (
        "# The United Kingdom\n\n## Partners\n\n"
        "The United Kingdom does not take part in Interreg Europe in 2021-2027.\n\n"
        "## Coming back\n<!-- unanswered: not_in_documentation -->\n\n"
        "The documentation does not say whether the United Kingdom comes back.\n"
    )
    workshop.write("uk.md", text, id="uk", language="en")
    workshop.write("uk.asked.yaml", "coming-back:\n- Will the United Kingdom take part again?\n")
    workshop.ingest()
    answer = workshop.ask("Now that the United Kingdom takes part in Interreg Europe, can a Welsh council be partner?")
    assert answer.status == "answered"
    assert "does not take part" in answer.citations[0].quote
    assert "premise" in {note.code for note in answer.notes}


def test_brief_question_is_not_taken_for_one_about_a_detail(workshop: Any) -> None:
    rule = "\n## Partners\n\nInterreg Europe recommends 5 to 16 partners for a project.\n"
    gap = "The documentation does not say how many advisory partners a project may have."
    text = f"# Partners\n\n## Advisory partners\n<!-- unanswered: not_in_documentation -->\n\n{gap}\n{rule}"
    asked = (
        "advisory-partners:\n- How many advisory partners may we have?\npartners:\n- How many partners do we need?\n"
    )
    workshop.write("partners.md", text, id="partners", language="en")
    workshop.write("partners.asked.yaml", asked)
    workshop.ingest()
    assert workshop.ask("how many partners do i need").status == "answered"
    assert workshop.ask("how many advisory partners may we have").text == gap
