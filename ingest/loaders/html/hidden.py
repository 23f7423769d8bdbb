"""What a page holds and no reader sees: taken out, and its words counted by the heading that it stands under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html.text import raw, remove, text_of
from ingest.loaders.office.text import Hidden

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_SHOWN = re.compile(
    r"(?:^|[;{\s])(?:display:none|visibility:(?:hidden|collapse)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?=[;!}]|$)"
    r"|text-indent:-\d{3,}|(?:left|top):-\d{4,}px)"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_PAPER = re.compile(r"(?:^|;)background(?:-color|-image)?:([^;!]+)")
_WHITE = {"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)"}
# A colour behind the text that stands in a style sheet, as these names of classes say.
_COLOURED = re.compile(
    r"hero|banner|header|dark|bg|background|btn|button|colou?r|cover|overlay|badge|label", re.IGNORECASE
)
_FOR_EARS = re.compile(r"\b(?:sr-only|visually-?hidden|screen-reader-text|element-invisible)\b")
_RULE = re.compile(r"(?:^|[};])\s*([.#][\w-]+(?:\s*,\s*[.#][\w-]+)*)\s*\{([^{}]*)\}")


def take_out(root: _Element, page: _Element, hidden: Hidden) -> None:
    """Remove from `root`, a part of `page`, what is hidden; `hidden` gets the words.

    Hidden is what has `hidden`, aria-hidden, display:none, no size, or the colour of the paper, by its own style or by
    a rule of the page for one class or id; deleted text; <template> and <noscript>. What a button on the page unfolds
    is not hidden, nor is `hidden=until-found`. What is there for screen readers only is taken out without a count.
    """
    rules = _rules(page)
    unfolded = _unfolded(page)
    gone: set[_Element] = set()
    for element in list(root.iterdescendants()):
        if element.getparent() in gone:
            gone.add(element)
            continue
        if element.tag in _HEADINGS:
            hidden.under(text_of(element), None)
        if isinstance(element.tag, str) and _count(element, rules, unfolded, hidden):
            gone.add(element)
            remove(element)


def _count(element: _Element, rules: frozenset[str], unfolded: set[str], hidden: Hidden) -> bool:
    """Return whether an element has to be left out, and count its words."""
    if _FOR_EARS.search(element.get("class") or ""):
        return True
    if element.tag in {"template", "noscript"}:
        hidden.add(raw(element))
        return True
    if element.tag in {"del", "s", "strike"}:
        hidden.add(text_of(element), "that are struck out")
        return True
    if is_hidden(element, rules) and not _names(element) & unfolded:
        hidden.add(text_of(element))
        return True
    return False


def is_hidden(element: _Element, rules: frozenset[str] = frozenset()) -> bool:
    """Whether an element hides itself; `rules` are the ".class" and "#id" that a style sheet hides."""
    value = element.get("hidden")
    if (value is not None and value.lower() != "until-found") or element.get("aria-hidden") == "true":
        return True
    style = re.sub(r"\s+", "", element.get("style") or "").lower()
    if style and (_NOT_SHOWN.search(style) or _is_white(element, style)):
        return True
    return bool(rules and _names(element) & rules)


def _is_white(element: _Element, style: str) -> bool:
    """Whether letters have the colour of the paper, which is white where nothing says that it is not."""
    match = _COLOUR.search(style)
    if match is None:
        return False
    colour = match[1] if match[1] not in _WHITE else "white"
    for outer in (element, *element.iterancestors()):
        paper = _PAPER.search(re.sub(r"\s+", "", outer.get("style") or "").lower())
        if paper is not None:
            return colour == (paper[1] if paper[1] not in _WHITE else "white")
        if outer.get("bgcolor") or _COLOURED.search(f"{outer.get('class') or ''} {outer.get('id') or ''}"):
            return False
    return colour == "white" and element.tag != "h1"


def _names(element: _Element) -> set[str]:
    names = {f".{name}" for name in (element.get("class") or "").split()}
    return names | {f"#{element.get('id')}"} if element.get("id") else names


def _rules(page: _Element) -> frozenset[str]:
    """Return the classes and ids that the page's own style sheets hide, for the screen and without more conditions."""
    found: set[str] = set()
    for sheet in page.iter("style"):
        text = re.sub(r"/\*.*?\*/", "", (sheet.text or "")[:500_000], flags=re.DOTALL)
        if (sheet.get("media") or "all").lower() not in {"all", "screen"}:
            continue
        for selectors, body in _RULE.findall(re.sub(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "}", text)):
            if _NOT_SHOWN.search(re.sub(r"\s+", "", body).lower()):
                found.update(selector.strip() for selector in selectors.split(","))
    return frozenset(found)


def _unfolded(page: _Element) -> set[str]:
    """Return the "#id" of what a button or a tab shows when somebody clicks."""
    found: set[str] = set()
    for element in page.iter("a", "button", "div", "h2", "h3", "h4", "li", "span", "summary", "label"):
        found.update(f"#{name}" for name in (element.get("aria-controls") or "").split())
        found.update(filter(None, (element.get("data-target"), element.get("data-bs-target"))))
        if element.get("data-toggle") or element.get("data-bs-toggle") or element.get("role") == "tab":
            found.add(element.get("href") or "")
    return found - {"", "#"}
