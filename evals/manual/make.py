"""A manual of any length as a PDF, with facts on known pages."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import ConfigurationError, InvalidInput
from evals.dataset import read
from evals.manual.compose import Composed, Plan, compose
from evals.manual.drawing import FRONT, LINES, Drawing
from evals.manual.prose import LANGUAGES, SUBJECTS, Fact, Manual, facts_of, manual_of, questions_path

_LEAST = 8  # pages
_FACTS = 3  # in a chapter
_PAGES_OF_CHAPTER = 2  # at least
_PAGES_OF_SECTION = 1.36
_IN_COLUMNS = frozenset({2, 6, 9, 13})
_NEXT_DIGIT = str.maketrans("123456789", "234567891")


def make(language: str, path: Path, pages: int = 200, changed_page: int | None = None) -> dict[str, int]:
    """Write the manual and return the physical page, from 1, on which the answer to each question begins.

    The same arguments give the same bytes. A short manual holds the first chapters only, and answers fewer questions.
    On `changed_page` the numbers in the paragraphs are others; nothing else changes, and no answer.

    Raises:
        InvalidInput: no such language, fewer than eight pages, or `changed_page` is no page of a chapter.
        ConfigurationError: reportlab is not installed.

    """
    if language not in LANGUAGES:
        raise InvalidInput(f"There is no manual in {language!r}: use one of {', '.join(LANGUAGES)}.")
    if pages < _LEAST:
        raise InvalidInput(f"A manual of {pages} pages cannot be made: ask for at least {_LEAST}.")
    if importlib.util.find_spec("reportlab") is None:
        raise ConfigurationError("Making the manual needs reportlab: install this package with its extra 'test'.")
    manual = manual_of(language)
    labels = [item.id for item in read(questions_path(language))]
    facts = list(zip(labels, facts_of(language), strict=True))
    chapters = [compose(manual, plan) for plan in _plans(manual, facts, pages)]
    if changed_page is not None:
        _change(chapters, changed_page)
    drawing = Drawing(manual, language)
    drawing.front()
    drawing.contents([entry for chapter in chapters for entry in chapter.entries if entry.level < 3])
    for chapter in chapters:
        drawing.chapter(chapter)
    path.write_bytes(drawing.finish())
    return drawing.found


def _plans(manual: Manual, facts: Sequence[tuple[str, Fact]], pages: int) -> list[Plan]:
    """Divide the pages over the chapters; how many the contents take follows from the sections."""
    contents, plans = 1, _divided(manual, facts, FRONT + 2, pages)
    while _lines(plans) > contents * LINES:
        contents += 1
        plans = _divided(manual, facts, FRONT + contents + 1, pages)
    return plans


def _lines(plans: Sequence[Plan]) -> int:
    return sum(1 + len(plan.subjects) for plan in plans)


def _divided(manual: Manual, facts: Sequence[tuple[str, Fact]], first: int, last: int) -> list[Plan]:
    body = last - first + 1
    chapters = max(1, min(len(manual.chapters), body // _PAGES_OF_CHAPTER))
    plans = []
    for number in range(1, chapters + 1):
        begin, end = (first + body * n // chapters for n in (number - 1, number))
        mine = dict(enumerate(facts[_FACTS * (number - 1) : _FACTS * number]))
        count = min(SUBJECTS, max(_FACTS, round((end - begin) / _PAGES_OF_SECTION)))
        columns = 2 if number in _IN_COLUMNS else 1
        plans.append(Plan(number, begin, end - 1, columns, _order(count, mine), mine))
    return plans


def _order(count: int, facts: dict[int, tuple[str, Fact]]) -> tuple[int, ...]:
    """Spread the first subjects, which carry the facts; one whose fact runs over a page break needs pages around it."""
    order = sorted(range(count), key=lambda subject: subject * 4 % SUBJECTS * 10 + subject)
    for subject, (_, fact) in facts.items():
        if fact.kind == "break":
            order.remove(subject)
            order.insert(count // 2 if count > _FACTS else 0, subject)
    return tuple(order)


def _change(chapters: Sequence[Composed], number: int) -> None:
    """Change the numbers in the paragraphs of a page; digits are equally wide, so every line stays as it was."""
    from reportlab.platypus import Paragraph

    found = [page for chapter in chapters for page in chapter.layout.pages if page.number == number]
    changed = 0
    for placed in found[0].placed if found else ():
        other = placed.text.translate(_NEXT_DIGIT)
        if other != placed.text:
            placed.flowable = Paragraph(other, placed.flowable.style)
            changed += 1
    if not changed:
        raise InvalidInput(f"Page {number} cannot be changed: it holds no paragraph of a chapter with a number in it.")
