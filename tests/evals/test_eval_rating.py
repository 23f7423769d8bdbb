"""Rating by people: sheets tell no version, what was filled in comes back, and agreement is a library's kappa."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from sklearn.metrics import cohen_kappa_score

from assistant.errors import InvalidDataset, InvalidInput
from evals.agreement import agree, in_words, strength
from evals.interchange import tables
from evals.rating import Rating, attach, key_of, read_key, read_ratings, write_sheet
from evals.report import run_id


@pytest.fixture
def run(answer):
    def make(text: str, count: int = 6, same: int = 0) -> list[dict]:
        """Rows of a run whose answers begin with `text`, the last `same` of them the same in every run."""
        rows = []
        for number in range(count):
            said = f"Same {number} [1]" if number >= count - same else f"{text} {number} [1]"
            given = answer(text=said).model_dump(mode="json")
            row = {"id": f"q{number}", "question": f"Question {number}?", "facts": [["x"]], "answerable": True}
            rows.append({**row, "answer": given, "metrics": {"answered": True, "correct": number % 2 == 0}})
        return rows

    return make


def ratings(words: dict[str, str], run: str = "", rater: str = "") -> list[Rating]:
    return [Rating(key, verdict, "", rater, f"Q {key}", "A", run) for key, verdict in words.items()]


def filled(sheet: Path, name: str, verdict) -> Path:
    rows = [{**row, "verdict": verdict(row), "rater": name} for row in tables.read(sheet)]
    path = sheet.with_name(f"{name}.csv")
    tables.write(path, rows)
    return path


def test_sheet_shows_neither_version_nor_machine_verdict(run, tmp_path):
    before, after = (tmp_path / "version-before", run("One")), (tmp_path / "version-after", run("Two"))
    out = tmp_path / "sheet.xlsx"
    assert write_sheet([before, after], out) == 12
    cells = [str(cell.value) for line in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in line]
    assert not [cell for cell in cells if "version" in cell or "q0" in cell or "machine" in cell]
    rows = tables.read(out)
    assert [row["code"] for row in rows] == [f"r{number:03}" for number in range(1, 13)]
    order = [row["answer"].split()[0] for row in rows]
    assert order not in (["One"] * 6 + ["Two"] * 6, ["Two"] * 6 + ["One"] * 6, ["One", "Two"] * 6)
    told = read_key(key_of(out))
    assert {told["codes"][row["code"]][0]["version"] for row in rows if row["answer"].startswith("Two")} == {"B"}


def test_same_sheet_is_written_each_time(run, tmp_path):
    for name in ("a.csv", "b.csv"):
        write_sheet([(tmp_path, run("One"))], tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_answer_that_both_versions_gave_is_rated_once(run, tmp_path):
    count = write_sheet([(tmp_path, run("One", same=2)), (tmp_path, run("Two", same=2))], tmp_path / "s.csv")
    assert count == 10
    versions = [
        [entry["version"] for entry in entries] for entries in read_key(tmp_path / "s.key.json")["codes"].values()
    ]
    assert versions.count(["A", "B"]) == 2


def test_sheet_offers_the_verdicts_in_excel(run, tmp_path):
    write_sheet([(tmp_path, run("One"))], tmp_path / "s.xlsx")
    (choice,) = openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[0].data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"right,wrong,unsure"', "G2:G7")


def test_dutch_sheet_is_dutch_and_reads_as_an_english_one(run, tmp_path):
    out = tmp_path / "blad.xlsx"
    write_sheet([(tmp_path, run("One"))], out, "nl")
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["code", "vraag", "eerder"]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"goed,fout,twijfel"'
    sheet["G2"], sheet["H2"], sheet["I2"] = "fout", "te lang", "mia"
    book.save(out)
    (rating,) = read_ratings(out)
    assert (rating.verdict, rating.comment, rating.rater) == ("wrong", "te lang", "mia")
    assert rating.question


def test_filled_sheets_say_which_version_is_better(run, tmp_path):
    out = tmp_path / "sheet.xlsx"
    write_sheet([(tmp_path / "old", run("One")), (tmp_path / "new", run("Two"))], out)
    mia = filled(out, "mia", lambda row: "goed" if row["answer"].startswith("Two") else "Fout")
    jan = filled(out, "jan", lambda row: "right" if row["answer"] != "One 0 [1]" else "twijfel")
    found = agree(read_ratings(mia), read_ratings(jan), read_key(key_of(out)))
    assert found["raters"] == ["mia", "jan"]
    assert [figure["value"] for figure in found["versions"]["B"]["right"]] == [1.0, 1.0]
    assert [figure["value"] for figure in found["versions"]["A"]["right"]] == [0.0, pytest.approx(5 / 6, abs=1e-4)]
    assert len(found["disagreements"]) == 6
    said = [sentence.say("en") for sentence in in_words(found)]
    spread = "(61% to 100%, n\u00a0=\u00a06)"
    assert said[-1].endswith(f"right according to mia 100% {spread}, to jan 100% {spread}.")
    assert said[0] == "12 answers that both have rated."


def test_rater_without_a_name_is_called_by_the_file(tmp_path):
    for name in ("mia", "jan"):
        (tmp_path / f"{name}.csv").write_text("code,verdict,rater\nr001,goed,\n", encoding="utf-8")
    mia, jan = (read_ratings(tmp_path / f"{name}.csv") for name in ("mia", "jan"))
    assert agree(mia, jan)["raters"] == ["mia", "jan"]
    assert agree(mia, mia)["raters"] == ["mia (1)", "mia (2)"]


def test_kappa_agrees_with_the_library_and_lies_in_its_interval():
    a = {f"q{n}": "right" if n % 3 else "wrong" for n in range(30)}
    b = {**a, "q0": "right", "q1": "unsure", "q2": "wrong", "q3": "unsure"}
    found = agree(ratings(a), ratings(b))
    assert found["kappa"]["value"] == pytest.approx(cohen_kappa_score(list(a.values()), list(b.values())), abs=1e-4)
    assert found["kappa"]["low"] < found["kappa"]["value"] < found["kappa"]["high"]
    assert found["agreement"]["value"] == pytest.approx(26 / 30, abs=1e-4)
    assert [one["key"] for one in found["disagreements"]] == ["q0", "q1", "q2", "q3"]


def test_kappa_of_a_worked_example():
    # By hand: 35 of 50 alike, of which 25 by chance: (0.7 - 0.5) / (1 - 0.5).
    cells = [("right", "right", 20), ("right", "wrong", 5), ("wrong", "right", 10), ("wrong", "wrong", 15)]
    pairs = [(x, y) for x, y, times in cells for _ in range(times)]
    a, b = ({f"q{n}": pair[side] for n, pair in enumerate(pairs)} for side in (0, 1))
    assert agree(ratings(a), ratings(b))["kappa"]["value"] == 0.4


def test_one_verdict_throughout_has_no_kappa():
    found = agree(ratings({"a": "right", "b": "right"}), ratings({"a": "right", "b": "right", "c": "wrong"}))
    assert "kappa" not in found
    assert found["only_one"] == 1
    assert "Cohen's kappa cannot be computed: both gave the same verdict everywhere." in [
        said.say("en") for said in in_words(found)
    ]


def test_strength_is_said_in_the_customary_words():
    words = [strength(kappa).say("en") for kappa in (-0.1, 0.0, 0.2, 0.21, 0.5, 0.8, 0.81, 1.0)]
    assert [word.removesuffix(" agreement") for word in words] == [
        "no", "slight", "slight", "fair", "moderate", "substantial", "almost perfect", "almost perfect",
    ]  # fmt: skip


def test_ratings_of_different_runs_or_of_nothing_are_refused():
    with pytest.raises(InvalidInput, match="different runs"):
        agree(ratings({"a": "right"}, run="1"), ratings({"a": "right"}, run="2"))
    with pytest.raises(InvalidInput, match="no rated answer in common"):
        agree(ratings({"a": "right"}), ratings({"b": "right"}))


def test_sheets_come_into_the_export_of_their_run_only(run, tmp_path):
    one, two = run("One"), run("Two")
    out = tmp_path / "sheet.csv"
    write_sheet([(tmp_path, one), (tmp_path, two)], out)
    mia = filled(out, "mia", lambda row: "right" if row["question"] == "Question 3?" else "")
    with pytest.raises(InvalidDataset, match="name it with --key"):
        attach(one, [mia])
    attached = attach(one, [mia], key_of(out))
    assert [row["id"] for row in attached if "ratings" in row] == ["q3"]
    assert attached[3]["ratings"] == [{"own_verdict": "right", "comment": "", "rater": "mia"}]
    with pytest.raises(InvalidInput, match="rates another run"):
        attach(run("Three"), [mia], key_of(out))


def test_page_s_ratings_are_of_their_run_only(run, tmp_path):
    rows, path = run("One"), tmp_path / "r.jsonl"
    line = {"run": run_id(rows), "id": "q1", "own_verdict": "wrong", "comment": "c", "rater": ""}
    path.write_text(json.dumps(line), encoding="utf-8")
    assert attach(rows, [path])[1]["ratings"] == [{"own_verdict": "wrong", "comment": "c", "rater": "r"}]
    with pytest.raises(InvalidInput, match="another run"):
        attach(run("Two"), [path])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,verdict\nr001,perhaps\n", "row 2: the verdict 'perhaps' is none of right, wrong, unsure"),
        ("code,answer\nr001,x\n", "no column 'verdict'"),
        ("verdict\nright\n", "no code or id"),
    ],
)
def test_sheet_that_cannot_be_read_names_the_row(tmp_path, content, said):
    (tmp_path / "s.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidDataset, match=said):
        read_ratings(tmp_path / "s.csv")


def test_more_than_two_runs_are_refused(run, tmp_path):
    with pytest.raises(InvalidInput, match="one run or of two"):
        write_sheet([(tmp_path, run("x"))] * 3, tmp_path / "s.csv")
