"""Sentence splitting that survives the abbreviations of Dutch and English administrative prose."""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

# Never the end of a sentence, whatever follows.
# fmt: off
_NEVER_LAST = frozenset(
    (
        "a.u.b.", "aanv.", "afd.", "approx.", "bijv.", "bv.", "ca.", "cfr.", "d.d.", "d.i.", "d.m.v.", "d.w.z.", "dhr.",
        "dr.", "drs.", "e.g.", "evt.", "excl.", "i.e.", "i.f.v.", "i.h.b.", "i.p.v.", "i.s.m.", "i.v.m.", "incl.",
        "ing.", "ir.", "m.a.w.", "m.b.t.", "m.b.v.", "m.i.v.", "m.n.", "m.u.v.", "mevr.", "mr.", "mrs.", "ms.",
        "n.a.v.", "o.a.", "o.b.v.", "o.l.v.", "o.v.v.", "prof.", "resp.", "t.a.v.", "t.b.v.", "t.e.m.", "t.g.v.",
        "t.h.v.", "t.l.v.", "t.o.v.", "t.w.", "v.a.", "vb.", "vgl.", "vnl.", "zgn.",
    )
)
# Not the end of a sentence where a number follows.
_BEFORE_NUMBER = frozenset(
    (
        "afb.", "alg.", "apr.", "art.", "artt.", "aug.", "bl.", "blz.", "cf.", "dd.", "dec.", "feb.", "febr.", "fig.",
        "jan.", "jul.", "jun.", "max.", "min.", "mrt.", "nl.", "no.", "nos.", "nov.", "nr.", "nrs.", "oct.", "okt.",
        "p.", "par.", "pp.", "sec.", "sept.", "tel.", "vol.",
    )
)
# fmt: on
_LAST_WORD = re.compile(r"[(\"'“‘«]*(\S+)\s*$")
_CONTINUES = re.compile(r"[(\"'“‘«]?[a-zà-ÿ€%&+/]")


def spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence in `text`, without the spaces between them.

    sentencex proposes the boundaries; one is dropped where the sentence would begin with a small letter, or would end
    in an abbreviation that never ends one or that stands before a number.
    """
    pieces: list[list[int]] = []
    for boundary in get_sentence_boundaries(language, text):
        start, end = boundary["start_index"], boundary["end_index"]
        if pieces and _glue(text[pieces[-1][0] : pieces[-1][1]], text[start:end]):
            pieces[-1][1] = end
        else:
            pieces.append([start, end])
    trimmed = []
    for start, end in pieces:
        piece = text[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            trimmed.append((start + left, start + right))
    return trimmed


def _glue(before: str, after: str) -> bool:
    match = _LAST_WORD.search(before)
    last = match[1].lower() if match else ""
    if _CONTINUES.match(after) or last in _NEVER_LAST:
        return True
    return last in _BEFORE_NUMBER and after[:1].isdigit()
