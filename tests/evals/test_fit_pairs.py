"""Pairs that cannot be used are named by line and refused; the project's own are whole and kept apart from the sets."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InvalidPairs
from evals.fit import phrasings
from evals.fit.__main__ import main
from evals.fit.measure import kind_of
from evals.fit.pairs import FOLDER, Pair, files, read
from evals.fit.split import Split, asked_in_sets
from evals.matching import normalise

GOOD = {
    "question": "Mag mijn bakkerij een terras zetten?",
    "question_language": "nl",
    "passage": "Horecazaken vragen een vergunning voor een terras.",
    "passage_language": "nl",
}


def written(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def own() -> list[Pair]:
    return read(files([FOLDER]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": ""}, "question"),
        ({"passage": "   "}, "passage"),
        ({"question": "?!"}, "holds no word"),
        ({"question": GOOD["passage"].upper()}, "its own answer"),
        ({"question_language": "fr"}, "question_language"),
        ({"passage_language": "de"}, "passage_language"),
        ({"answer": "a field that nobody knows"}, "answer"),
    ],
)
def test_bad_line_is_named_and_refused(tmp_path: Path, change: dict[str, str], said: str) -> None:
    path = written(tmp_path / "mine.jsonl", GOOD, GOOD | change)
    with pytest.raises(InvalidPairs) as refused:
        read([path])
    assert "mine.jsonl, line 2: " in str(refused.value)
    assert "line 1" not in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize("line", ["{", "[]", '"a question"', "null"])
def test_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidPairs, match="line 1: is no JSON object"):
        read([written(tmp_path / "mine.jsonl", line)])


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InvalidPairs, match="and 5 more"):
        read([written(tmp_path / "mine.jsonl", *["{}"] * 15)])


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.jsonl", tmp_path):
        with pytest.raises(InvalidPairs, match=r"name a \.jsonl file"):
            files([path])


def test_same_passage_in_train_and_test_is_refused(tmp_path: Path) -> None:
    split = Split(frozenset({"measured"}), frozenset({"fitted"}), frozenset())
    path = written(
        tmp_path / "mine.jsonl",
        GOOD | {"subject": "fitted"},
        GOOD | {"subject": "measured", "question": "Wie heeft een toelating nodig voor tafels buiten?"},
    )
    with pytest.raises(
        InvalidPairs, match=r"line 1: its passage is fitted on here and measured on in mine\.jsonl, line 2"
    ):
        split.divide(read([path]))


def test_same_question_in_train_and_test_is_refused(tmp_path: Path) -> None:
    split = Split(frozenset({"measured"}), frozenset({"fitted"}), frozenset())
    rows = GOOD | {"subject": "fitted"}, GOOD | {"subject": "measured", "passage": "Een ander artikel over terrassen."}
    with pytest.raises(InvalidPairs, match="its question is fitted on here"):
        split.divide(read([written(tmp_path / "mine.jsonl", *rows)]))


def test_question_of_a_test_set_is_refused(tmp_path: Path) -> None:
    asked = max(asked_in_sets(), key=len)
    path = written(tmp_path / "mine.jsonl", GOOD | {"question": asked.upper()})
    with pytest.raises(InvalidPairs, match="line 1: its question is one of evals/sets"):
        Split.load().divide(read([path]))


def test_unknown_subjects_are_split_the_same_way_each_time() -> None:
    pairs = [Pair(**GOOD, subject=f"own-{number}") for number in range(400)]
    parts = [Split.load().part(pair) for pair in pairs]
    assert parts == [Split.load().part(pair) for pair in pairs]
    assert 50 < parts.count("test") < 110


def test_command_refuses_before_it_fits(tmp_path: Path) -> None:
    with pytest.raises(InvalidPairs, match=r"mine\.jsonl, line 1"):
        main([str(written(tmp_path / "mine.jsonl", "{}")), "--alone", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_there_are_as_many_pairs_as_promised(own: list[Pair]) -> None:
    questions = defaultdict(set)
    for pair in own:
        questions[kind_of(pair) if "phrasing" not in pair.written else "phrasings"].add(normalise(pair.question))
    assert len(questions["phrasings"]) > 5000
    assert len(questions["corpus"]) >= 1500
    assert len(questions["other"]) >= 2500
    assert len({pair.topic for pair in own if kind_of(pair) == "other"}) >= 50


def test_pairs_go_across_the_languages(own: list[Pair]) -> None:
    ways = Counter((pair.question_language, pair.passage_language) for pair in own)
    assert all(ways[way] > 1500 for way in (("nl", "nl"), ("en", "en"), ("nl", "en"), ("en", "nl")))


def test_near_twins_say_in_what_they_differ(own: list[Pair]) -> None:
    kinds = ("number", "period", "place", "condition", "negation")
    twins = {pair.group: pair.written for pair in own if "twin of" in pair.written}
    counts = Counter(kind for said in twins.values() for kind in kinds if said.endswith(f"another {kind}"))
    assert sum(counts.values()) == len(twins) > 150
    assert min(counts[kind] for kind in kinds) > 10


def test_split_holds_over_the_project_s_own_pairs(own: list[Pair]) -> None:
    split = Split.load()
    divided = split.divide(own)
    fitted, measured = ({pair.topic for pair in part} for part in (divided.train, divided.test))
    assert not fitted & measured
    assert {pair.topic for pair in own} <= split.train | split.test
    assert not {pair.family for pair in divided.train} & {pair.family for pair in divided.test}
    for kind in ("corpus", "other", "long"):
        assert sum(kind_of(pair) == kind for pair in divided.test) > 100


def test_no_pair_of_either_side_asks_what_the_sets_ask(own: list[Pair]) -> None:
    assert not {normalise(pair.question) for pair in own} & asked_in_sets()


def test_translations_share_a_group(own: list[Pair]) -> None:
    passages = defaultdict(set)
    for pair in own:
        passages[pair.group].add((pair.passage_language, pair.passage))
    assert max(len(versions) for versions in passages.values()) <= 2
    assert all(len({language for language, _ in versions}) == len(versions) for versions in passages.values())


def test_phrasings_file_is_made_from_a_corpus(workshop: Any) -> None:
    gap = "## Wat niet\n\n<!-- unanswered: national_rule -->\n\nDat staat nergens.\n"
    body = "# Terrassen\n\n## Wie mag\n\nElke zaak.\n\n" + gap
    workshop.write("nl/terras.md", body, id="terras", language="nl", translation_of="pavement")
    workshop.write(
        "nl/terras.asked.yaml", "wie-mag: ['Mag ik?', 'En mijn buur?', 'Ook een frituur?']\nwat-niet: ['En hoeveel?']\n"
    )
    other = "# Pavements\n\n## Who may\n\nAny business.\n\n## What not\n\nNobody says.\n"
    workshop.write("en/pavement.md", other, id="pavement", language="en")
    rows = list(phrasings.rows(phrasings.documents(workshop.settings.corpus_dir)))
    assert [row["question"] for row in rows] == ["Mag ik?", "En mijn buur?", "Ook een frituur?"]
    assert [row["passage_language"] for row in rows] == ["nl", "nl", "en"]
    assert rows[0]["passage"].endswith("Elke zaak.")
    assert rows[2]["passage"].endswith("Any business.")
    assert {row["group"] for row in rows} == {"pavement#1"}
