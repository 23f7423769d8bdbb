"""A phrasing is added to its file as one line; what stood there stays byte for byte."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import InvalidQuestion
from assistant.question import clean
from assistant.settings import ROOT
from ingest import asked
from ingest.blocks import Unreadable
from ingest.phrasings import read

OWN = """# how people ask
bedrag:
- Hoeveel krijg ik?
- 'Ik zei: hoeveel?'  # uit de infosessie

aanvraag:
- Hoe vraag ik dat aan?
"""
QUESTIONS = st.text(max_size=80).flatmap(
    lambda t: st.sampled_from([t, f"'{t}", f'"{t}"', f"{t}: {t}", f"- {t} #", "yes", "12"])
)


def added(old: str, new: str) -> list[str]:
    """The lines that a diff adds; there are no removed ones."""
    diff = [d for d in difflib.ndiff(old.splitlines(keepends=True), new.splitlines(keepends=True)) if d[0] in "+-"]
    assert all(line.startswith("+ ") for line in diff), diff
    return [line[2:] for line in diff]


@pytest.mark.parametrize(
    ("slug", "question", "lines"),
    [
        ("bedrag", "Wat krijg ik?", ["- Wat krijg ik?\n"]),
        ("aanvraag", "Waar: hoe?", ["- 'Waar: hoe?'\n"]),
        ("nieuw", "Ça va, 's morgens?", ["nieuw:\n", "- Ça va, 's morgens?\n"]),
        ("2014", "Wat toen?", ["'2014':\n", "- Wat toen?\n"]),
    ],
)
def test_one_line_is_added_and_comments_stay(slug: str, question: str, lines: list[str]) -> None:
    new = asked.append(OWN, slug, question)
    assert added(OWN, new) == lines
    assert read(new.encode())[slug][-1] == question
    assert list(read(new.encode()))[:2] == ["bedrag", "aanvraag"]


@pytest.mark.parametrize(
    "old",
    [
        "",
        "# none yet\n",
        "bedrag:\n  - Hoeveel?\nx:\n  - y\n",
        "bedrag:\n-   Hoeveel?\nx:\n-   y\n",
        "bedrag:\n- Hoeveel?\r\nx:\r\n- y\r\n",
        "bedrag: [Hoeveel, 'Wat: dan']\nx:\n- y\n",
        "bedrag: []\n",
        "bedrag:\n- |\n  Hoeveel?\n\nx:\n- y\n",
        "bedrag:\n- Hoeveel\n  krijg ik?\nx:\n- y\n",
        "bedrag:\n- Hoeveel? # waarom\n# einde\n",
        "\ufeffbedrag:\n- Hoeveel?\n",
        "'bedrag':\n- Hoeveel?\n",
        "---\nbedrag:\n- Hoeveel?\n",
    ],
)
@pytest.mark.parametrize("slug", ["bedrag", "elders"])
def test_files_by_other_hands_are_added_to(old: str, slug: str) -> None:
    new = asked.append(old, slug, "Wat, 'nu': [dan]?")
    assert read(new.encode()) == {**read(old.encode()), slug: [*read(old.encode()).get(slug, []), "Wat, 'nu': [dan]?"]}
    if "[" not in old:
        assert len(added(old, new)) == (1 if f"{slug}" in old else 2)
        assert new.replace("".join(added(old, new)), "", 1) == old
    assert ("\r\n" in old) == ("\r\n" in new)


def test_last_line_without_end_gets_one() -> None:
    assert asked.append("bedrag:\n- Hoeveel?", "bedrag", "Wat?") == "bedrag:\n- Hoeveel?\n- Wat?\n"


@pytest.mark.parametrize(
    ("old", "slug"),
    [
        ("{bedrag: [a]}\n", "elders"),
        ("bedrag:\n- a\n...\n", "elders"),
        ("x: &a\n- a\nbedrag: *a\n", "bedrag"),
        ("bedrag: [a,]\n", "bedrag"),
        ("bedrag: [\n", "bedrag"),
    ],
)
def test_what_cannot_be_added_to_is_refused(old: str, slug: str) -> None:
    with pytest.raises(Unreadable, match=r"by hand|YAML"):
        asked.append(old, slug, "Wat?")


@given(question=QUESTIONS, slug=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True))
@example(question="Wat betekent 'partner': \"lead\" of #2? {nee} & *ja* 🚀 één", slug="on")
@example(question="null", slug="null")
@example(question="? a", slug="1e3")
def test_any_question_is_read_back(question: str, slug: str) -> None:
    try:
        question = clean(question)
    except InvalidQuestion:
        return
    new = asked.append(OWN, slug, question)
    assert read(new.encode())[slug][-1] == question
    again = asked.append(new, slug, "En dan?")
    assert read(again.encode())[slug][-2:] == [question, "En dan?"]
    assert len(added(new, again)) == 1


def test_every_file_of_the_corpus_takes_one_more_line() -> None:
    for path in sorted((ROOT / "corpus").rglob("*.asked.yaml"))[::7]:
        old = path.read_text(encoding="utf-8")
        for slug in list(read(old.encode()))[::3]:
            assert added(old, asked.append(old, slug, "Zo: 'n vraag?")) == ["- 'Zo: ''n vraag?'\n"]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_interrupted_write_leaves_the_old_file_whole(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "km.asked.yaml"
    path.write_text(OWN, encoding="utf-8")
    path.chmod(0o640)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync" if moment == "fsync" else "pathlib.Path.replace", broken)
        with pytest.raises(KeyboardInterrupt):
            asked.replace(path, "bedrag:\n- Half")
    assert path.read_text(encoding="utf-8") == OWN
    assert list(tmp_path.iterdir()) == [path]
    asked.replace(path, "bedrag:\n- Heel\n")
    assert path.read_text(encoding="utf-8") == "bedrag:\n- Heel\n"
    assert path.stat().st_mode & 0o777 == 0o640
