"""`assistant eval import|export|show|rate|judge`: what they print, write and refuse."""

from __future__ import annotations

import json

import pytest

from evals.interchange import tables

ITEMS = (
    {"id": "en-1", "question": "Can my company get funding from Interreg Europe?", "language": "en", "answerable": True,
     "facts": [["cannot receive funding"]], "sources": ["private-companies#can-my-company-get-money"]},
    {"id": "nl-1", "question": "Hoe bak ik een appeltaart?", "language": "nl", "answerable": False,
     "reason": "off_topic"},
    {"id": "nl-2", "question": "Wat is het budget van het programma?", "language": "nl", "answerable": True,
     "facts": [["een bedrag dat nergens staat"]]},
)  # fmt: skip


@pytest.fixture
def dataset(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in ITEMS), encoding="utf-8")
    return path


@pytest.fixture
def done(run, dataset, tmp_path):
    """The folder of a run over three questions, of which the last cannot be right."""
    out = tmp_path / "ran"
    assert run("eval", "run", "--dataset", str(dataset), "--out", str(out)).exit_code == 0
    return out


def test_table_of_question_and_expected_becomes_a_set_that_can_be_run(run, tmp_path):
    (tmp_path / "mine.csv").write_text("question;expected\nWho pays?;80 %\nHi?;weigering\n", encoding="utf-8")
    out = tmp_path / "mine.jsonl"
    result = run("eval", "import", str(tmp_path / "mine.csv"), "--out", str(out))
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"2 questions: {out}\nNext: assistant eval run --dataset {out} --out DIR\n"
    assert [json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()] == ["mine-002", "mine-003"]


def test_squad_is_imported_with_its_texts_and_asked(run, tmp_path):
    context = "The bridge of Westerby was opened by the mayor on 3 May 1911, after four years of work."
    qa = {
        "id": "s1",
        "question": "When was the bridge of Westerby opened?",
        "answers": [{"text": "3 May 1911", "answer_start": 47}],
    }
    data = {"data": [{"title": "Westerby", "paragraphs": [{"context": context, "qas": [qa]}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(data), encoding="utf-8")
    result = run(
        "eval", "import", str(tmp_path / "squad.json"), "--format", "squad", "--out", str(tmp_path / "in"), "--json"
    )
    told = json.loads(result.stdout)
    assert (told["questions"], told["documents"]) == (1, 1)
    questions, corpus = told["written"]
    out = tmp_path / "out"
    asked = run("eval", "run", "--dataset", questions, "--corpus", corpus, "--out", str(out))
    assert asked.exit_code == 0, asked.stderr
    (row,) = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert row["metrics"]["facts"] == 1.0
    back = run("eval", "export", str(out), "--format", "squad", "--out", str(tmp_path / "back.json"))
    assert back.exit_code == 0, back.stderr


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("csv", "o.csv"),
        ("csv", "o.xlsx"),
        ("jsonl", "o.jsonl"),
        ("promptfoo", "o.yaml"),
        ("squad", "o.json"),
        ("ragas", "o.jsonl"),
        ("beir", "o"),
    ],
)
def test_run_is_exported_and_imported_again(run, done, tmp_path, form, name):
    out = tmp_path / "out" / name
    result = run("eval", "export", str(done), "--format", form, "--out", str(out))
    assert result.exit_code == 0, result.stderr
    # BEIR takes only the question that has a source.
    assert result.stdout == f"{'1 question' if form == 'beir' else '3 questions'}: {out}\n"
    again = run("eval", "import", str(out), "--format", form, "--out", str(tmp_path / "again.jsonl"))
    assert again.exit_code == 0, again.stderr


def test_beir_export_has_the_indexed_passages(run, done, tmp_path):
    run("eval", "export", str(done), "--format", "beir", "--out", str(tmp_path / "beir"))
    corpus = {row["_id"]: row["text"] for row in tables.read(tmp_path / "beir" / "corpus.jsonl")}
    assert "cannot receive funding" in corpus["private-companies#can-my-company-get-money"]
    assert (tmp_path / "beir" / "qrels" / "test.tsv").read_text().splitlines()[1].startswith("en-1\tprivate-companies#")


def test_show_says_the_verdict_and_why_a_question_failed(run, done):
    result = run("eval", "show", str(done))
    assert "2 of the 3 judged questions went as they should" in result.stdout
    assert "One question did not go as it should:" in result.stdout
    assert "nl-2" in result.stdout
    assert str(done / "report.html") in result.stdout
    dutch = run("eval", "show", str(done), "--lang", "nl").stdout
    assert "Eén vraag liep niet zoals het moet:" in dutch
    told = json.loads(run("eval", "show", str(done), "--json").stdout)
    assert [failure["id"] for failure in told["failures"]] == ["nl-2"]


def test_two_people_rate_a_sheet_and_their_agreement_is_shown(run, done, tmp_path):
    sheet = tmp_path / "sheet.xlsx"
    result = run("eval", "rate", "sheet", str(done), "--out", str(sheet))
    assert result.stdout.startswith(f"3 answers to rate: {sheet}\n")
    for name, words in (("mia", ("right", "right", "wrong")), ("jan", ("goed", "fout", "fout"))):
        rows = [{**row, "verdict": word, "rater": name} for row, word in zip(tables.read(sheet), words, strict=True)]
        tables.write(tmp_path / f"{name}.xlsx", rows)
    files = (str(tmp_path / "mia.xlsx"), str(tmp_path / "jan.xlsx"))
    shown = run("eval", "rate", "agree", *files, "--key", str(tmp_path / "sheet.key.json"))
    assert "Rated the same: 67%" in shown.stdout
    assert "Cohen's kappa: 0.40" in shown.stdout
    assert "r002  mia: Right; jan: Wrong" in shown.stdout
    assert json.loads(run("eval", "rate", "agree", *files, "--json").stdout)["n"] == 3
    out = tmp_path / "rated.csv"
    run(
        "eval",
        "export",
        str(done),
        "--format",
        "csv",
        "--out",
        str(out),
        "--ratings",
        files[0],
        "--key",
        str(tmp_path / "sheet.key.json"),
    )
    assert sorted(row["own_verdict"] for row in tables.read(out)) == ["right", "right", "wrong"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("import", "/no/file.csv", "--out", "x.jsonl"), 2, "There is no file or folder '/no/file.csv'"),
        (("export", "/no/run", "--format", "csv", "--out", "x.csv"), 2, "There is no run or test set"),
        (("show", "/no/run"), 2, "holds no run"),
        (("rate", "sheet", "/no/run"), 2, "There is no run"),
        (("rate", "agree", "/no/a.csv", "/no/b.csv"), 2, "cannot be read"),
        (("judge", "/no/run"), 2, "There is no run"),
    ],
)
def test_what_is_not_there_is_one_clear_sentence(run_without_index, words, code, said):
    result = run_without_index("eval", *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_judging_without_a_model_says_what_to_set(run, done, monkeypatch):
    monkeypatch.delenv("ASSISTANT_LLM_MODEL", raising=False)
    result = run("eval", "judge", str(done))
    assert result.exit_code == 3
    assert "ASSISTANT_LLM_MODEL" in result.stderr


def test_sheet_of_a_test_set_is_refused(run, dataset, tmp_path):
    result = run("eval", "rate", "sheet", str(dataset), "--out", str(tmp_path / "s.csv"))
    assert result.exit_code == 2
    assert "holds no answers" in result.stderr
