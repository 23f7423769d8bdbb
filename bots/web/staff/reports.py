"""Evaluation reports: which there are, with their figures, and each as it was written, in a box of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from assistant.errors import NotFound
from assistant.settings import Settings
from bots.web.staff.guard import StaffRoute
from bots.web.staff.rendering import page

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_METRICS = ("right", "wrong_answer", "refusal_correct", "first_citation")
# The report's own script may turn its pages. It has no origin, so that nothing in it reaches the session, and no place
# to send anything to.
_BOX = "; ".join(
    (
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

router = APIRouter(prefix="/staff/reports", route_class=StaffRoute)


@dataclass(frozen=True)
class Run:
    """A report and its figures: shares from 0 to 1 by the name of their metric, those that apply."""

    name: str
    at: datetime
    questions: int | None
    figures: dict[str, float]


@router.get("")
def reports(request: Request) -> Response:
    """Show the reports, newest first."""
    folder = _folder(request)
    paths = (path for path in folder.glob("*/report.html") if _NAME.fullmatch(path.parent.name))
    runs = sorted((_run(path) for path in paths if _inside(path, folder)), key=lambda run: run.at, reverse=True)
    return page(request, "reports", runs=runs, metrics=_METRICS)


@router.get("/{name}")
def report(request: Request, name: str) -> Response:
    """Send a report as it was written."""
    folder = _folder(request)
    path = folder / name / "report.html"
    if not _NAME.fullmatch(name) or not _inside(path, folder):
        raise NotFound(f"There is no report {name!r}.")
    headers = {"Content-Security-Policy": _BOX, "Cross-Origin-Resource-Policy": "same-origin"}
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)


def _folder(request: Request) -> Path:
    settings: Settings = request.app.state.settings
    return settings.var_dir / "evals"


def _inside(path: Path, folder: Path) -> bool:
    """Whether a file is there, and in the folder wherever its links lead."""
    found = path.resolve()
    return found.is_file() and found.is_relative_to(folder.resolve())


def _run(path: Path) -> Run:
    summary = _summary(path.with_name("summary.json"))
    metrics = summary.get("metrics")
    figures = {name: _share(metrics, name) for name in _METRICS}
    questions = summary.get("questions")
    return Run(
        path.parent.name,
        datetime.fromtimestamp(path.stat().st_mtime, UTC),
        questions if isinstance(questions, int) else None,
        {name: value for name, value in figures.items() if value is not None},
    )


def _summary(path: Path) -> dict[str, Any]:
    """Return the figures of a run; none where they cannot be read, since the report can be all the same."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _share(metrics: object, name: str) -> float | None:
    value = metrics.get(name) if isinstance(metrics, dict) else None
    share = value.get("value") if isinstance(value, dict) else None
    return float(share) if isinstance(share, int | float) else None
