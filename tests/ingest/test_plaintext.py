"""Plain text: paragraphs and lists."""

from __future__ import annotations

import pytest

from ingest.blocks import Block, Unreadable
from ingest.loaders.plaintext import load


def test_empty_lines_part_paragraphs() -> None:
    text = "A line\nthat goes on.\n\n  \n\nAnother\r\n  paragraph.\n"
    assert load(text.encode()).blocks == [
        Block("paragraph", "A line that goes on."),
        Block("paragraph", "Another paragraph."),
    ]


@pytest.mark.parametrize("bullet", ["-", "*", "•", "–", "1.", "2)"])
def test_lines_with_bullets_are_a_list(bullet: str) -> None:
    text = f"Who may:\n{bullet} cities,\n  also small ones;\n{bullet}   provinces.\n"
    assert load(text.encode()).blocks == [
        Block("paragraph", "Who may:"),
        Block("item", "cities, also small ones;"),
        Block("item", "provinces."),
    ]


def test_number_in_a_sentence_is_no_bullet() -> None:
    assert load(b"2021-2027 is the period.\n80 % is the rate.").blocks == [
        Block("paragraph", "2021-2027 is the period. 80 % is the rate.")
    ]


def test_markdown_means_nothing() -> None:
    assert load(b"---\nid: a\n---").metadata == {}
    assert load(b"# Not a heading").blocks == [Block("paragraph", "# Not a heading")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_letters_come_through_as_notepad_saved_them(encoding: str) -> None:
    text = "De coördinatie kost één bedrag, en geen café."
    assert load(text.encode(encoding)).blocks == [Block("paragraph", text)]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        load(b"a\0b")
