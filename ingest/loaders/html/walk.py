"""The elements of a page as blocks: headings with their anchors, paragraphs, lists, definitions, tables, accordions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.loaders.html import table as html_table
from ingest.loaders.html.text import BREAK, is_block, is_unseen, raw
from ingest.loaders.office.text import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARAGRAPHS = re.compile(rf"(?:\s*{BREAK}\s*){{2,}}")
_HEADING = re.compile(r"h([1-6])")
_MAX_LEVEL = 6


def blocks(root: _Element) -> list[Block]:
    """Return what stands in an element; what is hidden in it has to be taken out before."""
    from lxml import etree

    walk = _Walk()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if is_unseen(element) or walk.table(element):
                walker.skip_subtree()
            else:
                walk.start(element)
        else:
            if not is_unseen(element):
                walk.end(element)
            if element is not root:
                walk.text.append(element.tail or "")
    walk.flush()
    return walk.found


@dataclass
class _Walk:
    """The blocks so far, the text since the last one, and the open elements that say what it will be.

    `items` has an entry for each open list item: "new" until its first text, then "begun", and "section" where a
    heading stands in it, so that it is no item but a part of the page.
    """

    found: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    heading: tuple[int, str | None] | None = None
    level: int = 0
    in_term: bool = False
    term: str = ""
    summaries: list[int] = field(default_factory=list)
    closed: int | None = None

    def start(self, element: _Element) -> None:
        if is_block(element):
            self.flush()
        level = _level(element)
        if level:
            self.heading = (level, anchor(element))
        elif element.tag == "summary" and not self._has_heading(element):
            self.heading = (min(self.level + 1 + len(self.summaries), _MAX_LEVEL), anchor(element))
        elif element.tag in {"li", "dd"}:
            self.items.append("new")
        elif element.tag == "dt":
            self.in_term = True
        elif element.tag == "br":
            self.text.append(BREAK)
        self.text.append(element.text or "")

    def _has_heading(self, element: _Element) -> bool:
        return any(_level(inner) for inner in element.iterdescendants())

    def end(self, element: _Element) -> None:
        if is_block(element):
            self.flush()
        if _level(element):
            self.level = _level(element)
            self.heading = None
        elif element.tag == "summary":
            if self.heading:
                self.summaries.append(len(self.found) - 1)
            self.heading = None
        elif element.tag == "details":
            self.closed = self.summaries.pop() if self.summaries else None
        elif element.tag in {"li", "dd"} and self.items:
            self.items.pop()
        elif element.tag == "dt":
            self.in_term = False
        elif element.tag == "dl":
            self.term = ""

    def table(self, element: _Element) -> bool:
        """Take a table with data as rows; one that only lays out the page is walked like any element."""
        if element.tag != "table" or html_table.is_layout(element):
            return False
        self.flush()
        self._open(new_section=False)
        caption, rows = html_table.rows(element)
        self.found.extend([Block("paragraph", caption)] if caption else [])
        self.found.extend(Block("row", row) for row in rows)
        return True

    def flush(self) -> None:
        """Make a block of the text since the last one; two line breaks part paragraphs."""
        if not self.text:
            return
        whole, self.text = "".join(self.text), []
        for part in _PARAGRAPHS.split(whole):
            text = plain(part)
            if text:
                self._add(text)

    def _add(self, text: str) -> None:
        self._open(new_section=self.heading is not None)
        if self.heading:
            self.found.append(Block("heading", text, self.heading[0], self.heading[1]))
            self.items = ["section"] * len(self.items)
        elif self.in_term:
            self.term = f"{self.term}, {text}" if self.term else text
        elif self.items and self.items[-1] != "section":
            self._item(text)
        else:
            self.found.append(Block("paragraph", text))

    def _open(self, *, new_section: bool) -> None:
        """Undo a summary as heading where, below its details, the text goes on that does not belong to it."""
        if self.closed is not None and not new_section:
            self.found[self.closed] = replace(self.found[self.closed], kind="paragraph", level=0, locator=None)
        self.closed = None

    def _item(self, text: str) -> None:
        depth = len(self.items) - max((i + 1 for i, state in enumerate(self.items) if state == "section"), default=0)
        if self.items[-1] == "new":
            self.items[-1] = "begun"
            self.found.append(Block("item", self._named(text), depth))
        elif self.found and self.found[-1].kind == "item":
            self.found[-1] = replace(self.found[-1], text=f"{self.found[-1].text} {text}")
        else:
            self.found.append(Block("item", text, depth))

    def _named(self, text: str) -> str:
        """Return a definition with its term."""
        term, self.term = self.term, ""
        return f"{term}{'' if term.endswith(('?', ':', '.', '!')) else ':'} {text}" if term else text


def _level(element: _Element) -> int:
    match = _HEADING.fullmatch(element.tag) if isinstance(element.tag, str) else None
    if match:
        return int(match[1])
    if element.get("role") == "heading":
        level = element.get("aria-level") or "2"
        return min(int(level), _MAX_LEVEL) if level.isdigit() and level != "0" else 2
    return 0


def anchor(heading: _Element) -> str | None:
    """Return "#id" by which a browser finds a heading: its own, one inside it, one just before it, its section's."""
    inside = (element for element in heading.iterdescendants() if element.tag != "button")
    for element in (heading, *inside, *_before(heading)):
        name = element.get("id") or (element.get("name") if element.tag == "a" else None)
        if name and not re.search(r"\s", name):
            return f"#{name}"
    return _of_section(heading)


def _before(heading: _Element) -> list[_Element]:
    """Return an anchor without text that stands directly before a heading."""
    before = heading.getprevious()
    empty = before is not None and before.tag in {"a", "span"} and not raw(before).strip()
    return [before] if before is not None and empty and not (before.tail or "").strip() else []


def _of_section(heading: _Element) -> str | None:
    """Return the anchor of the element that the heading opens, or of the section whose first heading it is."""
    child = heading
    for parent in heading.iterancestors():
        opens = child.getprevious() is None and not (parent.text or "").strip()
        section = parent.tag in {"section", "article", "details"}
        if not opens and not (section and not _has_heading_before(child)):
            return None
        name = parent.get("id")
        if name and (section or parent.tag in {"main", "div", "li"}) and not re.search(r"\s", name):
            return f"#{name}"
        child = parent
    return None


def _has_heading_before(element: _Element) -> bool:
    return any(_level(e) or any(map(_level, e.iterdescendants())) for e in element.itersiblings(preceding=True))
