"""`assistant eval run` and `compare`: what they print, write and refuse."""

from __future__ import annotations

import json

import pytest

ITEM = {
    "id": "en-1",
    "question": "Can my company get funding from Interreg Europe?",
    "language": "en",
    "answerable": True,
}


@pytest.fixture
def dataset(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ITEM) + "\n", encoding="utf-8")
    return path


def test_run_prints_figures_and_writes_results(run, dataset, tmp_path):
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"results.jsonl", "summary.json", "report.html"}


def test_run_begins_with_the_verdict_and_ends_with_where_to_read_on(run, dataset, tmp_path):
    out = tmp_path / "out"
    lines = run("eval", "run", "--dataset", str(dataset), "--out", str(out)).stdout.splitlines()
    assert lines[0] == "1 of the 1 judged question went as it should."
    assert lines[-2:] == [
        f"The report, to read in a browser: {out / 'report.html'}",
        f"What failed, and why: assistant eval show {out}",
    ]


def test_run_says_that_a_table_expects_nothing(run, tmp_path):
    table = tmp_path / "set.csv"
    table.write_text("vraag;verwcht\nWie mag meedoen?;iedereen\n", encoding="utf-8")
    result = run("eval", "run", "--dataset", str(table), "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "its columns are vraag, verwcht." in result.stderr


@pytest.mark.parametrize("place", ["file", "/proc"])
def test_folder_that_cannot_be_written_is_named_before_anything_is_asked(run, dataset, tmp_path, place):
    out = tmp_path / place
    if place == "file":
        out.write_text("x", encoding="utf-8")
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(out))
    assert result.exit_code == 2
    assert result.stderr.endswith("name another with --out.\n")


def test_json_is_the_summary(run, dataset, tmp_path):
    out = tmp_path / "out"
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(out), "--json")
    assert json.loads(result.stdout) == json.loads((out / "summary.json").read_text())


def test_missing_set_exits_two(run, tmp_path):
    result = run("eval", "run", "--dataset", "/no/set.jsonl", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == "There is no test set '/no/set.jsonl': check the path.\n"


def test_broken_line_is_named(run, dataset, tmp_path):
    dataset.write_text('{"id": "a"}\n', encoding="utf-8")
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path / "out"), "--json")
    assert result.exit_code == 2
    assert "line 1" in json.loads(result.stdout)["detail"]


def test_corpus_and_url_exclude_each_other(run, dataset, tmp_path):
    words = ("--corpus", str(tmp_path), "--url", "http://127.0.0.1:9")
    assert run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path), *words).exit_code == 2


def test_gate_that_is_not_reached_exits_one_after_everything_was_written(run, dataset, tmp_path):
    out = tmp_path / "out"
    words = ("--dataset", str(dataset), "--out", str(out), "--fail-under", "facts=0.9")
    result = run("eval", "run", *words)
    assert result.exit_code == 1
    assert result.stderr == "The gate is not passed: no question judges facts, wanted 0.9.\n"
    assert "gate facts >= 0.9: not judged, FAILED" in result.stdout
    assert {path.name for path in out.iterdir()} == {"results.jsonl", "summary.json", "report.html"}
    as_json = run("eval", "run", *words, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["gates"] == [{"metric": "facts", "wanted": 0.9, "value": None, "passed": False}]


def test_gate_that_is_reached_exits_zero(run, dataset, tmp_path):
    words = ("--fail-under", "language=1", "--fail-under", "verbatim=1.0", "--cost", "wrong_answer=3")
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path / "out"), *words)
    assert result.exit_code == 0, result.stderr
    assert "wrong_answer 3, wrong_refusal 1" in result.stdout


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--fail-under", "facts"), "--fail-under facts=0.9"),
        (("--fail-under", "fact=0.9"), "'fact'"),
        (("--fail-under", "facts=90"), "0 to 1"),
        (("--cost", "wrong_answer=much"), "--cost wrong_answer=5"),
        (("--cost", "wrong=1"), "'wrong'"),
    ],
)
def test_gates_and_costs_that_cannot_be_meant_exit_two_before_anything_is_asked(run, dataset, tmp_path, words, named):
    result = run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path / "out"), *words)
    assert result.exit_code == 2
    assert named in result.stderr
    assert not (tmp_path / "out").exists()


def test_compare_prints_a_verdict_and_writes_a_page(run, dataset, tmp_path):
    for name in ("a", "b"):
        assert run("eval", "run", "--dataset", str(dataset), "--out", str(tmp_path / name)).exit_code == 0
    result = run("eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(tmp_path / "c"))
    assert result.exit_code == 0, result.stderr
    assert "One question was asked of both versions" in result.stdout
    assert "Questions that went as they should" in result.stdout
    assert {path.name for path in (tmp_path / "c").iterdir()} == {"compare.json", "compare.html"}
    as_json = run("eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json")
    assert json.loads(as_json.stdout) == json.loads((tmp_path / "c" / "compare.json").read_text())


def test_compare_of_a_folder_without_results_exits_two(run, tmp_path):
    result = run("eval", "compare", str(tmp_path), str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "holds no results.jsonl" in result.stderr
