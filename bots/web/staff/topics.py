"""What is asked, by day and status, what most, and what is refused most."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from assistant.answer import Status
from assistant.texts import catalogue
from bots.web.api.common import opened
from bots.web.staff.guard import StaffRoute
from bots.web.staff.plots import bar, days_plot
from bots.web.staff.rendering import page

if TYPE_CHECKING:
    from datetime import date

_PERIODS = (7, 30, 90)  # days

router = APIRouter(prefix="/staff", route_class=StaffRoute)


@router.get("/topics")
def topics(request: Request) -> Response:
    """Show what was asked in the last days."""
    from assistant.asked import asked

    wanted = request.query_params.get("days", "")
    days = int(wanted) if wanted in map(str, _PERIODS) else 30
    assistant = opened(request)
    found = asked(assistant.index.engine, days, ZoneInfo(assistant.settings.timezone))
    texts = catalogue(request.state.language)
    statuses = [s for s in get_args(Status) if any(s in day.counts for day in found.days)]

    def named(day: date) -> str:
        return f"{day.day} {texts['web']['months'][day.month - 1]}"

    described = texts["staff"]["plot_days"]
    return page(
        request,
        "topics",
        asked=found,
        days=days,
        periods=_PERIODS,
        statuses=statuses,
        named=named,
        plot=days_plot(found.days, statuses, named, described),
        bar=bar,
    )
