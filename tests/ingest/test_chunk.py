"""Chunking: every sentence is in a passage, at its own place, and never with another section's."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.encoder import Encoder
from ingest.blocks import Block
from ingest.chunk import MAX_TOKENS, Chunked, chunk

WORDS = ("partner", "programma", "subsidie", "co-financing", "o.a.", "Gent", "80", "the", "nr.", "5", "project", "é")
sentence = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(
    lambda words: " ".join(words).capitalize() + "."
)
paragraph = st.lists(sentence, min_size=1, max_size=9).map(" ".join)
block = st.one_of(
    st.builds(
        Block,
        st.just("heading"),
        st.sampled_from(["Kosten", "Costs", "Wie?", "Slide 3: Doel", "Kosten van reizen"]),
        st.integers(1, 4),
        st.sampled_from([None, None, "slide 3"]),
        st.sampled_from([(), (), ("other#section",)]),
    ),
    st.builds(Block, st.just("paragraph"), paragraph),
    st.builds(Block, st.just("paragraph"), sentence.map(lambda text: text[:-1] + ":")),
    st.builds(Block, st.just("item"), sentence, st.integers(1, 2)),
    st.builds(Block, st.just("row"), sentence),
    st.builds(Block, st.just("source"), sentence),
)
documents = st.lists(block, max_size=25)


def count_words(text: str) -> int:
    return len(text.split()) * 3


def chunked(blocks: list[Block]) -> Chunked:
    return chunk("Titel", "nl", blocks, count_words)


@given(documents)
def test_spans_slice_back(blocks: list[Block]) -> None:
    made = chunked(blocks)
    for passage in made.passages:
        assert made.text[passage.start : passage.end] == passage.text
        for draft in passage.sentences:
            assert made.text[draft.start : draft.end] == draft.text
            assert passage.start <= draft.start < draft.end <= passage.end
            if draft.lead is not None:
                assert made.text[draft.lead[0] : draft.lead[1]] == draft.lead[2]
                assert draft.lead[1] <= draft.start
    for heading in made.outline:
        assert made.text.startswith(heading.text, heading.start)


@given(documents)
def test_passages_hold_every_sentence_once_and_in_order(blocks: list[Block]) -> None:
    made = chunked(blocks)
    sentences = [s for passage in made.passages for s in passage.sentences]
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    said = " ".join(b.text for b in blocks if b.kind not in {"heading", "source"})
    assert " ".join(s.text for s in sentences).split() == said.split()


@given(documents)
def test_no_passage_spans_two_sections(blocks: list[Block]) -> None:
    made = chunked(blocks)
    for passage in made.passages:
        assert not [h for h in made.outline if passage.start <= h.start < passage.end]
        above = [h for h in made.outline if h.start < passage.start]
        assert passage.slug == (above[-1].slug if above else "")


@given(documents)
def test_passage_keeps_to_its_limit_unless_it_is_one_sentence(blocks: list[Block]) -> None:
    for passage in chunked(blocks).passages:
        room = max(MAX_TOKENS - count_words(" – ".join(passage.headings)), MAX_TOKENS // 4)
        assert len(passage.sentences) == 1 or sum(count_words(s.text) for s in passage.sentences) <= room


@given(documents)
def test_anchors_are_unique(blocks: list[Block]) -> None:
    slugs = [heading.slug for heading in chunked(blocks).outline]
    assert len(slugs) == len(set(slugs))


@given(documents)
def test_source_lines_are_no_part_of_the_text(blocks: list[Block]) -> None:
    marked = [replace(b, text=f"bronregel {b.text}") if b.kind == "source" else b for b in blocks]
    assert "bronregel" not in chunked(marked).text


@given(documents)
def test_what_replaced_a_section_replaced_what_is_below_it(blocks: list[Block]) -> None:
    top = Block("heading", "Alles", 1, None, ("new#rule",))
    lower = [replace(b, level=b.level + 1) if b.kind == "heading" else b for b in blocks]
    assert all("new#rule" in passage.superseded_by for passage in chunked([top, *lower]).passages)


def test_limit_is_in_the_models_own_tokens(loaded: Encoder) -> None:
    text = " ".join(f"Partner {i} uit Vlaanderen-Nederland ontvangt onkostenvergoedingen." for i in range(60))
    made = chunk("Titel", "nl", [Block("heading", "Kosten", 1), Block("paragraph", text)], loaded.count_tokens)
    assert len(made.passages) > 1
    for passage in made.passages:
        assert loaded.count_tokens(passage.embedded) <= MAX_TOKENS + 5


def test_sentence_beyond_the_limit_is_a_passage_of_its_own() -> None:
    long = " ".join(["Woord"] * 500) + "."
    made = chunked([Block("paragraph", f"Kort. {long} Ook kort.")])
    assert [len(p.sentences) for p in made.passages] == [1, 1, 1]
    assert made.passages[1].text.split() == long.split()


def test_list_is_embedded_with_its_lead_in() -> None:
    blocks = [
        Block("heading", "Partners", 1),
        Block("paragraph", "Wie partner kan zijn:"),
        Block("item", "een gemeente;", 1),
        Block("item", "een universiteit.", 1),
        Block("paragraph", "Dit geldt in 2021-2027."),
    ]
    (passage,) = chunked(blocks).passages
    lead, city, university, after = passage.sentences
    assert lead.lead is after.lead is None
    assert city.lead == university.lead == (lead.start, lead.end, "Wie partner kan zijn:")
    assert city.embedded == "Partners: Wie partner kan zijn: een gemeente;"
    assert passage.headings == ("Titel", "Partners")


def test_list_that_is_cut_keeps_its_lead_in() -> None:
    items = [Block("item", " ".join(["partner"] * 30) + ".", 1) for _ in range(6)]
    made = chunked([Block("paragraph", "Wie meedoet:"), *items])
    assert len(made.passages) > 1
    assert all("Wie meedoet:" in passage.embedded for passage in made.passages)


def test_heading_path_and_slide_are_the_place() -> None:
    blocks = [
        Block("heading", "Slide 3: Doel", 2, "slide 3"),
        Block("heading", "Budget", 3, "slide 3"),
        Block("paragraph", "Het doel is leren."),
        Block("heading", "Budget", 2),
        Block("paragraph", "Het budget is 5."),
    ]
    first, second = chunked(blocks).passages
    assert (first.slug, first.locator, first.headings) == ("budget", "slide 3", ("Titel", "Slide 3: Doel", "Budget"))
    assert (second.slug, second.locator, second.headings) == ("budget-2", "budget-2", ("Titel", "Budget"))
