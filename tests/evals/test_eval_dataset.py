"""Test sets that cannot be used are refused with the line that is wrong."""

from __future__ import annotations

import pytest

from assistant.errors import InvalidDataset
from evals.dataset import read


def test_only_id_and_question_must_be_there(dataset):
    (item,) = read(dataset({"id": "a", "question": "Who?"}))
    assert (item.answerable, item.facts, item.sources, item.language, item.history) == (None, None, None, None, ())


def test_fields_of_its_own_are_kept(dataset):
    (item,) = read(dataset({"id": "a", "question": "Who?", "fact_numbers": [3]}))
    assert item.model_dump(exclude_unset=True)["fact_numbers"] == [3]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"id": "a", "question": "Q"}\n\n{"id": "b"}', ["line 3", "question"]),
        ('{"id": "a", "question": "Q"}\n{"id": "a", "question": "Q"}', ["line 2", "'a'"]),
        ("no json", ["line 1"]),
        ('{"id": "", "question": "Q"}', ["line 1", "id"]),
        ('{"id": "a", "question": "Q", "facts": "80%"}', ["line 1", "facts"]),
        ("\n\n", ["no questions"]),
    ],
)
def test_fault_is_named_with_its_line(tmp_path, content, named):
    path = tmp_path / "set.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidDataset) as refused:
        read(path)
    assert all(part in str(refused.value) for part in [path.name, *named])


def test_file_that_is_not_there_or_not_utf8_is_named(tmp_path):
    broken = tmp_path / "latin.jsonl"
    broken.write_bytes(b'{"id": "a", "question": "caf\xe9"}')
    for path in (broken, tmp_path / "missing.jsonl"):
        with pytest.raises(InvalidDataset, match=path.name):
            read(path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "Q?"}', "id cannot be used (it must be there)"),
        (
            '{"id": "a", "question": "Q?", "facts": "80%"}',
            "facts cannot be used (write a list in square brackets",
        ),
        ('{"id": "a", "question": "Q?", "answerable": "perhaps"}', "answerable cannot be used (write true or false)"),
    ],
)
def test_fault_says_how_to_write_it_instead(tmp_path, line, said):
    (tmp_path / "set.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(InvalidDataset, match="line 1") as refused:
        read(tmp_path / "set.jsonl")
    assert said in str(refused.value)
