"""`assistant answers`: what is kept, listed and exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from assistant.kept import KeptAnswers


@pytest.fixture
def run(workshop: Any, run_over: Callable[..., Any]) -> Any:
    workshop.write("nl/a.md", "# Partners\n\nEen project heeft zes partners.", id="partners", language="nl")
    workshop.ingest()
    return run_over(workshop.settings)


def keep(workshop: Any, question: str = "Waar kan ik parkeren?", **how: Any) -> Any:
    given: dict[str, Any] = {"language": "nl", "role": "Contactpunt", "by": "An"}
    return KeptAnswers(workshop.index().engine).keep(question, "In de Zandstraat.", **given | how)


def test_list_says_what_is_kept(run: Any, workshop: Any) -> None:
    made, other = keep(workshop), keep(workshop, "Is er lunch?")
    KeptAnswers(workshop.index().engine).withdraw(other.id, "An")
    assert made.id in run("answers", "list").stdout
    found = json.loads(run("answers", "list", "--state", "kept", "--json").stdout)
    assert [kept["id"] for kept in found] == [made.id]
    assert json.loads(run("answers", "list", "lunch", "--json").stdout)[0]["state"] == "withdrawn"


def test_an_unknown_state_says_which_there_are(run: Any) -> None:
    result = run("answers", "list", "--state", "gone")
    assert result.exit_code == 2
    assert "kept, expired, withdrawn" in result.stderr


def test_hostile_questions_do_not_reach_the_terminal(run: Any, workshop: Any) -> None:
    keep(workshop, "Waar [bold]kan\x1b[31m ik parkeren?")
    said = run("answers", "list").stdout
    assert "\x1b" not in said
    assert "[bold]" in said


def test_export_writes_the_corpus_folder(run: Any, workshop: Any) -> None:
    made = keep(workshop)
    assert run("answers", "export").stdout.strip() == f"staff-answers/nl/{made.id}.md"
    (path,) = json.loads(run("answers", "export", "--json").stdout)
    assert "Zandstraat" in (workshop.settings.corpus_dir / "staff-answers" / "nl" / f"{made.id}.md").read_text()
    assert path.endswith(f"{made.id}.md")


def test_doctor_counts_them_and_finds_what_is_not_indexed(run: Any, workshop: Any) -> None:
    keep(workshop)
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)["checks"]}
    assert "1 kept" in checks["kept answers"]["detail"]
    run("ingest")
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)["checks"]}
    assert checks["kept answers"]["ok"]
    assert checks["corpus"]["ok"]
