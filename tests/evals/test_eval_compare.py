"""Two runs side by side: better, worse or too few questions to tell, in words that a person understands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from assistant.errors import InvalidInput
from evals.compare import compare_runs
from evals.compare_page import as_text, render, write
from evals.contrast import of_graded, of_right, rounded
from evals.dataset import Item
from evals.metrics import judge

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}'

Write = Callable[..., Path]


@pytest.fixture
def save(tmp_path, answer, stored) -> Write:
    """Write the folder of a run: right or wrong by question number."""

    def make(name: str, rights: list[bool], language: str = "en", **provenance: object) -> Path:
        rows = []
        for number, right in enumerate(rights):
            item = Item(id=f"q{number}", question=f"Question {number}?", language=language, facts=[["cannot receive"]])
            given = answer() if right else answer(text="Something else. [1]")
            metrics = {**judge(item, given, stored, 1.0), "ndcg_10": 1.0 if right else 0.4}
            dumped = given.model_dump(mode="json")
            rows.append({**item.model_dump(mode="json", exclude_unset=True), "answer": dumped, "metrics": metrics})
        return write_run(tmp_path / name, rows, **provenance)

    return make


def write_run(folder: Path, rows: list[dict], **provenance: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    told = {"date": "2026-01-02T03:04:05+00:00", "model": "m", **provenance}
    (folder / "summary.json").write_text(json.dumps({"provenance": told}), encoding="utf-8")
    return folder


def rows_of(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]


def test_clear_improvement_is_called_better(save):
    found = compare_runs(save("a", [False] * 12 + [True] * 8), save("b", [True] * 20))
    right = found["right"]
    assert (right["only_a"], right["only_b"], right["verdict"], right["p"]) == (0, 12, "better", 0.0005)
    assert (right["a"]["value"], right["b"]["value"], right["difference"]) == (0.4, 1.0, 0.6)
    assert right["low"] > 0
    assert "more" not in right
    assert "B is better" in right["sentence"]["en"]
    assert "B is beter" in right["sentence"]["nl"]
    assert found["metrics"]["facts"]["verdict"] == found["metrics"]["ndcg_10"]["verdict"] == "better"
    assert found["metrics"]["beside"]["verdict"] == "better"
    assert found["metrics"]["length"]["verdict"] == "other"
    assert [question["change"] for question in found["changed"]] == ["better"] * 12
    assert compare_runs(save("b", [True] * 20), save("a", [False] * 12 + [True] * 8))["right"]["verdict"] == "worse"


def test_too_few_questions_says_about_how_many_more(save):
    found = compare_runs(save("a", [True] * 18 + [False] * 2), save("b", [True] * 20))["right"]
    assert found["verdict"] == "unclear"
    assert found["more"] == 57  # (1.96 √0.1 + 0.8416 √(0.1 - 0.1²))² / 0.1² = 77, by hand
    assert "Too few questions to tell; about 57 more would be needed" in found["sentence"]["en"]
    assert "Te weinig vragen om het te zeggen; er zijn er ongeveer 57 meer nodig" in found["sentence"]["nl"]


def test_no_difference_says_what_would_not_have_been_noticed(save):
    found = compare_runs(save("a", [True, False] * 5), save("b", [False, True] * 5))["right"]
    assert found["verdict"] == "equal"
    assert "No difference; a true one from -" in found["sentence"]["en"]
    assert len(compare_runs(save("a", [True, False] * 5), save("b", [False, True] * 5))["changed"]) == 10


def test_same_run_twice_is_no_change(save):
    found = compare_runs(save("a", [True, False]), save("b", [True, False]))
    assert (found["changed"], found["differs"], found["right"]["difference"]) == ([], [], 0.0)
    assert "Every question got the same answer" in render(found)


def test_questions_are_paired_by_id_and_words(save, tmp_path):
    a, b = save("a", [True] * 4), save("b", [True] * 5)
    rows = rows_of(a)
    rows[0]["question"] = "Something else?"
    write_run(a, rows)
    found = compare_runs(a, b)
    assert found["questions"] == {"both": 3, "only_a": 0, "only_b": 1, "other_words": 1}
    assert "2 questions are left out" in as_text(found)


def test_what_else_differs_is_named(save):
    a = save("a", [True], datasets={"x": "1"}, threshold=0.2)
    found = compare_runs(a, save("b", [True], model="n", datasets={"y": "2"}, threshold=0.2))
    assert found["differs"] == [
        {"what": "model", "a": "m", "b": "n"},
        {"what": "datasets", "a": ["1"], "b": ["2"]},
    ]
    assert "this differs between the versions: the embedding model, the test sets." in as_text(found)


def test_both_languages_are_compared_apart(save, tmp_path):
    a, b = save("a", [True] * 3), save("b", [False] * 3)
    for folder in (a, b):
        rows = rows_of(folder)
        rows[0]["language"] = "nl"
        write_run(folder, rows)
    found = compare_runs(a, b)["by_language"]
    assert (found["nl"]["right"]["n"], found["en"]["right"]["n"]) == (1, 2)


def test_question_that_nobody_judges_is_only_shown(save):
    a, b = save("a", [True]), save("b", [False])
    for folder in (a, b):
        rows = rows_of(folder)
        rows[0]["metrics"] = {"answered": True, "length": 3}
        write_run(folder, rows)
    found = compare_runs(a, b)
    assert "right" not in found
    assert found["changed"][0]["change"] == "other"
    assert "1" in as_text(found)
    assert render(found)


def test_error_in_one_run_counts_as_wrong(save):
    a, b = save("a", [True] * 2), save("b", [True] * 2)
    rows = rows_of(b)
    rows[0] |= {"answer": None, "error": "HTTP 500", "metrics": {"error": True, "facts": 0.0, "correct": False}}
    write_run(b, rows)
    found = compare_runs(a, b)
    assert found["right"]["only_a"] == 1
    assert found["changed"][0]["b"]["error"] == "HTTP 500"
    assert "HTTP 500" in render(found)


def test_folders_that_cannot_be_compared_are_named(save, tmp_path):
    a = save("a", [True])
    with pytest.raises(InvalidInput, match=r"holds no results\.jsonl"):
        compare_runs(a, tmp_path / "nowhere")
    other = write_run(tmp_path / "other", [{**rows_of(a)[0], "id": "z", "question": "Another?"}])
    with pytest.raises(InvalidInput, match="no question in common"):
        compare_runs(a, other)
    (tmp_path / "a" / "results.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(InvalidInput, match="cannot be read"):
        compare_runs(a, other)


def test_questions_of_a_table_that_was_renamed_are_paired_by_their_words(save):
    a = save("a", [True, True, False, True])
    rows = [{**row, "id": f"other-{row['id']}"} for row in rows_of(a)]
    rows[3]["question"] = "Something else?"
    b = write_run(a.parent / "b", [*rows[::-1], {**rows[0], "id": "twice"}])
    assert compare_runs(a, b)["questions"] == {"both": 2, "only_a": 2, "only_b": 3, "other_words": 0}


def test_other_phrasings_are_a_difference_and_an_unknown_one_is_none(save):
    a, b = save("a", [True], phrasings_sha256="x"), save("b", [True], phrasings_sha256="y")
    assert [found["what"] for found in compare_runs(a, b)["differs"]] == ["phrasings_sha256"]
    assert "the phrasings beside the documents" in as_text(compare_runs(a, b))
    assert compare_runs(a, save("c", [True]))["differs"] == []


def test_difference_is_said_with_its_interval(save):
    found = compare_runs(save("a", [False] * 12 + [True] * 8), save("b", [True] * 20))
    low, high = (f"{100 * found['right'][end]:.1f}" for end in ("low", "high"))
    said = found["right"]["sentence"]["en"]
    assert f"40.0% in A, 100.0% in B (difference 60.0 percentage points, 95% interval {low} to {high})." in said


def test_numbers_of_questions_are_not_more_precise_than_they_are():
    assert [rounded(count) for count in (1, 99, 101, 1234)] == [1, 99, 110, 1300]


def test_one_question_can_be_compared():
    assert of_right([(True, False)])["verdict"] == "unclear"
    assert of_graded("facts", [(0.5, 1.0)])["verdict"] == "unclear"
    assert "Too few questions" in of_graded("facts", [(0.5, 1.0)])["sentence"]["en"]


def test_page_shows_hostile_text_and_never_runs_it(save):
    a, b = save("a", [True], command=HOSTILE), save("b", [False], model=HOSTILE)
    for folder in (a, b):
        rows = rows_of(folder)
        rows[0] |= {"question": HOSTILE, "history": [HOSTILE], "tags": [HOSTILE]}
        rows[0]["answer"] |= {"text": HOSTILE}
        write_run(folder, rows, command=HOSTILE)
    shown = render(compare_runs(a, b))
    assert shown.count("<script") == 1  # its own
    assert "<img" not in shown
    assert "{{ 7*7 }}" in shown
    assert not [word for word in ("<link", "@import", "url(", "http://", "https://") if word in shown]


def test_page_filters_and_changes_language_in_a_browser(save, tmp_path):
    a, b = save("a", [True, False, True]), save("b", [False, True, True])
    rows = rows_of(b)
    rows[2]["answer"]["text"] += " More."
    write_run(b, rows)
    write(compare_runs(a, b), tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"compare.html", "compare.json"}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_context(locale="nl-BE", viewport={"width": 360, "height": 640}).new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / "out" / "compare.html").as_uri())
        expect(page.get_by_role("heading", level=1, name="Is de nieuwe versie beter?", exact=True)).to_be_visible()
        page.get_by_text("English").click()
        expect(page.get_by_role("heading", level=1, name="Is the new version better?", exact=True)).to_be_visible()
        for label, ids in (("Turned wrong (1)", "q0"), ("Turned right (1)", "q1"), ("Answered otherwise (1)", "q2")):
            page.get_by_text(label).click()
            expect(page.locator("article:visible")).to_have_count(1)
            expect(page.locator("article:visible .top")).to_contain_text(ids)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        chromium.close()
    assert (overflow, complaints) == (0, [])
