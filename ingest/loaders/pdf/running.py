"""Running heads of a PDF that repeat a title of its outline above the pages of a chapter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ingest.loaders.pdf.headings import Entry, matching, signs_of
from ingest.loaders.pdf.lines import Line
from ingest.loaders.pdf.page import Page


def heads(pages: Sequence[Page], outline: Sequence[Entry], near_edge: Collection[int], usual: float) -> set[int]:
    """Return, by `id`, the lines that are the title of the chapter or section of their page and do not begin it.

    `near_edge` holds the `id` of the lines that stand at the top or bottom of their page; `usual` is the size of most
    type, in points: a line that is larger is no running head. `outline` goes in the order of the pages.
    """
    targets = _Targets(pages)
    found: set[int] = set()
    current = _current(outline, len(pages))
    for page in pages:
        for line in page.pieces:
            if isinstance(line, Line) and id(line) in near_edge and line.size <= 1.1 * usual:
                titles = signs_of(line.text)
                named = [entry for entry in current[page.number] if titles & signs_of(entry.title)]
                if named and all(targets.stands_elsewhere(entry, line) for entry in named):
                    found.add(id(line))
    return found


class _Targets:
    """The lines at which entries of an outline point."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {page.number: page for page in pages}
        self._known: dict[Entry, set[int]] = {}

    def stands_elsewhere(self, entry: Entry, line: Line) -> bool:
        """Whether the title was found on the page of its entry, and not in this line."""
        if entry not in self._known:
            page = self._pages.get(entry.page)
            lines = [piece for piece in page.pieces if isinstance(piece, Line)] if page else []
            self._known[entry] = {id(one) for one in matching(entry.title, sorted(lines, key=lambda one: one.top))}
        return bool(self._known[entry]) and id(line) not in self._known[entry]


def _current(outline: Sequence[Entry], count: int) -> dict[int, list[Entry]]:
    """Return the entries whose chapter or section is on each page; it ends where the next of its level begins."""
    pages: dict[int, list[Entry]] = {number: [] for number in range(1, count + 1)}
    for entry, last in _ranges(outline, count):
        for number in range(entry.page, last + 1):
            pages[number].append(entry)
    return pages


def _ranges(outline: Sequence[Entry], count: int) -> Iterator[tuple[Entry, int]]:
    open_entries: list[Entry] = []
    for entry in outline:
        while open_entries and open_entries[-1].level >= entry.level:
            yield open_entries.pop(), entry.page
        open_entries.append(entry)
    yield from ((entry, count) for entry in open_entries)
