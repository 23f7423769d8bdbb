"""Cutting an answer into pieces for the stream."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bots.web.sse import accepts_stream, pieces


@given(st.text(st.sampled_from('ab .!?\n[]12…"é')))
def test_pieces_joined_are_the_text(text):
    assert "".join(pieces(text)) == text


@given(st.lists(st.sampled_from(["Een zin. ", "o.a. dit [1]", "[12]", " ", "\n", "Ja! [2] "])).map("".join))
def test_no_mark_is_cut_in_two(text):
    assert [mark for piece in pieces(text) for mark in re.findall(r"\[\d+\]", piece)] == re.findall(r"\[\d+\]", text)


def test_mark_stays_with_its_sentence():
    assert pieces("Ja. [1][2] Nee. [3]") == ["Ja. [1][2] ", "Nee. [3]"]


def test_stream_is_asked_by_name():
    assert accepts_stream("application/json, text/event-stream;q=0.9")
    assert not accepts_stream("*/*")
