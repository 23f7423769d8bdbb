"""The staff pages under /staff: questions for a person, what was asked and answered, documents, reports, the switch."""

from __future__ import annotations

from fastapi import APIRouter

from bots.web.staff import answering, answers, documents, elsewhere, kept, questions, reports, sign_in, topics

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for part in (sign_in, questions, answers, kept, topics, documents, reports, answering, elsewhere):
    router.include_router(part.router)
