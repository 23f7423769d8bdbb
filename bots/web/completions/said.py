"""An answer as one plain text: what it says, what to know about it, and its sources as footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, Citation, Contact
from assistant.texts import catalogue, text
from bots.web.rendering import safe_url, show_date, show_locator

_MARK = re.compile(r"\[(\d+)\]")


class UrlCitation(BaseModel):
    """Where a statement comes from: `content[start_index:end_index]`, in Unicode characters, is its mark."""

    model_config = ConfigDict(frozen=True)

    start_index: int
    end_index: int
    url: str
    title: str


@dataclass(frozen=True)
class Said:
    """The text of a message and the citations in it, in the order in which they are marked."""

    content: str
    citations: tuple[UrlCitation, ...]


def say(answer: Answer, site: str) -> Said:
    """Put an answer into one text; `site` is the address, without a final slash, that its links start from."""
    notes = "\n".join(note.text for note in answer.notes)
    sources = _list(text(answer.language, "terminal.sources") + ":", _footnotes(answer, site))
    near = _list(text(answer.language, "refusals.near_misses"), _near_misses(answer, site))
    contact = _contact(answer.language, answer.contact) if answer.contact else ""
    content = "\n\n".join(block for block in (answer.text, notes, sources, near, contact) if block)
    return Said(content, tuple(_marked(answer, site)))


def _list(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *lines]) if lines else ""


def _footnotes(answer: Answer, site: str) -> list[str]:
    return [f"[{c.number}] {_origin(answer.language, c, site)}" for c in answer.citations]


def _near_misses(answer: Answer, site: str) -> list[str]:
    return [f"– {_origin(answer.language, c, site)}" for c in answer.near_misses]


def _origin(language: str, citation: Citation, site: str) -> str:
    texts = catalogue(language)["web"]
    place = (citation.title, show_locator(citation.locator), show_date(citation.date, texts))
    url = absolute(citation.url, site)
    origin = ", ".join(part for part in (*place, url) if part)
    replaced = f" ({texts['superseded']})" if citation.superseded else ""
    return f"“{' '.join(citation.quote.split())}”{replaced}: {origin}"


def _contact(language: str, contact: Contact) -> str:
    known = ", ".join(part for part in (contact.name, safe_url(contact.url)) if part)
    return text(language, "web.ask_contact", contact=known)


def _marked(answer: Answer, site: str) -> Iterator[UrlCitation]:
    numbered = {citation.number: citation for citation in answer.citations}
    for mark in _MARK.finditer(answer.text):
        citation = numbered.get(int(mark[1]))
        if citation is not None:
            url = absolute(citation.url, site)
            yield UrlCitation(start_index=mark.start(), end_index=mark.end(), url=url, title=citation.title)


def absolute(url: str, site: str) -> str:
    """Return an address that stands by itself; an empty text for one that no link may have."""
    safe = safe_url(url)
    return site + safe if safe.startswith("/") else safe
