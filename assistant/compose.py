"""Composing by quoting: the sentences that answer, word for word, with their citations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.index import Index, Passage, Sentence
from assistant.index.sparse import terms, words
from assistant.kept import KIND
from assistant.retrieve import Candidate
from assistant.texts import lexicon
from assistant.weights import load_weights

MAX_TEXT = 600  # characters of one answer
_MARK = 5  # characters that a mark and a space add to a quote
_MAX_QUOTES = 4
_LONG = 420  # a list beyond this is quoted by its lead and the item that answers


@dataclass(frozen=True)
class Quote:
    """A span of a passage that will be quoted."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


def compose(candidates: Sequence[Candidate], index: Index, room: int = MAX_TEXT) -> list[Quote]:
    """Choose what to quote, within `room` characters: the likeliest sentence, and others only as long as it is unsure.

    What does not hold today is quoted with the text beside it that does, where there is one.
    """
    chosen: list[Quote] = []
    for quotes in _choose(candidates):
        more = [q for quote in quotes for q in (quote, *_instead(quote, candidates, index)) if q not in chosen]
        merged = merge([*chosen, *more])
        if chosen and (length(merged) > room or len(merged) > _MAX_QUOTES):
            continue
        chosen = merged
    return chosen


def _choose(candidates: Sequence[Candidate]) -> Iterator[list[Quote]]:
    """Yield sentences with what belongs to each, likeliest first, until they are likely enough to hold the answer."""
    weights = load_weights().compose
    own = candidates[0].passage.document.language
    found = sorted(
        ((s, c.passage) for c in candidates for s in c.sentences if _may_quote(c.passage, own)),
        key=lambda both: -both[0].probability,
    )
    likely = 0.0
    seen: list[set[str]] = []
    for scored, passage in found:
        if seen and (likely >= weights.enough or scored.probability < weights.near * found[0][0].probability):
            break
        likely += scored.probability
        said = set(terms(scored.sentence.text, own))
        if any(_alike(said, other) for other in seen):
            continue
        seen.append(said)
        yield whole(passage, scored.sentence)


def _may_quote(passage: Passage, own: str) -> bool:
    """Whether a passage is in the language of the quotes, and no answer of staff that a newer one has replaced."""
    return passage.document.language == own and not (passage.superseded and passage.document.kind == KIND)


def length(quotes: Sequence[Quote]) -> int:
    """Return how many characters the quotes take in an answer, with their marks."""
    return sum(len(quote.text) + _MARK for quote in quotes)


def whole(passage: Passage, sentence: Sentence) -> list[Quote]:
    """Return a sentence with what it cannot do without: its list, what it refers back to, what limits it.

    What a person answered to a question is one thing: as far as there is room, it is quoted whole.
    """
    if passage.document.kind == KIND and passage.end - passage.start + _MARK <= MAX_TEXT:
        return [Quote(passage, passage.start, passage.end)]
    if sentence.lead is not None and sentence.lead[0] >= passage.start:
        return _with_lead(passage, sentence)
    known, inside = lexicon(passage.document.language), passage.sentences
    first = last = inside.index(sentence)
    while first and (_opens(inside[first], known.refers_back) or _opens(inside[first], known.limits)):
        first -= 1
    return [Quote(passage, inside[first].start, inside[_limit(passage, last)].end)]


def _limit(passage: Passage, last: int) -> int:
    """Return the place of the sentence that limits the one at `last`, or `last`."""
    inside = passage.sentences
    limited = last + 1 < len(inside) and _opens(inside[last + 1], lexicon(passage.document.language).limits)
    return last + 1 if limited else last


def _opens(sentence: Sentence, openings: Sequence[str]) -> bool:
    said = f"{' '.join(words(sentence.text[:80]))} "
    return any(said.startswith(f"{opening} ") for opening in openings)


def _with_lead(passage: Passage, sentence: Sentence) -> list[Quote]:
    """Return a list with the sentence that introduces it, whole, or the item and its lead where the list is long."""
    assert sentence.lead is not None
    last = max(i for i, s in enumerate(passage.sentences) if s.lead == sentence.lead)
    everything = Quote(passage, sentence.lead[0], passage.sentences[_limit(passage, last)].end)
    if len(everything.text) <= _LONG:
        return [everything]
    return [Quote(passage, sentence.lead[0], sentence.lead[1]), Quote(passage, sentence.start, sentence.end)]


def _alike(words: set[str], other: set[str]) -> bool:
    """Whether one sentence says hardly more than the other."""
    return len(words & other) >= 0.95 * max(min(len(words), len(other)), 1)


def _instead(quote: Quote, candidates: Sequence[Candidate], index: Index) -> list[Quote]:
    """Return what holds today where the quote does not: the likeliest of its document, or where its section begins."""
    if index.in_force(quote.passage):
        return []
    newer = index.instead(quote.passage)
    if newer is None:
        return []
    named = any(target.startswith(f"{newer.document.id}#") for target in quote.passage.superseded_by)
    for candidate in () if named else candidates:
        same = candidate.passage.document.id == newer.document.id
        if same and candidate.sentences and index.in_force(candidate.passage):
            return whole(candidate.passage, candidate.sentences[0].sentence)
    return whole(newer, newer.sentences[0])


def merge(quotes: Sequence[Quote]) -> list[Quote]:
    """Join quotes of one passage that overlap or follow each other, each at the place of the first of them."""
    merged: list[Quote] = []
    for quote in quotes:
        for index, other in enumerate(merged):
            if other.passage.id == quote.passage.id and _touch(other, quote):
                merged[index] = Quote(quote.passage, min(other.start, quote.start), max(other.end, quote.end))
                break
        else:
            merged.append(quote)
    return merged if len(merged) == len(quotes) else merge(merged)


def _touch(one: Quote, other: Quote) -> bool:
    first, second = sorted((one, other), key=lambda q: q.start)
    between = first.passage.text[first.end - first.passage.start : second.start - first.passage.start]
    return second.start <= first.end or not between.strip()


_ROW = re.compile(r"(?:[^:;\n]{1,60}: [^;\n]+)(?:; [^:;\n]{1,60}: [^;\n]+)+")


def worded(quote: str) -> str:
    """Return a quote as it is said in an answer: a table's rows as sentences, anything else as it stands.

    >>> worded("Vehicle: first car; Price: £120; Period: one year")
    'Vehicle first car – price £120, period one year.'
    """
    rows = quote.strip().split("\n")
    if not all(_ROW.fullmatch(row) for row in rows):
        return quote
    return " ".join(map(_sentence, rows))


def _sentence(row: str) -> str:
    (name, value), *others = (cell.split(": ", 1) for cell in row.rstrip(".").split("; "))
    return f"{name} {value} – " + ", ".join(f"{n[:1].lower()}{n[1:]} {v}" for n, v in others) + "."


def cite(quote: Quote, number: int, public_url: str = "") -> Citation:
    """Make the citation of a quote."""
    passage, document = quote.passage, quote.passage.document
    place = f"revision={document.revision}&start={quote.start}&end={quote.end}"
    return Citation(
        number=number,
        document_id=document.id,
        revision=document.revision,
        title=document.title,
        publisher=document.publisher,
        date=document.date,
        period=document.period,
        locator=passage.locator,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        language=document.language,
        superseded=passage.superseded,
        kind=document.kind,
        url=f"{public_url.rstrip('/')}/sources/{document.id}?{place}#quote",
    )
