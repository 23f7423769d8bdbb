"""Where on a page its content stands, and what around it and in it is furniture of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.loaders.html.hidden import is_hidden
from ingest.loaders.html.text import is_unseen, remove

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
_MOST_SMALL = 80  # words
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
_CONTAINERS = frozenset({"div", "section", "article", "center", "form", "table", "tbody", "tr", "td"})


def content(page: _Element) -> _Element:
    """Take the furniture out of a page and return the element that holds its content.

    That is <main> or role=main; else the <article> or articles that hold most of the text; else what is called content;
    else what is left of the body once menus beside the text are passed by.
    """
    body = page.find(".//body")
    body = page if body is None else body
    _take_out_furniture(body)
    sizes = _sizes(body)
    for candidates, share in (
        (_shown(body, lambda e: e.tag == "main" or e.get("role") == "main"), 0.2),
        (_articles(body, sizes), 0.4),
        (_shown(body, lambda e: (e.get("id") or "").lower() in _BY_NAME), 0.5),
    ):
        best = max(candidates, key=lambda e: sizes[e].words, default=None)
        if best is not None and 0 < sizes[best].words >= share * sizes[body].words:
            return best
    return _narrowed(body, sizes)


def _shown(body: _Element, test: Callable[[_Element], bool]) -> list[_Element]:
    found = [e for e in body.iter() if isinstance(e.tag, str) and test(e)]
    return [e for e in found if not any(map(is_hidden, (e, *e.iterancestors())))]


def _articles(body: _Element, sizes: _Sizes) -> list[_Element]:
    """Return the article that holds most of what the articles say, or what holds them all."""
    found = [e for e in _shown(body, lambda e: e.tag == "article") if next(e.iterancestors("article"), None) is None]
    best = max(found, key=lambda e: sizes[e].words, default=None)
    if best is None or sizes[best].words * 2 > sum(sizes[e].words for e in found):
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
    sizes = _sizes(body)
    for element in list(body.iter()):
        if isinstance(element.tag, str) and element is not body and _is_furniture(element):
            small = _is_small(sizes[element]) or _COOKIES.search(_called(element))
            by_kind = element.tag in _FURNITURE or element.get("role") in _ROLES
            holds = next(element.iterdescendants("main", "article", "h1"), None) is not None
            most = sizes[element].words * 2 >= sizes[body].words
            if not most and (by_kind or (not holds and (element.tag in {"header", "form"} or small))):
                remove(element)


def _is_small(size: _Size) -> bool:
    """Whether a part may be furniture by the name of its class alone: a few words, or some links."""
    return size.words <= 12 or (size.words <= _MOST_SMALL and size.linked * 2 >= size.words)


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


def _narrowed(body: _Element, sizes: _Sizes) -> _Element:
    """Step into the part with most text as long as what stays outside is mostly links, as menus are, and no <h1>."""
    titles = {outer for title in body.iter("h1") for outer in title.iterancestors()}
    current = body
    while True:
        parts = (e for e in current if e.tag in _CONTAINERS)
        inner = max(parts, key=lambda e: sizes[e].words - sizes[e].linked, default=None)
        if inner is None or (current in titles and inner not in titles):
            return current
        outside = sizes[current].words - sizes[inner].words
        linked = sizes[current].linked - sizes[inner].linked
        if (outside - linked) * 2 > outside:
            return current
        current = inner


@dataclass(frozen=True)
class _Size:
    """How many words an element shows, and how many of them in links."""

    words: int = 0
    linked: int = 0


_Sizes = dict["_Element", _Size]


def _sizes(body: _Element) -> _Sizes:
    """Return the size of each element, in one pass from the innermost outwards."""
    sizes: _Sizes = {}
    for element in reversed([e for e in body.iter() if isinstance(e.tag, str)]):
        if is_unseen(element):
            sizes[element] = _Size()
            continue
        inner = [sizes[child] for child in element if child in sizes]
        words = len((element.text or "").split()) + sum(len((child.tail or "").split()) for child in element)
        words += sum(size.words for size in inner)
        link = element.tag == "a" and element.get("href")
        sizes[element] = _Size(words, words if link else sum(size.linked for size in inner))
    return sizes
