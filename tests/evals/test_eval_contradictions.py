"""The planted contradictions: each file is listed, and each is about a section that the corpus has."""

from __future__ import annotations

import pytest
import yaml

from assistant.settings import ROOT
from evals.contradictions.planted import FOLDER, SETS, files, read
from ingest.blocks import slugify


def sections() -> set[tuple[str, str]]:
    found = set()
    for path in (ROOT / "corpus").rglob("*.md"):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        slugs = (slugify(line.lstrip("#")) for line in body.splitlines() if line.startswith("#"))
        found.update((yaml.safe_load(front)["id"], slug) for slug in slugs)
    return found


@pytest.mark.parametrize("name", SETS)
def test_each_planted_document_is_about_a_section_of_the_corpus(name: str) -> None:
    there = sections()
    assert [row.id for row in read(name).values() if (row.document, row.slug) not in there] == []


@pytest.mark.parametrize("name", SETS)
def test_manifest_lists_the_files_that_are_there(name: str) -> None:
    assert {path.stem for path in (FOLDER / name).glob("*.md")} == set(read(name))


def test_no_document_stands_in_two_sets() -> None:
    ids = [planted for name in SETS for planted in read(name)]
    assert len(ids) == len(set(ids)) == len(files())


def test_half_of_the_forty_are_worded_loosely() -> None:
    rows = read("test").values()
    assert len(rows) == 40
    assert sum(row.about == "loose" for row in rows) >= 20
