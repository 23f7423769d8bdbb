"""Forms are taken from our own pages only, so that no other site posts in a visitor's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from assistant.errors import AssistantError
from assistant.settings import Settings


class OtherSite(AssistantError):
    """A form that another site's page sent."""

    status = 403
    slug = "other-site"
    title = "Sent from another site"


def refuse_other_sites(request: Request) -> None:
    """Let a form pass that one of our own pages sent, or a program that is no browser.

    Source: https://www.w3.org/TR/fetch-metadata/; for browsers that send none of it, and on addresses without TLS,
    the Origin header (RFC 6454).

    Raises:
        OtherSite: a page of another site, or of another port of this one, sent it.

    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched in {"same-origin", "none"}:
        return
    origin = request.headers.get("origin")
    if fetched is None and (origin is None or urlsplit(origin).netloc in _own_hosts(request)):
        return
    raise OtherSite("This form was sent from another web site: open this page itself and send it again.")


def _own_hosts(request: Request) -> set[str]:
    settings: Settings = request.app.state.settings
    return {request.headers.get("host", ""), urlsplit(settings.public_url).netloc} - {""}
