"""Templates: the environment, what every page knows, and how values are shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from assistant.question import LIMIT
from assistant.settings import Settings
from assistant.texts import catalogue
from bots.web.language import other

HERE = Path(__file__).parent
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = re.compile(r"(\[\d+\])")


def show_date(date: str | None, texts: dict[str, Any]) -> str:
    """Return a year, month or day in ISO 8601 as people write it; what is none of these stays as it is.

    >>> show_date("2021-11-01", {"months": [...] * 10 + ["november"]})
    '1 november 2021'
    """
    if not date:
        return str(texts["unknown_date"])
    match = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?", date)
    if not match or not match[2]:
        return date
    day = f"{int(match[3])} " if match[3] else ""
    return f"{day}{texts['months'][int(match[2]) - 1]} {match[1]}"


def show_locator(locator: str) -> str:
    """Return a locator for reading: a heading's slug loses its hyphens.

    >>> show_locator("wie-kan-meedoen"), show_locator("slide 12")
    ('Wie kan meedoen', 'Slide 12')
    """
    words = locator.replace("-", " ") if _SLUG.fullmatch(locator) else locator
    return words[:1].upper() + words[1:]


def safe_url(url: str | None) -> str:
    """Return an address that a link may have: http, https, or a path on this server; an empty text for any other."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return (url or "") if parts.scheme in {"http", "https"} or local else ""


def marked_pieces(text: str) -> list[str]:
    """Cut an answer's text at its marks; the pieces alternate between text and `[1]`."""
    return _MARK.split(text)


def _environment() -> Jinja2Templates:
    templates = Jinja2Templates(HERE / "templates")
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    templates.env.filters |= {
        "date": show_date,
        "locator": show_locator,
        "safe_url": safe_url,
        "marked_pieces": marked_pieces,
    }
    return templates


_TEMPLATES = _environment()


def render(
    request: Request,
    template: str,
    language: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response:
    """Return a page in a language, with the texts and settings that every page shows."""
    texts = catalogue(language)
    settings: Settings = request.app.state.settings
    common = {
        "language": language,
        "other_language": other(language),
        "t": texts["web"],
        "texts": texts,
        "limit": LIMIT,
        "contact": {"name": settings.contact_name, "url": settings.contact_url},
    }
    response = _TEMPLATES.TemplateResponse(request, template, common | context, status_code=status, headers=headers)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response
