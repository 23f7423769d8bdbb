"""Composing by quoting: the sentences that answer, word for word, with their citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.index import Index, Passage
from assistant.index.sparse import terms
from assistant.retrieve import Candidate, ScoredSentence
from assistant.weights import load_weights

MAX_TEXT = 600  # characters of one answer
_MARK = 5  # characters that a mark and a space add to a quote
_MAX_QUOTES = 3
_LONG = 420  # a sentence beyond this is quoted alone


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
    """Choose what to quote: the best sentence, and further ones only where they are nearly as good, within `room`.

    What something newer has replaced is quoted with the newer text beside it.
    """
    chosen: list[Quote] = []
    for quote in _choose(candidates):
        more = [quote, *(_newer(quote.passage, index) if quote.passage.superseded else [])]
        more = [q for q in more if q not in chosen]
        if chosen and sum(len(q.text) + _MARK for q in [*chosen, *more]) > room:
            continue
        chosen.extend(more)
        if len(chosen) >= _MAX_QUOTES:
            break
    return _merge(chosen)


def _choose(candidates: Sequence[Candidate]) -> list[Quote]:
    weights = load_weights().compose
    top = candidates[0]
    found: list[tuple[Candidate, ScoredSentence]] = []
    for candidate in candidates[:_MAX_QUOTES]:
        if (
            candidate.score < top.score - weights.passage_margin
            or candidate.signals.other_language != top.signals.other_language
        ):
            break
        best = candidate.sentences[0]
        found.extend((candidate, s) for s in candidate.sentences if s.score >= best.score - weights.sentence_margin)
    quotes: list[Quote] = []
    seen: list[set[str]] = []
    for candidate, scored in found:
        words = set(terms(scored.sentence.text, candidate.passage.document.language))
        if any(_alike(words, other) for other in seen):
            continue
        seen.append(words)
        quotes.extend(_with_lead(candidate.passage, scored))
    return quotes


def _with_lead(passage: Passage, scored: ScoredSentence) -> list[Quote]:
    """Return a sentence; one from a list comes with the sentence that introduces the list."""
    sentence = scored.sentence
    quote = Quote(passage, sentence.start, sentence.end)
    if sentence.lead is None or sentence.lead[0] < passage.start:
        return [quote]
    whole = Quote(passage, sentence.lead[0], max(s.end for s in passage.sentences if s.lead == sentence.lead))
    if len(whole.text) <= _LONG:
        return [whole]
    return [Quote(passage, sentence.lead[0], sentence.lead[1]), quote]


def _alike(words: set[str], other: set[str]) -> bool:
    """Whether one sentence says hardly more than the other."""
    return len(words & other) >= 0.95 * max(min(len(words), len(other)), 1)


def _newer(passage: Passage, index: Index) -> list[Quote]:
    """Return the beginning of the first newer text that replaced a passage."""
    for target in passage.superseded_by:
        newer = index.passage_at(target)
        if newer is not None and not newer.superseded:
            first = newer.sentences[0]
            return [Quote(newer, first.start, first.end)]
    return []


def _merge(quotes: Sequence[Quote]) -> list[Quote]:
    """Join quotes of one passage that overlap or follow each other, in the order of the text."""
    merged: list[Quote] = []
    for quote in quotes:
        for index, other in enumerate(merged):
            if other.passage.id != quote.passage.id:
                continue
            first, second = sorted((other, quote), key=lambda q: q.start)
            between = quote.passage.text[first.end - quote.passage.start : second.start - quote.passage.start]
            if second.start <= first.end or not between.strip():
                merged[index] = Quote(quote.passage, first.start, max(first.end, second.end))
                break
        else:
            merged.append(quote)
    return merged


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
        url=f"{public_url.rstrip('/')}/sources/{document.id}?{place}#quote",
    )
