"""What other sites' pages may read: the interface where the settings list them, and what is static, everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INTERFACE = ("/api/v1/", "/v1/")
_MAX_AGE = 7200  # seconds that a browser remembers a preflight; Chromium takes no more


class CrossOrigin:
    """Fetch's CORS protocol by path; whatever is neither interface nor static stays with this site's own pages.

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol.
    """

    def __init__(self, app: ASGIApp, sites: Sequence[str]) -> None:
        self.app = app
        self.interface = CORSMiddleware(
            app,
            allow_origins=sites,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=("Content-Type", "Accept", "Idempotency-Key", "If-None-Match", "Authorization"),
            expose_headers=("ETag", "Retry-After"),
            max_age=_MAX_AGE,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"].startswith(_INTERFACE):
            await self.interface(scope, receive, send)
        elif scope["type"] == "http" and _is_static(scope["path"]):
            await self.app(scope, receive, _for_everyone(send))
        else:
            await self.app(scope, receive, send)


def _is_static(path: str) -> bool:
    return path == "/widget.js" or path.startswith("/static/")


def _for_everyone(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        await send(message)

    return dressed
