"""What a page says of itself: title, publisher, language, date (meta elements, Open Graph, Dublin Core, schema.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ingest.loaders.html.text import raw, text_of
from ingest.loaders.office.package import properties
from ingest.loaders.office.text import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

_DATES = (
    "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified", "datemodified",
    "revised", "dcterms.date", "dc.date", "article:published_time", "datepublished", "dcterms.issued", "date",
)  # fmt: skip
_PUBLISHERS = ("og:site_name", "dcterms.publisher", "dc.publisher", "publisher", "application-name")
_LANGUAGES = ("content-language", "dcterms.language", "dc.language", "og:locale")
_MODIFIED = re.compile(r'"dateModified"\s*:\s*"([^"]{8,40})"')
_BETWEEN = re.compile(r"\s+[|·•»–—-]\s+|\s*[|»]\s*|\s+::\s+")


def read(page: _Element, heading: str) -> dict[str, Any]:
    """Return a page's properties; `heading` is its <h1>, or ""."""
    said = _metas(page)
    publisher = next((said[name] for name in _PUBLISHERS if said.get(name)), "")
    language = page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    language = language or next((said[name] for name in _LANGUAGES if said.get(name)), "")
    return properties(_title(page, heading, publisher), publisher, language, _dates(page, said))


def _metas(page: _Element) -> dict[str, str]:
    said: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        said.setdefault(name.strip().lower(), plain(meta.get("content") or ""))
    return said


def _title(page: _Element, heading: str, site: str) -> str:
    """Return the page's title without the name of the site: the <h1> where the title holds it."""
    element = page.find(".//title")
    whole = plain(raw(element)) if element is not None else ""
    if not whole or (heading and heading.casefold() in whole.casefold()):
        return heading or whole
    parts = [part for part in _BETWEEN.split(whole) if part.strip() and part.strip().casefold() != site.casefold()]
    return whole if len(parts) == len(_BETWEEN.split(whole)) or not parts else parts[0].strip()


def _dates(page: _Element, said: dict[str, str]) -> Iterator[str]:
    """Yield what may be the date of the last change, the most telling first."""
    for name in _DATES[:7]:
        yield _iso(said.get(name, ""))
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            yield from (_iso(text) for text in _MODIFIED.findall((script.text or "")[:200_000]))
    times = [time for time in page.iter("time") if time.get("datetime")]
    telling = [time for time in times if "modified" in f"{time.get('itemprop')} {time.get('class')}".lower()
               or "updated" in f"{time.get('class')}".lower()]  # fmt: skip
    for time in telling:
        yield _iso(time.get("datetime") or "")
    for name in _DATES[7:]:
        yield _iso(said.get(name, ""))
    # A lone date is the page's; several may be those of events.
    for time in times if len(times) == 1 else ():
        yield _iso(time.get("datetime") or text_of(time))


def _iso(text: str) -> str:
    """Return a date as YYYY-MM-DD: one that begins so, or is one of HTTP (RFC 9110, 5.6.7)."""
    text = text.strip()
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return text[:10]
    if re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        return f"{parsedate_to_datetime(text):%Y-%m-%d}"
    except (ValueError, TypeError, IndexError):
        return ""
