"""Whether an answer stands on what it cites: quotes letter for letter, numbers and dates, and the programme period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.answer import Answer, Citation
from evals.dataset import Item
from evals.matching import normalise

StoredText = Callable[[str, str], str | None]

CURRENT_START = 2021
"""The year in which today's programme period begins; a period that ended before it is an earlier one."""

_MARKS = re.compile(r"(?:\s*\[\d{1,3}\])+")
_LIST_NUMBER = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")
_PERIOD = re.compile(r"\b(?:(?:19|20)\d\d\s*[-/]\s*(?:19|20)\d\d|\d\d\s*[-/]\s*\d\d)\b")
_EARLIER = re.compile(
    r"\b(?:previous|last|earlier|former|past|old|vorige?|vroegere|eerdere?|afgelopen|oude?)\s+(?:programming\s+)?"
    r"(?:period|programme|programma|periode|programmaperiode)\b"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb"),
    ("maart", "march", "mrt", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("augustus", "august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = "(" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\.?"
_DAY = r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|e)?"
_YEAR = r"(?:,?\s+(\d{4}))?(?!\d)"
_DAY_MONTH = re.compile(rf"{_DAY}\s+(?:of\s+)?\b{_MONTH}(?!\w){_YEAR}")
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d){_YEAR}")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


def of_quotes(answer: Answer, stored: StoredText) -> Iterator[tuple[str, bool]]:
    """Yield `verbatim` where something is quoted, and `numbers` where the answer says numbers and cites something."""
    of_parts = [citation for part in answer.parts for citation in part.citations]
    quoted = [*answer.citations, *of_parts, *answer.near_misses]
    if quoted:
        yield "verbatim", all(is_verbatim(citation, stored) for citation in quoted)
    claims = [claim for text, citations in _statements(answer) for claim in _claims(text, citations)]
    if claims:
        yield "numbers", all(numbers(text) <= numbers(quotes) for text, quotes in claims)


def is_verbatim(citation: Citation, stored: StoredText) -> bool:
    """Whether the citation's span in the stored text is its quote, letter for letter."""
    text = stored(citation.document_id, citation.revision)
    return text is not None and bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def numbers(text: str) -> set[str]:
    """Return the numbers and dates of a text, each in one spelling whatever its language.

    >>> sorted(numbers("Tot 7 maart 2025: 1.508.765 euro, of 79,5 %")), sorted(numbers("March 7, 2025"))
    (['1508765', '2025-3-7', '79.5'], ['2025-3-7'])
    """
    found: set[str] = set()

    def take(day: str, month: str, year: str | None) -> str:
        found.add("-".join(str(int(part)) for part in (year, month, day) if part))
        return " ; "

    plain = normalise(text)
    plain = _YEAR_FIRST.sub(lambda m: take(m[3], m[2], m[1]), plain)
    plain = _DAY_FIRST.sub(lambda m: take(m[1], m[2], m[3]), plain)
    plain = _DAY_MONTH.sub(lambda m: take(m[1], str(_MONTH_NUMBER[m[2]]), m[3]), plain)
    plain = _MONTH_DAY.sub(lambda m: take(m[2], str(_MONTH_NUMBER[m[1]]), m[3]), plain)
    return found | {match[0].replace(",", ".") for match in _NUMBER.finditer(plain)}


def is_of_period(item: Item, citation: Citation) -> bool:
    """Whether what is cited holds for the programme period that the question is about; it does where it has none.

    It does where its period is the item's own `period`. Without one it may not be of an earlier period, unless its
    document is one of the expected `sources`, or the question, or one before it, names that period ("2014-2020",
    "14-20"), or an earlier one in words: whoever asks about a rule of 2014-2020 may be told that rule, or what replaced
    it.
    """
    if not citation.period:
        return True
    if item.period:
        return citation.period == item.period
    years = [int(year) for year in re.findall(r"\d{4}", citation.period)]
    if not years or years[-1] >= CURRENT_START:
        return True
    if citation.document_id in {source.partition("#")[0] for source in item.sources or ()}:
        return True
    asked = normalise(" ".join([*item.history, item.question]))
    named = {_short(found) for found in _PERIOD.findall(asked)}
    return bool(_EARLIER.search(asked)) or _short(citation.period) in named


def _short(period: str) -> tuple[str, ...]:
    return tuple(year[-2:] for year in re.findall(r"\d+", period))


def _statements(answer: Answer) -> Iterator[tuple[str, Sequence[Citation]]]:
    """Yield what was answered with what it cites: part by part, since a refused part cites nothing."""
    if not answer.parts:
        yield answer.text, answer.citations
    for part in answer.parts:
        yield part.text, part.citations


def _claims(text: str, citations: Sequence[Citation]) -> Iterator[tuple[str, str]]:
    """Yield each stretch of text that holds a number, with the quotes that it cites, joined.

    The marks behind a stretch say what it cites; a stretch without marks may stand on any of the quotes.
    """
    quotes = {citation.number: citation.quote for citation in citations}
    if not quotes:
        return
    cited = [(mark, _known(mark[0], quotes)) for mark in _MARKS.finditer(text)]
    start = 0
    for mark, known in [*((mark, known) for mark, known in cited if known), (None, list(quotes))]:
        stretch = _LIST_NUMBER.sub("", text[start : mark.start() if mark else len(text)])
        if numbers(stretch):
            yield stretch, "\n".join(quotes[number] for number in known)
        start = mark.end() if mark else len(text)


def _known(marks: str, quotes: Mapping[int, str]) -> list[int]:
    """Return the citations that marks name; a quote may hold brackets of its own."""
    return [number for number in map(int, re.findall(r"\d+", marks)) if number in quotes]
