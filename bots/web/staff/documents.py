"""The documents and their age, and which of them somebody should look at again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant.index import validity
from assistant.review import DAYS, OFTEN, OLD, before, findings, reviewed
from bots.web.api.common import opened
from bots.web.staff.guard import StaffRoute
from bots.web.staff.rendering import page

router = APIRouter(prefix="/staff", route_class=StaffRoute)


@router.get("/documents")
def documents(request: Request) -> Response:
    """Show every document, the most cited first, below what there is to do."""
    today = validity.today()
    found = reviewed(opened(request).index.engine)
    return page(
        request,
        "documents",
        documents=sorted(found, key=lambda d: (-d.cited, d.title.casefold())),
        findings=findings(found, today),
        overdue=lambda review: bool(review) and before(review, today.isoformat()),
        numbers={"days": DAYS, "often": OFTEN, "old": OLD},
    )
