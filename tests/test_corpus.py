"""The corpus keeps what CONTRIBUTING.md promises of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import ROOT
from ingest.blocks import Block, Parsed, slugify
from ingest.loaders import load
from ingest.metadata import Metadata, metadata_of

CORPUS = ROOT / "corpus"
PATHS = sorted(CORPUS.rglob("*.md"))
PARSED: dict[str, tuple[Path, Parsed, Metadata]] = {}
for found in PATHS:
    read = load(found, found.read_bytes())
    described = metadata_of(read, found, CORPUS, lambda _text: "xx")
    PARSED[described.id] = (found, read, described)
IDS = sorted(PARSED)


def headings(document_id: str) -> list[Block]:
    return [block for block in PARSED[document_id][1].blocks if block.kind == "heading" and block.level > 1]


def test_there_are_enough_documents_in_both_languages() -> None:
    languages = [meta.language for _, _, meta in PARSED.values()]
    assert languages.count("nl") == languages.count("en") >= 25
    assert len(PARSED) == len(PATHS)


@pytest.mark.parametrize("document_id", IDS)
def test_front_matter_is_complete(document_id: str) -> None:
    path, _, meta = PARSED[document_id]
    assert path.stem == meta.id
    assert path.parent.name == meta.language
    assert meta.publisher
    assert meta.date
    assert meta.period
    assert meta.url
    assert meta.audience == "public"


@pytest.mark.parametrize("document_id", IDS)
def test_every_document_has_a_twin_with_the_same_sections(document_id: str) -> None:
    meta = PARSED[document_id][2]
    twins = [
        other for other in PARSED.values() if other[2].translation_of == meta.id or other[2].id == meta.translation_of
    ]
    assert len(twins) == 1
    twin = twins[0][2]
    assert twin.language != meta.language
    assert (twin.period, twin.date) == (meta.period, meta.date)
    ours, theirs = headings(meta.id), headings(twin.id)
    assert [h.level for h in ours] == [h.level for h in theirs]
    assert [bool(h.superseded_by) for h in ours] == [bool(h.superseded_by) for h in theirs]
    assert [h.unanswered for h in ours] == [h.unanswered for h in theirs]


@pytest.mark.parametrize("document_id", IDS)
def test_what_replaced_a_section_exists_in_the_same_language(document_id: str) -> None:
    language = PARSED[document_id][2].language
    for heading in headings(document_id):
        for target in heading.superseded_by:
            other, _, slug = target.partition("#")
            assert PARSED[other][2].language == language
            assert slug in {slugify(h.text) for h in headings(other)}


@pytest.mark.parametrize("document_id", [i for i in IDS if not any(h.unanswered for h in headings(i))])
def test_every_fact_names_its_source(document_id: str) -> None:
    open_text = False
    for block in PARSED[document_id][1].blocks:
        if block.kind == "heading" and block.level > 1:
            assert not open_text, f"no source before {block.text!r}"
        open_text = block.kind not in {"heading", "source"} or (open_text and block.kind != "source")
    assert not open_text
