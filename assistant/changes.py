"""What changed between two texts of a document: whether a quote still stands, what comes nearest, which paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Postfix

Span = tuple[int, int]

SHOWN = 10  # changed paragraphs; the others are counted
_ALIKE = 55  # of 100: below it two sentences or paragraphs are two, not one that was changed
_CONTEXT = 200  # characters before a sentence by which two equal ones are told apart
_PAIRED = 10_000  # comparisons within one changed stretch, above which its paragraphs are paired in order
_LONG = 1_000  # tokens, above which frequent words are no longer compared one by one
_AROUND, _WHOLE = 12, 60  # words that stay around a change, and of a paragraph that is new or gone

_LINE = re.compile(r"[^\n]+")
_TOKEN = re.compile(r"\s*(?:\w+(?:[.,:/'’-]\w+)*%?|[^\w\s])")
_SENTENCE_END = re.compile(r"[.!?](?=\s+\S)|\n")
_WORDS = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Piece:
    """A part of two texts that are compared: in both, in the old one only, or in the new one only."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Nearest:
    """What in the new text is most like a quote, with the words that differ."""

    span: Span
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that is not as it was; long stretches that are the same are left out."""

    kind: Literal["changed", "removed", "added"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Changes:
    """What happened to a quote and to the text around it; `more` counts changed paragraphs beyond those shown.

    Where a quote was asked for, `standing` is its place in the new text, or else `nearest` is what comes nearest; both
    are None where nothing is like it.
    """

    same: bool
    standing: Span | None = None
    nearest: Nearest | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        """How many paragraphs changed."""
        return len(self.paragraphs) + self.more


def compare(old: str, new: str, span: Span | None, sentences: Sequence[Span]) -> Changes:
    """Compare two texts of a document.

    Args:
        old: the text that was quoted from.
        new: the text of now.
        span: the quote's place in `old`, or None where nothing was quoted.
        sentences: the places of the sentences of `new`, in order.

    """
    standing = find_quote(old, new, span, sentences) if span else None
    near = nearest(old[span[0] : span[1]], new, sentences) if span and not standing else None
    changed = list(_changed(_lines(old), _lines(new)))
    shown = tuple(_paragraph(*pair) for pair in changed[:SHOWN])
    return Changes(old == new, standing, near, shown, len(changed) - len(shown))


def find_quote(old: str, new: str, span: Span, sentences: Sequence[Span]) -> Span | None:
    """Return where a quote of `old` stands in `new`, word for word and as whole sentences; None where it does not.

    Where it stands several times, the one counts that has the most of the same text before it.
    """
    words = old[span[0] : span[1]].split()
    if not words:
        return None
    starts, ends = {start for start, _ in sentences}, {end for _, end in sentences}
    found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), new)]
    whole = [place for place in found if place[0] in starts and place[1] in ends]
    before = _before(old, span)
    return max(whole, key=lambda place: _alike(before, _before(new, place)), default=None)


def _before(text: str, span: Span) -> str:
    return text[max(span[0] - _CONTEXT, 0) : span[0]]


def _alike(one: str, other: str) -> float:
    """Return how much of the same two texts end with; what stands nearest counts twice."""
    return fuzz.ratio(one, other) + Postfix.similarity(one, other) * 100 / _CONTEXT


def nearest(quote: str, new: str, sentences: Sequence[Span]) -> Nearest | None:
    """Return what is most like a quote among the sentences of a text, or among as many in a row as the quote has."""
    several = min(len(_SENTENCE_END.findall(quote)) + 1, len(sentences))
    spans = list(sentences)
    if several > 1:
        spans += [(first[0], last[1]) for first, last in zip(sentences, sentences[several - 1 :], strict=False)]
    texts = [new[start:end] for start, end in spans]
    best = process.extractOne(quote, texts, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return Nearest(spans[best[2]], differences(quote, best[0])) if best else None


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two texts word by word.

    The words of the pieces that are the same or removed are those of `old`, in order; the words of those that are the
    same or added are those of `new`.

    >>> [(piece.kind, piece.text) for piece in differences("It pays 80%.", "It pays 70%.")]
    [('same', 'It pays '), ('removed', '80%'), ('same', ' '), ('added', '70%'), ('same', '.')]
    """
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    keys = [token.strip() for token in left], [token.strip() for token in right]
    matcher = SequenceMatcher(None, *keys, autojunk=len(left) + len(right) > _LONG)
    pieces: list[Piece] = []
    for equal, a, b in _stretches(matcher, right):
        if equal:
            pieces.append(Piece("same", "".join(right[slice(*b)])))
            continue
        pieces += _set_apart("removed", "".join(left[slice(*a)]))
        pieces += _set_apart("added", "".join(right[slice(*b)]))
    return _joined(pieces)


def _stretches(matcher: SequenceMatcher[str], right: Sequence[str]) -> Iterator[tuple[bool, Span, Span]]:
    """Yield what is equal and what is not, by turns; a mere comma or "de" between two changes is changed with them."""
    codes = [(tag == "equal", (a1, a2), (b1, b2)) for tag, a1, a2, b1, b2 in matcher.get_opcodes()]
    kept = [
        not equal or number in {0, len(codes) - 1} or not _slight(right[slice(*b)])
        for number, (equal, _, b) in enumerate(codes)
    ]
    open_change: tuple[Span, Span] | None = None
    for (equal, a, b), stays in zip(codes, kept, strict=True):
        if equal and stays:
            if open_change:
                yield False, *open_change
            open_change = None
            yield True, a, b
        else:
            first = open_change or (a, b)
            open_change = (first[0][0], a[1]), (first[1][0], b[1])
    if open_change:
        yield False, *open_change


def _slight(tokens: Sequence[str]) -> bool:
    return sum(letter.isalnum() for letter in "".join(tokens)) <= 3


def _set_apart(kind: Literal["removed", "added"], text: str) -> list[Piece]:
    """Make a piece of a text, after a space that is not marked; what is added never clings to what it replaces."""
    word = text.lstrip()
    if not word:
        return []
    spaced = word != text or kind == "added"
    return [Piece("same", " "), Piece(kind, word)] if spaced else [Piece(kind, word)]


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    done: list[Piece] = []
    for piece in pieces:
        if done and done[-1].kind == piece.kind:
            done[-1] = Piece(piece.kind, (done[-1].text + piece.text).replace("  ", " "))
        else:
            done.append(piece)
    if done and done[0] == Piece("same", " "):
        del done[0]
    return tuple(done)


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of an old and a new paragraph that are not the same; an empty text stands for none."""
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            yield from _paired(old[a1:a2], new[b1:b2])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair each old paragraph with the first new one that is like it; what is left over is gone, or is new."""
    if len(old) * len(new) > _PAIRED:
        yield from zip(old, new, strict=False)
        yield from ((line, "") for line in old[len(new) :])
        yield from (("", line) for line in new[len(old) :])
        return
    done = 0
    for line in old:
        alike = (at for at in range(done, len(new)) if fuzz.ratio(line, new[at]) >= _ALIKE)
        at = next(alike, None)
        if at is None:
            yield line, ""
            continue
        yield from (("", added) for added in new[done:at])
        yield line, new[at]
        done = at + 1
    yield from (("", added) for added in new[done:])


def _paragraph(old: str, new: str) -> Paragraph:
    if not old:
        return Paragraph("added", (Piece("added", _cut(new)),))
    if not new:
        return Paragraph("removed", (Piece("removed", _cut(old)),))
    pieces = differences(old, new)
    last = len(pieces) - 1
    return Paragraph("changed", tuple(_shortened(piece, at == 0, at == last) for at, piece in enumerate(pieces)))


def _cut(text: str) -> str:
    words = _WORDS.findall(text)
    return text if len(words) <= _WHOLE else "".join(words[:_WHOLE]).rstrip() + " …"


def _shortened(piece: Piece, first: bool, last: bool) -> Piece:
    """Leave out the middle of what is the same; of the first and last piece, what is far from the change."""
    words = re.findall(r"\s*\S+|\s+\Z", piece.text)
    if piece.kind != "same" or len(words) <= 2 * _AROUND + 2:
        return piece
    head = "" if first else "".join(words[:_AROUND])
    tail = "" if last else "".join(words[-_AROUND:])
    return Piece("same", "…".join((f"{head} " if head else "", f" {tail.lstrip()}" if tail else "")))
