"""Where on a page its content stands, and what around it and in it is furniture of the site."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html_hidden import is_hidden
from ingest.loaders.html_text import count_words, raw, remove

if TYPE_CHECKING:
    from lxml.etree import _Element

_FURNITURE = frozenset({"nav", "footer", "aside", "dialog"})
_ROLES = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
    }
)
_COOKIES = re.compile(
    r"cookie|consent|onetrust|cybot|usercentrics|didomi|cmplz|gdpr|cc-window|sliding-popup", re.IGNORECASE
)
_SMALL = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|kruimelpad|share|sharing|sharedaddy|social|socials|addtoany|addthis|delen|skip|"
    r"skip-?links?|pager|pagination|menu|navbar|nav|navigation|sidebar|related|gerelateerd|newsletter|nieuwsbrief|toc|"
    r"print|tags|toolbar|footer|search|searchbox|zoeken|feedback|back-to-top)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_SMALL = 80  # words that a part may have to be furniture by the name of its class
_BY_NAME = (
    "main-content",
    "maincontent",
    "content",
    "main",
    "primary",
    "page-content",
    "inhoud",
    "hoofdinhoud",
    "artikel",
)
_MAX_DEPTH = 200  # libxml2's own limit for readability's parser is 256


def content(page: _Element) -> _Element:
    """Take the furniture out of a page and return the element that holds its content.

    That is <main> or role=main; else the <article> or articles that hold most of the text; else what is called content;
    else where readability finds text; else the whole body.
    """
    body = page.find(".//body")
    body = page if body is None else body
    _take_out_furniture(body)
    total = count_words(body)
    for candidates, share in (
        (_shown(body, lambda e: e.tag == "main" or e.get("role") == "main"), 0.2),
        (_articles(body), 0.4),
        (_shown(body, lambda e: (e.get("id") or "").lower() in _BY_NAME), 0.5),
    ):
        best = max(candidates, key=count_words, default=None)
        if best is not None and 0 < count_words(best) >= share * total:
            return best
    found = _readable(body)
    return body if found is None else found


def _shown(body: _Element, test: Callable[[_Element], bool]) -> list[_Element]:
    found = [e for e in body.iter() if isinstance(e.tag, str) and test(e)]
    return [e for e in found if not any(map(is_hidden, (e, *e.iterancestors())))]


def _articles(body: _Element) -> list[_Element]:
    """Return the article that holds most of what the articles say, or what holds them all."""
    found = [e for e in _shown(body, lambda e: e.tag == "article") if next(e.iterancestors("article"), None) is None]
    best = max(found, key=count_words, default=None)
    if best is None or count_words(best) * 2 > sum(map(count_words, found)):
        return [best] if best is not None else []
    return [_common(found)]


def _common(elements: Sequence[_Element]) -> _Element:
    """Return the innermost element that holds all of these."""
    paths = [[*reversed(list(e.iterancestors())), e] for e in elements]
    shared = paths[0][0]
    for level in zip(*paths, strict=False):
        if any(e is not level[0] for e in level):
            break
        shared = level[0]
    return shared


def _take_out_furniture(body: _Element) -> None:
    total = count_words(body)
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or not _is_furniture(element):
            continue
        words = count_words(element)
        by_kind = element.tag in _FURNITURE or element.get("role") in _ROLES
        holds = next(element.iterdescendants("main", "article", "h1"), None) is not None
        small = words <= _MOST_SMALL or _COOKIES.search(_called(element))
        if (
            words * 2 < total
            and not (holds and not by_kind)
            and (by_kind or element.tag in {"header", "form"} or small)
        ):
            remove(element)


def _is_furniture(element: _Element) -> bool:
    if element.tag in _FURNITURE or element.get("role") in _ROLES:
        return element.tag != "dialog" or element.get("open") is None
    if element.tag in {"header", "form"}:
        return next(element.iterancestors("main", "article", "section"), None) is None
    if element.tag in {"html", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "a", "span"}:
        return False
    called = _called(element)
    return bool(_COOKIES.search(called) or _SMALL.search(called))


def _called(element: _Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _readable(body: _Element) -> _Element | None:
    """Return the innermost element that holds all in which readability sees an article's text.

    Only the place is taken from it: what it gives as text lacks tables and lists that it holds for furniture.
    """
    from lxml import etree
    from lxml import html as lxml_html
    from readability import Document

    numbered = [e for e in body.iter() if isinstance(e.tag, str)]
    if max(sum(1 for _ in e.iterancestors()) for e in numbered) > _MAX_DEPTH:
        return None
    for number, element in enumerate(numbered):
        element.set("data-at", str(number))
    logging.getLogger("readability").setLevel(logging.CRITICAL)
    source = etree.tostring(body, encoding="unicode", method="html")
    summary = lxml_html.fragment_fromstring(
        Document(f"<html>{source}</html>").summary(html_partial=True) or "<p/>", True
    )
    found = [numbered[int(at)] for at in _places(summary)]
    for element in numbered:
        del element.attrib["data-at"]
    return _common(found) if found else None


def _places(summary: _Element) -> Iterable[str]:
    for element in summary.iter("p", "li", "td", "h2", "h3", "dd", "pre"):
        at = element.get("data-at")
        if at and raw(element).strip():
            yield at
