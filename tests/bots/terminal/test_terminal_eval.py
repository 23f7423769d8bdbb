"""`assistant eval run`: what it prints, writes and refuses."""

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
