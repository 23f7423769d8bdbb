"""OpenAI's chat completions, so that existing clients can ask: one model, one answer, with its citations."""

from bots.web.completions.routes import router

__all__ = ["router"]
