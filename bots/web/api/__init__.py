"""The HTTP interface under /api/v1: questions, answers and what becomes of them, in the OpenAPI document."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.routing import APIRoute

from bots.web.api import answers, ask, conversations, feedback, greeting, handovers, health, sources, suggestions
from bots.web.api.common import readiness
from bots.web.api.sources import stored_text

__all__ = ["readiness", "router", "stored_text"]


def _operation(route: APIRoute) -> str:
    return route.name


router = APIRouter(generate_unique_id_function=_operation)
for part in (ask, answers, suggestions, feedback, conversations, handovers, greeting, sources, health):
    router.include_router(part.router)
