"""Tables: what Excel writes is read, what is written Excel opens, and no cell ever is a formula."""

from __future__ import annotations

import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InvalidDataset, InvalidInput
from evals.interchange import load, rows_of, save, tables
from evals.interchange.plain import dump

LINES = 'question,expected\n"Hoeveel, precies?",80 % | 80%; vier jaar\nMag dat?,weigering\n\nZomaar?,\n'


def test_question_and_expected_are_enough(tmp_path):
    path = tmp_path / "Mijn vragen.csv"
    path.write_text(LINES, encoding="utf-8")
    first, second, third = load(path).items
    assert (first.id, first.question) == ("mijn-vragen-002", "Hoeveel, precies?")
    assert first.facts == (("80 %", "80%"), ("vier jaar",))
    assert (first.answerable, second.answerable, third.answerable) == (True, False, None)
    assert second.facts is None


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_as_excel_saves_it(tmp_path, separator, encoding):
    path = tmp_path / "set.csv"
    lines = [["Vraag", "Verwacht", "Taal"], ["Hoe groot is de coöperatie?", "één miljoen", "nl"]]
    path.write_bytes("\r\n".join(separator.join(line) for line in lines).encode(encoding))
    (item,) = load(path).items
    assert (item.question, item.facts, item.language) == (
        "Hoe groot is de coöperatie?",
        (("één miljoen",),),
        "nl",
    )


def test_percentage_in_excel_is_read_as_it_is_shown(tmp_path):
    path = tmp_path / "set.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["question", "expected", "nr"])
    book.active.append(["How much?", 0.8, 7.0])
    book.active["B2"].number_format = "0%"
    book.save(path)
    (item,) = load(path).items
    assert (item.id, item.facts) == ("7", (("80%",),))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_cell_that_begins_like_a_formula_stays_text_and_comes_back(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    rows = [{"id": "1", "question": '=HYPERLINK("http://x")', "n": -3}, {"id": "2", "question": "+32 2 123", "n": 4}]
    tables.write(path, rows)
    if suffix == ".csv":
        assert not any(cell.startswith(("=", "+")) for cell in path.read_text("utf-8-sig").replace('"', "").split(","))
    if suffix == ".xlsx":
        assert openpyxl.load_workbook(path).active["B2"].data_type == "s"
    assert [row["question"] for row in tables.read(path)] == [row["question"] for row in rows]
    assert [int(row["n"]) for row in tables.read(path)] == [-3, 4]


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=4))
def test_any_text_survives_csv(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "out.csv"
    tables.write(path, [{"id": "x", "question": text} for text in texts])
    assert [row["question"] for row in tables.read(path)] == [text.strip() for text in texts]


def test_questions_survive_a_round_as_csv(tmp_path):
    rows = [
        {"id": "a", "question": "Q?", "history": ["one", "two, three"], "facts": [["x", "y"], ["z"]],
         "answerable": True, "sources": ["d#s", "e"], "tags": ["t", "u"], "language": "en"},
        {"id": "b", "question": "R?", "facts": [["a;b|c"]], "answerable": True},
        {"id": "c", "question": "S?", "answerable": False, "reason": "off_topic"},
    ]  # fmt: skip
    dump(tmp_path / "out.csv", rows)
    again = rows_of(tmp_path / "out.csv")
    assert [json.loads(json.dumps(row)) for row in again] == rows


def test_whole_sentence_is_said_to_be_hard_to_find(tmp_path):
    path = tmp_path / "set.csv"
    path.write_text(f"question,expected\nQ?,{'word ' * 13}\n", encoding="utf-8")
    assert "1 expected texts have more than 12 words" in load(path).remarks[0]


def test_table_in_which_nothing_is_expected_is_named_with_its_columns(tmp_path):
    path = tmp_path / "set.csv"
    path.write_text("question;expcted\nQ?;80%\n", encoding="utf-8")
    assert "column 'expected' (or 'verwacht'); its columns are question, expcted." in load(path).remarks[0]


@pytest.mark.parametrize("name", ["set.csv", "set.json", "set.xlsx"])
def test_test_set_is_not_written_under_the_name_of_another_format(tmp_path, name):
    (tmp_path / "in.csv").write_text("question\nQ?\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"end it in \.jsonl, or name a folder"):
        save(load(tmp_path / "in.csv"), tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("set.csv", b"", "no questions"),
        ("set.csv", b"a,b\n1,2\n", "no column 'question' (or 'vraag'): name one so; its columns are a, b."),
        ("set.csv", b"vraag,b\nQ,2\n,3\n", "row 3: the question is empty"),
        ("set.csv", b"id,question\na,Q\na,R\n", "row 3: the id 'a' stands there twice"),
        ("set.xlsx", b"no excel", "as an Excel file"),
        ("set.jsonl", b'{"question": "Q"}\n{', "line 2: it is no JSON"),
        ("set.jsonl", b"[]", "line 1: it is no JSON object"),
        ("set.doc", b"x", "--format"),
    ],
)
def test_fault_is_named_with_its_place(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidDataset) as refused:
        load(path)
    assert said in str(refused.value)


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(InvalidInput, match="end its name in"):
        tables.write(tmp_path / "out.txt", [{}])
    with pytest.raises(InvalidInput, match="cannot be written"):
        tables.write(tmp_path / "set.csv" / "out.csv", [{}]) if (tmp_path / "set.csv").write_text("x") else None
