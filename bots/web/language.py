"""Which of the page's languages a visitor reads."""

from __future__ import annotations

from starlette.requests import Request

from assistant.texts import LANGUAGES

DEFAULT = "nl"


def asked_language(request: Request) -> str | None:
    """Return the language of `?lang=`, where it is one that the pages have."""
    wanted = request.query_params.get("lang")
    return wanted if wanted in LANGUAGES else None


def page_language(request: Request) -> str:
    """Return `?lang=`, else what the browser prefers, else Dutch."""
    return asked_language(request) or preferred(request.headers.get("accept-language", "")) or DEFAULT


def preferred(header: str) -> str | None:
    """Return the language of ours that an Accept-Language header likes best.

    >>> preferred("fr, en-GB;q=0.8, nl;q=0.9")
    'nl'
    """
    best, liked = None, 0.0
    for entry in header.split(","):
        tag, _, parameters = entry.partition(";")
        primary = tag.strip().lower().split("-")[0]
        quality = _quality(parameters)
        if primary in LANGUAGES and quality > liked:
            best, liked = primary, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def other(language: str) -> str:
    """Return the language that the page offers to switch to."""
    return next(name for name in LANGUAGES if name != language)
