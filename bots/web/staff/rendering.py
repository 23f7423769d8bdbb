"""How a staff page is made: its language, what every page shows, and times as staff read them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.clock import now, utc
from assistant.settings import Settings
from assistant.texts import LANGUAGES, catalogue
from bots.web import language as browser
from bots.web.api.common import opened
from bots.web.language import other
from bots.web.rendering import render

LANGUAGE_COOKIE = "staff_language"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def page_language(request: Request) -> str:
    """Return `?lang=`, else what was last chosen on these pages, else what the browser prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return browser.asked_language(request) or (chosen if chosen in LANGUAGES else browser.page_language(request))


def page(
    request: Request, template: str, status: int = 200, headers: dict[str, str] | None = None, /, **context: Any
) -> Response:
    """Return the staff page of a template; `request.state` holds who is signed in and in which language they read."""
    language: str = request.state.language
    texts = catalogue(language)
    settings: Settings = request.app.state.settings
    common = {
        "t": texts["staff"],
        "staff": request.state.staff,
        "page": template,
        "path": request.url.path,
        "in_other_language": _in_language(request, other(language)),
        "other_texts": catalogue(other(language))["staff"],
        "when": partial(when, zone=ZoneInfo(settings.timezone), language=language),
        "age": partial(age, language=language),
        "counted": partial(counted, language=language),
        "sources": frozenset(),
    }
    if request.state.staff is not None:
        assistant = opened(request)
        common |= {
            "waiting": len(assistant.handovers.list("waiting")),
            "answering": assistant.switch.on(),
            "sources": frozenset(assistant.index.documents),
        }
    return render(request, f"staff/{template}.html", language, status, headers, **(common | context))


def see(address: str, **query: str) -> Response:
    """Return the way to a page after something was done (RFC 9110, 15.4.4)."""
    return RedirectResponse(address + (f"?{urlencode(query)}" if query else ""), 303)


def _in_language(request: Request, language: str) -> str:
    """Return this page's address in another language, without what was only said once."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"lang", "done"}]
    return "?" + urlencode([*kept, ("lang", language)])


def when(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return a moment as it is read in a time zone.

    >>> when(datetime(2026, 11, 26, 13, 5), ZoneInfo("Europe/Brussels"), "en")
    '26 November 2026, 14:05'
    """
    local = utc(at).astimezone(zone)
    return f"{local.day} {catalogue(language)['web']['months'][local.month - 1]} {local.year}, {local:%H:%M}"


def age(at: datetime, language: str) -> str:
    """Return how long ago a moment was, in its largest unit."""
    seconds = max(0, int((now() - utc(at)).total_seconds()))
    for unit, length in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
        if seconds >= length:
            return counted(unit, seconds // length, language)
    return str(catalogue(language)["staff"]["just_now"])


def counted(what: str, number: int, language: str) -> str:
    """Return a number of things in words of a language.

    >>> counted("days", 1, "en"), counted("days", 3, "nl")
    ('1 day', '3 dagen')
    """
    one, many = catalogue(language)["staff"]["counted"][what]
    return str(one if number == 1 else many).format(number=f"{number:,}".replace(",", "\u202f"))
