"""`python -m evals.kept` over a small corpus: what is answered rightly, and what takes a question from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.kept import __main__ as command
from evals.kept import measure

ANSWERS = [
    {
        "id": "parking",
        "nl": ["Waar kan ik parkeren bij het contactpunt?", "U parkeert gratis in parking Kruidtuin."],
        "wordings": {"en": ["Is my van welcome in your street?"]},
        "plain": {"nl": "Waar parkeer ik bij het contactpunt?", "en": "Is my van welcome in your street?"},
        "lay": {"nl": "Hebben jullie plaats voor een vrachtwagen vol olifanten?", "en": "Where do zebras sleep?"},
    }
]
UNRELATED = [
    {"language": "nl", "question": "Wordt het morgen warm?"},
    {"language": "nl", "question": "Waar kan ik parkeren bij het contactpunt?"},
]


def write(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def small(workshop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    workshop.write("en/a.md", "# Partners\n\nA project has six partners.", id="partners", language="en")
    workshop.ingest()
    monkeypatch.setattr(measure, "ANSWERS", write(tmp_path / "answers.jsonl", ANSWERS))
    monkeypatch.setattr(measure, "UNRELATED", write(tmp_path / "unrelated.jsonl", UNRELATED))
    monkeypatch.setattr(measure, "CROWDED", write(tmp_path / "crowded" / "a.jsonl", ANSWERS).parent)
    monkeypatch.setattr(measure, "SETS", tmp_path / "sets")
    asked = [{"id": "1", "question": "How many partners does a project have?"}]
    for language in ("nl", "en"):
        write(tmp_path / "sets" / f"train-{language}.jsonl", asked)
    return workshop.settings


def test_right_and_wrong_are_counted(small: Any) -> None:
    found = measure.measure(small)
    alone, worded = found["alone"], found["worded"]
    assert (alone["plain"]["answered"], worded["plain"]["answered"], worded["plain"]["asked"]) == (1, 2, 2)
    assert alone["plain"]["by_way"]["nl question, nl answer"] == {"answered": 1, "asked": 1}
    assert [one["question"] for one in alone["plain"]["wrong"]] == ["Is my van welcome in your street?"]
    assert worded["lay"]["answered"] == 0
    assert (worded["far"]["cited"], worded["near"]["cited"], worded["documents"]["cited"]) == (0, 1, 0)
    assert [one["question"] for one in worded["near"]["named"]] == ["Waar kan ik parkeren bij het contactpunt?"]


def test_nothing_is_kept_in_the_real_index(small: Any, workshop: Any) -> None:
    measure.measure(small)
    assert list(workshop.index().documents) == ["partners"]


def test_command_tells_it(small: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "load", lambda: small)
    monkeypatch.setattr("sys.argv", ["kept", "--verbose"])
    command.main()
    shown = capsys.readouterr().out
    assert "plain words: 2 of 2 answered (100%)" in shown
    assert "near misses: 1 of 1 cite a kept answer (100.0%)" in shown
    assert "Where do zebras sleep? → " in shown
    monkeypatch.setattr("sys.argv", ["kept", "--json"])
    command.main()
    assert json.loads(capsys.readouterr().out)["alone"]["plain"]["asked"] == 2
