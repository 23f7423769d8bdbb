"""Markdown in, plain blocks out."""

from __future__ import annotations

import pytest

from ingest.blocks import Block, Unreadable
from ingest.loaders.markdown import load


def blocks(text: str) -> list[Block]:
    return load(text.encode()).blocks


def test_front_matter_stays_the_text_that_stands_there() -> None:
    parsed = load(
        b"---\nid: a\ndate: 2024-12\nvalid_from: 2021\nperiod: 2021-2027\nsupersedes: [b, c]\nyes: no\n---\n\nText."
    )
    assert parsed.metadata == {
        "id": "a", "date": "2024-12", "valid_from": "2021", "period": "2021-2027", "supersedes": ["b", "c"], "yes": "no"
    }  # fmt: skip
    assert parsed.blocks == [Block("paragraph", "Text.")]


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf---\nid: a\n---\nText.", b"---\r\nid: a\r\n---\r\nText.", b"---\nid: a\n...\nText."]
)
def test_front_matter_of_other_editors(data: bytes) -> None:
    parsed = load(data)
    assert parsed.metadata == {"id": "a"}
    assert [b.text for b in parsed.blocks] == ["Text."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"---\nid: [a\n---\nText.", "YAML"),
        (b"---\nid: a: b: c\n---\nText.", r"YAML \(line 2\)"),
        (b"---\nid: a\n\nText.", "no closing line"),
        (b"---\n- a\n- b\n---\nText.", "key: value"),
        (b"Caf\xe9", "not UTF-8"),
        (b"a\0b", "NUL"),
    ],
)
def test_file_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        load(data)


def test_front_matter_runs_no_code() -> None:
    with pytest.raises(Unreadable):
        load(b"---\n!!python/object/apply:os.system ['true']: [a\n---\nText.")
    assert load(b"---\nid: !!python/object/apply:os.system ['true']\n---\nText.").metadata["id"] in ("", ["true"])


def test_rule_in_the_text_is_no_front_matter() -> None:
    assert [b.text for b in blocks("Text.\n\n---\n\nMore.")] == ["Text.", "More."]


def test_markup_is_left_out() -> None:
    (found,) = blocks("A **bold** [link](https://example.org), `code`,\nan ![image of a map](m.png) and <b>html</b>.")
    assert found == Block("paragraph", "A bold link, code, an image of a map and html.")


def test_headings_keep_their_level() -> None:
    assert blocks("# One\n\n### Three *em*\n\nSetext\n---") == [
        Block("heading", "One", 1),
        Block("heading", "Three em", 3),
        Block("heading", "Setext", 2),
    ]


def test_row_names_its_columns() -> None:
    table = "| Partner | Rate | |\n|---|---|---|\n| Public body | 80 % | x |\n| NGO | | |\n| | | |\n"
    assert blocks(table) == [
        Block("row", "Partner: Public body; Rate: 80 %; x"),
        Block("row", "Partner: NGO"),
    ]


def test_second_table_has_columns_of_its_own() -> None:
    found = blocks("| A |\n|---|\n| 1 |\n\nText.\n\n| B |\n|---|\n| 2 |\n")
    assert [b.text for b in found] == ["A: 1", "Text.", "B: 2"]


def test_nested_list_keeps_its_depth() -> None:
    found = blocks(
        "Who:\n\n- cities;\n  - large ones;\n  - small ones;\n- provinces:\n\n  all of them.\n\n1. first\n2. second\n"
    )
    assert found == [
        Block("paragraph", "Who:"),
        Block("item", "cities;", 1),
        Block("item", "large ones;", 2),
        Block("item", "small ones;", 2),
        Block("item", "provinces: all of them.", 1),
        Block("item", "first", 1),
        Block("item", "second", 1),
    ]


@pytest.mark.parametrize(
    "line", ["Source: manual, § 3.2", "*Source: manual, § 3.2*", "Bron: manual, § 3.2", "Bronnen: manual, § 3.2"]
)
def test_source_line_is_a_source(line: str) -> None:
    assert blocks(f"Text.\n\n{line}\n") == [Block("paragraph", "Text."), Block("source", "manual, § 3.2")]


def test_sentence_about_a_source_is_text() -> None:
    assert blocks("The Source: a film.\n\nSourced food: cheap.")[0].kind == "paragraph"
    assert blocks("Resources: many.")[0].kind == "paragraph"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_comment_below_a_heading_says_what_replaced_it(gap: str) -> None:
    first, second = blocks(f"## Rate{gap}<!-- superseded_by: a#b, c -->\n\nOld text.")
    assert first == Block("heading", "Rate", 2, None, ("a#b", "c"))
    assert second == Block("paragraph", "Old text.")


@pytest.mark.parametrize(("reason", "kept"), [("national_rule", "national_rule"), ("whatever", "not_in_documentation")])
def test_comment_below_a_heading_says_that_nothing_answers_it(reason: str, kept: str) -> None:
    first, second = blocks(f"## Rate\n<!-- unanswered: {reason} -->\n\nNobody says.\n")
    assert (first.unanswered, second.unanswered) == (kept, None)


def test_other_comments_and_html_are_dropped() -> None:
    found = blocks("Text.\n\n<!-- superseded_by: a#b -->\n\n<script>alert(1)</script>\n\n<!-- note -->\n\nMore.")
    assert found == [Block("paragraph", "Text."), Block("paragraph", "More.")]


def test_slide_is_the_place_of_what_is_below_it() -> None:
    found = blocks(
        "# Talk\n\n## Slide 1: Aim\n\n### Detail\n\n## Dia 2 Doel\n\n## Slideshow\n\n# Slide 12\n\n## Below\n"
    )
    assert [b.locator for b in found] == [None, "slide 1", "slide 1", "slide 2", None, "slide 12", "slide 12"]


def test_code_is_text() -> None:
    assert blocks("```\na  =  1\nb\n```") == [Block("paragraph", "a = 1 b")]
